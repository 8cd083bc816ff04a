// Finds npm, runs it with a progress line on standard error, and turns its failures into a sentence with a remedy.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'

/** Something the checkout needs cannot be brought; the message says what to do. */
export class BootstrapError extends Error {}

/** The path of npm's own `npm-cli.js`, or undefined: the npm that started us, one in PATH, or the one beside Node. */
export function findNpm(environment = process.env) {
  const started = environment.npm_execpath
  if (started && basename(started) === 'npm-cli.js' && existsSync(started)) return started

  const path = environment.PATH || environment.Path || ''
  for (const folder of [...path.split(delimiter), dirname(process.execPath)].filter(Boolean)) {
    const candidates = [join(folder, 'node_modules/npm/bin/npm-cli.js')] // Windows: npm.cmd stands beside this folder
    if (existsSync(join(folder, 'npm'))) {
      const real = realpathSync(join(folder, 'npm'))
      candidates.unshift(
        basename(real) === 'npm-cli.js' ? real : join(dirname(real), '../lib/node_modules/npm/bin/npm-cli.js'),
      )
      candidates.push(join(dirname(real), '../node_modules/npm/bin/npm-cli.js'))
    }
    const found = candidates.find((file) => existsSync(file))
    if (found) return found
  }
  return undefined
}

/** Runs npm under `node` in `folder`. Throws BootstrapError with the remedy; npm's own words only when it failed. */
export async function runNpm({ label, node, folder, args }) {
  const npm = findNpm()
  if (!npm) {
    throw new BootstrapError(
      `Node ${process.version} is here, but npm is not in PATH, and it is needed to fetch the packages. Install npm (for example: apt-get install npm, or Node from nodejs.org, which brings it), then run the same command again.`,
    )
  }
  process.stderr.write(`${label} …\n`)
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const ticker = setInterval(() => process.stderr.write(`  still at it after ${seconds()} s\n`), 10_000)
  const isOver = new AbortController()
  try {
    const install = collect({ node, args: [npm, ...args, '--no-update-notifier'], folder, signal: isOver.signal })
    const { code, output } = await Promise.race([install, unreachable({ node, npm, folder, signal: isOver.signal })])
    if (code !== 0) throw new BootstrapError(explainNpmFailure(output, folder))
  } finally {
    clearInterval(ticker)
    isOver.abort()
  }
  process.stderr.write(`  done in ${seconds()} s\n`)
}

/**
 * Settles only when the registry does not answer: npm itself would wait 15 minutes for one that stays silent.
 * Asked only after 20 s, so that an install from npm's cache needs no network.
 */
async function unreachable({ node, npm, folder, signal }) {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, 20_000)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })
  const ping = await collect({
    node,
    args: [npm, 'ping', '--fetch-timeout=15000', '--fetch-retries=0'],
    folder,
    signal,
  })
  if (ping.code !== 0 && networkFault.test(ping.output)) return { code: 1, output: ping.output }
  return await new Promise(() => {})
}

function collect({ node, args, folder, signal }) {
  return new Promise((resolve) => {
    const path = dirname(node) + delimiter + (process.env.PATH || '')
    const environment = { ...process.env, PATH: path }
    const child = spawn(node, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const stop = () => child.kill()
    signal.addEventListener('abort', stop)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, stop)
    const done = (code) => {
      signal.removeEventListener('abort', stop)
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, stop)
      resolve({ code, output })
    }
    child.once('error', (error) => {
      keep(String(error))
      done(1)
    })
    child.once('close', (code, name) => done(name ? `ended by ${name}` : code))
  })
}

const networkFault =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|\bnetwork\b/i
const causes = [
  [/ENOSPC|no space left/i, (folder) => `The disk of ${folder} is full; about 500 MB are needed. Make room`],
  [
    /EACCES|EPERM|EROFS/,
    (folder) => `${folder} may not be written by this user. Make it writable, or run as its owner`,
  ],
  [/EINTEGRITY/, () => 'A downloaded package differs from the checksum in the lock file. Run "npm cache verify"'],
  [/\bE40[13]\b/, () => 'The package registry refused access. Check the login and the registry of "npm config list"'],
  [
    /ETARGET|\bE404\b/,
    () => 'The package registry does not have a version the lock file names. Check "npm config get registry"',
  ],
  [
    networkFault,
    () =>
      'The package registry could not be reached. Check the network, the proxy (HTTPS_PROXY) and "npm config get registry"',
  ],
]

/** What npm's output means, what to do about it, and its last lines. `folder` is where npm wrote. */
export function explainNpmFailure(output, folder) {
  const cause = causes.find(([pattern]) => pattern.test(output))
  const sentence = cause ? cause[1](folder) : 'npm failed. Read its last lines below'
  const lines = output.trim().split('\n').filter(Boolean).slice(-12)
  return `${sentence}, then run the same command again; nothing half-installed is used.\n${lines.map((line) => `  | ${line}`).join('\n')}`
}
