import type { Conversation, Identity, Slot, Task } from './conversation.ts'
import type { CustomerId, OrderId, Refund } from './customer.ts'
import type { DeskChange } from './desk.ts'
import type { AgentName, Classification, IntentName } from './intent.ts'
import type { Message, MessageId } from './message.ts'
import type { WishedAction } from './reply.ts'
import type { Tier } from './route.ts'
import type { TicketId, TicketState } from './ticket.ts'

/** What an agent is given: the message, what is known, and the task with the slots filled so far. */
export interface Turn {
  readonly message: Message
  readonly conversation: Conversation
  readonly classification: Classification
  readonly task: Task
  readonly now: Date
}

/** What an agent says. Whatever should change in the world is an effect, carried out with the outcome, once. */
export type Answer =
  | {
      readonly kind: 'reply'
      readonly text: string
      readonly actions?: readonly WishedAction[]
      readonly effects?: readonly Effect[]
    }
  | {
      readonly kind: 'ask'
      readonly text: string
      readonly missing: Slot
      /** All slots of the task from here on; left out when none changed. */
      readonly slots?: Readonly<Record<string, string>>
      readonly actions?: readonly WishedAction[]
      readonly effects?: readonly Effect[]
    }
  | { readonly kind: 'escalate'; readonly because: string; readonly effects?: readonly Effect[] }

export interface Agent {
  readonly name: AgentName
  answer(turn: Turn): Promise<Answer>
}

/** A change of the world, as data. The transaction that stores the reply carries it out. */
export type Effect =
  | {
      readonly kind: 'open-ticket'
      readonly ticket: TicketId
      readonly subject: string
      readonly text: string
      readonly state: TicketState
    }
  | { readonly kind: 'add-note'; readonly ticket: TicketId; readonly text: string }
  | { readonly kind: 'move-ticket'; readonly ticket: TicketId; readonly from: TicketState; readonly to: TicketState }
  | { readonly kind: 'hand-over'; readonly ticket: TicketId; readonly because: string }
  | { readonly kind: 'identify'; readonly identity: Identity }
  | { readonly kind: 'identity-failed'; readonly email: string }
  | { readonly kind: 'change-email'; readonly customer: CustomerId; readonly from: string; readonly to: string }
  | { readonly kind: 'change-plan'; readonly customer: CustomerId; readonly from: string; readonly to: string }
  | { readonly kind: 'close-account'; readonly customer: CustomerId }
  | {
      readonly kind: 'change-address'
      readonly order: OrderId
      readonly customer: CustomerId
      readonly address: string
    }
  | { readonly kind: 'cancel-order'; readonly order: OrderId; readonly customer: CustomerId }
  | { readonly kind: 'request-refund'; readonly refund: Refund }
  | { readonly kind: 'send-mail'; readonly to: string; readonly template: MailTemplate; readonly about: string }
  | { readonly kind: 'record-feedback'; readonly feedback: Feedback }
  /** A word of the bot's own on the ticket under which the message was parked, if there is one. */
  | { readonly kind: 'tell-ticket'; readonly text: string }
  /** The team's channel is told. Only the desk itself wants this. */
  | { readonly kind: 'tell-team'; readonly change: DeskChange }

/** What somebody thought of the answer to a message, and how that answer had come about: the ledger of misroutes. */
export interface Feedback {
  readonly value: 'helpful' | 'not_helpful' | 'try_advanced'
  readonly message: MessageId
  readonly intent: IntentName
  readonly tier: Tier
  readonly effort: number
  /** The intent's calibrated confidence, 0 to 1. */
  readonly confidence: number
  /** The alias of the model that wrote the answer; undefined when none did. */
  readonly model: string | undefined
  /** What was asked, with personal details replaced. */
  readonly text: string
}

/** The mails the bot may have sent. Their texts belong to the mail system. */
export type MailTemplate = 'reset-link' | 'card-link' | 'invoice' | 'data-export' | 'email-changed' | 'account-closed'
