import type { Config } from '../config/config.ts'
import type { Observer, Queue, Schedule } from './core/ports.ts'

/** The queue in Redis, or the one of this process alone. */
export async function openQueue(redisUrl: Config['redisUrl'], observer: Observer): Promise<Queue> {
  const onError = toldBy(observer)
  if (redisUrl === undefined) {
    const { createInProcessQueue } = await import('../adapters/queue/in-process.ts')
    return createInProcessQueue({ onError })
  }
  const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
  return await createBullmqQueue({ url: redisUrl.reveal(), onError })
}

/** The schedule of all processes in Redis, or that of this process alone. */
export async function openSchedule(redisUrl: Config['redisUrl'], observer: Observer): Promise<Schedule> {
  const onError = toldBy(observer)
  if (redisUrl === undefined) {
    const { createInProcessSchedule } = await import('../adapters/queue/in-process-schedule.ts')
    return createInProcessSchedule(onError)
  }
  const { createBullmqSchedule } = await import('../adapters/queue/bullmq-schedule.ts')
  return await createBullmqSchedule({ url: redisUrl.reveal(), onError })
}

function toldBy(observer: Observer): (error: unknown) => void {
  return (error) => observer.event({ name: 'queue.failed', level: 'error', fields: {}, error })
}
