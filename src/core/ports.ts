import type { Passage } from './company.ts'
import type { Conversation } from './conversation.ts'
import type { Customer, CustomerId, Invoice, Order, Payment, Refund } from './customer.ts'
import type { ActionId, Address, ChannelName, Message, MessageId, TenantId } from './message.ts'
import type { Receipt } from './receipt.ts'
import type { ConversationKey } from './ports/channel.ts'
import type { ReplyAction, StoredReply } from './reply.ts'
import type { Ticket, TicketId } from './ticket.ts'

export type * from './ports/channel.ts'
export type * from './ports/inbox.ts'
export type * from './ports/limits.ts'
export type * from './ports/locks.ts'
export type * from './ports/models.ts'

// ---- the queue and the cache

/** Wakes a worker for a conversation. It only wakes: the inbox is the record of what is owed, so a lost call loses nothing. */
export interface Queue {
  /** At most one run per conversation at a time; waking during a run causes one more run after it. */
  wake(key: ConversationKey, at?: Date): Promise<void>
  /** Handles wake-ups; a handler that throws is woken again. Called once. */
  work(handler: (key: ConversationKey) => Promise<void>): Promise<void>
  /** Takes no more, waits for running handlers, closes. */
  stop(): Promise<void>
}

/** Work of the whole installation that is due every so often: one of its processes does it each time. */
export interface Schedule {
  /** For the first time within `everyMs`. No process begins a task that it still does; one that fails is due again as ever. */
  every(name: string, everyMs: number, task: () => Promise<void>): Promise<void>
  /** Begins nothing more, waits for what runs, closes. */
  stop(): Promise<void>
}

/** Values that may vanish at any time. */
export interface Cache {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttlSeconds: number): Promise<void>
  stop(): Promise<void>
}

// ---- the store

/** Forgets what was kept for a while only: what came too early, drafts of tickets, which events the team was heard in. */
export type ForgetOld = () => Promise<void>

/** A reply on its way to its channel. */
export interface OutboxItem {
  readonly key: ConversationKey
  readonly channel: ChannelName
  /** Where the message it answers was written; where the conversation began when it answers none. */
  readonly address: Address
  readonly reply: StoredReply
  /** 1 for the first try. From 2 on, the platform is searched before it is sent again. */
  readonly attempt: number
  /** Some earlier try may have been shown without our knowing. */
  readonly isAmbiguous: boolean
  /** How the message it answers was understood, and when that was received; undefined when no receipt says so. */
  readonly answers?: {
    readonly message: MessageId
    readonly intent: string
    readonly stage: string
    readonly receivedAt: Date
  }
  /** The earlier message that becomes this reply, as the platform calls it; undefined when it was never shown. */
  readonly replaces?: string
}

/** Why a reply was not shown this time. */
export interface SendFailure {
  readonly reason: string
  /** Undefined gives the reply up for good. */
  readonly retryAt: Date | undefined
  /** Whether it may have been shown all the same. */
  readonly isAmbiguous: boolean
}

/** What the team is told of a reply that nobody could be shown. */
export interface UndeliverableNote {
  readonly subject: string
  readonly text: string
}

/** Which replies still have to be shown. Nobody is given a reply of a channel they do not name. */
export interface Outbox {
  /** The conversation's oldest reply not yet shown, if it is due; its attempt is counted before it is given. */
  next(key: ConversationKey, channels: readonly ChannelName[]): Promise<OutboxItem | undefined>
  /**
   * Gives whether the conversation may owe another reply; one that is stored later wakes it itself.
   * @param lookAt when to look for a twin, in case another try may have been shown as well
   */
  delivered(item: OutboxItem, platformId: string, lookAt?: Date): Promise<boolean>
  failed(item: OutboxItem, failure: SendFailure): Promise<void>
  /**
   * Gives the reply up for good and tells the team in the same step: on the conversation's live ticket, or on one opened
   * for it. Gives the ticket, or undefined when the reply was not owed any more.
   */
  abandon(item: OutboxItem, reason: string, note: UndeliverableNote): Promise<TicketId | undefined>
  /** Conversations of these channels with a reply that may be shown now. */
  owed(channels: readonly ChannelName[]): Promise<readonly ConversationKey[]>
}

/** A shown reply of which the platform may show another one as well. */
export interface TwinSearch {
  readonly tenant: TenantId
  readonly channel: ChannelName
  readonly address: Address
  /** The key it was sent under. */
  readonly reply: StoredReply['id']
  /** The one that stays. */
  readonly platformId: string
  /** How often it was looked for before. */
  readonly looks: number
}

/** Replies whose sending once ended in the dark. */
export interface Twins {
  /**
   * Those of these channels to look for now, at most 20, the oldest first.
   * @param leaseMs nobody else is given them for so long, also when whoever looks is gone
   */
  due(channels: readonly ChannelName[], leaseMs: number): Promise<readonly TwinSearch[]>
  looked(search: TwinSearch, look: TwinLook): Promise<void>
}

/** What a look for twins has come to. */
export interface TwinLook {
  /** How many looks there were, this one among them when it succeeded. */
  readonly looks: number
  readonly removed: number
  /** When to look again; undefined ends it. */
  readonly lookAt: Date | undefined
}

/** One message with everything it was answered with. */
export interface TranscriptTurn {
  readonly message: Message
  /** The button the message presses. */
  readonly pressed?: ReplyAction
  readonly replies: readonly StoredReply[]
  readonly receipt: Receipt | undefined
  readonly isAnswered: boolean
}

/** A stretch of a conversation, oldest first. */
export interface Transcript {
  readonly conversation: Conversation
  readonly turns: readonly TranscriptTurn[]
  /** All replies of the stretch in the order they were given, a person's among them. */
  readonly replies: readonly StoredReply[]
  readonly hasMore: boolean
}

/** Where to look for what was written while the bot was away. */
export interface NewestMessage {
  readonly id: MessageId
  readonly receivedAt: Date
  readonly addresses: readonly Address[]
}

/** A platform's newest message, and the addresses written at in the week before it, the newest first, at most 500. */
export type FindNewest = (tenant: TenantId, channel: ChannelName) => Promise<NewestMessage | undefined>

export interface Conversations {
  load(key: ConversationKey): Promise<Conversation | undefined>
  /** What a button means, or undefined when the conversation never offered it. */
  action(key: ConversationKey, action: ActionId): Promise<ReplyAction | undefined>
  /** The first 500 turns, or what came after the reply or message with the id `after`; undefined when either is unknown. */
  transcript(key: ConversationKey, after?: string): Promise<Transcript | undefined>
  /** One message's turn. */
  turn(key: ConversationKey, message: MessageId): Promise<TranscriptTurn | undefined>
  /** The last answered turns before a message, oldest first, at most `most`; none of what a person has resolved. */
  before(key: ConversationKey, message: MessageId, most: number): Promise<readonly TranscriptTurn[]>
}

export interface Tickets {
  /**
   * A number nobody else gets; it is lost when the turn fails, so numbers may have gaps.
   * @param message for which a ticket is opened; one that was opened when it could not be answered is given again
   */
  nextId(tenant: TenantId, message?: MessageId): Promise<TicketId>
  find(tenant: TenantId, id: TicketId): Promise<Ticket | undefined>
  /** Newest first, at most 50. `requester` is `channel:author`. */
  ofRequester(tenant: TenantId, requester: string): Promise<readonly Ticket[]>
}

/** What the company knows of one customer, newest first. */
export interface CustomerRecords {
  readonly orders: readonly Order[]
  readonly payments: readonly Payment[]
  readonly invoices: readonly Invoice[]
  readonly refunds: readonly Refund[]
}

/** The company's own records; in the sample, tables beside ours. Agents ask only for the customer they have identified. */
export interface Customers {
  byEmail(tenant: TenantId, email: string): Promise<Customer | undefined>
  byId(tenant: TenantId, id: CustomerId): Promise<Customer | undefined>
  records(tenant: TenantId, id: CustomerId): Promise<CustomerRecords>
  /** How many identity checks for this address failed since then, in all conversations. */
  failedChecks(tenant: TenantId, email: string, since: Date): Promise<number>
}

// ---- watching

/** What the log and the metrics are told. Never a text, never personal. */
export interface BotEvent {
  readonly name:
    | 'bot.started'
    | 'bot.stopped'
    | 'process.blocked'
    | 'event.acknowledged'
    | 'message.accepted'
    | 'message.repeated'
    | 'message.answered'
    | 'message.postponed'
    | 'message.limited'
    | 'message.parked'
    | 'message.replayed'
    | 'message.discarded'
    | 'message.suspected'
    | 'feedback.recorded'
    | 'reply.delivered'
    | 'reply.postponed'
    | 'reply.abandoned'
    | 'reply.tidied'
    | 'channel.started'
    | 'channel.failed'
    | 'recovery.swept'
    | 'recovery.failed'
    | 'queue.failed'
    | 'queue.left'
    | 'queue.returned'
    | 'load.changed'
    | 'cache.failed'
    | 'cache.returned'
    | 'request.refused'
    | 'request.failed'
    | 'model.called'
    | 'model.failed'
    | 'model.opened'
    | 'model.closed'
    | 'models.changed'
    | 'models.refused'
    | 'models.retiring'
    | 'models.unknown'
    | 'model.loaded'
    | 'budget.alerted'
    | 'budget.overrun'
    | 'alert.failed'
    | 'controls.changed'
    | 'controls.unknown'
    | 'classifier.refused'
    | 'training.started'
    | 'encoder.failed'
    | 'traces.failed'
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, string | number | boolean>>
  readonly error?: unknown
}

export interface Observer {
  receipt(receipt: Receipt, channel: ChannelName): void
  event(event: BotEvent): void
}

/** So much is owed, and since when; undefined when nothing is. */
export interface Owed {
  readonly count: number
  readonly since: Date | undefined
}

/** What the whole installation owes at this moment: answers to messages, and replies that nobody has seen yet. */
export interface Backlog {
  readonly messages: Owed
  readonly replies: Owed
  /** Messages that could not be answered and about which no admin has decided. */
  readonly parked: number
}

/**
 * Messages that could be answered at this moment, one of each conversation, and since when the oldest could be: none that is
 * under way, or has to wait for its turn or a second try.
 */
export type ReadWaiting = () => Promise<Owed>

/** Reads that, for all the conversations that the store may see. */
export type ReadBacklog = () => Promise<Backlog>

/** The present instant; a test passes its own. */
export type Now = () => Date
/** A new id that sorts by time (UUID version 7). */
export type NewId = () => string

/** The best passage of the knowledge base for a question, or undefined when none fits well. */
export type SearchArticles = (question: string) => Passage | undefined
