import type { BudgetDay, Purpose } from './budget.ts'
import type { TenantId } from './message.ts'
import type { ModelAlias } from './model.ts'
import type { MicroDollars } from './money.ts'
import type { Tier } from './route.ts'

/** Calendar days in the budget's time zone, both included, and the instants at which they begin and end. */
export interface SpendRange {
  readonly from: BudgetDay
  readonly to: BudgetDay
  readonly begins: Date
  /** Not included. */
  readonly ends: Date
  /** The zone's name, for example `Europe/Berlin`: hours of the day are read in it. */
  readonly timeZone: string
}

/** What calls of one kind cost. `charged` holds what was settled and what stays charged at its bound without proof. */
export interface SpendLine {
  readonly name: string
  readonly calls: number
  readonly charged: MicroDollars
  readonly held: MicroDollars
  readonly unconfirmed: MicroDollars
  readonly inputTokens: number
  readonly outputTokens: number
}

/** What the ledger can be asked to be sorted by. */
export const spendGroups = ['tier', 'model', 'intent', 'channel', 'user', 'hour', 'purpose'] as const
export type SpendGroup = (typeof spendGroups)[number]

/** What the calls of one tier cost in one hour of the clock, in the time zone of the range. */
export interface TierHour {
  /** 0 to 23. */
  readonly hour: number
  readonly tier: Tier
  readonly charged: MicroDollars
}

/** How many messages a tier answered; free ones included. */
export interface TierShare {
  readonly tier: Tier
  readonly messages: number
}

/** How well the answers to one intent, at one tier, were taken. */
export interface Misroute {
  readonly intent: string
  readonly tier: Tier
  readonly messages: number
  /** Messages with at least one 👎 or press of "Try advanced AI". */
  readonly disliked: number
  /** Messages for which the large model was asked for. */
  readonly advanced: number
  readonly cost: MicroDollars
}

/** What was spent, on what, and on how many messages. */
export interface SpendReport {
  readonly range: SpendRange
  readonly total: SpendLine
  /** The most expensive first. `hour` is in the order of the clock. */
  readonly by: Readonly<Record<SpendGroup, readonly SpendLine[]>>
  /** Sums of the receipts: every message, also the free ones. */
  readonly messages: number
  readonly users: number
  readonly conversations: number
  /**
   * Conversations whose last message of the period was not handed to a person, and of which no message got a 👎 or a press
   * of "Try advanced AI" in the period.
   */
  readonly resolved: number
  readonly modelMessages: number
  readonly wouldHaveCost: MicroDollars
  readonly tiers: readonly TierShare[]
  readonly misroutes: readonly Misroute[]
  /** Mean share of the checks that written answers passed, 0 to 1; undefined when none was checked. */
  readonly score: number | undefined
  /** What a message of tiers 0 to 2 took on average, in milliseconds; undefined without one. */
  readonly easyMs: number | undefined
  /** Money for embeddings, a kind of its own. */
  readonly embeddings: MicroDollars
}

/** How one model has done. */
export interface ModelPerformance {
  readonly model: ModelAlias
  readonly tier: Tier
  readonly purposes: readonly Purpose[]
  readonly calls: number
  /** Share of calls whose answer was used, 0 to 1; undefined when none was for a message. */
  readonly successRate: number | undefined
  /** Of the calls for messages, in milliseconds; undefined when there was none. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | undefined
  /** Mean share of the checks that written answers passed, 0 to 1; undefined when none was checked. */
  readonly score: number | undefined
  /** Calls with such a share: written answers that were checked, the rejected ones among them. */
  readonly scored: number
  readonly cost: MicroDollars
  /** Messages it answered, and those of them in conversations that were resolved. */
  readonly answered: number
  readonly resolved: number
}

/** What the ledger and the receipts tell. */
export interface Spending {
  report(tenant: TenantId, range: SpendRange): Promise<SpendReport>
  /** The total of the report by hour and tier, in the order of the clock; what cost nothing is left out. */
  hours(tenant: TenantId, range: SpendRange): Promise<readonly TierHour[]>
  /** Best-used models first. */
  performance(tenant: TenantId, since: Date): Promise<readonly ModelPerformance[]>
}
