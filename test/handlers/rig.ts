import { uuidv7 } from 'uuidv7'
import { expect } from 'vitest'
import { createInProcessQueue } from '../../adapters/queue/in-process.ts'
import type { Store } from '../../adapters/store/store.ts'
import { loadConfig } from '../../config/load.ts'
import { createSay } from '../../config/wording.ts'
import { createIntake, type TeamIntake } from '../../handlers/intake.ts'
import { sweep } from '../../handlers/recovery.ts'
import { createRunningTurns } from '../../handlers/running-turns.ts'
import type { TidyParts } from '../../handlers/tidy.ts'
import { takeTurns, type TurnParts } from '../../handlers/turn.ts'
import type { Agent, Answer, Turn } from '../../src/core/agent.ts'
import { toEvent } from '../../src/core/channel-event.ts'
import { ChannelError } from '../../src/core/errors.ts'
import type { ChannelName, Message } from '../../src/core/message.ts'
import type {
  BotEvent,
  Channel,
  ConversationKey,
  Delivery,
  Intake,
  Observer,
  Queue,
  TranscriptTurn,
} from '../../src/core/ports.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { openEmptyStore } from '../store.ts'
import type { Reason } from '../../src/models/reason.ts'
import { noModels } from './no-models.ts'

export const tenant = 'default'

/** What a platform does with the next delivery. */
export type Fault =
  | { readonly kind: 'refuse'; readonly retryAfterMs?: number }
  | { readonly kind: 'lose-answer' | 'take-late' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'break' }

/** A chat platform with its own record of what a customer sees. */
export interface Platform extends Channel {
  readonly shown: { readonly id: string; readonly key: string; readonly text: string }[]
  /** Every call in order, as `send TEXT` or `find KEY`. */
  readonly calls: string[]
  /** What happens to the next posts, one each. */
  readonly faults: Fault[]
  /** What was taken late appears. */
  arrive(): void
  /** A customer's channel loses a message. */
  lose(id: string): void
}

export function createPlatform(name: ChannelName = 'slack'): Platform {
  const shown: Platform['shown'] = []
  const late: Platform['shown'] = []
  const calls: string[] = []
  const faults: Fault[] = []
  let posted = 0
  return {
    name,
    shown,
    calls,
    faults,
    arrive: () => void shown.push(...late.splice(0)),
    lose: (id) => {
      shown.splice(
        shown.findIndex((one) => one.id === id),
        1,
      )
    },
    start: async () => {},
    stop: async () => {},
    find: async (key) => {
      calls.push(`find ${key}`)
      return shown.find((one) => one.key === key)?.id
    },
    send: async (delivery: Delivery) => {
      if (delivery.kind === 'edit') return change(delivery)
      if (delivery.kind === 'tidy') return tidyUp(delivery)
      if (delivery.kind !== 'post') throw new TypeError('only posts, changes and tidying are expected here')
      const { text } = delivery.reply
      if (delivery.mayExist) {
        calls.push(`find ${delivery.key}`)
        const found = shown.find((one) => one.key === delivery.key)
        if (found !== undefined) return found.id
      }
      calls.push(`send ${text}`)
      const fault = faults.shift()
      if (fault?.kind === 'gone') throw new ChannelError('The channel is gone.', { retryable: false })
      if (fault?.kind === 'break') throw new TypeError('a fault of the adapter itself')
      if (fault?.kind === 'refuse') {
        const patience = fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }
        throw new ChannelError('The platform refuses.', { retryable: true, ...patience })
      }
      posted += 1
      const id = `platform-${posted}`
      const place = fault?.kind === 'take-late' ? late : shown
      place.push({ id, key: delivery.key, text })
      if (fault?.kind === 'lose-answer' || fault?.kind === 'take-late')
        throw new ChannelError('The answer was lost.', { retryable: true, retryAfterMs: 20, isAmbiguous: true })
      return id
    },
  }

  function change({ platformId, reply: { text } }: Extract<Delivery, { kind: 'edit' }>): string {
    calls.push(`change ${platformId} to ${text}`)
    const place = shown.findIndex(({ id }) => id === platformId)
    const found = shown[place]
    if (found === undefined) throw new ChannelError('There is no such message.', { retryable: false })
    shown[place] = { ...found, text }
    return platformId
  }

  function tidyUp({ key, keep }: Extract<Delivery, { kind: 'tidy' }>): string {
    calls.push(`tidy ${key}`)
    const kept = shown.filter((one) => one.key !== key || one.id === keep)
    const removed = shown.length - kept.length
    shown.splice(0, shown.length, ...kept)
    return String(removed)
  }
}

/** The real store, queue and handlers between a platform and an agent of the test. */
export interface Rig {
  readonly store: Store
  readonly parts: TurnParts & Pick<TidyParts, 'twins'>
  readonly platform: Platform
  readonly events: BotEvent[]
  /** The customer writes; resolves when the message is stored. */
  write(text: string, more?: Partial<Message>): Promise<ConversationKey>
  /** Moves the clock on; whatever waits for a time is then due. */
  pass(ms: number): void
  /** What recovery does every few seconds. */
  sweep(): Promise<void>
  turns(conversation?: string): Promise<readonly TranscriptTurn[]>
  tickets(): Promise<readonly Ticket[]>
  close(): Promise<void>
}

interface RigOptions {
  readonly answer?: (turn: Turn) => Promise<Answer> | Answer
  /** The large model; without one there is none to be asked. */
  readonly reason?: Reason
  readonly advancedVisibleTo?: TurnParts['advancedVisibleTo']
  readonly onAnswered?: TurnParts['onAnswered']
  /** Between the handlers and the real queue. */
  readonly queue?: (real: Queue) => Queue
  /** Whether nobody works: the test takes the turns itself. */
  readonly isIdle?: boolean
  /** Whether everybody who presses is of the team. */
  readonly isSupport?: boolean
}

const echo = (turn: Turn): Answer => ({ kind: 'reply', text: `You said ${turn.message.text}` })

export async function openRig({
  answer = echo,
  reason = noModels.reason,
  advancedVisibleTo = 'staff',
  onAnswered = () => {},
  queue: around = (real) => real,
  isIdle = false,
  isSupport = true,
}: RigOptions = {}): Promise<Rig> {
  let offsetMs = 0
  const now = (): Date => new Date(Date.now() + offsetMs)
  const store = await openEmptyStore(now)
  const events: BotEvent[] = []
  const observer: Observer = { receipt: () => {}, event: (event) => void events.push(event) }
  const real = createInProcessQueue({
    onError: (error) => observer.event({ name: 'queue.failed', level: 'error', fields: {}, error }),
  })
  const queue = around(real)
  const platform = createPlatform()
  const parts = createParts({ store, queue, observer, platform, answer, reason, advancedVisibleTo, onAnswered, now })
  const intake = createIntake({
    inbox: store.inbox,
    revisions: store.revisions,
    queue,
    observer,
    team: teamOf(isSupport),
  })
  if (!isIdle) await queue.work((key) => takeTurns(key, parts))
  return {
    store,
    parts,
    platform,
    events,
    write: async (text, more = {}) => {
      const message = messageOf(text, more, now())
      await intake(toEvent(message))
      return { tenant, conversation: message.conversation }
    },
    pass: (ms) => {
      offsetMs += ms
    },
    sweep: () => sweep(parts),
    turns: async (conversation = 'c-1') =>
      (await store.conversations.transcript({ tenant, conversation }))?.turns ?? [],
    tickets: () => store.tickets.ofRequester(tenant, 'slack:U1'),
    close: async () => {
      await queue.stop()
      await store.close()
    },
  }
}

/** A team without controls, commands or a channel of its own. */
function teamOf(isSupport: boolean): TeamIntake {
  const nothing = async (): Promise<Intake> => ({ kind: 'ignored', because: 'not-handled' })
  return {
    command: nothing,
    shortcut: nothing,
    form: nothing,
    home: nothing,
    press: async () => undefined,
    written: async () => undefined,
    isSupport: () => isSupport,
    refusal: () => ({ text: 'This is not yours to press.', actions: [], audience: 'customer' }),
  }
}

function messageOf(text: string, more: Partial<Message>, receivedAt: Date): Message {
  const own = {
    tenant,
    id: uuidv7(),
    channel: 'slack',
    conversation: 'c-1',
    address: { channel: 'D1' },
    author: { id: 'U1' },
  } as const
  return { ...own, text, isPrivate: true, receivedAt, ...more }
}

interface RigParts extends Pick<TurnParts, 'queue' | 'observer' | 'now' | 'advancedVisibleTo' | 'onAnswered'> {
  readonly store: Store
  readonly platform: Platform
  readonly reason: Reason
  readonly answer: NonNullable<RigOptions['answer']>
}

function createParts({
  store,
  queue,
  observer,
  platform,
  answer,
  reason,
  advancedVisibleTo,
  onAnswered,
  now,
}: RigParts): Rig['parts'] {
  const config = loadConfig({})
  const { conversations, tickets, inbox, outbox, twins } = store
  const agent: Agent = { name: 'general', answer: async (turn) => await answer(turn) }
  return {
    conversations,
    tickets,
    inbox,
    outbox,
    twins,
    queue,
    observer,
    now,
    channels: new Map([[platform.name, platform]]),
    running: createRunningTurns(),
    agents: new Map([[agent.name, agent]]),
    classify: () => ({ intent: 'general.greeting', confidence: 1, stage: 'keywords', candidates: [], evidence: [] }),
    agentOf: () => 'general',
    labelOf: (intent) => intent,
    freeThreshold: 0.8,
    searchArticles: () => undefined,
    searchPassages: () => [],
    models: { ...noModels, reason },
    canTryAdvanced: () => reason !== noModels.reason,
    advancedVisibleTo,
    redact: withoutCardNumbers,
    onStatus: () => {},
    onAnswered,
    say: createSay(config.wording),
    hours: config.company.hours,
    reference: config.reference,
    newId: uuidv7,
    elapsedMs: () => performance.now(),
  }
}

/** Waits until the customer sees this many replies. */
export async function untilShown(rig: Rig, count: number): Promise<void> {
  await expect.poll(() => rig.platform.shown.length, { timeout: 10_000, interval: 5 }).toBe(count)
}

/** Waits until an event of this name was reported this often. */
export async function untilEvent(rig: Rig, name: BotEvent['name'], times = 1): Promise<void> {
  await expect
    .poll(() => rig.events.filter((event) => event.name === name).length, { timeout: 10_000, interval: 5 })
    .toBe(times)
}
