import type * as bullmq from 'bullmq'
import type * as ioredis from 'ioredis'
import { ConfigError, PackageMissingError, RedisError } from '../../src/core/errors.ts'
import type { ConversationKey, Queue } from '../../src/core/ports.ts'

/** What lies in Redis: ids only, never a text. */
interface Wake extends ConversationKey {
  /** How often in a row the handler threw before this wake-up. */
  readonly failures: number
}

export interface BullmqQueueOptions {
  /** `redis://host:6379/0`, or `rediss://` with TLS. */
  readonly url: string
  /** First part of every key, so that several bots share one Redis. */
  readonly prefix?: string
  /** How many conversations this process runs at a time, at least 1. */
  readonly concurrency?: number
  /** Told of a handler that threw and of a lost connection. Both are repaired here. */
  readonly onError?: (error: unknown) => void
}

const queueName = 'conversations'
const commandLimitMs = 2000
const stopLimitMs = 5000
const firstRetryMs = 100
const largestRetryMs = 30_000
/** A wake-up fails at once while Redis is away instead of piling up in memory. */
const producerSettings = {
  enableOfflineQueue: false,
  commandTimeout: commandLimitMs,
  maxRetriesPerRequest: null,
  retryStrategy,
}
/**
 * A killed worker's conversation is given to another after its lock has run out and two checks have found it so: 10 s.
 * BullMQ's own 30 s each would keep a customer waiting.
 */
const lockMs = 5000
const stalledCheckMs = 2500
const workerSettings = {
  lockDuration: lockMs,
  stalledInterval: stalledCheckMs,
  // A killed worker's job is always given to another one: the inbox counts attempts and parks what kills workers.
  maxStalledCount: 1_000_000,
  runRetryDelay: 1000,
}

/**
 * The queue for several processes, on Redis. A conversation has at most one job running and one waiting in all of them.
 * Redis only wakes: after a lost or wiped Redis the sweep of the inbox wakes again whatever is still owed.
 *
 * @throws PackageMissingError without `bullmq` and `ioredis`; RedisError when Redis does not answer within 2 s;
 * ConfigError when that Redis may throw keys away.
 */
export async function createBullmqQueue(options: BullmqQueueOptions): Promise<Queue> {
  const { url, prefix = 'tuppence', concurrency = 8, onError = () => {} } = options
  const { Queue: JobQueue, Worker, Redis } = await loadPackages()
  const producer = await connectProducer(new Redis(url, producerSettings), onError)
  const connections = [producer]
  const jobs = new JobQueue<Wake>(queueName, {
    connection: producer,
    prefix,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  })
  jobs.on('error', onError)
  let worker: bullmq.Worker<Wake> | undefined
  let isStopped = false

  return {
    async wake(key, at) {
      if (!isStopped) await bounded(add(jobs, { ...key, failures: 0 }, at), 'wake a conversation')
    },
    async work(handler) {
      const connection = new Redis(url, { maxRetriesPerRequest: null, retryStrategy })
      connection.on('error', onError)
      connections.push(connection)
      rememberCopies(connection, connections)
      const settings = { ...workerSettings, connection, prefix, concurrency }
      worker = new Worker<Wake>(queueName, (job) => run(job, jobs, { handler, onError }), settings)
      worker.on('error', onError)
    },
    async stop() {
      isStopped = true
      const closing = Promise.all([worker?.close(), jobs.close()])
      // Without Redis nothing can be said goodbye to: whatever has not closed by then is cut off.
      await bounded(closing, 'close', stopLimitMs).catch(onError)
      for (const connection of connections) connection.disconnect()
    },
  }
}

/** Connects within 2 s, or leaves nothing open. */
async function connectProducer(connection: ioredis.Redis, onError: (error: unknown) => void): Promise<ioredis.Redis> {
  connection.on('error', onError)
  try {
    await bounded(ready(connection), 'connect')
    await refuseEviction(connection)
    return connection
  } catch (error) {
    connection.disconnect()
    throw error
  }
}

/**
 * A wake-up for now is one job per conversation. One for later is a timer of its own that then wakes, because a delayed
 * job with the conversation's id would swallow every wake-up until its hour.
 */
async function add(queue: bullmq.Queue<Wake>, wake: Wake, at?: Date): Promise<void> {
  const id = JSON.stringify([wake.tenant, wake.conversation])
  const delay = at === undefined ? 0 : at.getTime() - Date.now()
  if (at !== undefined && delay > 0)
    await queue.add('later', wake, { delay, deduplication: { id: `${id}@${at.getTime()}` } })
  else await queue.add('now', wake, { deduplication: { id, keepLastIfActive: true } })
}

interface Running {
  readonly handler: (key: ConversationKey) => Promise<void>
  readonly onError: (error: unknown) => void
}

async function run(job: bullmq.Job<Wake>, queue: bullmq.Queue<Wake>, { handler, onError }: Running): Promise<void> {
  const { tenant, conversation, failures } = job.data
  if (job.name === 'later') return add(queue, job.data)
  try {
    await handler({ tenant, conversation })
  } catch (error) {
    onError(error)
    // BullMQ's own retry would hold the conversation's place and swallow new wake-ups during the pause.
    const pauseMs = Math.min(firstRetryMs * 2 ** failures, largestRetryMs)
    await add(queue, { tenant, conversation, failures: failures + 1 }, new Date(Date.now() + pauseMs))
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

/** BullMQ blocks on a copy of the connection it is given and keeps it to itself; stopping without Redis has to reach it. */
function rememberCopies(connection: ioredis.Redis, copies: ioredis.Redis[]): void {
  const duplicate = connection.duplicate.bind(connection)
  connection.duplicate = (override) => {
    const copy = duplicate(override)
    copies.push(copy)
    return copy
  }
}

function ready(connection: ioredis.Redis): Promise<unknown> {
  return new Promise((resolve) => connection.once('ready', resolve))
}

async function bounded<T>(promise: Promise<T>, what: string, limitMs = commandLimitMs): Promise<T> {
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

async function loadPackages(): Promise<Pick<typeof bullmq, 'Queue' | 'Worker'> & Pick<typeof ioredis, 'Redis'>> {
  try {
    const { Queue, Worker } = await import('bullmq')
    const { Redis } = await import('ioredis')
    return { Queue, Worker, Redis }
  } catch (error) {
    throw new PackageMissingError(
      'REDIS_URL is set, and the queue on Redis needs two packages: npm install bullmq ioredis',
      error,
    )
  }
}
