import type { Alert, AlertTarget } from './alert.ts'
import type { AuditEntry } from './audit.ts'
import type { ChannelName, ConversationId, MessageId, TenantId } from './message.ts'
import type { TicketId, TicketState } from './ticket.ts'

/** Why a message was parked. */
export interface ParkReason {
  /** The code of the error, its class where it has none, or `attempts-used-up`. */
  readonly reason: string
  /** What the error said, with personal details replaced. */
  readonly fault: string
  /** How often it was tried. */
  readonly tries: number
}

/** A message that could not be answered: its customer has an apology, the team a ticket. */
export interface ParkedMessage extends ParkReason {
  readonly tenant: TenantId
  readonly message: MessageId
  readonly conversation: ConversationId
  readonly channel: ChannelName
  /** As the customer wrote it; to be redacted before anybody is shown it. */
  readonly text: string
  /** How often an admin had it answered anew. */
  readonly replays: number
  readonly at: Date
  readonly state: 'parked' | 'replayed' | 'discarded'
  /** Who replayed or discarded it last, and when. */
  readonly closed?: { readonly by: string; readonly at: Date }
  readonly ticket?: TicketId
}

/** What was done for a parked message already, as it stands now. */
export interface ParkedTraces {
  /** Replies to it, by what became of each. */
  readonly replies: readonly { readonly state: 'owed' | 'sent' | 'abandoned'; readonly at: Date }[]
  readonly ticket?: { readonly id: TicketId; readonly state: TicketState; readonly isOwn: boolean }
  /** The team's card of the hand-over. */
  readonly card?: 'waiting' | 'claimed' | 'resolved'
  /** Who has the conversation. */
  readonly with: 'bot' | 'person'
  /** Later messages of the conversation: answered, and waiting. */
  readonly later: { readonly answered: number; readonly owed: number }
}

/** What an admin does about a parked message. */
export type ParkedDecision = 'replay' | 'discard'

/** `closed`: somebody decided before. `withdrawn`: the customer has taken it back. */
export type ParkedResult = 'done' | 'unknown' | 'closed' | 'withdrawn'

/** What admins are told of parked messages, and where. */
export interface ParkedAlert {
  readonly alert: Alert
  readonly targets: readonly AlertTarget[]
}

/** The messages that could not be answered. They are parked by storing an outcome that says so. */
export interface ParkedMessages {
  /** The newest first, at most 100. @param which `all`: with those that were replayed or discarded */
  list(tenant: TenantId, which: 'parked' | 'all'): Promise<readonly ParkedMessage[]>
  find(tenant: TenantId, message: MessageId): Promise<(ParkedMessage & { readonly traces: ParkedTraces }) | undefined>
  /**
   * Replays or discards a parked message, once, and records who did. A replayed one is owed again, with as many tries as
   * a message that has just come in.
   */
  decide(
    { tenant, message, decision }: { tenant: TenantId; message: MessageId; decision: ParkedDecision },
    entry: Pick<AuditEntry, 'id' | 'at' | 'by'>,
  ): Promise<ParkedResult>
  /** Of which nobody was told yet, the oldest first, at most 100. */
  untold(tenant: TenantId): Promise<readonly ParkedMessage[]>
  /**
   * Raises one alert for all of those and keeps that they are told, both or neither. Nothing, when somebody else has told of
   * them meanwhile.
   * @param write works at once and asks nobody; it is given the oldest, and all of them
   */
  tell(tenant: TenantId, write: (first: ParkedMessage, all: readonly ParkedMessage[]) => ParkedAlert): Promise<void>
}
