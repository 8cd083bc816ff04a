import { uuidv7 } from 'uuidv7'
import { expect } from 'vitest'
import { createInProcessQueue } from '../../../adapters/queue/in-process.ts'
import type { Store } from '../../../adapters/store/store.ts'
import { loadConfig } from '../../../config/load.ts'
import { createSay } from '../../../config/wording.ts'
import { createDesk, type TeamDesk } from '../../../handlers/desk/desk.ts'
import { createIntake, type TeamIntake } from '../../../handlers/intake.ts'
import type { Pace } from '../../../handlers/pace.ts'
import { createRoles } from '../../../handlers/roles.ts'
import { createRunningTurns } from '../../../handlers/running-turns.ts'
import { takeTurns, type TurnParts } from '../../../handlers/turn.ts'
import { deskConversation, type DeskCard } from '../../../src/core/desk.ts'
import type { Agent } from '../../../src/core/agent.ts'
import type { Address, Author, ChannelName, Message } from '../../../src/core/message.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { ChannelEvent, Intake, Observer } from '../../../src/core/ports.ts'
import type { TeamRoles, TeamSettings } from '../../../src/core/team.ts'
import type { Ticket } from '../../../src/core/ticket.ts'
import { noModels } from '../no-models.ts'
import { createChat, type Chat, type Visible } from './chat.ts'

/** The team's channel on every platform. */
export const teamChannel = 'TEAM'
export const ann: Author = { id: 'T1:ANN', name: 'Ann' }
export const bob: Author = { id: 'T1:BOB', name: 'Bob' }
export const customer: Author = { id: 'T1:CUST', name: 'Cora' }

const config = loadConfig({})
const say = createSay(config.wording)

export interface DeskRigOptions {
  readonly team?: Partial<TeamSettings>
  readonly readsThreads?: boolean
  readonly reason?: TurnParts['models']['reason']
  readonly advancedVisibleTo?: TurnParts['advancedVisibleTo']
  /** Between reading a message and answering it. */
  readonly thinking?: (message: Message) => Promise<void>
  /** How patient sending is; left out, as usual. */
  readonly pace?: Pace
}

/** One company with its customers and its team, on the real store, queue and handlers. */
export class DeskRig {
  readonly tenant = `team-${uuidv7()}`
  readonly chats: ReadonlyMap<ChannelName, Chat> = new Map(
    (['slack', 'discord', 'web'] as const).map((name) => [name, createChat(name)]),
  )
  readonly intake: (event: ChannelEvent) => Promise<Intake>
  readonly desk: TeamDesk
  /** The desk of a second process on the same store. */
  readonly secondDesk: TeamDesk
  readonly parts: TurnParts
  /** Hand-overs that are not resolved. */
  readonly queue: () => Promise<readonly DeskCard[]>
  readonly failures: unknown[] = []
  readonly #queue
  #offsetMs = 0

  constructor(store: Store, options: DeskRigOptions = {}) {
    const now = (): Date => new Date(Date.now() + this.#offsetMs)
    const observer: Observer = {
      receipt: () => {},
      event: ({ level, name, error }) => void (level === 'error' && this.failures.push(error ?? name)),
    }
    this.#queue = createInProcessQueue({ onError: (error) => void this.failures.push(error) })
    const team: TeamSettings = {
      admins: new Set(),
      support: new Set(),
      channels: { slack: teamChannel, discord: teamChannel },
      cards: 'every-conversation',
      ...options.team,
    }
    const shared = { ...store, queue: this.#queue, observer, say, newId: uuidv7, now }
    const roles = createRoles(team, new Map())
    const readsThreads = (): boolean => options.readsThreads ?? true
    const deskParts = { ...shared, roles, team, readsThreads, timeZone: 'UTC', advancedLimit: 50_000 as MicroDollars }
    this.desk = createDesk(deskParts)
    this.queue = () => store.desk.queue(this.tenant)
    this.secondDesk = createDesk(deskParts)
    const { pace } = options
    const patience = pace === undefined ? {} : { pace }
    this.parts = { ...shared, ...partsOf(options), ...patience, channels: this.chats, desk: this.desk.turns }
    this.intake = createIntake({ ...store, queue: this.#queue, observer, team: toTeam(this.desk, roles) })
  }

  async start(): Promise<this> {
    await this.#queue.work((key) => takeTurns(key, this.parts))
    return this
  }

  async stop(): Promise<void> {
    await this.#queue.stop()
    expect(this.failures).toEqual([])
    for (const chat of this.chats.values()) expect(chat.nonsense).toEqual([])
  }

  /** A customer writes; by default Cora in a direct message in Slack. */
  async says(text: string, more: Partial<Message> = {}): Promise<Message> {
    const message = this.message(text, more)
    expect((await this.intake({ kind: 'message', message, isAddressed: true })).kind).toBe('new')
    return message
  }

  message(text: string, more: Partial<Message> = {}): Message {
    return {
      tenant: this.tenant,
      id: `slack:T1:D1:${uuidv7()}`,
      channel: 'slack',
      conversation: 'talk',
      address: { team: 'T1', channel: 'D1' },
      author: customer,
      text,
      isPrivate: true,
      receivedAt: this.parts.now(),
      ...more,
    }
  }

  /** Somebody presses the button with this label under the newest message of a place that has it. */
  async presses(author: Author, label: string, more: Partial<Message> = {}): Promise<Intake> {
    const channel = more.channel ?? 'slack'
    const place = author === customer ? 'D1' : teamChannel
    const shown = this.#seen(channel).findLast(
      (one) =>
        one.channel === (more.address?.['channel'] ?? place) &&
        one.actions.some((action) => action.label.startsWith(label)),
    )
    const pressed = shown?.actions.find((action) => action.label.startsWith(label))?.id
    if (shown === undefined || pressed === undefined) throw new Error(`nobody can see a button "${label}"`)
    return await this.pressId(author, pressed, { text: label, ...more })
  }

  async pressId(author: Author, pressed: string, more: Partial<Message> = {}): Promise<Intake> {
    const address = { team: 'T1', channel: author === customer ? 'D1' : teamChannel }
    return await this.intake({ kind: 'action', message: this.message('', { author, pressed, address, ...more }) })
  }

  /** Somebody of the team writes below a card. */
  async writes(author: Author, text: string, more: Partial<Message> & { card?: string } = {}): Promise<Intake> {
    const { card: thread = this.handOvers(more.channel).at(-1)?.id ?? '', ...changes } = more
    const address: Address =
      more.channel === 'discord'
        ? { channel: thread, parent: teamChannel }
        : { team: 'T1', channel: teamChannel, thread }
    const conversation = `slack:T1:${teamChannel}:${thread}`
    return await this.intake({
      kind: 'message',
      message: this.message(text, { author, address, conversation, ...changes }),
      isAddressed: false,
    })
  }

  async submits(
    author: Author,
    form: string,
    { id = uuidv7(), channel = 'slack', ...values }: { id?: string; channel?: ChannelName; [field: string]: string },
  ): Promise<Intake> {
    const address = { team: 'T1', channel: teamChannel }
    return await this.intake({ kind: 'form', tenant: this.tenant, channel, author, id, form, values, address })
  }

  /** What a customer reads, in order. */
  read(channel: ChannelName = 'slack'): readonly string[] {
    return this.#seen(channel)
      .filter((one) => one.channel !== teamChannel)
      .map(({ text, from }) => (from === undefined ? text : `${from}: ${text}`))
  }

  /** The cards in the team's channel, in order. */
  cards(channel: ChannelName = 'slack'): readonly Visible[] {
    return this.#seen(channel).filter((one) => one.channel === teamChannel && one.thread === undefined)
  }

  handOvers(channel: ChannelName = 'slack'): readonly Visible[] {
    return this.cards(channel).filter(({ text }) => text.includes('ticket **'))
  }

  /** What stands below the newest card of a hand-over. */
  thread(channel: ChannelName = 'slack'): readonly string[] {
    const card = this.handOvers(channel).at(-1)?.id
    return this.#seen(channel)
      .filter(({ thread }) => thread !== undefined && thread === card)
      .map(({ text }) => text)
  }

  /** Moves the clock on; whatever waits for a time is then due. */
  pass(ms: number): void {
    this.#offsetMs += ms
  }

  /** The conversation that the newest card of a hand-over is. */
  async cardConversation(): Promise<string> {
    const card = (await this.queue()).at(-1)
    return deskConversation(card?.id ?? '')
  }

  async tickets(requester = `slack:${customer.id}`): Promise<readonly Ticket[]> {
    return await this.parts.tickets.ofRequester(this.tenant, requester)
  }

  chat(channel: ChannelName = 'slack'): Chat {
    const chat = this.chats.get(channel)
    if (chat === undefined) throw new Error(`${channel} is not there`)
    return chat
  }

  #seen(channel: ChannelName): readonly Visible[] {
    return this.chat(channel).seen
  }
}

/** Waits until this is to be seen. */
export function expectSeen<Value>(look: () => Value | Promise<Value>) {
  return expect.poll(look, { timeout: 10_000, interval: 5 })
}

function toTeam(desk: TeamDesk, roles: Pick<TeamRoles, 'isSupport'>): TeamIntake {
  const ignored: Intake = { kind: 'ignored', because: 'not-handled' }
  return {
    ...desk,
    ask: async (event) => {
      if (event.kind === 'shortcut') return await desk.shortcut(event)
      return (event.kind === 'form' ? await desk.form(event) : undefined) ?? ignored
    },
    isSupport: ({ channel, author, address }) => roles.isSupport({ channel, author: author.id, address }),
    refusal: () => ({ text: 'That button is not yours.', actions: [], audience: 'customer' }),
  }
}

/** A bot that understands three things: a person, something only people can place, and everything else, which it repeats. */
function partsOf({ reason = noModels.reason, advancedVisibleTo = 'staff', thinking }: DeskRigOptions) {
  const agent: Agent = {
    name: 'general',
    answer: async ({ message }) => {
      await thinking?.(message)
      return { kind: 'reply', text: `You said ${message.text}` }
    },
  }
  const hasModel = reason !== noModels.reason
  return {
    running: createRunningTurns(),
    agents: new Map([[agent.name, agent]]),
    classify: (text: string) => {
      const isPerson = /\bperson\b/i.test(text)
      const intent = isPerson ? 'general.person' : /\bgibberish\b/i.test(text) ? 'unknown' : 'general.greeting'
      return {
        intent,
        confidence: intent === 'unknown' ? 0.1 : 1,
        stage: 'keywords',
        candidates: [],
        evidence: [],
      } as const
    },
    agentOf: () => 'general' as const,
    labelOf: (intent: string) => intent,
    freeThreshold: 0.8,
    searchArticles: () => undefined,
    searchPassages: () => [],
    models: { ...noModels, reason },
    canTryAdvanced: (tier: number) => hasModel && tier < 4,
    advancedVisibleTo,
    redact: (text: string) => text,
    onStatus: () => {},
    onAnswered: () => {},
    hours: config.company.hours,
    reference: config.reference,
    elapsedMs: () => performance.now(),
  }
}
