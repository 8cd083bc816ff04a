import type { ActionId, Address, Author, ChannelName, ConversationId, Message, MessageId, TenantId } from './message.ts'
import type { Reply } from './reply.ts'
import type { TeamPlatform } from './team.ts'
import type { TicketId } from './ticket.ts'

/**
 * What the team sees of a customer's conversation in its channel. `answer`: what the bot answered last; `hand-over`: what
 * waits for a person, or has one.
 */
export type DeskCardKind = 'answer' | 'hand-over'

/** `watching`: the bot answers and the team may look on. */
export type DeskCardState = 'watching' | 'waiting' | 'claimed' | 'resolved'

export interface DeskCard {
  readonly tenant: TenantId
  readonly id: string
  readonly kind: DeskCardKind
  /** The customer's. The card and its thread are a conversation of their own, `deskConversation(id)`. */
  readonly conversation: ConversationId
  readonly platform: TeamPlatform
  /** The reply that is the card. What changes it replaces this one. */
  readonly post: string
  readonly state: DeskCardState
  readonly ticket?: TicketId
  /** Who has claimed it. */
  readonly person?: Author
  readonly facts: CardFacts
  /** Counts every change, from 1 on. */
  readonly version: number
  readonly openedAt: Date
}

/** What a card tells. Texts are the customer's, the bot's or the team's own, not made harmless yet. */
export interface CardFacts {
  readonly customer: Author
  /** Where the customer writes. */
  readonly channel: ChannelName
  /** Where others may read along, as a link. */
  readonly link?: string
  /** The last things said, oldest first. */
  readonly said: readonly Said[]
  /** Intent, confidence, stage, tier and cost of the newest answer, in one line. */
  readonly receipt?: string
  /** Why a person is needed. */
  readonly because?: string
  /** What "Try advanced AI" presses; left out when no larger model is there. */
  readonly advanced?: AnswerButton
  /** Who asked a large model for the newest answer. */
  readonly asked?: Stamp
  /** What became of it. */
  readonly end?: Stamp & { readonly kind: 'resolved' | 'taken-over' | 'followed' }
  /** The customer's messages that no person has answered yet. */
  readonly unanswered: number
  /** The bot goes on answering: nobody has taken the conversation, or the customer went back. */
  readonly isWithBot: boolean
  /** The customer was told once that somebody will come. */
  readonly isAcknowledged: boolean
  /** The team was told once what becomes of notes. */
  readonly isNoteExplained: boolean
}

export interface Said {
  readonly by: 'customer' | 'bot'
  readonly text: string
}

/** A button under an answer in the customer's conversation, and the message that was answered. */
export interface AnswerButton {
  readonly action: ActionId
  readonly message: MessageId
}

/** Who did something, in the words of the card, and when. */
export interface Stamp {
  readonly by: string
  /** An ISO instant. */
  readonly at: string
}

/** The conversation a card and its thread are. */
export function deskConversation(card: string): ConversationId {
  return `desk:${card}`
}

/** One message in the team's channel. */
export interface DeskPost {
  /** Of the reply; chosen by whoever writes it. */
  readonly id: string
  readonly where: 'channel' | 'thread'
  readonly reply: Reply
}

/** A card as it stands next, and what is written about it. */
export interface DeskChange {
  readonly card: Omit<DeskCard, 'version'>
  /** The team's channel. */
  readonly address: Address
  /** The version it was read at, 0 to open it. Left out, the change counts whatever happened since. */
  readonly against?: number
  readonly posts: readonly DeskPost[]
}

/** What somebody of the team does, stored in one transaction and once for each event. */
export interface DeskAct {
  readonly tenant: TenantId
  /** The platform's own name of what happened. */
  readonly event: string
  /** As `channel:author`. */
  readonly by: string
  readonly changes: readonly DeskChange[]
  /** What happens to the ticket. */
  readonly ticket?: DeskTicket
  /** Who has the conversation from here on. */
  readonly hand?: DeskHand
  /** What the customer is told, in the conversation of the first card. */
  readonly replies: readonly Reply[]
}

export interface DeskTicket {
  readonly id: TicketId
  /** `channel:author` of whoever needs help; left out when the ticket is there already. */
  readonly opens?: { readonly subject: string; readonly requester: string; readonly conversation: ConversationId }
  readonly notes: readonly string[]
  /** `answered`: the team waits for the customer. */
  readonly moves?: 'solved' | 'answered'
}

/** `bot` begins anew: what was said before is not read again. */
export interface DeskHand {
  readonly conversation: ConversationId
  readonly to: 'person' | 'bot'
  readonly ticket?: TicketId
}

/** A message somebody wants a ticket for, kept until its form comes back. */
export interface TicketDraft {
  readonly tenant: TenantId
  readonly id: string
  /** Who chose the menu. */
  readonly author: Author
  /** The number it will have, however often the form comes back. */
  readonly ticket: TicketId
  readonly message: Message
}
