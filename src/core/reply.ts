import type { ActionId, MessageId } from './message.ts'
import type { IntentName } from './intent.ts'

/** What pressing a button says. Stored with the reply; the customer's device only ever knows its id. */
export type ActionMeaning =
  /** "I meant this": the earlier message is answered as this intent. */
  | { readonly kind: 'intent'; readonly intent: IntentName; readonly text: string }
  /** Answers a question of the task named, and no other: `asked` is its slot, or what a confirmation is about. */
  | { readonly kind: 'answer'; readonly task: string; readonly value: string; readonly asked: string }
  /** Goes back to a paused task, or lets it go. */
  | { readonly kind: 'resume'; readonly task: string }
  | { readonly kind: 'drop'; readonly task: string }
  /** "Talk to a person", and back. */
  | { readonly kind: 'person' }
  | { readonly kind: 'bot' }
  /** 👍 or 👎 on the answer to a message. */
  | { readonly kind: 'feedback'; readonly value: 'helpful' | 'not_helpful'; readonly message: MessageId }
  /** "Try advanced AI": the same message is answered again by a large model. */
  | { readonly kind: 'advanced'; readonly message: MessageId }

export interface ReplyAction {
  readonly id: ActionId
  /** At most 75 characters, Slack's limit. */
  readonly label: string
  readonly style?: 'primary' | 'danger'
  /** `staff`: shown to the support team only, never to a customer. */
  readonly audience?: 'staff'
  readonly meaning: ActionMeaning
}

/** A button that judges an answer instead of answering it: 👍 and 👎, or "Try advanced AI". */
export type RatingKind = 'feedback' | 'advanced'

/** Which of them a button is; undefined for the reply's own. */
export function ratingKind({ meaning }: Pick<ReplyAction, 'meaning'>): RatingKind | undefined {
  return meaning.kind === 'feedback' || meaning.kind === 'advanced' ? meaning.kind : undefined
}

/** A button an agent wishes for; ids are given where the outcome is made. */
export type WishedAction = Omit<ReplyAction, 'id'>

/** What the bot says. `text` is the Markdown subset that src/core/markup.ts parses. */
export interface Reply {
  readonly text: string
  readonly actions: readonly ReplyAction[]
  readonly audience: 'customer' | 'staff'
}

/** A reply as the outbox holds it. `id` is our key at the platform: a second send looks for it first. */
export interface StoredReply extends Reply {
  readonly id: string
  /** The message it answers; absent when a person or a timer wrote. */
  readonly message?: MessageId
  readonly at: Date
}
