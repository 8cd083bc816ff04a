import type { Schedule } from '../../src/core/ports.ts'
import { oneAtATime, beginEvery } from '../../src/core/repeat.ts'
import { bounded, openConnections, stopLimitMs, workerSettings } from './redis-connection.ts'

export interface BullmqScheduleOptions {
  readonly url: string
  /** As that of the queue. */
  readonly prefix?: string
  /** Told of tasks that failed, and of Redis when it is away. */
  readonly onError: (error: unknown) => void
}

const queueName = 'tasks'

/**
 * The schedule of several processes, on Redis: each time one of them does the task. Each looks as often as the task is due
 * whether Redis still knows of it, which a wiped one does not, and does it itself while Redis is away.
 *
 * @throws as `openConnections` does
 */
export async function createBullmqSchedule(options: BullmqScheduleOptions): Promise<Schedule> {
  const { url, onError } = options
  const prefix = `{${options.prefix ?? 'tuppence'}}`
  const connections = await openConnections(url, onError)
  const { Queue: JobQueue, Worker } = connections.packages
  const finished = { removeOnComplete: true, removeOnFail: true }
  const jobs = new JobQueue(queueName, {
    connection: connections.producer,
    prefix,
    streams: { events: { maxLen: 100 } },
  })
  jobs.on('error', onError)
  const tasks = createTasks(onError)
  const settings = { ...workerSettings, connection: connections.forWorker(), prefix, concurrency: 4, autorun: false }
  const worker = new Worker(queueName, (job) => tasks.run(job.name), settings)
  worker.on('error', onError)
  const stops: (() => Promise<void>)[] = []

  return {
    async every(name, everyMs, task) {
      tasks.set(name, task)
      const plan = async (): Promise<void> => {
        const known = await bounded(jobs.getJobScheduler(name), 'read the schedule')
        if (known?.every === everyMs) return
        await bounded(jobs.upsertJobScheduler(name, { every: everyMs }, { name, opts: finished }), 'plan a task')
      }
      const look = oneAtATime(
        () =>
          plan().catch(async (error: unknown) => {
            onError(error)
            await tasks.run(name)
          }),
        onError,
      )
      look.begin()
      stops.push(beginEvery(everyMs, look))
      if (!worker.isRunning()) worker.run().catch(onError)
    },
    async stop() {
      tasks.end()
      await Promise.all(stops.map((stop) => stop()))
      await bounded(Promise.all([worker.close(), jobs.close()]), 'close', stopLimitMs).catch(onError)
      connections.disconnect()
    },
  }
}

interface Tasks {
  set(name: string, task: () => Promise<void>): void
  /** Nothing for a name that is not known, or whose task is still being done. */
  run(name: string): Promise<void>
  /** Nothing is begun any more. */
  end(): void
}

function createTasks(onError: (error: unknown) => void): Tasks {
  const tasks = new Map<string, () => Promise<void>>()
  const running = new Set<string>()
  let hasEnded = false
  return {
    end: () => {
      hasEnded = true
    },
    set: (name, task) => void tasks.set(name, task),
    async run(name) {
      if (hasEnded || running.has(name)) return
      running.add(name)
      // A task that fails is due again soon enough.
      await tasks.get(name)?.().catch(onError)
      running.delete(name)
    },
  }
}
