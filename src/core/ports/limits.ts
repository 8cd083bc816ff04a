/** So many messages in any stretch of time so long. */
export interface MessageLimit {
  /** At least 1. */
  readonly most: number
  /** At least 1. */
  readonly windowMs: number
}

/** Whether a message may be answered now. */
export type Place =
  | { readonly kind: 'within' }
  /** It may, and whoever wrote it is to be told: it is the first beyond the limit. */
  | { readonly kind: 'first-over' }
  /** Not before so many milliseconds; a place is kept for it then. At least 1. */
  | { readonly kind: 'over'; readonly waitMs: number }

/** One limit that a message is counted by. */
export interface Counted {
  /** Whose messages are counted; no name or id in clear. */
  readonly key: string
  readonly limit: MessageLimit
  /** After this answer no further limit is asked for a place. */
  readonly endsWith: 'within' | 'over'
}

/**
 * Counts messages within any window, wherever it begins: a fixed one would let twice as many through around its end.
 * Beyond the limit one is told, and each further one gets a place of its own in the order of asking, so that those who
 * wait are not all woken for the same place.
 */
export interface MessageLimits {
  /**
   * A place for the message by each limit in turn, up to the first that ends it. The same message is counted once and asks
   * for its places again under the same name. Nobody is told a second time before all who wait had their turn and a whole
   * window has passed.
   *
   * @param message no id in clear
   * @param asked with keys that a cluster of Redis servers keeps in one place, by what stands in them between braces
   * @returns one place for each limit that was asked
   */
  take(message: string, asked: readonly Counted[]): Promise<readonly Place[]>
  stop(): Promise<void>
}
