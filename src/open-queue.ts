import type { Config } from '../config/config.ts'
import type { TenantId } from './core/message.ts'
import type { Observer, Queue, Schedule } from './core/ports.ts'

/** Conversations in which something is owed, and those of which only the replies are to be shown. */
export type QueueName = 'conversations' | 'deliveries'

/** So many conversations a process works on at a time: they wait for models and the database, and share the processor. */
const concurrency = 64

type Where = Pick<Config, 'tenant' | 'redisUrl'>

/**
 * The queue in Redis, or the one of this process alone. Bots of several tenants may share one Redis: none is woken for the
 * conversations of another, which it could not see in the store.
 */
export async function openQueue(
  { tenant, redisUrl }: Where,
  observer: Observer,
  name: QueueName = 'conversations',
): Promise<Queue> {
  const told = toldBy(observer, name)
  if (redisUrl === undefined) {
    const { createInProcessQueue } = await import('../adapters/queue/in-process.ts')
    return createInProcessQueue({ concurrency, ...told })
  }
  const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
  return await createBullmqQueue({ name, url: redisUrl.reveal(), prefix: prefixOf(tenant), concurrency, ...told })
}

/** The schedule of all processes of the tenant in Redis, or that of this process alone. */
export async function openSchedule({ tenant, redisUrl }: Where, observer: Observer): Promise<Schedule> {
  const told = toldBy(observer, 'schedule')
  if (redisUrl === undefined) {
    const { createInProcessSchedule } = await import('../adapters/queue/in-process-schedule.ts')
    return createInProcessSchedule(told.onError)
  }
  const { createBullmqSchedule } = await import('../adapters/queue/bullmq-schedule.ts')
  return await createBullmqSchedule({ url: redisUrl.reveal(), prefix: prefixOf(tenant), ...told })
}

function prefixOf(tenant: TenantId): string {
  return `tuppence-${tenant}`
}

/** A handler or task that threw each time; an outage of Redis, during which the work goes on, once. */
function toldBy(observer: Observer, what: QueueName | 'schedule') {
  return {
    onError: (error: unknown) => observer.event({ name: 'queue.failed', level: 'error', fields: { what }, error }),
    onAway: (error: unknown) => observer.event({ name: 'queue.left', level: 'warn', fields: { what }, error }),
    onBack: () => observer.event({ name: 'queue.returned', level: 'info', fields: { what } }),
  }
}
