import type { Effect } from './agent.ts'
import type { Conversation } from './conversation.ts'
import type { ParkReason } from './parked.ts'
import type { Receipt } from './receipt.ts'
import type { Reply } from './reply.ts'

/** Everything that answering one message changes. Stored in one transaction, or not at all. */
export interface Outcome {
  /** The conversation as it stands after this turn. */
  readonly conversation: Conversation
  readonly replies: readonly Reply[]
  readonly effects: readonly Effect[]
  /** Undefined when nothing was answered, as when an answer was only rated. */
  readonly receipt: Receipt | undefined
  /** What a customer had asked and somebody found badly answered: how it was understood is kept for no other message. */
  readonly misunderstood?: string
  /** The message could not be answered and is not tried any more; an admin may have it answered anew. */
  readonly parked?: ParkReason
}
