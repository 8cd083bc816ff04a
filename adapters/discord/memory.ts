import { pause } from '../../src/core/pause.ts'

/** Remembers the newest values by name, so that what is kept never grows without limit. */
export class Recent<Value> {
  readonly #values = new Map<string, Value>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get(name: string): Value | undefined {
    return this.#values.get(name)
  }

  set(name: string, value: Value): void {
    this.#values.delete(name)
    this.#values.set(name, value)
    const [oldest] = this.#values.keys()
    if (this.#values.size > this.#most && oldest !== undefined) this.#values.delete(oldest)
  }
}

const firstPauseMs = 250
const longestPauseMs = 10_000
/** So long what has to succeed is tried. */
export const longestTryMs = 10 * 60_000
const mostWaiting = 1000

/** Tries what has to succeed again and again: for 10 minutes at most, and at most 1,000 things at a time. */
export class Patience {
  readonly #ending = new AbortController()
  #waiting = 0

  /** Every failure is told, also the last one, after which the step is given up: then the answer is false. */
  async untilDone(step: () => Promise<unknown>, onFailure: (error: unknown) => void): Promise<boolean> {
    const { signal } = this.#ending
    const until = Date.now() + longestTryMs
    for (let failures = 0; !signal.aborted || failures === 0; failures += 1) {
      try {
        await step()
        return true
      } catch (error) {
        onFailure(error)
      }
      if (Date.now() > until || this.#waiting >= mostWaiting) return false
      this.#waiting += 1
      await pause(Math.min(firstPauseMs * 2 ** failures, longestPauseMs), signal)
      this.#waiting -= 1
    }
    return false
  }

  /** Ends the pauses; nothing is tried again. */
  end(): void {
    this.#ending.abort()
  }
}
