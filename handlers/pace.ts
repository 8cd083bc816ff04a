/** How patient sending is. All in milliseconds. */
export interface Pace {
  /** Twice this after the first failure, twice as long after each further one. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  /** When a reply that may be shown twice is looked for, each counted from the look before it, the first from its sending. */
  readonly looksMs: readonly number[]
  /** What a process that was killed was about to look for, another looks for after so long. Longer than a look takes. */
  readonly lookLeaseMs: number
}

/** Twins are looked for 5, 20 and 65 seconds after the sending: a platform that is late is so by a minute at most. */
export const usualPace: Pace = {
  firstWaitMs: 1000,
  longestWaitMs: 3_600_000,
  looksMs: [5000, 15_000, 45_000],
  lookLeaseMs: 60_000,
}

/** When to look after so many looks; undefined when there were enough. */
export function lookAt(looks: number, now: Date, { looksMs }: Pace = usualPace): Date | undefined {
  const waitMs = looksMs[looks]
  return waitMs === undefined ? undefined : new Date(now.getTime() + waitMs)
}

/** So often a platform is asked again exactly when it wants to be. */
const believedAttempts = 5

/**
 * Milliseconds until a reply is tried again.
 * @param attempt how often it was tried, from 1 on
 * @param askedMs what the platform asks for. One that asks for a second again and again would use up the tries of a day in
 * half a minute, so after a few the usual wait is kept as well.
 */
export function waitAfter(
  attempt: number,
  askedMs: number | undefined,
  { firstWaitMs, longestWaitMs }: Pace = usualPace,
): number {
  const usualMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt, 12))
  if (askedMs === undefined) return usualMs
  return attempt <= believedAttempts ? askedMs : Math.max(askedMs, usualMs)
}
