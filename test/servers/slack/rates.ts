/** How Slack limits calls, by https://docs.slack.dev/apis/web-api/rate-limits, read 2026-11-27. */
export interface RateLimits {
  /** Messages that a channel takes at once before one a second is the rule; 4 without it. */
  readonly burst?: number
  /** Milliseconds that Slack takes for a second, so that a test need not wait; 1,000 without it. */
  readonly secondMs?: number
  readonly now?: () => number
}

/** Calls a minute and workspace. Methods of the special tier, `chat.postMessage` first, are not among them. */
const perMinute: Readonly<Record<string, number>> = {
  'apps.connections.open': 1200,
  'chat.appendStream': 100,
  'chat.delete': 50,
  'chat.getPermalink': 1200,
  'chat.postEphemeral': 100,
  'chat.startStream': 20,
  'chat.stopStream': 20,
  'chat.update': 50,
  'conversations.history': 50,
  'conversations.info': 50,
  'conversations.open': 50,
  'conversations.replies': 50,
  'reactions.add': 50,
  'users.info': 100,
  'views.open': 100,
  'views.publish': 100,
  'views.update': 100,
}

/** Counts calls against Slack's limits. */
export class Rates {
  readonly #limits: Required<RateLimits>
  /** For each of the counted, when all it has had would have been paid for. */
  readonly #paidAt = new Map<string, number>()

  constructor({ burst = 4, secondMs = 1000, now = Date.now }: RateLimits) {
    this.#limits = { burst, secondMs, now }
  }

  /** Whole seconds to wait, at least one; undefined when the call may go on. */
  refusal(method: string, workspace: string, channel: string): number | undefined {
    const { burst, secondMs } = this.#limits
    if (method === 'chat.postMessage' || method === 'chat.startStream') {
      const waitMs = this.#count(`${workspace} ${channel}`, secondMs, burst)
      if (waitMs !== undefined) return Math.ceil(waitMs / secondMs)
    }
    const most = perMinute[method]
    if (most === undefined) return undefined
    const waitMs = this.#count(`${workspace} ${method}`, (60 * secondMs) / most, most)
    return waitMs === undefined ? undefined : Math.ceil(waitMs / secondMs)
  }

  #count(name: string, everyMs: number, burst: number): number | undefined {
    const now = this.#limits.now()
    const paidAt = Math.max(this.#paidAt.get(name) ?? 0, now)
    const waitMs = paidAt - (burst - 1) * everyMs - now
    if (waitMs > 0) return waitMs
    this.#paidAt.set(name, paidAt + everyMs)
    return undefined
  }
}
