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

/**
 * Counts messages within any window, wherever it begins: a fixed one would let twice as many through around its end.
 * Beyond the limit one is told, and each further one gets a place of its own in the order of asking, so that those who
 * wait are not all woken for the same place.
 */
export interface MessageLimits {
  /**
   * A place for the message. The same message is counted once and asks for its place again under the same name. Nobody is
   * told a second time before all who wait had their turn and a whole window has passed.
   *
   * @param key whose messages are counted; no name or id in clear
   * @param message no id in clear either
   */
  take(key: string, message: string, limit: MessageLimit): Promise<Place>
  stop(): Promise<void>
}
