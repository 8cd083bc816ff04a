/** Gives a lock back before its time. A lock that somebody else has taken meanwhile stays theirs. */
export type Unlock = () => Promise<void>

/** Short locks that save processes from doing the same twice. Nothing may depend on one for being right: its time may end. */
export interface Locks {
  /** Takes the lock for at most so many milliseconds, at least 1; undefined while somebody else has it. */
  take(key: string, holdMs: number): Promise<Unlock | undefined>
  stop(): Promise<void>
}
