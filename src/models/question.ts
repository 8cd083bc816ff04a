import type { BudgetLevel, Purpose, ScopeKind } from '../core/budget.ts'
import type { Author, ChannelName, ConversationId, MessageId, TenantId } from '../core/message.ts'
import type { Capability, Completion, ModelSpec, Prompt } from '../core/model.ts'
import type { MicroDollars } from '../core/money.ts'
import type { ModelCall } from '../core/receipt.ts'
import type { Tier } from '../core/route.ts'
import type { StatusStep } from '../core/status.ts'

export type { StatusStep }

/** How much text a prompt may hold for the model and the money there is, in UTF-8 bytes over all its parts. */
export interface Room {
  readonly promptBytes: number
}

/** Whether an answer may be used. `score` is the share of the checks it passed. */
export type Reading<Value> =
  | { readonly kind: 'good'; readonly value: Value; readonly score?: number }
  | { readonly kind: 'bad'; readonly because: string; readonly score?: number }
  /** The model says itself that it has no answer: nothing is wrong with that. */
  | { readonly kind: 'declined'; readonly because: string }

/** What a model is asked, and what counts as an answer. */
export interface Question<Value> {
  readonly purpose: Purpose
  readonly needs: readonly Capability[]
  /** Where the search for a model begins: its tier, then what stands in for it. */
  readonly tier: Exclude<Tier, 0>
  /** What a usual prompt and a usual answer take, in tokens: an estimate to choose by. */
  readonly usual: { readonly promptTokens: number; readonly outputTokens: number }
  /** The longest answer, hidden thinking included; a model's own maximum may be less. */
  readonly maxOutputTokens: number
  /** How long one attempt that begins at this moment may take; undefined for as long as the model's own limit. */
  readonly timeoutMs?: (model: ModelSpec) => number
  /** The least that must fit is a whole question; undefined when the room is too small for it. */
  prompt(room: Room): Prompt | undefined
  read(completion: Completion, model: ModelSpec): Reading<Value>
}

/** Why there is no answer. `rejected`: there was one, and it did not pass. `declined`: the model said that it has none. */
export type NoAnswer = 'no-model' | 'budget' | 'failed' | 'rejected' | 'declined' | 'too-late'

export type Asked<Value> =
  | { readonly kind: 'answered'; readonly value: Value; readonly model: ModelSpec }
  | {
      readonly kind: 'unanswered'
      readonly because: NoAnswer
      readonly detail: string
      /** The limit that had no room for the last model that could have been asked. */
      readonly refusedBy?: ScopeKind
    }

/**
 * What one message may use of models, and what it has used. One is made for each message, so that no path through the code
 * asks the same model twice, goes on past the deadline, or spends more than the message's own limit.
 */
export interface Allowance {
  readonly tenant: TenantId
  readonly message: MessageId
  readonly conversation: ConversationId
  readonly channel: ChannelName
  readonly author: Author['id']
  /** The intent as far as it is known. */
  intent: string
  /** On the clock of `elapsedMs`. */
  readonly deadlineMs: number
  /** The most all calls for this message may cost when a model of this tier is asked for this. */
  readonly limitFor: (tier: Tier, purpose: Purpose) => MicroDollars
  /** The customer asked for a cloud model by name. */
  readonly asksForCloud: boolean
  /** How far the day's budget had come when a model was last chosen for it. */
  budgetLevel: BudgetLevel | undefined
  /** Something was not asked only because the money was short. */
  isShortOfMoney: boolean
  /** Whether the intent cache knew the message; undefined when it was not asked. */
  intentCache?: 'hit' | 'miss'
  /** How long the slower stages looked at the message; undefined when none was asked. */
  lookedFurtherMs?: number
  /** HTTP requests it may still make. */
  attemptsLeft: number
  /** Aliases that failed, or whose answer did not pass: never asked again for this message. */
  readonly asked: Set<string>
  readonly calls: ModelCall[]
  /** Models that were passed over, each with its reason. */
  readonly notAsked: string[]
  /** Hears what is being done, in words of config/wording.yaml's keys `status.*`. */
  readonly onStatus: (step: StatusStep) => void
  /** Ends the work, as when the bot stops. */
  readonly signal: AbortSignal
}

/** Asks models until one gives an answer that may be used; the only door to a provider. */
export type Ask = <Value>(question: Question<Value>, allowance: Allowance) => Promise<Asked<Value>>
