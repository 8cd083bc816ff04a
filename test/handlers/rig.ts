import { uuidv7 } from 'uuidv7'
import { expect } from 'vitest'
import { createInProcessLimits } from '../../adapters/cache/limits-in-process.ts'
import { createInProcessQueue } from '../../adapters/queue/in-process.ts'
import type { Store } from '../../adapters/store/store.ts'
import { loadConfig } from '../../config/load.ts'
import { createSay } from '../../config/wording.ts'
import { createIntake, type TeamIntake } from '../../handlers/intake.ts'
import { createInProcessSchedule } from '../../adapters/queue/in-process-schedule.ts'
import { createReadLoad } from '../../handlers/load.ts'
import { recoverAnswers, recoverDeliveries, sweepInbox, sweepOutbox } from '../../handlers/recovery.ts'
import { createRunningTurns } from '../../handlers/running-turns.ts'
import type { TidyParts } from '../../handlers/tidy.ts'
import { takeTurns, type TurnParts } from '../../handlers/turn.ts'
import type { Agent, Answer, Turn } from '../../src/core/agent.ts'
import { toEvent } from '../../src/core/channel-event.ts'
import type { Message } from '../../src/core/message.ts'
import type {
  BotEvent,
  ChannelEvent,
  ConversationKey,
  Intake,
  MessageLimit,
  Observer,
  Queue,
  TranscriptTurn,
} from '../../src/core/ports.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { createPseudonym } from '../../src/safety/pseudonyms.ts'
import type { Ticket } from '../../src/core/ticket.ts'
import { openEmptyStore } from '../store.ts'
import type { Reason } from '../../src/models/reason.ts'
import { noModels } from './no-models.ts'
import { createPlatform, type Platform } from './platform.ts'

export const tenant = 'default'

/** The real store, queue and handlers between a platform and an agent of the test. */
export interface Rig {
  readonly store: Store
  readonly parts: TurnParts & Pick<TidyParts, 'twins'> & Pick<Store, 'forgetOld'>
  readonly platform: Platform
  readonly events: BotEvent[]
  /** The customer writes; resolves when the message is stored. */
  write(text: string, more?: Partial<Message>): Promise<ConversationKey>
  /** The platform tells something. */
  tell(event: ChannelEvent): Promise<Intake>
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
  readonly onStopped?: NonNullable<TurnParts['onStopped']>
  /** Between the handlers and the real queue. */
  readonly queue?: (real: Queue) => Queue
  /** Whether nobody works: the test takes the turns itself. */
  readonly isIdle?: boolean
  /** Whether everybody who presses is of the team. */
  readonly isSupport?: boolean
  /** How fast one person is answered; left out, nobody is limited. */
  readonly userLimit?: MessageLimit
  readonly channelLimit?: MessageLimit
  readonly isOfTeam?: (message: Message) => boolean
}

const echo = (turn: Turn): Answer => ({ kind: 'reply', text: `You said ${turn.message.text}` })

export async function openRig({
  answer = echo,
  reason = noModels.reason,
  advancedVisibleTo = 'staff',
  onAnswered = () => {},
  onStopped = () => {},
  queue: around = (real) => real,
  isIdle = false,
  isSupport = true,
  ...limited
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
  const told = { onAnswered, onStopped }
  const limits = limitsOf(limited, now)
  const parts = createParts({
    store,
    queue,
    observer,
    platform,
    answer,
    reason,
    advancedVisibleTo,
    ...told,
    limits,
    now,
  })
  const intake = createIntake({
    inbox: store.inbox,
    revisions: store.revisions,
    queue,
    observer,
    team: teamOf(isSupport),
    stopTurn: (...which) => parts.running.stop(...which),
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
    tell: intake,
    pass: (ms) => {
      offsetMs += ms
    },
    sweep: async () => {
      await sweepInbox(parts)
      await sweepOutbox(parts)
    },
    turns: async (conversation = 'c-1') =>
      (await store.conversations.transcript({ tenant, conversation }))?.turns ?? [],
    tickets: () => store.tickets.ofRequester(tenant, 'slack:U1'),
    close: async () => {
      await queue.stop()
      await store.close()
    },
  }
}

type Limited = Pick<RigOptions, 'userLimit' | 'channelLimit' | 'isOfTeam'>

function limitsOf({ userLimit, channelLimit, isOfTeam = () => false }: Limited, now: () => Date): TurnParts['limits'] {
  const pseudonym = createPseudonym('of this test')
  return { counted: createInProcessLimits({ now }), user: userLimit, channel: channelLimit, pseudonym, isOfTeam }
}

/** A team without controls, commands or a channel of its own. */
function teamOf(isSupport: boolean): TeamIntake {
  const nothing = async (): Promise<Intake> => ({ kind: 'ignored', because: 'not-handled' })
  return {
    ask: nothing,
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

interface RigParts extends Pick<
  TurnParts,
  'queue' | 'observer' | 'now' | 'advancedVisibleTo' | 'onAnswered' | 'limits'
> {
  readonly onStopped: NonNullable<TurnParts['onStopped']>
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
  onStopped,
  limits,
  now,
}: RigParts): Rig['parts'] {
  const config = loadConfig({})
  const { conversations, tickets, inbox, outbox, twins, revisions, forgetOld } = store
  const agent: Agent = { name: 'general', answer: async (turn) => await answer(turn) }
  return {
    conversations,
    tickets,
    inbox,
    outbox,
    twins,
    revisions,
    forgetOld,
    queue,
    observer,
    limits,
    load: createReadLoad({ waiting: store.waiting, observer, now }),
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
    onStopped,
    lookEveryMs: 5,
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

/** Recovery with a schedule of its own, which ends with it. */
export async function sweeping(
  parts: Omit<Parameters<typeof recoverAnswers>[0], 'schedule'> & Parameters<typeof recoverDeliveries>[0],
  everyMs: number,
): Promise<() => Promise<void>> {
  const schedule = createInProcessSchedule(() => {})
  const ends = [await recoverAnswers({ ...parts, schedule }, everyMs), recoverDeliveries(parts, everyMs)]
  return async () => void (await Promise.all([...ends.map((end) => end()), schedule.stop()]))
}
