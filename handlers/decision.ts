import type { Effect } from '../src/core/agent.ts'
import type { BudgetLevel } from '../src/core/budget.ts'
import type { Classification } from '../src/core/intent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { Conversation } from '../src/core/conversation.ts'
import type { ModelCall, Receipt } from '../src/core/receipt.ts'
import type { Route, Tier } from '../src/core/route.ts'

/** What a message is answered with, before ids, receipt and storage. */
export interface Decision {
  readonly route: Route
  /** Empty where nothing is said. */
  readonly text: string
  readonly actions: readonly WishedAction[]
  readonly effects: readonly Effect[]
  /** The conversation after this turn, but for what the effects change in it. */
  readonly conversation: Conversation
  /** What the message was understood to mean in the end, where a model had a say; left out when none had. */
  readonly classification?: Classification | undefined
  /** Every call of a model on the way to this answer, in order; none when left out. */
  readonly calls?: readonly ModelCall[] | undefined
  /** Models that were passed over, each with its reason. */
  readonly notAsked?: readonly string[] | undefined
  /** The tier the answer counts for; left out, the highest that answered a call, or 0. */
  readonly tier?: Tier | undefined
  /** Whether the intent cache knew the message; left out when it was not asked. */
  readonly intentCache?: Receipt['intentCache']
  /** How long the slower stages looked at the message; left out when none was asked. */
  readonly lookedFurtherMs?: number
  /** How far the day's budget had come when the route was chosen. */
  readonly budgetLevel?: BudgetLevel | undefined
  /** How hard the message is, 0 to 10, where the route already estimated it, and from which signals. */
  readonly effort?: number | undefined
  readonly effortReasons?: readonly string[] | undefined
}
