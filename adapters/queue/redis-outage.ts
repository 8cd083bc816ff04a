import { RedisError } from '../../src/core/errors.ts'
import { createReach, type OutageWatch, type Reach } from '../../src/core/reach.ts'
import { beginEvery, oneAtATime } from '../../src/core/repeat.ts'

/** How often Redis is asked whether it is back. */
const askEveryMs = 1000

/** Who is told of an outage of Redis: once when it goes away, once when it is back. */
export type Outages = Pick<OutageWatch, 'onAway' | 'onBack'>

/** What is known of whether Redis can be reached. */
export interface RedisOutage {
  /** Runs what Redis is needed for; undefined while it is away. */
  readonly reach: Reach
  readonly isAway: () => boolean
  /** Takes what a connection or BullMQ complains of: the first complaint of an outage is told, the others are silent. */
  readonly failed: (error: unknown) => void
  readonly stop: () => void
}

/** @param ask fails while any connection is not back */
export function watchRedis(ask: () => Promise<unknown>, { onAway, onBack }: Outages): RedisOutage {
  let endAsking: (() => Promise<void>) | undefined
  let isStopped = false
  const stopAsking = (): void => {
    endAsking?.().catch(() => undefined) // never fails; a question that is under way ends by itself
    endAsking = undefined
  }
  const reach = createReach({
    now: () => new Date(),
    onAway: (error) => {
      if (isStopped) return
      const asking = oneAtATime(
        async () => void (await reach(ask)),
        () => {},
      )
      endAsking = beginEvery(askEveryMs, asking)
      onAway(error)
    },
    onBack: () => {
      stopAsking()
      if (!isStopped) onBack()
    },
  })
  return {
    reach,
    isAway: () => endAsking !== undefined,
    failed: (error) => void reach(() => failWith(error)),
    stop: () => {
      isStopped = true
      stopAsking()
    },
  }
}

async function failWith(error: unknown): Promise<never> {
  if (error instanceof RedisError) throw error
  throw new RedisError(`Redis failed: ${error instanceof Error ? error.message : String(error)}`, error)
}
