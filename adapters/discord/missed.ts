import type { REST } from 'discord.js'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { NewestMessage, Now } from '../../src/core/ports.ts'
import { pause } from '../../src/core/pause.ts'
import { toChannelError } from './failure.ts'
import { idOf, readAfter } from './history.ts'
import type { DiscordListener } from './listener.ts'
import { type Dispatch, Lost, type LostOf } from './lost.ts'
import { longestTryMs } from './memory.ts'
import type { Places } from './places.ts'
import { fieldsOf, firstIdAt, instantOf, isSnowflake, listed, property, snowflake } from './shape.ts'

export interface MissedParts {
  readonly rest: REST
  readonly places: Places
  readonly listener: Pick<DiscordListener, 'inOrder' | 'takeMessage' | 'botId'>
  readonly now: Now
  readonly newest: () => Promise<NewestMessage | undefined>
  /** Told of each place where somebody has written to the bot, before it is looked at. */
  readonly onAddress: (address: Address) => void
  readonly onFailure: (error: unknown) => void
}

interface Gap {
  /** Messages after this id are read. */
  readonly after: string
  /** The newest that is stored. */
  readonly newest: string
}

/** Nobody waits for an answer to something older. */
const longestAgeMs = 24 * 3_600_000
/** 500 messages of a channel. */
const mostPages = 5
const mostTries = 5
/** Text channels, direct messages, threads, and the chat of voice channels. */
const writtenTypes: readonly unknown[] = [0, 1, 2, 5, 10, 11, 12, 13]

/**
 * Reads what was written while the connection was away for longer than Discord can repeat it: every channel whose newest
 * message is younger than the newest that is stored. It goes the way of every other message, so that one that was stored
 * before is stored once.
 */
export class Missed {
  readonly #parts: MissedParts
  readonly #ending = new AbortController()
  readonly #asked = new Set<string>()
  readonly #lost: Lost
  #gap: Promise<Gap | undefined> = Promise.resolve(undefined)

  constructor(parts: MissedParts) {
    this.#parts = parts
    this.#lost = new Lost({ ...parts, ask: parts.newest, recover: (lost) => this.#recover(lost) })
  }

  /** A session began anew: what was missed is looked for from here on. */
  begin(): void {
    this.#asked.clear()
    const newest = this.#newest()
    this.#gap = newest.then((found) => (found === undefined ? undefined : this.#gapAfter(found)))
    newest
      .then((found) => {
        for (const address of found?.addresses ?? []) {
          this.#parts.onAddress(address)
          if (isSnowflake(address['channel'])) this.#read(address['channel'])
        }
      })
      .catch(this.#parts.onFailure)
  }

  /** A server came into sight, with its channels and the newest message of each. */
  see(guild: unknown): void {
    for (const channel of [...listed(guild, 'channels', 1000), ...listed(guild, 'threads', 5000)]) {
      const [id, last] = [snowflake(channel, 'id'), snowflake(channel, 'last_message_id')]
      if (id !== undefined && last !== undefined && writtenTypes.includes(property(channel, 'type')))
        this.#read(id, last)
    }
  }

  /** Something could not be stored: it is handed in again as soon as the store answers. */
  lose(dispatch: Dispatch): void {
    this.#lost.add(dispatch)
  }

  stop(): void {
    this.#ending.abort()
    this.#lost.stop()
  }

  /** The newest stored message; one that was written a little earlier may still have been tried to be stored. */
  #gapAfter({ id }: NewestMessage): Gap {
    const newest = /^discord:(\d{1,20})$/.exec(id)?.[1]
    const oldest = firstIdAt(this.#parts.now().getTime() - longestAgeMs)
    const first = newest === undefined ? oldest : firstIdAt(instantOf(newest) - longestTryMs)
    return { after: String(first > oldest ? first : oldest), newest: newest ?? '0' }
  }

  async #newest(): Promise<NewestMessage | undefined> {
    for (let tries = 1; !this.#ending.signal.aborted; tries += 1) {
      try {
        return await this.#parts.newest()
      } catch (error) {
        this.#parts.onFailure(error)
        if (tries === mostTries) return undefined
      }
      await pause(1000 * 2 ** tries, this.#ending.signal)
    }
    return undefined
  }

  /** Once in a session, before everything that is heard of the channel later. */
  #read(channel: string, last?: string): void {
    if (this.#asked.has(channel)) return
    this.#asked.add(channel)
    this.#parts.listener.inOrder(channel, async () => {
      const gap = await this.#gap
      if (gap === undefined || (last !== undefined && BigInt(last) <= BigInt(gap.after))) return
      await this.#take(channel, gap.after, (id) => BigInt(id) <= BigInt(gap.newest))
    })
  }

  /** What came between may be stored, and what cannot be read at this moment stays lost until it can. */
  #recover({ channel, messages, changes }: LostOf): void {
    const { listener } = this.#parts
    listener.inOrder(channel, async () => {
      try {
        const [first] = [...messages].toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
        if (first !== undefined) await this.#take(channel, String(BigInt(first) - 1n), (id) => !messages.has(id))
      } catch (error) {
        for (const id of messages) this.#lost.add({ type: 'MESSAGE_CREATE', data: { channel_id: channel, id } })
        this.#parts.onFailure(error)
      }
      for (const { type, data } of changes) await listener.takeMessage(type, data)
    })
  }

  /** Hands in a channel's messages since one of them; `isRepeat` tells of an id whether it may have been handed in before. */
  async #take(channel: string, after: string, isRepeat: (id: string) => boolean): Promise<void> {
    const guild = this.#parts.places.get(channel)?.guild
    for (const message of await this.#pages(channel, after)) {
      if (this.#ending.signal.aborted) return
      const whole = { ...fieldsOf(message), channel_id: channel, ...(guild === undefined ? {} : { guild_id: guild }) }
      await this.#parts.listener.takeMessage('MESSAGE_CREATE', whole, isRepeat(idOf(message)))
    }
  }

  /** A limit is waited for; a channel that may not be read holds nothing for the bot. */
  async #pages(channel: string, since: string): Promise<readonly unknown[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        const messages = await readAfter(this.#parts.rest, channel, { after: since, pages: mostPages })
        if (messages.length >= mostPages * 100) this.#parts.onFailure(tooMany(channel))
        return messages
      } catch (error) {
        const failure = toChannelError(`Discord did not show what was written in ${channel} meanwhile`, error)
        if (!failure.retryable) return []
        if (tries === mostTries || this.#ending.signal.aborted) throw failure
        await pause(failure.retryAfterMs ?? 1000 * tries, this.#ending.signal)
      }
    }
  }
}

function tooMany(channel: string): ChannelError {
  const problem = `More than ${mostPages * 100} messages were written in ${channel} while the bot was away; the later ones were not read.`
  return new ChannelError(problem, { retryable: false })
}
