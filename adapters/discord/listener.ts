import type { REST } from 'discord.js'
import { ChannelError } from '../../src/core/errors.ts'
import type { Message, MessageId } from '../../src/core/message.ts'
import { pause } from '../../src/core/pause.ts'
import type { ChannelEvent, Intake, Now } from '../../src/core/ports.ts'
import type { Reply } from '../../src/core/reply.ts'
import { answerOfIgnored, onlyToThem, type Answer, type Answering } from './answer.ts'
import { type DiscordReader, messageDispatches, readDiscordEvent, unknownMessageOf, unknownPlaceOf } from './event.ts'
import { isDone, toChannelError } from './failure.ts'
import { type Interaction, readInteraction } from './interaction.ts'
import type { Dispatch } from './lost.ts'
import { Patience, Recent } from './memory.ts'
import { type Places } from './places.ts'
import { type Door, respond } from './respond.ts'
import type { Servers } from './servers.ts'
import { listed, property, textAt } from './shape.ts'

export type OnEvent = (event: ChannelEvent) => Promise<Intake>

export interface ListenerOptions extends Answering {
  readonly rest: REST
  readonly places: Places
  readonly servers: Pick<Servers, 'isRoleOf'>
  readonly tenant: string
  readonly now: Now
  /** Whether the text of messages that do not name the bot is given. */
  readonly messageContent: boolean
  /** The conversation in which a message is stored. */
  readonly conversationOf: (message: MessageId) => Promise<string | undefined>
  readonly onFailure: (error: unknown) => void
  /** Told of what could not be stored however often it was tried. */
  readonly onLost: (dispatch: Dispatch) => void
  /** Told of each of our own messages by its nonce, also when the answer to the call that sent it was lost. */
  readonly onEcho: (nonce: string, message: unknown) => void
  /** Told of what has to be said about a written message; only the team is told such things. */
  readonly onShown: (message: Message, reply: Reply) => Promise<void>
  /** Told of each question that Discord answers with "is thinking" for now. */
  readonly onAsked: (interaction: Interaction) => void
  readonly onMember: (member: NonNullable<Interaction['member']>) => void
}

const closingLimitMs = 3000
const remembered = 10_000

/** Hears what Discord says, and stores it in the order it was said in each channel. */
export class DiscordListener {
  readonly #options: ListenerOptions
  readonly #conversations = new Recent<string>(remembered)
  readonly #interactions = new Recent<boolean>(remembered)
  readonly #patience = new Patience()
  readonly #queues = new Map<string, Promise<void>>()
  readonly #working = new Set<Promise<void>>()
  #onEvent: OnEvent | undefined
  #hasToldOfContent = false
  botId = ''

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  /** From here on what is heard is stored. */
  storeWith(onEvent: OnEvent): void {
    this.#onEvent = onEvent
  }

  /** Takes a dispatch of the gateway, as it came. */
  hear(type: unknown, data: unknown): void {
    if (type === 'INTERACTION_CREATE') return this.keep(this.handle(data, this.#doorTo(data)))
    if (type === 'MESSAGE_DELETE_BULK') {
      const place = { channel_id: property(data, 'channel_id'), guild_id: property(data, 'guild_id') }
      for (const id of listed(data, 'ids')) this.hear('MESSAGE_DELETE', { ...place, id })
      return
    }
    if (!messageDispatches.includes(type) || this.#hearEcho(type, data)) return
    this.inOrder(textAt(data, 'channel_id'), () => this.takeMessage(type, data))
  }

  /** Does something after everything that was heard of a channel before, and before everything that is heard after. */
  inOrder(channel: string, step: () => Promise<void>): void {
    const before = this.#queues.get(channel) ?? Promise.resolve()
    const mine: Promise<void> = before
      .then(step)
      .catch(this.#options.onFailure)
      .then(() => {
        if (this.#queues.get(channel) === mine) this.#queues.delete(channel)
      })
    this.#queues.set(channel, mine)
  }

  /**
   * Stores one message, edit or deletion, and tries until that has succeeded.
   * @param isRepeat it may have been handed in before. Then talk that was not for the bot is left out: it is not stored,
   * so that it would be taken for something said just now.
   */
  async takeMessage(type: unknown, data: unknown, isRepeat = false): Promise<void> {
    await this.#learnPlace(unknownPlaceOf(type, data, this.#reader()))
    if (!(await this.#learnConversation(type, data))) return this.#lose({ type, data })
    const reading = readDiscordEvent(type, data, this.#reader())
    if (reading.kind === 'ignored') return this.#tellOfContent(reading.because)
    const { event } = reading
    if (isRepeat && event.kind === 'message' && !event.isAddressed) return
    if (event.kind === 'message') this.#conversations.set(event.message.id, event.message.conversation)
    let intake: Intake | undefined
    const isDone = await this.#untilDone(async () => (intake = await this.#store(event)))
    if (!isDone) return this.#lose({ type, data })
    if (event.kind === 'message' && intake?.kind === 'shown') await this.#options.onShown(event.message, intake.reply)
  }

  /** Stores one interaction and answers it; one that came before is not handled again. */
  async handle(data: unknown, door: Door): Promise<void> {
    const reading = readInteraction(data, this.#reader())
    const { interaction } = reading
    if (interaction === undefined || this.#interactions.get(interaction.id) === true) return
    this.#interactions.set(interaction.id, true)
    if (interaction.member !== undefined) this.#options.onMember(interaction.member)
    if (reading.kind === 'ignored')
      return await door.say(answerOfIgnored(reading.because, interaction, this.#options.sentences))
    if (interaction.kind === 'ask') this.#options.onAsked(interaction)
    await respond({ interaction, door, store: () => this.#store(reading.event) }, this.#options)
  }

  /** Waits a little for what is being stored. */
  async stop(): Promise<void> {
    this.#onEvent = undefined
    this.#patience.end()
    await Promise.race([Promise.all([...this.#queues.values(), ...this.#working]), pause(closingLimitMs)])
  }

  /** Lets the stop wait for work that nobody else waits for; its failure is told. */
  keep(work: Promise<void>): void {
    const mine: Promise<void> = work.catch(this.#options.onFailure).then(() => void this.#working.delete(mine))
    this.#working.add(mine)
  }

  async #store(event: ChannelEvent): Promise<Intake> {
    if (this.#onEvent === undefined)
      throw new ChannelError('The bot does not listen to Discord at this moment.', { retryable: true })
    return await this.#onEvent(event)
  }

  #reader(): DiscordReader {
    return {
      tenant: this.#options.tenant,
      botId: this.botId,
      isOwnRole: (role) => this.#options.servers.isRoleOf(this.botId, role),
      place: (channel) => this.#options.places.get(channel),
      conversationOf: (message) => this.#conversations.get(message),
      receivedAt: this.#options.now(),
    }
  }

  /** Whether it is a message of ours. */
  #hearEcho(type: unknown, data: unknown): boolean {
    if (type !== 'MESSAGE_CREATE' || property(property(data, 'author'), 'id') !== this.botId) return false
    const nonce = property(data, 'nonce')
    if (typeof nonce === 'string') this.#options.onEcho(nonce, data)
    return true
  }

  /** Threads are told from channels once; a place that cannot be asked for is taken for a channel. */
  async #learnPlace(channel: string | undefined): Promise<void> {
    if (channel !== undefined) await this.#options.places.find(channel).catch(this.#options.onFailure)
  }

  /** Whose message was changed is not said where many write; it is known from when it came, or from the store. */
  async #learnConversation(type: unknown, data: unknown): Promise<boolean> {
    const message = unknownMessageOf(type, data, this.#reader())
    if (message === undefined) return true
    return await this.#untilDone(async () => {
      const found = await this.#options.conversationOf(message)
      if (found !== undefined) this.#conversations.set(message, found)
    })
  }

  async #untilDone(step: () => Promise<unknown>): Promise<boolean> {
    return await this.#patience.untilDone(step, this.#options.onFailure)
  }

  /** What a stop leaves undone is read at the next start. */
  #lose(dispatch: Dispatch): void {
    if (this.#onEvent !== undefined) this.#options.onLost(dispatch)
  }

  #tellOfContent(because: string): void {
    if (because !== 'no-content' || this.#options.messageContent || this.#hasToldOfContent) return
    this.#hasToldOfContent = true
    this.#options.onFailure(new ChannelError(withoutContent, { retryable: false }))
  }

  /** A call of ours answers what came over the gateway. */
  #doorTo(data: unknown): Door {
    const path = `/interactions/${textAt(data, 'id')}/${textAt(data, 'token')}/callback` as const
    const say = async ({ type, data: answer, files = [] }: Answer): Promise<void> => {
      const body = answer === undefined ? { type } : { type, data: answer }
      try {
        await this.#options.rest.post(path, { body, files: [...files], auth: false })
      } catch (error) {
        if (!isDone(error)) throw toChannelError('Discord did not take the answer to a command or button', error)
      }
    }
    return { takesFiles: true, say, refuse: () => say(onlyToThem(this.#options.sentences.notStored)) }
  }
}

/** What is lost, for the log. */
const withoutContent =
  'Without the message content intent a message in a thread is read only when it mentions the bot or replies to it; the ' +
  'others, such as the one that came just now, are not. To have them read, switch "Message Content Intent" on at the ' +
  'application\'s page "Bot" and set discord.messageContent to true in bot.yaml.'
