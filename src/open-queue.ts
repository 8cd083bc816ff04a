import type { Config } from '../config/config.ts'
import type { TenantId } from './core/message.ts'
import type { Observer, Queue, Schedule } from './core/ports.ts'

type Where = Pick<Config, 'tenant' | 'redisUrl'>

/**
 * The queue in Redis, or the one of this process alone. Bots of several tenants may share one Redis: none is woken for the
 * conversations of another, which it could not see in the store.
 */
export async function openQueue({ tenant, redisUrl }: Where, observer: Observer): Promise<Queue> {
  const onError = toldBy(observer)
  if (redisUrl === undefined) {
    const { createInProcessQueue } = await import('../adapters/queue/in-process.ts')
    return createInProcessQueue({ onError })
  }
  const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
  return await createBullmqQueue({ url: redisUrl.reveal(), prefix: prefixOf(tenant), onError })
}

/** The schedule of all processes of the tenant in Redis, or that of this process alone. */
export async function openSchedule({ tenant, redisUrl }: Where, observer: Observer): Promise<Schedule> {
  const onError = toldBy(observer)
  if (redisUrl === undefined) {
    const { createInProcessSchedule } = await import('../adapters/queue/in-process-schedule.ts')
    return createInProcessSchedule(onError)
  }
  const { createBullmqSchedule } = await import('../adapters/queue/bullmq-schedule.ts')
  return await createBullmqSchedule({ url: redisUrl.reveal(), prefix: prefixOf(tenant), onError })
}

function prefixOf(tenant: TenantId): string {
  return `tuppence-${tenant}`
}

function toldBy(observer: Observer): (error: unknown) => void {
  return (error) => observer.event({ name: 'queue.failed', level: 'error', fields: {}, error })
}
