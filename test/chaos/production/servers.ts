import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { kinds } from '../../../bin/servers.mjs'
import { freePort } from '../../bot-process.ts'

/** A server of the run's own, which can be ended the hard way and started again on what it has kept. */
export interface FragileServer {
  readonly address: string
  /** Of its first process; 0 before it was started. */
  readonly pid: () => number
  start(): Promise<void>
  /** As a crash ends it. */
  crash(): Promise<void>
  /** Ends it for good, and removes what it has kept. */
  close(): Promise<void>
}

interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly port: number
  readonly folder: string
  /** Postgres ends its processes by itself only when it is told to do so at once. */
  readonly crashSignal: 'SIGKILL' | 'SIGQUIT'
  readonly address: string
  readonly user?: { readonly uid: number; readonly gid: number }
}

function fragile({ command, args, port, folder, crashSignal, address, user }: Program): FragileServer {
  let child: ChildProcess | undefined
  let output = ''
  const crash = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(crashSignal)
    await gone
  }
  return {
    address,
    pid: () => child?.pid ?? 0,
    crash,
    async start() {
      child = spawn(command, [...args], { ...user, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
      const keep = (part: Buffer): void => void (output = (output + part.toString()).slice(-2000))
      child.stdout?.on('data', keep)
      child.stderr?.on('data', keep)
      const endsAt = performance.now() + 30_000
      while (!(await accepts(port))) {
        if (child.exitCode !== null || performance.now() > endsAt)
          throw new Error(`${command} did not start:\n${output}`)
        await pause(20)
      }
    },
    async close() {
      await crash()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  const isOpen = await promise
  socket.destroy()
  return isOpen
}

function programOf(name: string): string {
  const found = kinds.find((kind) => kind.name === name)?.find()
  if (found === undefined) throw new Error(`There is no ${name} on this machine; install it to run this.`)
  return found
}

/** A Redis that keeps its keys as one for a queue does: every write is appended to a file. */
export async function openFragileRedis(): Promise<FragileServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-redis-'))
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes' }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const address = `redis://127.0.0.1:${port}`
  return fragile({ command: programOf('Redis'), args, port, folder, crashSignal: 'SIGKILL', address })
}

/**
 * A Postgres that keeps what it said was committed through a crash of its processes.
 * @param own settings, each `NAME=VALUE`. Without `fsync` a crash of the machine loses commits, one of the processes does not.
 */
export async function openFragilePostgres(own: readonly string[] = ['fsync=off']): Promise<FragileServer> {
  const binaries = programOf('Postgres')
  const user = unprivileged()
  const folder = mkdtempSync(join(user === undefined ? tmpdir() : '/tmp', 'tuppence-postgres-'))
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const cluster = join(folder, 'cluster')
  const options = ['-D', cluster, '-U', 'tuppence', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  const made = spawnSync(join(binaries, 'initdb'), options, { ...user, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, ...own]
  const args = ['-D', cluster, ...[...settings, 'max_connections=100'].flatMap((setting) => ['-c', setting])]
  const address = `postgres://tuppence@127.0.0.1:${port}/postgres`
  const server = { command: join(binaries, 'postgres'), args, port, folder, crashSignal: 'SIGQUIT', address } as const
  return fragile({ ...server, ...(user === undefined ? {} : { user }) })
}

/** Postgres refuses to run as root. */
function unprivileged(): Program['user'] {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = lines.find((one) => one.startsWith('postgres:')) ?? lines.find((one) => one.startsWith('nobody:')) ?? ''
  const [, , uid, gid] = line.split(':').map(Number)
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}
