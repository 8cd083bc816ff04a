import type { REST } from 'discord.js'
import type { ChannelEvent, Intake } from '../../src/core/ports.ts'
import { pause } from '../../src/core/pause.ts'
import { type Interaction, property, readDiscordEvent, readDispatches, unknownPlaceOf } from './event.ts'
import { isDone, toChannelError } from './failure.ts'
import { Patience, Recent } from './memory.ts'

type OnEvent = (event: ChannelEvent) => Promise<Intake>

export interface ListenerOptions {
  readonly rest: REST
  readonly tenant: string
  readonly onFailure: (error: unknown) => void
}

const closingLimitMs = 3000
const remembered = 10_000
const threadTypes: readonly unknown[] = [10, 11, 12]

/** Hears what the gateway says, and stores it in the order it was said in each channel. */
export class DiscordListener {
  /** The ids of our newest messages by nonce, from Discord's answers and from their echo on the gateway. */
  readonly shown = new Recent<string>(remembered)
  readonly #options: ListenerOptions
  readonly #isThread = new Recent<boolean>(remembered)
  readonly #conversations = new Recent<string>(remembered)
  readonly #patience = new Patience()
  readonly #queues = new Map<string, Promise<void>>()
  #botId = ''

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  /** Takes one packet of the gateway, as it came. */
  hear(packet: unknown, onEvent: OnEvent): void {
    const [type, data] = [property(packet, 't'), property(packet, 'd')]
    if (type === 'READY') this.#botId = textOf(property(property(data, 'user'), 'id'))
    if (!readDispatches.includes(type) || this.#hearEcho(type, data)) return
    const channel = textOf(property(data, 'channel_id'))
    const before = this.#queues.get(channel) ?? Promise.resolve()
    const mine: Promise<void> = before
      .then(() => this.#handle(type, data, onEvent))
      .catch(this.#options.onFailure)
      .then(() => {
        if (this.#queues.get(channel) === mine) this.#queues.delete(channel)
      })
    this.#queues.set(channel, mine)
  }

  async stop(): Promise<void> {
    this.#patience.end()
    await Promise.race([Promise.all(this.#queues.values()), pause(closingLimitMs)])
  }

  /** Whether it is a message of ours. Its nonce tells which, also when the answer to the call was lost. */
  #hearEcho(type: unknown, data: unknown): boolean {
    if (type !== 'MESSAGE_CREATE' || property(property(data, 'author'), 'id') !== this.#botId) return false
    const [nonce, id] = [property(data, 'nonce'), property(data, 'id')]
    if (typeof nonce === 'string' && typeof id === 'string') this.shown.set(nonce, id)
    return true
  }

  async #handle(type: unknown, data: unknown, onEvent: OnEvent): Promise<void> {
    await this.#learnPlace(unknownPlaceOf(type, data, this.#botId))
    const reading = readDiscordEvent(type, data, {
      tenant: this.#options.tenant,
      botId: this.#botId,
      isThread: (channel) => this.#isThread.get(channel) === true,
      conversationOf: (message) => this.#conversations.get(message),
      receivedAt: new Date(),
    })
    if (reading.kind === 'ignored') return
    const { event, interaction } = reading
    if (event.kind === 'message') this.#conversations.set(event.message.id, event.message.conversation)
    if (interaction === undefined) return this.#patience.untilDone(() => onEvent(event), this.#options.onFailure)
    await onEvent(event)
    await this.#confirm(interaction)
  }

  /** Threads are told from channels once; a place that cannot be asked for is taken for a channel. */
  async #learnPlace(channel: string | undefined): Promise<void> {
    if (channel === undefined || this.#isThread.get(channel) !== undefined) return
    try {
      const type = property(await this.#options.rest.get(`/channels/${channel}`), 'type')
      this.#isThread.set(channel, threadTypes.includes(type))
    } catch (error) {
      this.#options.onFailure(toChannelError(`Discord did not say whether ${channel} is a thread`, error))
    }
  }

  /** An answer without a text: the button stops spinning. */
  async #confirm({ id, token }: Interaction): Promise<void> {
    try {
      await this.#options.rest.post(`/interactions/${id}/${token}/callback`, { body: { type: 6 }, auth: false })
    } catch (error) {
      if (!isDone(error)) throw toChannelError('Discord was not told of a pressed button', error)
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
