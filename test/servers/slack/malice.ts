import { seeded } from '../../random.ts'

/** What goes wrong with one call of a method. */
export type SlackFault =
  /** Slack does it, and the answer is lost. */
  | { readonly kind: 'act-then-drop' }
  /** The connection is lost, and Slack does it so long afterwards. */
  | { readonly kind: 'late-accept'; readonly afterMs: number }
  /** Slack does it and answers so long afterwards. */
  | { readonly kind: 'slow'; readonly afterMs: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'garbage' }

/** How often which fault happens, 0 to 1 each; the same seed gives the same faults in the same order of calls. */
export interface SlackMalice {
  readonly seed: number
  readonly actThenDrop?: number
  readonly lateAccept?: number
  /** A late accept happens after 0 to so many milliseconds. */
  readonly latestMs?: number
  readonly rateLimited?: number
  /** Seconds that Slack then asks to wait. */
  readonly seconds?: number
  readonly drop?: number
  readonly refused?: number
  readonly status?: number
  readonly garbage?: number
  /** Calls that it is about; without it those that change what people see. */
  readonly methods?: RegExp
}

const visible = /^chat\.(?!getPermalink)/

/** Decides what goes wrong: first what a test has asked for, then by chance. */
export class Faults {
  /** Methods that fail with a status until told otherwise. */
  readonly down = new Set<string>()
  /** What chance has brought about. */
  readonly happened: { readonly method: string; readonly fault: SlackFault }[] = []
  readonly #asked = new Map<string, SlackFault[]>()
  #malice: SlackMalice | undefined
  #random = seeded(1)

  failNext(method: string, fault: SlackFault): void {
    this.#asked.set(method, [...(this.#asked.get(method) ?? []), fault])
  }

  malice(malice: SlackMalice | undefined): void {
    this.#malice = malice
    this.#random = seeded(malice?.seed ?? 1)
  }

  next(method: string): SlackFault | undefined {
    if (this.down.has(method)) return { kind: 'status', status: 503 }
    return this.#asked.get(method)?.shift() ?? this.#byChance(method)
  }

  #byChance(method: string): SlackFault | undefined {
    const malice = this.#malice
    if (malice === undefined || !(malice.methods ?? visible).test(method)) return undefined
    const { seconds = 1, latestMs = 500 } = malice
    const afterMs = Math.floor(this.#random() * latestMs)
    const chances: readonly (readonly [number | undefined, SlackFault])[] = [
      [malice.actThenDrop, { kind: 'act-then-drop' }],
      [malice.lateAccept, { kind: 'late-accept', afterMs }],
      [malice.rateLimited, { kind: 'rate-limited', seconds }],
      [malice.drop, { kind: 'drop' }],
      [malice.refused, { kind: 'refused', error: 'internal_error' }],
      [malice.status, { kind: 'status', status: 503 }],
      [malice.garbage, { kind: 'garbage' }],
    ]
    let left = this.#random()
    for (const [share = 0, fault] of chances) {
      left -= share
      if (left >= 0) continue
      this.happened.push({ method, fault })
      return fault
    }
    return undefined
  }
}
