import { ChannelError } from '../../src/core/errors.ts'
import { pause } from '../../src/core/pause.ts'

/** Time, so that a test has its own. */
export interface PaceClock {
  /** Milliseconds, of any beginning. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
}

/**
 * What a call does. A `message` and the start of a `stream` count against the channel's pace; `other` calls do not. A refused
 * message holds everything in its channel, any other refused call only its own kind.
 */
export type CallKind = 'message' | 'stream' | 'other'

/** Makes one call of Slack when the channel may have it. It throws ChannelError. */
export type PacedCall = <Result>(kind: CallKind, make: () => Promise<Result>) => Promise<Result>

/** A channel takes about one message a second, and a few at once (https://docs.slack.dev/apis/web-api/rate-limits, read 2026-11-27). */
const everyMs = 1000
const burst = 3
/** So long is waited here; what takes longer is the outbox's business. */
const longestWaitMs = 2000
const mostRemembered = 5000

/** Keeps the messages of one workspace at the pace Slack allows, and away from channels that it has asked to leave alone. */
export class Pace {
  readonly #clock: PaceClock
  /** For each channel, when all that was sent would have been paid for at one a second. */
  readonly #paidAt = new Map<string, number>()
  readonly #heldUntil = new Map<string, number>()
  #allHeldUntil = -Infinity

  constructor(clock: PaceClock = { now: () => performance.now(), wait: pause }) {
    this.#clock = clock
  }

  /**
   * Makes a call when the channel may have it. Where Slack then asks for a short wait, it is made once more.
   * @throws ChannelError with the time to wait when it is more than two seconds
   */
  async call<Result>(channel: string, kind: CallKind, make: () => Promise<Result>): Promise<Result> {
    await this.#turn(channel, kind)
    try {
      return await make()
    } catch (error) {
      if (!this.#held(kind === 'message' ? channel : `${channel} ${kind}`, error)) throw error
      await this.#wait(channel, kind)
      return await make()
    }
  }

  /** Leaves a channel alone for so long; every channel when none is named. */
  hold(ms: number, channel?: string): void {
    const until = this.#clock.now() + ms
    if (channel === undefined) this.#allHeldUntil = Math.max(this.#allHeldUntil, until)
    else this.#heldUntil.set(channel, Math.max(this.#heldUntil.get(channel) ?? 0, until))
  }

  /** Whether a failed call may be made again after a short wait. */
  #held(name: string, error: unknown): boolean {
    if (!(error instanceof ChannelError) || error.retryAfterMs === undefined) return false
    this.hold(error.retryAfterMs, name)
    return error.retryAfterMs <= longestWaitMs
  }

  async #turn(channel: string, kind: CallKind): Promise<void> {
    if (kind === 'other') return await this.#wait(channel, kind)
    const now = this.#clock.now()
    const paidAt = Math.max(this.#paidAt.get(channel) ?? -Infinity, now)
    const waitMs = Math.max(this.#heldMs(channel, kind), paidAt - (burst - 1) * everyMs - now, 0)
    refuseLong(channel, waitMs)
    // The turn is taken before the wait, so that of two who wait the second waits longer.
    this.#paidAt.set(channel, Math.max(paidAt, now + waitMs) + everyMs)
    this.#forget(now)
    if (waitMs > 0) await this.#clock.wait(waitMs)
  }

  /** Waits for what Slack asked for, and for nothing else. */
  async #wait(channel: string, kind: CallKind): Promise<void> {
    const waitMs = this.#heldMs(channel, kind)
    refuseLong(channel, waitMs)
    if (waitMs > 0) await this.#clock.wait(waitMs)
  }

  #heldMs(channel: string, kind: CallKind): number {
    const [all, own] = [this.#heldUntil.get(channel), this.#heldUntil.get(`${channel} ${kind}`)]
    return Math.max(this.#allHeldUntil, all ?? -Infinity, own ?? -Infinity) - this.#clock.now()
  }

  #forget(now: number): void {
    for (const map of [this.#paidAt, this.#heldUntil]) {
      const over = map.size > mostRemembered ? [...map].filter(([, at]) => at <= now) : []
      for (const [channel] of over) map.delete(channel)
    }
  }
}

function refuseLong(channel: string, waitMs: number): void {
  if (waitMs <= longestWaitMs) return
  const message = `Slack gets no more into channel ${channel} for now: again in ${Math.ceil(waitMs)} ms.`
  throw new ChannelError(message, { retryable: true, retryAfterMs: Math.ceil(waitMs) })
}
