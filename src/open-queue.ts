import type { Config } from '../config/config.ts'
import type { Observer, Queue } from './core/ports.ts'

/** The queue in Redis, or the one of this process alone. */
export async function openQueue(redisUrl: Config['redisUrl'], observer: Observer): Promise<Queue> {
  const onError = (error: unknown): void => observer.event({ name: 'queue.failed', level: 'error', fields: {}, error })
  if (redisUrl === undefined) {
    const { createInProcessQueue } = await import('../adapters/queue/in-process.ts')
    return createInProcessQueue({ onError })
  }
  const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
  return await createBullmqQueue({ url: redisUrl.reveal(), onError })
}
