import type { Classification } from './intent.ts'
import type { MessageId } from './message.ts'
import type { MicroDollars } from './money.ts'
import type { Route, Tier } from './route.ts'

/** The timed parts of answering one message. */
export type Step = 'understand' | 'answer'

/** One call of a model, as billed. */
export interface ModelCall {
  readonly model: string
  readonly provider: string
  readonly tier: Tier
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly cost: MicroDollars
  readonly durationMs: number
  readonly outcome: 'answered' | 'failed'
}

/** Why a message was answered as it was, and what that cost. Customers never see it. */
export interface Receipt {
  readonly message: MessageId
  readonly classification: Classification
  /** Estimated difficulty, 0 to 10. */
  readonly effort: number
  readonly tier: Tier
  readonly route: Route
  readonly calls: readonly ModelCall[]
  readonly cost: MicroDollars
  /** An estimate: the dearest model of the catalogue, the prompt it would have read, 300 tokens of answer. */
  readonly wouldHaveCost: MicroDollars
  readonly wouldHaveCostModel: string
  readonly durationsMs: Readonly<Record<Step, number>>
}
