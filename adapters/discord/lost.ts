import { pause } from '../../src/core/pause.ts'
import { isSnowflake, snowflake, textAt } from './shape.ts'

/** A dispatch as it came. */
export interface Dispatch {
  readonly type: unknown
  readonly data: unknown
}

/** What of a channel could not be stored. */
export interface LostOf {
  readonly channel: string
  /** Of messages. Their texts are read from Discord again. */
  readonly messages: ReadonlySet<string>
  /** Edits and deletions, of which Discord keeps none. */
  readonly changes: readonly Dispatch[]
}

export interface LostParts {
  /** Fails while the store is away. */
  readonly ask: () => Promise<unknown>
  /** Hands in again what was lost of a channel. */
  readonly recover: (lost: LostOf) => void
  readonly onFailure: (error: unknown) => void
}

const askEveryMs = 10_000
const mostChanges = 1000

/** Remembers what was given up because the store was away for too long, until it is there again. */
export class Lost {
  readonly #parts: LostParts
  readonly #ending = new AbortController()
  readonly #channels = new Map<string, { readonly messages: Set<string>; readonly changes: Dispatch[] }>()
  #isAsking = false

  constructor(parts: LostParts) {
    this.#parts = parts
  }

  add(dispatch: Dispatch): void {
    const { type, data } = dispatch
    const [channel, id] = [textAt(data, 'channel_id'), snowflake(data, 'id')]
    if (!isSnowflake(channel) || id === undefined || this.#ending.signal.aborted) return
    const lost = this.#channels.get(channel) ?? { messages: new Set(), changes: [] }
    this.#channels.set(channel, lost)
    if (type === 'MESSAGE_CREATE') lost.messages.add(id)
    else if (lost.changes.length < mostChanges) lost.changes.push(dispatch)
    this.#recoverLater().catch(this.#parts.onFailure)
  }

  stop(): void {
    this.#ending.abort()
  }

  async #recoverLater(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    while (this.#channels.size > 0 && !this.#ending.signal.aborted) {
      await pause(askEveryMs, this.#ending.signal)
      if (await this.#isBack()) this.#recover()
    }
    this.#isAsking = false
  }

  /** A store that is away was told of by whatever could not be stored. */
  async #isBack(): Promise<boolean> {
    try {
      await this.#parts.ask()
      return true
    } catch {
      return false
    }
  }

  #recover(): void {
    const all = [...this.#channels]
    this.#channels.clear()
    if (this.#ending.signal.aborted) return
    for (const [channel, lost] of all) this.#parts.recover({ channel, ...lost })
  }
}
