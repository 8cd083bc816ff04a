import type { Now } from './ports.ts'

/** So long what failed is left alone: one message in this time may have to wait for it, not each. */
const restMs = 5000

/** What of an outage is told: its beginning and its end, once each. */
export interface OutageWatch {
  readonly onAway: (error: unknown) => void
  readonly onBack: () => void
  readonly now: Now
}

/** Runs work that something outside is needed for; undefined while that is away. Never fails. */
export type Reach = <Value>(work: () => Promise<Value>) => Promise<{ readonly value: Value } | undefined>

/**
 * For what is shared by processes and that each of them can do without: it is never a reason not to answer. After a rest one
 * caller tries it again, and only what that one meets ends the outage: what others began before it says nothing of now.
 */
export function createReach({ now, onAway, onBack }: OutageWatch): Reach {
  let awayUntilMs: number | undefined
  let isTried = false
  /** How often it has gone away or come back. */
  let changes = 0
  const nowMs = (): number => now().getTime()

  const tryAgain: Reach = async (work) => {
    isTried = true
    try {
      const value = await work()
      awayUntilMs = undefined
      changes += 1
      onBack()
      return { value }
    } catch {
      awayUntilMs = nowMs() + restMs
      return undefined
    } finally {
      isTried = false
    }
  }

  return async (work) => {
    if (awayUntilMs !== undefined) return isTried || nowMs() < awayUntilMs ? undefined : await tryAgain(work)
    const begunAt = changes
    try {
      return { value: await work() }
    } catch (error) {
      if (changes !== begunAt) return undefined
      awayUntilMs = nowMs() + restMs
      changes += 1
      // Whoever runs the bot is told instead of the customer.
      onAway(error)
      return undefined
    }
  }
}
