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
  /** A control of the team, whose id says everything: `desk:...` and `spend:...`. Never stored with a conversation. */
  | { readonly kind: 'control' }

export interface ReplyAction {
  readonly id: ActionId
  /** At most 75 characters, Slack's limit. */
  readonly label: string
  readonly style?: 'primary' | 'danger'
  /** `staff`: shown to the support team only, never to a customer. */
  readonly audience?: 'staff'
  /** Asked before the press counts, where the platform can ask. At most 300 characters. */
  readonly confirm?: string
  readonly meaning: ActionMeaning
}

/** A button that judges an answer instead of answering it: 👍 and 👎, or "Try advanced AI". */
export type RatingKind = 'feedback' | 'advanced'

/** Which of them a button is; undefined for the reply's own. */
export function ratingKind({ meaning }: Pick<ReplyAction, 'meaning'>): RatingKind | undefined {
  return meaning.kind === 'feedback' || meaning.kind === 'advanced' ? meaning.kind : undefined
}

/**
 * The buttons a reply shows: those of the team only in what the team reads. An id stands once, and one that is longer than
 * the platform takes is left out.
 */
export function shownActions(
  { actions, audience }: Pick<Reply, 'actions' | 'audience'>,
  longestId: number,
): readonly ReplyAction[] {
  const seen = new Set<string>()
  return actions.filter((action) => {
    const isShown = action.audience !== 'staff' || audience === 'staff'
    if (!isShown || action.id === '' || action.id.length > longestId || seen.has(action.id)) return false
    seen.add(action.id)
    return true
  })
}

/** A button an agent wishes for; ids are given where the outcome is made. */
export type WishedAction = Omit<ReplyAction, 'id'>

/** What the bot says. `text` is the Markdown subset that src/core/markup.ts parses. */
export interface Reply {
  readonly text: string
  readonly actions: readonly ReplyAction[]
  readonly audience: 'customer' | 'staff'
  /** The person of the team who wrote it; left out when the bot did. Links of a person lead anywhere. */
  readonly from?: string
  /** A model wrote the text, so a platform that can may let it appear word by word. */
  readonly isWritten?: true
  /** What was being done for it may have been shown meanwhile, which ends with it. */
  readonly hadSteps?: true
  /** An earlier reply whose message is changed into this one, by its id. */
  readonly replaces?: string
}

/** A picture for whoever can be shown one; the reply's text tells the same. */
export interface Picture {
  readonly png: Uint8Array
  /** What it shows, for those who cannot see it. */
  readonly description: string
}

/** Questions on a page of their own: a modal. Ids and names are ours. */
export interface Form {
  /** At most 100 characters. */
  readonly id: string
  /** At most 24 characters, as the button is. */
  readonly title: string
  readonly submit: string
  /** One to five. */
  readonly fields: readonly FormField[]
}

export interface FormField {
  readonly name: string
  /** At most 45 characters. */
  readonly label: string
  readonly value?: string
  /** Several lines. */
  readonly isLong: boolean
  /** Characters, at most 3,000. */
  readonly most: number
}

/** A reply as the outbox holds it. `id` is our key at the platform: a second send looks for it first. */
export interface StoredReply extends Reply {
  readonly id: string
  /** The message it answers; absent when a person or a timer wrote. */
  readonly message?: MessageId
  readonly at: Date
}
