import { seeded } from '../../random.ts'

/** What goes wrong with one call. */
export type DiscordFault =
  /** Discord does it, and the answer is lost. */
  | { readonly kind: 'act-then-drop' }
  /** The connection is lost, and Discord does it so long afterwards. */
  | { readonly kind: 'late-accept'; readonly afterMs: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'rate-limited'; readonly seconds: number; readonly scope?: 'user' | 'shared' | 'global' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly code: number }
  | { readonly kind: 'garbage' }

/** How often which fault happens, 0 to 1 each; the same seed gives the same faults in the same order of calls. */
export interface DiscordMalice {
  readonly seed: number
  readonly actThenDrop?: number
  readonly lateAccept?: number
  /** A late accept happens after 0 to so many milliseconds. */
  readonly latestMs?: number
  readonly rateLimited?: number
  /** Seconds that Discord then asks to wait. */
  readonly seconds?: number
  readonly drop?: number
  readonly status?: number
  readonly garbage?: number
  /** Calls that it is about, as `POST /channels/1/messages`; without it those that show, change or remove messages. */
  readonly calls?: RegExp
}

const visible = /^(?:POST|PATCH|DELETE) \/channels\/\d+\/messages/

interface Asked {
  readonly method: string
  readonly path: RegExp
  readonly fault: DiscordFault
}

/** Decides what goes wrong: first what a test has asked for, then by chance. */
export class Faults {
  /** What chance has brought about. */
  readonly happened: { readonly call: string; readonly fault: DiscordFault }[] = []
  readonly #asked: Asked[] = []
  #malice: DiscordMalice | undefined
  #random = seeded(1)

  failNext(asked: Asked): void {
    this.#asked.push(asked)
  }

  malice(malice: DiscordMalice | undefined): void {
    this.#malice = malice
    this.#random = seeded(malice?.seed ?? 1)
  }

  next(method: string, path: string): DiscordFault | undefined {
    const found = this.#asked.findIndex((asked) => asked.method === method && asked.path.test(path))
    return found < 0 ? this.#byChance(`${method} ${path}`) : this.#asked.splice(found, 1)[0]?.fault
  }

  #byChance(call: string): DiscordFault | undefined {
    const malice = this.#malice
    if (malice === undefined || !(malice.calls ?? visible).test(call)) return undefined
    const { seconds = 1, latestMs = 500 } = malice
    const afterMs = Math.floor(this.#random() * latestMs)
    const chances: readonly (readonly [number | undefined, DiscordFault])[] = [
      [malice.actThenDrop, { kind: 'act-then-drop' }],
      [malice.lateAccept, { kind: 'late-accept', afterMs }],
      [malice.rateLimited, { kind: 'rate-limited', seconds }],
      [malice.drop, { kind: 'drop' }],
      [malice.status, { kind: 'status', status: 503 }],
      [malice.garbage, { kind: 'garbage' }],
    ]
    let left = this.#random()
    for (const [share = 0, fault] of chances) {
      left -= share
      if (left >= 0) continue
      this.happened.push({ call, fault })
      return fault
    }
    return undefined
  }
}
