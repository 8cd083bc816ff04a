import type { BudgetDay } from './budget.ts'
import type { TenantId } from './message.ts'

/** What an owner is told, of money and of messages that could not be answered: once for each day, scope and level. */
export const alertLevels = ['warning', 'prefer-local', 'budget-mode', 'spike', 'parked'] as const
export type AlertLevel = (typeof alertLevels)[number]

export interface Alert {
  readonly tenant: TenantId
  readonly day: BudgetDay
  /** `installation`, the hour of a spike (`installation/14`), or the first of the parked messages. */
  readonly scope: string
  readonly level: AlertLevel
  /** For people; holds no text of a customer. */
  readonly text: string
}

/** Where alerts go besides the log. */
export const alertTargets = ['chat', 'webhook'] as const
export type AlertTarget = (typeof alertTargets)[number]

/** An alert that some targets have not taken yet. */
export interface OwedAlert {
  readonly alert: Alert
  readonly targets: readonly AlertTarget[]
  /** 1 for the first try. */
  readonly attempt: number
}

/** Alerts, each raised once whatever several processes see, and kept until every target has it. */
export interface Alerts {
  /** `new` only for the one call that stored it. */
  raise(alert: Alert, targets: readonly AlertTarget[]): Promise<'new' | 'seen'>
  /** Those that may be sent now; the attempt is counted before they are given. */
  owed(): Promise<readonly OwedAlert[]>
  /** The target has it. */
  delivered(alert: Alert, target: AlertTarget): Promise<void>
  /** What this hour costs beside what the same hour usually does. */
  hour(): Promise<HourOfSpending>
}

/** One hour of calls, for the search for spikes. */
export interface HourOfSpending {
  readonly day: BudgetDay
  /** 0 to 23, in the budget's time zone. */
  readonly hour: number
  /** Micro-dollars so far in this hour. */
  readonly cost: number
  readonly calls: number
  /** Cost of the same hour on each of the last 14 days on which the bot made calls, in micro-dollars. */
  readonly usual: readonly number[]
  /** Share of this hour's cost that the dearest user caused, 0 to 1. */
  readonly topUserShare: number
  /** Share of this hour's asked texts that repeat another one, 0 to 1; letters count alike in upper and lower case. */
  readonly repeatShare: number
  /** Mean tier of this hour's calls, and of the calls of the same hour on those days; undefined without any. */
  readonly meanTier: number
  readonly usualMeanTier: number | undefined
}

/** Sends an alert to one target. Errors are ChannelError. */
export type SendAlert = (alert: Alert) => Promise<void>
