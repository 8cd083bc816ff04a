import type { WishedAction } from './reply.ts'
import type { CustomerId } from './customer.ts'
import type { AgentName, IntentName } from './intent.ts'
import type { TicketId } from './ticket.ts'
import type { Address, Author, ChannelName, ConversationId, TenantId } from './message.ts'

/** What an agent still needs to know, and what would be accepted. */
export interface Slot {
  readonly name: string
  readonly kind: 'order' | 'ticket' | 'invoice' | 'email' | 'postcode' | 'choice' | 'confirm' | 'text'
  /** The values among which the customer chooses; "the other one" needs exactly two. */
  readonly options?: readonly string[]
  /** Other words for an option: `{ refund: 'Money back' }`. */
  readonly synonyms?: Readonly<Record<string, string>>
  /** What a confirmation would change when the customer says "no, the other one", and to which values. */
  readonly instead?: { readonly slot: string; readonly options: readonly string[] }
  /** The customer's own words that "no, I meant …" puts right, and whether what is said now replaces or adds to them. */
  readonly retold?: { readonly slot: string; readonly how: 'replaced' | 'added' }
}

/** Something a customer wants done, as far as it has come. */
export interface Task {
  readonly id: string
  readonly intent: IntentName
  readonly agent: AgentName
  readonly slots: Readonly<Record<string, string>>
  readonly asking?: Slot
  /** How the open question was put, to put it again after an interruption. */
  readonly question?: { readonly text: string; readonly actions: readonly WishedAction[] }
  /** How often in a row the open question was answered with something else; at the third time a person takes over. */
  readonly misses: number
}

/** Something a reply offered to begin, with a button or in words. */
export interface Offer {
  /** The button's label, which the customer may type instead. */
  readonly label: string
  readonly intent: IntentName
  /** What the task begins with, as if the customer had written it. */
  readonly text: string
  /** Whether the reply asked for it, so that a yes takes it when it is the only one. */
  readonly isProposed: boolean
}

/** A customer whose identity was checked in this conversation, and until when that counts. */
export interface Identity {
  readonly customer: CustomerId
  readonly until: Date
}

/** A conversation between its turns. */
export interface Conversation {
  readonly tenant: TenantId
  readonly id: ConversationId
  readonly channel: ChannelName
  readonly address: Address
  readonly author: Author
  /** Who answers. While a person has the conversation, the bot only passes messages on. */
  readonly state: 'bot' | 'person'
  readonly identity?: Identity
  readonly task?: Task
  /** Tasks put aside for another question, newest last. */
  readonly paused: readonly Task[]
  /** The task that ended last, for "and 1043?". */
  readonly last?: Pick<Task, 'intent' | 'agent' | 'slots'> & {
    /** What the very last reply offered; left out when it was none. */
    readonly offers?: readonly Offer[]
  }
  readonly turns: number
  /** Messages in a row that could not be placed. */
  readonly unclear: number
  /** The ticket under which a person has, or will read, this conversation. */
  readonly ticket?: TicketId
  /** How often the team took the conversation or gave it back. An answer begun before the last time counts no more. */
  readonly changedHands?: number
}

/** The identity, as long as it counts. */
export function identityAt(conversation: Conversation, instant: Date): Identity | undefined {
  const { identity } = conversation
  return identity !== undefined && identity.until > instant ? identity : undefined
}
