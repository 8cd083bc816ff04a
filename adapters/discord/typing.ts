import type { REST } from 'discord.js'
import type { Address } from '../../src/core/message.ts'
import { pause } from '../../src/core/pause.ts'
import { toChannelError } from './failure.ts'

/** Discord shows it for 10 seconds (https://docs.discord.com/developers/resources/channel, "Trigger Typing Indicator"). */
const againAfterMs = 8000
const longestMs = 60_000

/** Shows "is typing" while an answer is made: in direct messages until it comes, elsewhere once. */
export class Typing {
  readonly #rest: REST
  readonly #typing = new Map<string, AbortController>()

  constructor(rest: REST) {
    this.#rest = rest
  }

  /** @throws ChannelError when Discord does not show it the first time */
  async begin(address: Address): Promise<void> {
    const channel = address['thread'] ?? address['channel'] ?? ''
    if (this.#typing.has(channel)) return
    const ending = new AbortController()
    const isPrivate = address['guild'] === undefined
    if (isPrivate) this.#typing.set(channel, ending)
    try {
      await this.#rest.post(`/channels/${channel}/typing`)
    } catch (error) {
      this.end(address)
      throw toChannelError('Discord did not show that the bot is typing', error)
    }
    // It never fails: a time that is not shown is no loss.
    if (isPrivate) this.#goOn(channel, ending).catch(() => undefined)
  }

  /** The answer is there. */
  end(address: Address): void {
    const channel = address['thread'] ?? address['channel'] ?? ''
    this.#typing.get(channel)?.abort()
    this.#typing.delete(channel)
  }

  stop(): void {
    for (const ending of this.#typing.values()) ending.abort()
    this.#typing.clear()
  }

  async #goOn(channel: string, { signal }: AbortController): Promise<void> {
    for (let ms = againAfterMs; ms < longestMs; ms += againAfterMs) {
      await pause(againAfterMs, signal)
      if (signal.aborted) return
      await this.#rest.post(`/channels/${channel}/typing`).catch(() => undefined)
    }
    if (!signal.aborted) this.#typing.delete(channel)
  }
}
