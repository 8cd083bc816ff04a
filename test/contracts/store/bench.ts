import { uuidv7 } from 'uuidv7'
import type { Store } from '../../../adapters/store/store.ts'
import { loadConfig } from '../../../config/load.ts'
import type { Effect } from '../../../src/core/agent.ts'
import type { Conversation } from '../../../src/core/conversation.ts'
import { channelNames, type ChannelName, type Message, type TenantId } from '../../../src/core/message.ts'
import { zeroDollars } from '../../../src/core/money.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import type { Claim, Completed, ConversationKey, NewId, Now, OutboxItem } from '../../../src/core/ports.ts'
import type { Receipt } from '../../../src/core/receipt.ts'
import type { Reply, ReplyAction } from '../../../src/core/reply.ts'
import type { TicketId } from '../../../src/core/ticket.ts'

/** Opens an empty store of its own. */
export type OpenStore = (now: Now, newId: NewId) => Promise<Store>

/** A clock that stands still until it is set. */
export interface Clock {
  at: Date
}

export const noon = new Date('2026-11-21T12:00:00Z')

/** Longer than any lease of the store. */
export const longerThanALease = 120_000

const sample = loadConfig({}).sample

/** What one test works with: the store under test and a company nobody else uses. */
export class Bench {
  readonly store: Store
  readonly clock: Clock
  readonly tenant: TenantId = `test-${uuidv7()}`
  #messages = 0

  constructor(store: Store, clock: Clock) {
    this.store = store
    this.clock = clock
    clock.at = noon
  }

  key(conversation = 'talk'): ConversationKey {
    return { tenant: this.tenant, conversation }
  }

  /** A message of its own id; `m1` is the first, `m2` the second. */
  message(changes: Partial<Message> = {}): Message {
    this.#messages += 1
    return {
      tenant: this.tenant,
      id: `m${this.#messages}`,
      channel: 'web',
      conversation: 'talk',
      address: { thread: 'T1' },
      author: { id: 'U1', name: 'Ada' },
      text: 'Where is my order?',
      isPrivate: true,
      receivedAt: this.clock.at,
      ...changes,
    }
  }

  async accept(changes: Partial<Message> = {}): Promise<Message> {
    const message = this.message(changes)
    const acceptance = await this.store.inbox.accept(message)
    if (acceptance !== 'new') throw new Error(`${message.id} was ${acceptance}`)
    return message
  }

  /** Takes the oldest owed message; a test that expects none asks the inbox itself. */
  async claim(conversation = 'talk'): Promise<Claim> {
    const claim = await this.store.inbox.claim(this.key(conversation))
    if (claim === undefined) throw new Error(`nothing to claim in ${conversation}`)
    return claim
  }

  /** @param channels left out, no reply is begun */
  async complete(
    claim: Claim,
    changes: Partial<Outcome> = {},
    channels: readonly ChannelName[] = [],
  ): Promise<Completed> {
    return await this.store.inbox.complete(claim, outcomeOf(claim.message, changes), channels)
  }

  /** One message from its arrival to its stored answer. */
  async answered(changes: Partial<Outcome> = {}, said: Partial<Message> = {}): Promise<Message> {
    const message = await this.accept(said)
    await this.complete(await this.claim(message.conversation), changes)
    return message
  }

  /** Lets a turn carry out effects; rejects as `complete` does. */
  async carryOut(...effects: readonly Effect[]): Promise<void> {
    await this.answered({ effects }, { conversation: uuidv7() })
  }

  /** A ticket that is open, opened in a conversation of its own. */
  async openTicket(changes: Partial<Extract<Effect, { kind: 'open-ticket' }>> = {}): Promise<TicketId> {
    const ticket = await this.store.tickets.nextId(this.tenant)
    await this.carryOut({
      kind: 'open-ticket',
      ticket,
      subject: 'Cracked',
      text: 'The lid.',
      state: 'open',
      ...changes,
    })
    return ticket
  }

  async plantSample(): Promise<void> {
    await this.store.plantSample(this.tenant, sample)
  }

  later(milliseconds: number): void {
    this.clock.at = new Date(this.clock.at.getTime() + milliseconds)
  }

  /** The conversations of this company in a list of all companies. */
  own(keys: readonly ConversationKey[]): readonly string[] {
    return keys
      .filter(({ tenant }) => tenant === this.tenant)
      .map(({ conversation }) => conversation)
      .toSorted()
  }

  /** The reply that goes next, for a process that runs every channel. */
  async nextReply(conversation = 'talk'): Promise<OutboxItem | undefined> {
    return await this.store.outbox.next(this.key(conversation), channelNames)
  }

  /** The texts a customer was answered with, in the order they were given. */
  async replies(conversation = 'talk'): Promise<readonly string[]> {
    const transcript = await this.store.conversations.transcript(this.key(conversation))
    return (transcript?.replies ?? []).map(({ text }) => text)
  }
}

export function reply(text: string, actions: readonly ReplyAction[] = []): Reply {
  return { text, actions, audience: 'customer' }
}

export function button(id: string, label = 'Talk to a person'): ReplyAction {
  return { id, label, meaning: { kind: 'person' } }
}

function outcomeOf(message: Message, changes: Partial<Outcome> = {}): Outcome {
  return {
    conversation: conversationOf(message),
    replies: [reply(`Answer to ${message.id}`)],
    effects: [],
    receipt: receiptOf(message),
    ...changes,
  }
}

export function conversationOf(message: Message, changes: Partial<Conversation> = {}): Conversation {
  return {
    tenant: message.tenant,
    id: message.conversation,
    channel: message.channel,
    address: message.address,
    author: message.author,
    state: 'bot',
    paused: [],
    turns: 1,
    unclear: 0,
    ...changes,
  }
}

export function receiptOf(message: Message): Receipt {
  return {
    message: message.id,
    classification: {
      intent: 'account.order-status',
      confidence: 0.93,
      stage: 'tfidf',
      candidates: [{ intent: 'account.order-status', confidence: 0.93 }],
      evidence: ['order'],
    },
    effort: 4,
    tier: 0,
    route: { kind: 'agent', agent: 'account', intent: 'account.order-status', because: 'sure' },
    calls: [],
    cost: zeroDollars,
    wouldHaveCost: zeroDollars,
    wouldHaveCostModel: 'the dearest',
    durationsMs: { understand: 1, answer: 2 },
  }
}
