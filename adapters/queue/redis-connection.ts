import type * as bullmq from 'bullmq'
import type * as ioredis from 'ioredis'
import { ConfigError, PackageMissingError, RedisError } from '../../src/core/errors.ts'
import { readRedisAddress } from '../../src/core/redis-address.ts'
import { beginEvery } from '../../src/core/repeat.ts'
import { watchRedis, type OutageListeners, type RedisOutage } from './redis-outage.ts'

const commandLimitMs = 2000
/** What runs has so long to end when the process stops. */
const finishLimitMs = 4500
/** Without Redis nothing can be said goodbye to: whatever has not closed by then is cut off. */
const goodbyeLimitMs = 500
/** A wake-up fails at once while Redis is away instead of piling up in memory. */
const producerSettings = {
  enableOfflineQueue: false,
  commandTimeout: commandLimitMs,
  maxRetriesPerRequest: null,
} as const
/**
 * A killed worker's conversation is given to another after its lock has run out and two checks have found it so: 10 s.
 * BullMQ's own 30 s each would keep a customer waiting.
 */
const lockMs = 5000
const stalledCheckMs = 2500
/** What all workers have: how soon the jobs of a process that was killed are another's. */
export const workerSettings = {
  lockDuration: lockMs,
  stalledInterval: stalledCheckMs,
  // A killed worker's job is always given to another one: the inbox counts attempts and parks what kills workers.
  maxStalledCount: 1_000_000,
  runRetryDelay: 1000,
}

/** What a queue on Redis is made with. */
export interface Connections {
  readonly packages: Packages
  /** Fails at once while Redis is away. */
  readonly producer: Connection
  /** A further one, which waits for Redis to come back. */
  forWorker(): Connection
  readonly outage: RedisOutage
  /** Waits for what runs, lets Redis know if it is there, and cuts off whatever is still open: within 6 seconds. */
  end(parts: Ending): Promise<void>
}

/** What is ended. */
interface Ending {
  readonly worker: bullmq.Worker | undefined
  readonly jobs: Pick<bullmq.Queue, 'close'>
  /** Resolves when nothing runs any more. */
  readonly running: Promise<unknown>
}

/**
 * Connects within 2 s, or leaves nothing open.
 *
 * @throws PackageMissingError without `bullmq` and `ioredis`; RedisError when Redis does not answer; ConfigError when that
 * Redis may throw keys away, or is a node of a cluster whose others are not named
 */
export async function openConnections(url: string, told: OutageListeners): Promise<Connections> {
  const packages = await loadPackages()
  const producer = await connectProducer(connect(url, producerSettings, packages))
  const all: Connection[] = [producer]
  const outage = watchRedis(() => askAll(producer, all), told)
  producer.on('error', outage.failed)
  return {
    packages,
    producer,
    outage,
    forWorker() {
      const connection = connect(url, { maxRetriesPerRequest: null }, packages)
      connection.on('error', outage.failed)
      all.push(connection)
      rememberCopies(connection, all)
      return connection
    },
    async end({ worker, jobs, running }) {
      await worker?.pause(true) // takes no job any more
      // What is still under way when the time is over belongs to its lease, as if this process had been killed.
      await bounded(running, 'finish', finishLimitMs).catch(() => undefined)
      // By force where Redis cannot hear what became of the jobs: a worker that waits for that keeps the process for ever.
      const closing = Promise.all([worker?.close(outage.isAway()), jobs.close()])
      outage.stop()
      await bounded(closing, 'close', goodbyeLimitMs).catch(() => undefined)
      for (const connection of all) connection.disconnect()
    },
  }
}

/** How often it is looked at whether a worker still runs. */
const lookEveryMs = 1000

/** Runs the worker, and again should its loop ever end; the function it gives ends that. */
export function keepRunning(worker: bullmq.Worker, onEnded: (error: unknown) => void): () => Promise<void> {
  const look = (): void => {
    if (!worker.isRunning()) worker.run().catch(onEnded)
  }
  look()
  return beginEvery(lookEveryMs, { begin: look, stop: async () => {} })
}

/** Fails unless Redis answers and every connection that was ever open is open again. */
async function askAll(producer: Connection, all: readonly Connection[]): Promise<void> {
  const isBack = all.every(({ status }) => status === 'ready' || status === 'wait' || status === 'end')
  if (!isBack) throw new RedisError('Redis is not back for all connections of this process.')
  await bounded(producer.ping(), 'say that it is there')
}

/** To one server, or to a cluster. */
type Connection = ioredis.Redis | ioredis.Cluster

interface ConnectionSettings {
  readonly enableOfflineQueue?: boolean
  readonly commandTimeout?: number
  /** BullMQ asks for it. */
  readonly maxRetriesPerRequest: null
}

function connect(url: string, settings: ConnectionSettings, { Redis, Cluster }: Packages): Connection {
  const { nodes, entry } = readRedisAddress(url)
  if (nodes.length === 1) return new Redis(nodes[0], { ...settings, retryStrategy })
  const { enableOfflineQueue = true, ...others } = settings
  return new Cluster([...nodes], {
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    redisOptions: { ...others, ...entry },
  })
}

async function connectProducer(connection: Connection): Promise<Connection> {
  // Without a listener a failed try would end the process; the time limit below tells of it.
  connection.on('error', () => {})
  try {
    await bounded(ready(connection), 'connect')
    if (!('nodes' in connection)) await refuseSingleNode(connection)
    for (const node of 'nodes' in connection ? connection.nodes('master') : [connection]) await refuseEviction(node)
    return connection
  } catch (error) {
    connection.disconnect()
    throw error
  }
}

/** An instance that drops keys when memory is short would drop wake-ups and locks without a word. */
async function refuseEviction(connection: ioredis.Redis): Promise<void> {
  const memory = await bounded(connection.info('memory'), 'read its settings')
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction'
  if (policy === 'noeviction') return
  const problem = `this Redis has maxmemory-policy "${policy}" and may drop queued work; set "maxmemory-policy noeviction", or give the queue an instance of its own.`
  throw new ConfigError([{ file: 'environment', path: 'REDIS_URL', problem }])
}

/** A node of a cluster refuses the keys that stand on another one. */
async function refuseSingleNode(connection: ioredis.Redis): Promise<void> {
  const cluster = await bounded(connection.info('cluster'), 'read its settings')
  if (!/^cluster_enabled:1/m.test(cluster)) return
  const problem =
    'this Redis is a node of a cluster; name several of its nodes, with commas between: redis://one:6379,redis://two:6379'
  throw new ConfigError([{ file: 'environment', path: 'REDIS_URL', problem }])
}

/** BullMQ blocks on a copy of the connection it is given and keeps it to itself; stopping without Redis has to reach it. */
function rememberCopies(connection: Connection, copies: Connection[]): void {
  const remember = <Copy extends Connection>(copy: Copy): Copy => {
    copies.push(copy)
    return copy
  }
  if ('nodes' in connection) {
    const duplicate = connection.duplicate.bind(connection)
    connection.duplicate = (...changes) => remember(duplicate(...changes))
  } else {
    const duplicate = connection.duplicate.bind(connection)
    connection.duplicate = (...changes) => remember(duplicate(...changes))
  }
}

function ready(connection: Connection): Promise<unknown> {
  return new Promise((resolve) => connection.once('ready', resolve))
}

/** What Redis is asked for. @param what is waited for, for the error @throws RedisError when it takes longer than the limit, 2 seconds unless told */
export async function bounded<T>(promise: Promise<T>, what: string, limitMs = commandLimitMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    const late = (): void =>
      reject(
        new RedisError(
          `Redis did not answer within ${limitMs} ms to ${what}. Is the server of REDIS_URL running and reachable?`,
        ),
      )
    timer = setTimeout(late, limitMs)
  })
  try {
    return await Promise.race([promise, limit])
  } catch (error) {
    if (error instanceof RedisError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new RedisError(`Redis refused to ${what}: ${reason}`, error)
  } finally {
    clearTimeout(timer)
  }
}

function retryStrategy(times: number): number {
  return Math.min(times * 100, 1000)
}

type Packages = Pick<typeof bullmq, 'Queue' | 'Worker'> & Pick<typeof ioredis, 'Redis' | 'Cluster'>

async function loadPackages(): Promise<Packages> {
  try {
    const { Queue, Worker } = await import('bullmq')
    const { Redis, Cluster } = await import('ioredis')
    return { Queue, Worker, Redis, Cluster }
  } catch (error) {
    throw new PackageMissingError(
      'REDIS_URL is set, and the queue on Redis needs two packages: npm install bullmq ioredis',
      error,
    )
  }
}
