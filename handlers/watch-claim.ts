import type { Claim, Revisions } from '../src/core/ports.ts'
import { beginEvery, oneAtATime } from '../src/core/repeat.ts'
import type { RunningTurns } from './running-turns.ts'

export interface WatchParts {
  readonly revisions: Pick<Revisions, 'stands'>
  readonly running: RunningTurns
  /** How often to look, in milliseconds. Left out, once a second. */
  readonly lookEveryMs?: number
}

const usualLookEveryMs = 1000

/**
 * Ends the work on a message whose answer would not count any more. Whoever changed it, took it back or took the
 * conversation may have done so in another process. The function it gives ends the watch.
 */
export function watchClaim(claim: Claim, changedHands: number, parts: WatchParts): () => Promise<void> {
  const { message } = claim
  const look = async (): Promise<void> => {
    if (!(await parts.revisions.stands(claim, changedHands))) parts.running.stop(message, message.id)
  }
  const tellNobody = (): void => {} // the next look tells, and storing the answer does in the end
  return beginEvery(parts.lookEveryMs ?? usualLookEveryMs, oneAtATime(look, tellNobody))
}
