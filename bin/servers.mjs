// The servers that some tests need: found, installed from the distribution in CI, started on free loopback ports.
import { spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'

/** What each kind of test needs, by the ending of its file name. */
export const kinds = [
  {
    name: 'Redis',
    ending: '.redis.test.ts',
    variable: 'TEST_REDIS_URL',
    needs: 'redis-server',
    packages: ['redis-server'],
    find: () => findInPath(['redis-server', 'valkey-server']),
    start: startRedis,
  },
  {
    name: 'Postgres',
    ending: '.postgres.test.ts',
    variable: 'TEST_DATABASE_URL',
    needs: 'initdb and postgres',
    packages: ['postgresql'],
    find: findPostgres,
    start: startPostgres,
  },
  {
    name: 'browser',
    ending: '.browser.test.ts',
    variable: 'TEST_CHROMIUM',
    needs: 'chromium',
    packages: ['chromium'],
    find: () => findInPath(['chromium', 'chromium-browser', 'google-chrome']),
    start: async (program) => ({ address: program, stop: async () => {} }),
  },
  {
    name: 'clock',
    ending: '.faketime.test.ts',
    variable: 'TEST_FAKETIME',
    needs: 'libfaketime',
    packages: ['faketime'],
    find: findFaketime,
    start: async (library) => ({ address: library, stop: async () => {} }),
  },
  {
    name: 'promtool',
    ending: '.promtool.test.ts',
    variable: 'TEST_PROMTOOL',
    needs: 'promtool',
    packages: ['prometheus'],
    // The package starts a server and brings pages for it; the tests need one program of it.
    only: 'usr/bin/promtool',
    find: () => findInPath(['promtool']),
    start: async (program) => ({ address: program, stop: async () => {} }),
  },
]

function pathFolders() {
  return (process.env.PATH || process.env.Path || '').split(delimiter).filter(Boolean)
}

function findInPath(names) {
  const endings = process.platform === 'win32' ? ['.exe', ''] : ['']
  for (const name of names) {
    for (const folder of pathFolders()) {
      const found = endings.map((ending) => join(folder, name + ending)).find((file) => existsSync(file))
      if (found) return found
    }
  }
  return undefined
}

/** The folder that holds both programs: in PATH, else the newest of Debian's, which are not in PATH. */
function findPostgres() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : []
  const folders = [...pathFolders(), ...versions.map((version) => join(debian, version, 'bin'))]
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
  return found && dirname(realpathSync(join(found, 'initdb')))
}

/** The library that sets the clock of a process, where Debian, Fedora and Alpine put it. */
function findFaketime() {
  const libraries = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name)) : []
  const folders = ['/usr/lib64', '/usr/lib', ...libraries].map((folder) => join(folder, 'faketime'))
  const files = folders.map((folder) => join(folder, 'libfaketimeMT.so.1'))
  return files.find((file) => existsSync(file))
}

/** Installs the missing servers when this is CI as root on a Debian-like machine; says what it does. */
export function installFromDistribution(missing) {
  if (missing.length === 0 || process.env.CI !== 'true' || process.getuid?.() !== 0 || !findInPath(['apt-get'])) return
  const packages = missing.flatMap((kind) => kind.packages)
  process.stderr.write(`Installing for the tests: ${packages.join(' ')} …\n`)
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], options)
  const whole = missing.filter(({ only }) => !only).flatMap((kind) => kind.packages)
  if (whole.length > 0) spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...whole], options)
  for (const { only, packages } of missing.filter((kind) => kind.only)) takeOut(only, packages[0], options)
}

/** Puts one program of a package into the path, and nothing else of it. */
function takeOut(file, name, options) {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-package-'))
  const within = { ...options, cwd: folder }
  spawnSync('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', name], within)
  const archive = readdirSync(folder).find((entry) => entry.endsWith('.deb'))
  if (archive) {
    const unpacked = spawnSync('dpkg-deb', ['--extract', archive, 'unpacked'], within)
    if (unpacked.status === 0) copyFileSync(join(folder, 'unpacked', file), join('/usr/local/bin', basename(file)))
  }
  rmSync(folder, { recursive: true, force: true })
}

async function startRedis(program) {
  const folder = makeFolder()
  const port = await freePort()
  const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  return await startServer({ program, args: options.map(String), port, folder, address: `redis://127.0.0.1:${port}` })
}

async function startPostgres(binaries) {
  const user = unprivilegedUser()
  const folder = makeFolder(user)
  const cluster = join(folder, 'cluster')
  const initdb = ['-D', cluster, '-U', 'tuppence', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  const made = spawnSync(join(binaries, 'initdb'), initdb, { ...user, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`initdb failed: ${made.error || made.stderr || made.stdout}`)
  }
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off']
  settings.push('full_page_writes=off', 'synchronous_commit=off', 'max_connections=200', 'shared_buffers=32MB')
  return await startServer({
    program: join(binaries, 'postgres'),
    args: ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
    port,
    folder,
    user,
    address: `postgres://tuppence@127.0.0.1:${port}/postgres`,
  })
}

/** Postgres refuses to run as root: then it runs as `postgres`, or as `nobody` where that user does not exist. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {}
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = lines.find((one) => one.startsWith('postgres:')) || lines.find((one) => one.startsWith('nobody:'))
  if (!line) throw new Error('Postgres does not run as root, and there is neither a user postgres nor nobody.')
  const [, , uid, gid] = line.split(':').map(Number)
  return { uid, gid }
}

function makeFolder({ uid, gid } = {}) {
  // A user without privileges may not be able to reach root's own temporary folder.
  const folder = mkdtempSync(join(uid === undefined ? tmpdir() : '/tmp', 'tuppence-test-'))
  if (uid !== undefined) chownSync(folder, uid, gid)
  return folder
}

async function startServer({ program, args, port, folder, user, address }) {
  const child = spawn(program, args, { ...user, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk) => {
    output = (output + chunk).slice(-4000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('error', keep)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  const cleanUp = () => {
    if (!hasEnded()) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', cleanUp) // the last resort; stop() is the ordinary way
  const stop = async () => {
    if (!hasEnded()) child.kill('SIGINT') // for Postgres: close the sessions at once, then stop
    await until(hasEnded, 5000)
    cleanUp()
    process.off('exit', cleanUp)
  }
  if (!(await until(async () => hasEnded() || (await accepts(port)), 30_000)) || hasEnded()) {
    await stop()
    throw new Error(`${program} did not start:\n${output}`)
  }
  return { address, stop }
}

async function until(condition, limitMs) {
  const end = Date.now() + limitMs
  while (!(await condition())) {
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (isOpen) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
