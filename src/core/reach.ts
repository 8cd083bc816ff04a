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

/** For what is shared by processes and that each of them can do without: it is never a reason not to answer. */
export function createReach({ now, onAway, onBack }: OutageWatch): Reach {
  let awayUntilMs: number | undefined
  const nowMs = (): number => now().getTime()
  return async (work) => {
    if (awayUntilMs !== undefined && nowMs() < awayUntilMs) return undefined
    try {
      const value = await work()
      if (awayUntilMs !== undefined) onBack()
      awayUntilMs = undefined
      return { value }
    } catch (error) {
      // Whoever runs the bot is told instead of the customer.
      if (awayUntilMs === undefined) onAway(error)
      awayUntilMs = nowMs() + restMs
      return undefined
    }
  }
}
