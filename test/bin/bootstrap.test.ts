import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

interface Entry {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly os?: string | readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Lock {
  readonly packages: Readonly<Record<string, Entry>>
}

const readManifest = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Entry // our own file
const readLock = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Lock // npm's format

test.each(['package.json', 'bin/runtime/package.json'])(
  '%s asks for exact versions, and its lock has the same',
  (file) => {
    const manifest = readManifest(file)
    const lock = readLock(file.replace('package.json', 'package-lock.json'))
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
    const own = lock.packages['']

    const locked = Object.fromEntries(
      Object.keys(wanted).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]),
    )

    expect(Object.values(wanted).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
    expect(locked).toEqual(wanted)
    expect({ ...own?.dependencies, ...own?.devDependencies, ...own?.optionalDependencies }).toEqual(wanted)
  },
)

test.each(['package-lock.json', 'bin/runtime/package-lock.json'])(
  '%s names no address, and a checksum each',
  (file) => {
    const entries = Object.entries(readLock(file).packages).filter(([path]) => path !== '')

    expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([])
    expect(entries.filter(([, entry]) => !entry.integrity?.startsWith('sha512-'))).toEqual([])
  },
)

test('the private Node is locked for five platforms, all of one version', () => {
  const entries = Object.values(readLock('bin/runtime/package-lock.json').packages).filter((entry) => entry.os)

  expect(entries).toHaveLength(5)
  expect(new Set(entries.map(({ version }) => version)).size).toBe(1)
})

test('the second start does not ask npm again, a changed lock does', async () => {
  const checkout = makeCheckout(`mkdirSync('node_modules', { recursive: true })`)

  const first = await checkout.run('bin/tuppence.mjs', ['chat', '--once', 'hello there'])
  await checkout.run('bin/tuppence.mjs', [])
  const callsBefore = checkout.npmCalls()
  writeFileSync(join(checkout.folder, 'package-lock.json'), '{ "lockfileVersion": 3 }')
  await checkout.run('bin/tuppence.mjs', [])

  expect(first).toEqual({
    code: 7,
    stdout: '["chat","--once","hello there"]\n',
    stderr: expect.stringContaining('Installing the packages') as string,
  })
  expect(callsBefore).toBe(1)
  expect(checkout.npmCalls()).toBe(2)
})

test('two first starts at once install once', async () => {
  const checkout = makeCheckout(`setTimeout(() => mkdirSync('node_modules', { recursive: true }), 400)`)

  const results = await Promise.all([checkout.run('bin/tuppence.mjs', ['a']), checkout.run('bin/tuppence.mjs', ['b'])])

  expect(results.map(({ stdout }) => stdout)).toEqual(['["a"]\n', '["b"]\n'])
  expect(checkout.npmCalls()).toBe(1)
})

test('the lock of a process that died is taken over', async () => {
  const checkout = makeCheckout(`mkdirSync('node_modules', { recursive: true })`)
  const dead = spawn(process.execPath, ['--version'])
  await new Promise((done) => dead.once('exit', done))
  mkdirSync(join(checkout.folder, '.runtime'))
  writeFileSync(join(checkout.folder, '.runtime/install.lock'), String(dead.pid))

  const { stdout } = await checkout.run('bin/tuppence.mjs', ['a'])

  expect(stdout).toBe('["a"]\n')
  expect(existsSync(join(checkout.folder, '.runtime/install.lock'))).toBe(false)
})

test('a failed install leaves no stamp, so that the next start tries again', async () => {
  const checkout = makeCheckout(`mkdirSync('node_modules', { recursive: true }); process.exitCode = 1`)

  await checkout.run('bin/tuppence.mjs', [])
  await checkout.run('bin/tuppence.mjs', [])

  expect(checkout.npmCalls()).toBe(2)
})

test.each([
  ['npm error code ENOSPC', /^The disk of .* is full; about 500 MB are needed\. Make room, then run the same/],
  ["npm error Error: EACCES: permission denied, mkdir 'x'", /may not be written by this user\. Make it writable/],
  ['npm error code EINTEGRITY', /differs from the checksum in the lock file\. Run "npm cache verify"/],
  ['npm error code E403', /refused access\. Check the login/],
  ['npm error code ETARGET', /does not have a version the lock file names/],
  ['npm error code EAI_AGAIN', /could not be reached\. Check the network, the proxy/],
  ['npm error a fault nobody foresaw', /^npm failed\. Read its last lines below/],
])('npm saying "%s" becomes a remedy, and npm is quoted', async (output, remedy) => {
  const checkout = makeCheckout(`console.error(${JSON.stringify(output)}); process.exitCode = 1`)

  const { code, stdout, stderr } = await checkout.run('bin/tuppence.mjs', [])

  const message = stderr.split('\n').slice(1).join('\n') // after the line that says what is being installed
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(message).toMatch(remedy)
  expect(message).toContain(`  | ${output}`)
})

test('npm itself, with a registry that refuses, gives the remedy for the network', async () => {
  const checkout = makeCheckout('')
  const manifest = { name: 'probe', version: '1.0.0', dependencies: { zod: '4.6.7' } }
  writeFileSync(join(checkout.folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(checkout.folder, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}')

  const { code, stderr } = await checkout.run('bin/tuppence.mjs', [], {
    npm_execpath: '',
    npm_config_registry: 'http://127.0.0.1:9/', // discard: nothing listens there
    npm_config_cache: join(checkout.folder, 'cache'),
    npm_config_fetch_retries: '0',
  })

  expect(code).toBe(1)
  expect(stderr).toContain('The package registry could not be reached.')
})

test('without npm the message says that Node is here and npm is not', async () => {
  const checkout = makeCheckout('')
  const alone = join(checkout.folder, 'alone', 'node')
  cpSync(process.execPath, alone)

  const surroundings = { node: alone, npm_execpath: '', PATH: dirname(alone) }
  const { code, stderr } = await checkout.run('bin/tuppence.mjs', [], surroundings)

  expect(code).toBe(1)
  expect(stderr).toMatch(/^Node v\S+ is here, but npm is not in PATH.*Install npm/)
})

test('run.mjs without a file that exists is wrong usage', async () => {
  const checkout = makeCheckout('')

  const { code, stderr } = await checkout.run('bin/run.mjs', ['bench/absent.ts'])

  expect(code).toBe(2)
  expect(stderr).toBe('bench/absent.ts does not exist. Usage: node bin/run.mjs bench/intents.ts\n')
})

test('run.mjs calls the default export, and its number is the exit code', async () => {
  const checkout = makeCheckout(`mkdirSync('node_modules', { recursive: true })`)
  const source = 'export default async function main(args: string[]) {\n  console.log(args.join())\n  return 3\n}\n'
  writeFileSync(join(checkout.folder, 'bench.ts'), source)

  const { code, stdout } = await checkout.run('bin/run.mjs', ['bench.ts', 'a', 'b'])

  expect(code).toBe(3)
  expect(stdout).toBe('a,b\n')
})

/** Variables of the environment, and the Node to start if it is not our own. */
type Surroundings = Readonly<Record<string, string>>

/** A checkout of its own: the real bin/, a command that prints its arguments, and an npm that runs `npmScript`. */
function makeCheckout(npmScript: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-bootstrap-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(join(root, file), join(folder, file))
  mkdirSync(join(folder, 'src'))
  const command = `const args: string[] = process.argv.slice(2)\nconsole.log(JSON.stringify(args))\nprocess.exitCode = 7\n`
  writeFileSync(join(folder, 'src/cli.ts'), command)
  const calls = join(folder, 'npm-calls')
  const npm = join(folder, 'npm-cli.js')
  const recorded = `appendFileSync(${JSON.stringify(calls)}, 'called\\n')`
  writeFileSync(npm, `import { appendFileSync, mkdirSync } from 'node:fs'\n${recorded}\n${npmScript}\n`)

  return {
    folder,
    npmCalls: () => readFileSync(calls, 'utf8').trim().split('\n').length,
    run: async (
      file: string,
      args: readonly string[],
      { node = process.execPath, ...environment }: Surroundings = {},
    ) => {
      const env = { ...process.env, npm_execpath: npm, ...environment }
      return await collect(spawn(node, [join(folder, file), ...args], { cwd: folder, env }))
    },
  }
}

async function collect(child: ReturnType<typeof spawn>) {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise((done) => child.once('close', done))
  return { code, stdout, stderr }
}
