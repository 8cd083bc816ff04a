/** How many calls a route of one channel takes in a while, and how long that is. */
export interface RouteLimit {
  readonly calls: number
  readonly perMs: number
}

/** Counts the calls of each route and channel, and says so in the headers that Discord sends. */
export class Rates {
  readonly #limit: RouteLimit
  readonly #windows = new Map<string, { used: number; endsAt: number }>()

  constructor(limit: RouteLimit) {
    this.#limit = limit
  }

  /** The headers of the answer; `retryAfter` in seconds when the call is one too many. */
  count(
    method: string,
    path: string,
  ): { readonly headers: Readonly<Record<string, string>>; readonly retryAfter?: number } {
    const route = `${method} ${path.replace(/(\/messages\/)\d+/, '$1:id')}`
    const now = Date.now()
    const known = this.#windows.get(route)
    const window = known !== undefined && known.endsAt > now ? known : { used: 0, endsAt: now + this.#limit.perMs }
    this.#windows.set(route, window)
    window.used += 1
    const seconds = Math.max(0, (window.endsAt - now) / 1000)
    const headers = {
      'x-ratelimit-limit': String(this.#limit.calls),
      'x-ratelimit-remaining': String(Math.max(0, this.#limit.calls - window.used)),
      'x-ratelimit-reset-after': seconds.toFixed(3),
      'x-ratelimit-bucket': Buffer.from(route.replace(/\d{5,}/g, 'id'))
        .toString('hex')
        .slice(0, 32),
    }
    return window.used > this.#limit.calls ? { headers, retryAfter: seconds } : { headers }
  }
}
