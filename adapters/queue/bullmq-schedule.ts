import type * as bullmq from 'bullmq'
import type { Schedule } from '../../src/core/ports.ts'
import { oneAtATime, beginEvery } from '../../src/core/repeat.ts'
import { bounded, keepRunning, openConnections, workerSettings } from './redis-connection.ts'
import type { Outages } from './redis-outage.ts'

/** Where the schedule stands, and who is told of what goes wrong. */
export interface BullmqScheduleOptions extends Partial<Outages> {
  readonly url: string
  /** As that of the queue. */
  readonly prefix?: string
  /** Told of tasks that failed, and of what BullMQ complains of. */
  readonly onError: (error: unknown) => void
}

const queueName = 'tasks'
/** A plan whose next time is over for longer than this, and the same as a look before, has lost its job, or nobody does it. */
const overdueMs = 2000

/**
 * The schedule of several processes, on Redis: each time one of them does the task. Each looks as often as the task is due
 * whether Redis still knows of it, which a wiped one does not, and whether it is done. Where it is not, and while Redis is
 * away, each does it itself.
 *
 * @throws as `openConnections` does
 */
export async function createBullmqSchedule(options: BullmqScheduleOptions): Promise<Schedule> {
  const { url, onError, onAway = () => {}, onBack = () => {} } = options
  const prefix = `{${options.prefix ?? 'tuppence'}}`
  const connections = await openConnections(url, { onAway, onBack, onError })
  const { outage, packages } = connections
  const jobs = new packages.Queue(queueName, {
    connection: connections.producer,
    prefix,
    streams: { events: { maxLen: 100 } },
  })
  jobs.on('error', outage.failed)
  const tasks = createTasks(onError)
  const settings = { ...workerSettings, connection: connections.forWorker(), prefix, concurrency: 4, autorun: false }
  const worker = new packages.Worker(queueName, (job) => tasks.run(job.name), settings)
  worker.on('error', outage.failed)
  const stops = [keepRunning(worker, outage.failed)]

  return {
    async every(name, everyMs, task) {
      tasks.set(name, task)
      let next: number | undefined
      const look = oneAtATime(async () => {
        const before = next
        const planned = await outage.reach(async () => {
          const known = await bounded(jobs.getJobScheduler(name), 'read the schedule')
          next = known?.next
          return await plan(jobs, { name, everyMs, known, before })
        })
        if (planned?.value !== 'goes on') await tasks.run(name)
      }, onError)
      look.begin()
      stops.push(beginEvery(everyMs, look))
    },
    async stop() {
      tasks.end()
      await connections.end({ worker, jobs, running: Promise.all([...stops.map((stop) => stop()), tasks.idle()]) })
    },
  }
}

interface Planned {
  readonly name: string
  readonly everyMs: number
  /** As Redis has it. */
  readonly known: bullmq.JobSchedulerJson | undefined
  /** Its next time at the look before: machines may differ about what time it is, not about whether that has moved. */
  readonly before: number | undefined
}

/** Sees to it that Redis knows the task and has a job for its next time. */
async function plan(jobs: bullmq.Queue, { name, everyMs, known, before }: Planned): Promise<'goes on' | 'stood still'> {
  const next = known?.next
  const isOverdue = next !== undefined && next === before && next < Date.now() - overdueMs
  if (known?.every === everyMs && !isOverdue) return 'goes on'
  const finished = { removeOnComplete: true, removeOnFail: true }
  await bounded(jobs.upsertJobScheduler(name, { every: everyMs }, { name, opts: finished }), 'plan a task')
  return isOverdue ? 'stood still' : 'goes on'
}

interface Tasks {
  set(name: string, task: () => Promise<void>): void
  /** Nothing for a name that is not known, or whose task is still being done. */
  run(name: string): Promise<void>
  /** Nothing is begun any more. */
  end(): void
  /** Resolves when none is being done. */
  idle(): Promise<void>
}

function createTasks(onError: (error: unknown) => void): Tasks {
  const tasks = new Map<string, () => Promise<void>>()
  const running = new Map<string, Promise<void>>()
  let hasEnded = false
  return {
    end: () => {
      hasEnded = true
    },
    idle: async () => void (await Promise.all(running.values())),
    set: (name, task) => void tasks.set(name, task),
    async run(name) {
      const task = tasks.get(name)
      if (hasEnded || task === undefined || running.has(name)) return
      // A task that fails is due again soon enough.
      const run = task()
        .catch(onError)
        .finally(() => running.delete(name))
      running.set(name, run)
      await run
    },
  }
}
