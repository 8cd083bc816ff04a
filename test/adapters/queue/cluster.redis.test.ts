import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRedisCache } from '../../../adapters/cache/redis.ts'
import { createBullmqQueue } from '../../../adapters/queue/bullmq.ts'
import { ConfigError } from '../../../src/core/errors.ts'
import { cacheContract } from '../../contracts/cache.ts'
import { queueContract } from '../../contracts/queue.ts'
import { until } from '../../until.ts'

const nodeCount = 6
/** A node talks to the others on its own port and ten thousand more. */
const busOffset = 10_000
let folder = ''
const servers: ChildProcess[] = []
let ports: readonly number[] = []
let names = 0
const ownName = (): string => `test-${(names += 1)}`
const addressOf = (port: number): string => `redis://127.0.0.1:${port}`
const all = (): string => ports.map(addressOf).join(',')

/** Both ports of a node are free, and neither above the last there is. */
async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = []
  while (found.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 30_000)
    if (!found.includes(port) && (await isFree(port)) && (await isFree(port + busOffset))) found.push(port)
  }
  return found
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  probe.once('error', () => resolve(false))
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  return await promise
}

async function startNode(port: number): Promise<ChildProcess> {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', 'cluster-enabled': 'yes' }
  const all = {
    ...settings,
    'cluster-config-file': `${port}.conf`,
    'cluster-node-timeout': 2000,
    'repl-diskless-sync-delay': 0,
  }
  const server = spawn(
    'redis-server',
    Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    server.stdout?.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve()
    })
  })
  return server
}

/** The port of the node that has the key. */
async function masterOf(key: string): Promise<number> {
  const slot = Number(await redisCli('-p', String(ports[0]), 'cluster', 'keyslot', key))
  const lines = (await redisCli('-p', String(ports[0]), 'cluster', 'nodes')).split('\n')
  const owner = lines.find((line) => {
    const [, first = '', last = ''] = / connected (\d+)-(\d+)/.exec(line) ?? []
    return first !== '' && slot >= Number(first) && slot <= Number(last)
  })
  return Number(/127\.0\.0\.1:(\d+)/.exec(owner ?? '')?.[1])
}

async function redisCli(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('redis-cli', [...args])).stdout
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuppence-cluster-'))
  ports = await freePorts(nodeCount)
  servers.push(...(await Promise.all(ports.map(startNode))))
  const nodes = ports.map((port) => `127.0.0.1:${port}`)
  await redisCli('--cluster', 'create', ...nodes, '--cluster-replicas', '1', '--cluster-yes')
  // Every node knows of all slots, and each master has a replica that has all it has and may take its place.
  const isAgreed = async (port: number): Promise<boolean> => {
    const info = await redisCli('-p', String(port), 'cluster', 'info')
    const known = await redisCli('-p', String(port), 'cluster', 'nodes')
    const copying = await redisCli('-p', String(port), 'info', 'replication')
    const isWhole = info.includes('cluster_state:ok') && (known.match(/slave/g)?.length ?? 0) === nodeCount / 2
    return isWhole && (copying.includes('role:master') || copying.includes('master_link_status:up'))
  }
  await until(async () => (await Promise.all(ports.map(isAgreed))).every(Boolean), 'a cluster that is agreed')
}, 60_000)

afterAll(async () => {
  for (const server of servers) {
    if (server.exitCode !== null || server.signalCode !== null) continue
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
})

queueContract('BullMQ on a cluster of six nodes', () =>
  createBullmqQueue({ url: all(), prefix: ownName(), concurrency: 4 }),
)
cacheContract('Redis cluster of six nodes', () => createRedisCache({ url: all(), prefix: `${ownName()}:` }))

describe('a cluster', () => {
  test('is asked for by one of its nodes alone: the queue says how to name it', async () => {
    const opening = createBullmqQueue({ url: addressOf(ports[0] ?? 0) })

    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow('node of a cluster')
  })

  test('loses the node with the queue: conversations go on within 15 seconds', async () => {
    const prefix = ownName()
    const queue = await createBullmqQueue({ url: all(), prefix, concurrency: 4 })
    const runs = new Set<string>()
    await queue.work(async (key) => void runs.add(key.conversation))
    await queue.wake({ tenant: 'acme', conversation: 'before' })
    await expect.poll(() => runs.has('before'), { timeout: 10_000, interval: 20 }).toBe(true)

    const lost = servers[ports.indexOf(await masterOf(`{${prefix}}`))]
    lost?.kill('SIGKILL')
    // The sweep of the inbox wakes whatever is owed again and again; so does this test.
    const wake = async (): Promise<boolean> => {
      await queue.wake({ tenant: 'acme', conversation: 'after' }).catch(() => {})
      return runs.has('after')
    }

    await expect.poll(wake, { timeout: 15_000, interval: 100 }).toBe(true)
    await queue.stop()
  }, 60_000)
})
