import type { Conversation } from '../conversation.ts'
import type { ChannelName, Message, MessageId, TenantId } from '../message.ts'
import type { Outcome } from '../outcome.ts'
import type { OutboxItem } from '../ports.ts'
import type { ConversationKey } from './channel.ts'

/** One message taken for answering. Its outcome counts only while `attempt` is still the newest. */
export interface Claim {
  readonly message: Message
  /** As it stood when the message was taken. */
  readonly conversation: Conversation
  /** 1 for the first try; written before the work begins, so that a crash counts. */
  readonly attempt: number
  /** How many of these attempts were tries to answer it, this one among them: whoever waits for a turn tries nothing. */
  readonly tries: number
  /** How often its worker was gone without giving it back, as by a crash that the message itself may be the cause of. */
  readonly lost: number
  /** How often an admin had it answered anew, after an apology. */
  readonly replays: number
  /** Which text of the message it is; an answer to an earlier one is refused. */
  readonly revision: number
}

/** All but `new` and `seen` store nothing. `someone-else`: another person speaks there, or the button is another person's. */
export type Acceptance = 'new' | 'seen' | 'action-used' | 'action-unknown' | 'not-addressed' | 'someone-else'

/** How a message was given. */
export interface Given {
  /**
   * In private, or the bot was named. A message that is not counts where its author talks with the bot already; one of
   * somebody else's there makes the bot quiet until it is named again.
   */
  readonly isAddressed: boolean
  /** Whether whoever pressed may press buttons under answers to others. */
  readonly mayPressForOthers?: boolean
}

/** What there is to do once an outcome is stored. */
export interface Completed {
  /** Whether the conversation owes another answer. A message that comes later wakes the conversation itself. */
  readonly isMoreOwed: boolean
  /** The first reply, as the outbox would give it next: its attempt is counted. Undefined when the outbox is to be asked. */
  readonly begun?: OutboxItem
}

/** Which messages still owe an answer. */
export interface Inbox {
  /**
   * Stores the message and its conversation in one step; `seen` when the id was stored before. A pressed button is
   * marked as used in the same step, so that of two presses only one is ever stored.
   */
  accept(message: Message, given?: Given): Promise<Acceptance>
  /**
   * The oldest owed message of the conversation, unless one is being answered.
   * @param channels none is given either while a reply of one of these is due: it is shown first
   */
  claim(key: ConversationKey, channels?: readonly ChannelName[]): Promise<Claim | undefined>
  /**
   * Stores the whole outcome, or nothing.
   * @param channels where a reply may be begun to be shown at once
   * @throws ClaimLostError when another worker took over; EffectConflictError when records changed underneath.
   */
  complete(claim: Claim, outcome: Outcome, channels?: readonly ChannelName[]): Promise<Completed>
  /** Gives the message back, to be claimed again from `at` on. @param because `turn`: it waits for its turn, and this was no try */
  postpone(claim: Claim, at: Date, because?: 'turn'): Promise<void>
  /** Conversations with a message that may be claimed now, those first that have waited the longest. */
  owed(): Promise<readonly ConversationKey[]>
}

/** Another text for a message, and when it was written, if the platform says so: an older one never undoes a newer. */
export interface Wording {
  readonly text: string
  readonly at?: Date
}

/** What customers change about messages they have sent. */
export interface Revisions {
  /**
   * Another text for a message whose answer was not shown yet: what was answered to the old one is given up, and no
   * answer under way to it counts. A message that comes only afterwards, as a platform's repetition may, has the new text.
   */
  revise(
    key: ConversationKey,
    message: MessageId,
    wording: Wording,
  ): Promise<'revised' | 'unchanged' | 'too-late' | 'unknown-message'>
  /**
   * Takes back a message, or all owed ones of the conversation: no answer that was not shown yet is shown. One that comes
   * only afterwards, as a platform's repetition may, is not answered either.
   */
  withdraw(key: ConversationKey, message?: MessageId): Promise<'withdrawn' | 'too-late' | 'unknown-message'>
  /** The conversation in which a message is. */
  conversationOf(tenant: TenantId, message: MessageId): Promise<string | undefined>
  /**
   * Whether an answer to the claimed message would count: nobody has changed it, taken it back, or claimed it anew.
   * @param changedHands how often the team had taken or given back the conversation when the answer was begun
   */
  stands(claim: Claim, changedHands: number): Promise<boolean>
}
