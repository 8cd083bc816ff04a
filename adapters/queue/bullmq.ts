import type * as bullmq from 'bullmq'
import type { ConversationKey, Queue } from '../../src/core/ports.ts'
import { bounded, openConnections, stopLimitMs, workerSettings } from './redis-connection.ts'

/** What lies in Redis: ids only, never a text. */
interface Wake extends ConversationKey {
  /** How often in a row the handler threw before this wake-up. */
  readonly failures: number
}

export interface BullmqQueueOptions {
  /** `redis://host:6379/0`, or `rediss://` with TLS; several with commas between are nodes of one cluster. */
  readonly url: string
  /** First part of every key, so that several bots share one Redis; all keys of one stand on one node of a cluster. */
  readonly prefix?: string
  /** How many conversations this process runs at a time, at least 1. */
  readonly concurrency?: number
  /** Told of a handler that threw and of a lost connection. Both are repaired here. */
  readonly onError?: (error: unknown) => void
}

const queueName = 'conversations'
const firstRetryMs = 100
const largestRetryMs = 30_000

/**
 * The queue for several processes, on Redis. A conversation has at most one job running and one waiting in all of them.
 * Redis only wakes: after a lost or wiped Redis the sweep of the inbox wakes again whatever is still owed.
 *
 * @throws as `openConnections` does
 */
export async function createBullmqQueue(options: BullmqQueueOptions): Promise<Queue> {
  const { url, concurrency = 8, onError = () => {} } = options
  const prefix = `{${options.prefix ?? 'tuppence'}}`
  const connections = await openConnections(url, onError)
  const { Queue: JobQueue, Worker } = connections.packages
  const jobs = new JobQueue<Wake>(queueName, {
    connection: connections.producer,
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
      const settings = { ...workerSettings, connection: connections.forWorker(), prefix, concurrency }
      worker = new Worker<Wake>(queueName, (job) => run(job, jobs, { handler, onError }), settings)
      worker.on('error', onError)
    },
    async stop() {
      isStopped = true
      const closing = Promise.all([worker?.close(), jobs.close()])
      // Without Redis nothing can be said goodbye to: whatever has not closed by then is cut off.
      await bounded(closing, 'close', stopLimitMs).catch(onError)
      connections.disconnect()
    },
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
