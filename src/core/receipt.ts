import type { BudgetLevel, Purpose } from './budget.ts'
import type { Classification } from './intent.ts'
import type { MessageId } from './message.ts'
import type { MicroDollars } from './money.ts'
import type { Route, Tier } from './route.ts'

/** The timed parts of answering one message. */
export type Step = 'understand' | 'answer'

/** When something happened to a message, in milliseconds since 1970 on the clock of the process that answered it. */
export interface Moments {
  /** When it was received, on its way to being stored. */
  readonly accepted: number
  /** When the try that answered it took it up; what lies before was waiting, and earlier tries. */
  readonly claimed: number
  /** When its answer was ready to be stored. */
  readonly decided: number
}

/** One call of a model, as billed. */
export interface ModelCall {
  /** The operator's alias. */
  readonly model: string
  readonly provider: string
  /** The id the response named, or the one asked for when there was none. */
  readonly wireName: string
  /** The id asked for; left out in receipts of earlier versions. */
  readonly requestedName?: string
  readonly tier: Tier
  readonly purpose: Purpose
  /** Prompt tokens that were neither read from the provider's cache nor written to it. */
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly cost: MicroDollars
  /** What was reserved before the call. */
  readonly bound: MicroDollars
  readonly durationMs: number
  /** When it was sent, in milliseconds since 1970; left out in receipts of earlier versions. */
  readonly sentAtMs?: number
  /** How long a local model took to load. */
  readonly loadMs?: number
  /** `rejected`: the answer came and did not pass its checks. */
  readonly outcome: 'answered' | 'rejected' | 'failed'
  /** Why it failed or was rejected: a fault of ModelError, or the name of a check. */
  readonly because?: string
  /** Why a cloud model was asked although local ones come first. */
  readonly cloudReason?: 'local-failed' | 'asked' | 'overload' | 'button' | undefined
  /** Share of the checks of a written answer that it passed, 0 to 1. */
  readonly score?: number
}

/** Why a message was answered as it was, and what that cost. Customers never see it. */
export interface Receipt {
  readonly message: MessageId
  readonly classification: Classification
  /** Estimated difficulty, 0 to 10. */
  readonly effort: number
  /** The signals the effort came from, in words, strongest first; empty in receipts of earlier versions. */
  readonly effortReasons?: readonly string[]
  /** How far the day's budget had come; undefined without models. */
  readonly budgetLevel?: BudgetLevel
  /** Whether the intent cache knew the message; left out when it was not asked. */
  readonly intentCache?: 'hit' | 'miss'
  /** Models that were not asked, and why: `haiku: its circuit is open`. */
  readonly notAsked?: readonly string[]
  readonly tier: Tier
  readonly route: Route
  readonly calls: readonly ModelCall[]
  readonly cost: MicroDollars
  /** An estimate: the dearest model of the catalogue, the prompt it would have read, 300 tokens of answer. */
  readonly wouldHaveCost: MicroDollars
  readonly wouldHaveCostModel: string
  readonly durationsMs: Readonly<Record<Step, number>>
  /** How long the slower stages looked at the message, a part of `answer`; left out when none was asked. */
  readonly lookedFurtherMs?: number
  /** Left out in receipts of earlier versions. */
  readonly moments?: Moments
}
