import { pause } from '../core/pause.ts'
import type { Locks } from '../core/ports.ts'
import type { Patience } from './single-flight.ts'

/** A cheap model's 1.5 seconds and a little. A slower one, on a machine of one's own, costs nothing when it is asked twice. */
const holdMs = 2000
/** Whoever waits looks again after this time, then twice as late each time, at most so late. */
const firstPauseMs = 10
const longestPauseMs = 100
/** One who died has the lock until its time ends; whoever has waited a little longer than that waits for nobody. */
const longestWaitMs = holdMs + 2 * longestPauseMs
/** What is left of a message's time after waiting is enough to look itself. */
const leftToLookMs = 1500

/** Something that is to be found out, and kept where other processes find it. */
export interface Lookup<Value> {
  readonly key: string
  /** What is kept, by whomever. */
  readonly find: () => Promise<Value | undefined>
  /** Finds it out and keeps it. */
  readonly look: () => Promise<Value>
}

/**
 * Looks, unless another process is looking: then waits for what that finds, and looks itself where it found nothing, died or
 * takes too long. Waits 2.2 s at most, and no longer than leaves a message time to be looked at.
 *
 * @throws what `look` throws
 */
export async function lookOnce<Value>(
  { key, find, look }: Lookup<Value>,
  { signal, leftMs }: Patience,
  locks: Locks,
): Promise<Value> {
  const endsAtMs = performance.now() + longestWaitMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const unlock = await locks.take(key, holdMs)
    if (unlock !== undefined) {
      try {
        // Whoever had the lock before may have found it since the last look.
        return (await find()) ?? (await look())
      } finally {
        await unlock()
      }
    }
    const waitMs = Math.min(endsAtMs - performance.now(), leftMs() - leftToLookMs)
    if (signal.aborted || waitMs <= 0) return await look()
    await pause(Math.min(pauseMs, waitMs), signal)
    const kept = await find()
    if (kept !== undefined) return kept
  }
}
