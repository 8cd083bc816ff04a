import type { Purpose } from '../core/budget.ts'
import type { Conversation } from '../core/conversation.ts'
import type { Message } from '../core/message.ts'
import type { ModelAlias } from '../core/model.ts'
import type { Tier } from '../core/route.ts'
import type { Allowance, NoAnswer } from './question.ts'

/** A question that no rule answers, and where it was asked. */
export interface OpenQuestion {
  readonly message: Message
  readonly conversation: Conversation
  readonly now: Date
  /** What is asked; for the button "Try advanced AI" the text of an earlier message. */
  readonly text: string
}

/** How far a model may go for it. */
export interface Effort {
  readonly tier: Exclude<Tier, 0>
  readonly purpose: Purpose
  readonly allowance: Allowance
  /** No larger tier is asked, also where an answer does not pass; undefined for any. */
  readonly mostTier?: Tier
}

/** A written answer that has passed its checks, or why there is none. */
export type Reasoned =
  | { readonly kind: 'answered'; readonly text: string; readonly model: ModelAlias; readonly tier: Exclude<Tier, 0> }
  | {
      readonly kind: 'unanswered'
      /** `busy`: so many wait that nobody is asked. */
      readonly because: NoAnswer | 'not-identified' | 'busy'
      readonly detail: string
    }

/** Has a model write an answer from the articles, the conversation and the customer's own records. It changes nothing. */
export type Reason = (question: OpenQuestion, effort: Effort) => Promise<Reasoned>
