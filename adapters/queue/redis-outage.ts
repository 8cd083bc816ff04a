import { createReach, type OutageWatch, type Reach } from '../../src/core/reach.ts'
import { beginEvery, oneAtATime } from '../../src/core/repeat.ts'

/** How often Redis is asked whether it is back. */
const askEveryMs = 1000

/** Who is told of an outage of Redis: once when it goes away, once when it is back. */
export type Outages = Pick<OutageWatch, 'onAway' | 'onBack'>

/** The same, and who takes what Redis itself has no part in. */
export interface OutageListeners extends Outages {
  readonly onError: (error: unknown) => void
}

/** What is known of whether Redis can be reached. */
export interface RedisOutage {
  /** Runs what Redis is needed for; undefined while it is away. */
  readonly reach: Reach
  readonly isAway: () => boolean
  /**
   * Takes what a connection or BullMQ complains of. Where Redis does not answer it is an outage, which is told once; where it
   * does, as when it was emptied under a job that ran, it is a complaint by itself.
   */
  readonly failed: (error: unknown) => void
  readonly stop: () => void
}

/** @param ask fails while any connection is not back */
export function watchRedis(ask: () => Promise<unknown>, { onAway, onBack, onError }: OutageListeners): RedisOutage {
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
  const failed = async (error: unknown): Promise<void> => {
    const answered = await reach(ask)
    if (answered !== undefined && !isStopped) onError(error)
  }
  return {
    reach,
    isAway: () => endAsking !== undefined,
    failed: (error) => void failed(error),
    stop: () => {
      isStopped = true
      stopAsking()
    },
  }
}
