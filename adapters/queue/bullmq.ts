import type * as bullmq from 'bullmq'
import type { ConversationKey, Queue } from '../../src/core/ports.ts'
import { createInProcessQueue } from './in-process.ts'
import { oneByOne, type OneByOne } from './one-by-one.ts'
import { bounded, keepRunning, openConnections, workerSettings } from './redis-connection.ts'
import type { Outages } from './redis-outage.ts'

/** What lies in Redis: ids only, never a text. */
interface Wake extends ConversationKey {
  /** How often in a row the handler threw before this wake-up. */
  readonly failures: number
}

/** Where the queue stands, how much of it this process works on, and who is told of what goes wrong. */
export interface BullmqQueueOptions extends Partial<Outages> {
  /** `redis://host:6379/0`, or `rediss://` with TLS; several with commas between are nodes of one cluster. */
  readonly url: string
  /** First part of every key, so that several bots share one Redis; all keys of one stand on one node of a cluster. */
  readonly prefix?: string
  /** Whose wake-ups these are, where processes do a part each; left out, `conversations`. */
  readonly name?: string
  /** How many conversations this process runs at a time, at least 1; as many again of those that come by Redis. */
  readonly concurrency?: number
  /** Told of a handler that threw, whose conversation is woken again after 0.1 s to 30 s, and of what BullMQ complains of. */
  readonly onError?: (error: unknown) => void
}

const firstRetryMs = 100
const largestRetryMs = 30_000

/**
 * The queue for several processes, on Redis. A process that works does at once what it is woken for while it has room. What
 * it has none for, what is for later (an instant that has passed included), and what is for processes with another part goes by
 * a job: a conversation has at most one running and one waiting in all of them. Redis only wakes: after a lost or wiped Redis
 * the sweep of the inbox wakes again whatever is still owed, and while it is away each process that works wakes itself. A
 * process runs a conversation once at a time; that no two answer one message is the inbox's lease.
 *
 * @throws as `openConnections` does
 */
export async function createBullmqQueue(options: BullmqQueueOptions): Promise<Queue> {
  const {
    url,
    name = 'conversations',
    concurrency = 8,
    onError = () => {},
    onAway = () => {},
    onBack = () => {},
  } = options
  const prefix = `{${options.prefix ?? 'tuppence'}}`
  const connections = await openConnections(url, { onAway, onBack, onError })
  const { outage, packages } = connections
  const jobs = new packages.Queue<Wake>(name, {
    connection: connections.producer,
    prefix,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  })
  jobs.on('error', outage.failed)
  const near = createInProcessQueue({ concurrency, onError })
  let worker: bullmq.Worker<Wake> | undefined
  let runs: OneByOne | undefined
  let endLooking: (() => Promise<void>) | undefined
  let isStopped = false

  const wake = async (given: Wake, at?: Date): Promise<void> => {
    const reached = await outage.reach(() => bounded(add(jobs, given, at), 'wake a conversation'))
    // Where nothing is worked on, the sweep of those who work finds it.
    if (reached === undefined && runs !== undefined)
      await near.wake({ tenant: given.tenant, conversation: given.conversation }, at)
  }

  return {
    async wake(key, at) {
      if (isStopped) return
      if (at === undefined && near.hasRoomFor(key)) await near.wake(key)
      else await wake({ ...key, failures: 0 }, at)
    },
    async work(handler) {
      const { handle } = (runs = oneByOne(handler))
      await near.work(handle)
      const settings = { ...workerSettings, connection: connections.forWorker(), prefix, concurrency, autorun: false }
      worker = new packages.Worker<Wake>(name, (job) => run(job, { handle, wake, onError }), settings)
      worker.on('error', outage.failed)
      endLooking = keepRunning(worker, outage.failed)
    },
    async stop() {
      isStopped = true
      await endLooking?.()
      await connections.end({ worker, jobs, running: Promise.all([near.stop(), runs?.idle()]) })
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
  readonly handle: OneByOne['handle']
  readonly wake: (wake: Wake, at?: Date) => Promise<void>
  readonly onError: (error: unknown) => void
}

async function run(job: bullmq.Job<Wake>, { handle, wake, onError }: Running): Promise<void> {
  const { tenant, conversation, failures } = job.data
  if (job.name === 'later') return wake(job.data)
  try {
    await handle({ tenant, conversation })
  } catch (error) {
    onError(error)
    // BullMQ's own retry would hold the conversation's place and swallow new wake-ups during the pause.
    const pauseMs = Math.min(firstRetryMs * 2 ** failures, largestRetryMs)
    await wake({ tenant, conversation, failures: failures + 1 }, new Date(Date.now() + pauseMs))
  }
}
