import { uuidv7 } from 'uuidv7'
import { expect } from 'vitest'
import type { Store } from '../../adapters/store/store.ts'
import { createAccountAgent } from '../../agents/account/account.ts'
import { createGeneralAgent } from '../../agents/general/general.ts'
import type { AgentParts } from '../../agents/parts.ts'
import { createPaymentsAgent } from '../../agents/payments/payments.ts'
import { createTicketsAgent } from '../../agents/tickets/tickets.ts'
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import { createSay } from '../../config/wording.ts'
import type { MessageParts } from '../../handlers/message-parts.ts'
import { handleMessage } from '../../handlers/message.ts'
import type { Company, Sample } from '../../src/core/company.ts'
import type { Effect } from '../../src/core/agent.ts'
import type { Conversation } from '../../src/core/conversation.ts'
import { agentNames, type Classification } from '../../src/core/intent.ts'
import type { Message } from '../../src/core/message.ts'
import { printCents, type Cents } from '../../src/core/money.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { CustomerRecords } from '../../src/core/ports.ts'
import { ratingKind, type Reply, type StoredReply } from '../../src/core/reply.ts'
import type { Say } from '../../src/core/wording.ts'
import { createSearch } from '../../src/knowledge/search.ts'
import { parseArticles } from '../../src/knowledge/articles.ts'
import { noModels } from '../handlers/no-models.ts'
import { openEmptyStore } from '../store.ts'

/** The day on which the sample of every test was planted. */
const today = new Date('2026-11-21T10:00:00Z')

/** The real store in memory, the real dialogue and the four agents; only the intent of a first message is given by the test. */
export interface Rig {
  readonly config: Config
  /** A conversation of a company of its own, with the sample's records untouched. */
  talk(options?: TalkOptions): Promise<Talk>
  close(): Promise<void>
}

interface TalkOptions {
  readonly isPrivate?: boolean
  /** Whether a message that no intent is sure of may be answered by an article. */
  readonly hasArticles?: boolean
  readonly company?: Partial<Company>
  readonly sample?: (sample: Sample) => Sample
}

/** One answered message. */
export interface Answered {
  readonly text: string
  readonly labels: readonly string[]
  readonly effects: readonly Effect[]
  readonly conversation: Conversation
}

export async function openRig(): Promise<Rig> {
  const config = loadConfig({})
  let instant = today
  const store = await openEmptyStore(() => instant)
  const clock = { now: () => instant, set: (at: Date) => void (instant = at) }
  return {
    config,
    talk: async ({ isPrivate = true, hasArticles = false, company = {}, sample = (same: Sample) => same } = {}) => {
      clock.set(today)
      const tenant = uuidv7()
      await store.plantSample(tenant, sample(config.sample))
      const changed = { ...config, company: { ...config.company, ...company } }
      return new Talk({ store, config: changed, clock, tenant, isPrivate, hasArticles, say: strictSay(config) })
    },
    close: () => store.close(),
  }
}

interface TalkParts {
  readonly store: Store
  readonly config: Config
  readonly clock: { readonly now: () => Date; readonly set: (at: Date) => void }
  readonly tenant: string
  readonly isPrivate: boolean
  readonly hasArticles: boolean
  readonly say: Say
}

/** A customer talking to the bot. */
export class Talk {
  readonly parts: TalkParts
  private conversationId = uuidv7()
  private author = 'U1'
  private replies: readonly StoredReply[] = []
  private readonly understood = new Map<string, Partial<Classification>>()

  constructor(parts: TalkParts) {
    this.parts = parts
  }

  /** A message that the classifier is sure about. */
  async ask(intent: string, text: string): Promise<Answered> {
    return this.sayAs({ intent, confidence: 1 }, text)
  }

  /** A message of which the classifier says this. */
  async sayAs(classification: Partial<Classification>, text: string): Promise<Answered> {
    this.understood.set(text, classification)
    return this.say(text)
  }

  /** A message that only an open question can make sense of. */
  async say(text: string): Promise<Answered> {
    return this.send({ text })
  }

  /** Presses a button of the last reply. */
  async press(label: string): Promise<Answered> {
    const action = this.replies.flatMap(({ actions }) => actions).find((one) => one.label === label)
    expect(action, `no button “${label}” among ${this.labels().join(', ')}`).toBeDefined()
    return this.send({ text: label, ...(action && { pressed: action.id }) })
  }

  /** The buttons of the last reply, to be kept for later. */
  buttons(): StoredReply['actions'] {
    return this.replies.flatMap(({ actions }) => actions)
  }

  /** Presses a button of an earlier reply. */
  async pressAgain(action: StoredReply['actions'][number] | undefined): Promise<Answered> {
    expect(action).toBeDefined()
    return this.send({ text: action?.label ?? '', ...(action && { pressed: action.id }) })
  }

  /** Another person, or the same one in another conversation. */
  async elsewhere(author = 'U2'): Promise<Talk> {
    const other = new Talk(this.parts)
    other.author = author
    return other
  }

  later(minutes: number): void {
    this.parts.clock.set(new Date(this.parts.clock.now().getTime() + minutes * 60_000))
  }

  /** Passes the identity check of a sample customer. */
  async identify(name: string): Promise<Answered> {
    const customer = this.parts.config.sample.customers.find((one) => one.email.startsWith(name.toLowerCase()))
    await this.say(customer?.email ?? name)
    return this.say(customer?.postcode ?? '')
  }

  async records(name: string): Promise<CustomerRecords> {
    return this.parts.store.customers.records(this.parts.tenant, `c-${name.toLowerCase()}`)
  }

  async customer(name: string): ReturnType<Store['customers']['byId']> {
    return this.parts.store.customers.byId(this.parts.tenant, `c-${name.toLowerCase()}`)
  }

  async ticket(id: string): ReturnType<Store['tickets']['find']> {
    return this.parts.store.tickets.find(this.parts.tenant, id)
  }

  labels(): readonly string[] {
    return ownLabels(this.replies)
  }

  /** Something the team does meanwhile. */
  async meanwhile(effect: Effect): Promise<void> {
    await this.send({ text: 'hm' }, [effect])
  }

  private async send(said: { text: string; pressed?: string }, besides: readonly Effect[] = []): Promise<Answered> {
    const { store, tenant, isPrivate, clock } = this.parts
    const key = { tenant, conversation: this.conversationId }
    const message: Message = {
      ...key,
      ...said,
      id: uuidv7(),
      channel: 'web',
      address: {},
      author: { id: this.author },
      isPrivate,
      receivedAt: clock.now(),
    }
    await store.inbox.accept(message)
    const claim = await store.inbox.claim(key)
    const conversation = await store.conversations.load(key)
    if (claim === undefined || conversation === undefined) throw new Error('the message was not taken')
    const outcome = await handleMessage(claim.message, conversation, this.messageParts())
    await store.inbox.complete(claim, { ...outcome, effects: [...outcome.effects, ...besides] })
    const turn = await store.conversations.turn(key, message.id)
    this.replies = turn?.replies ?? []
    return answered(outcome)
  }

  private messageParts(): MessageParts {
    const { store, config, say, clock, hasArticles } = this.parts
    const searchArticles = createSearch(parseArticles(config.articles))
    const parts: AgentParts = {
      customers: store.customers,
      tickets: store.tickets,
      say,
      newId: uuidv7,
      company: config.company,
      searchArticles,
    }
    const makers = [createTicketsAgent, createAccountAgent, createPaymentsAgent, createGeneralAgent]
    return {
      conversations: store.conversations,
      tickets: store.tickets,
      agents: new Map(makers.map((make) => make(parts)).map((agent) => [agent.name, agent])),
      classify: (text) => this.classify(text),
      agentOf: (intent) => agentNames.find((name) => intent.startsWith(`${name}.`)) ?? 'general',
      labelOf: (intent) => config.intents.find(({ name }) => name === intent)?.label ?? intent,
      freeThreshold: 0.8,
      searchArticles: hasArticles ? searchArticles : () => undefined,
      searchPassages: () => [],
      models: noModels,
      canTryAdvanced: () => false,
      advancedVisibleTo: 'staff',
      redact: (text) => text,
      onStatus: () => {},
      say,
      hours: config.company.hours,
      reference: config.reference,
      newId: uuidv7,
      now: clock.now,
      elapsedMs: () => 0,
    }
  }

  private classify(text: string): Classification {
    return {
      intent: 'unknown',
      confidence: 0,
      stage: 'tfidf',
      candidates: [],
      evidence: [],
      ...this.understood.get(text),
    }
  }
}

/** The buttons of the answers themselves, without those that rate them. */
function ownLabels(replies: readonly Reply[]): readonly string[] {
  const own = replies.flatMap(({ actions }) => actions).filter((action) => ratingKind(action) === undefined)
  return own.map(({ label }) => label)
}

function answered(outcome: Outcome): Answered {
  return {
    text: outcome.replies.map(({ text }) => text).join('\n\n'),
    labels: ownLabels(outcome.replies),
    effects: outcome.effects,
    conversation: outcome.conversation,
  }
}

/** The sentences of config/wording.yaml; one whose placeholder stays open is a fault. */
function strictSay(config: Config): Say {
  const say = createSay(config.wording)
  return (key, values = {}) => {
    const missing = [...(config.wording.get(key) ?? '').matchAll(/\{(\w+)\}/g)]
      .map((found) => found[1] ?? '')
      .filter((name) => values[name] === undefined)
    if (missing.length > 0) throw new RangeError(`${key} was said without ${missing.join(', ')}`)
    return say(key, values)
  }
}

/** The effects without those of the identity check. */
export function deeds(answer: Answered): readonly Effect[] {
  return answer.effects.filter(({ kind }) => kind !== 'identify' && kind !== 'identity-failed')
}

/** An amount of the sample company as customers read it. */
export function money(cents: number): string {
  return printCents(cents as Cents, 'GBP')
}
