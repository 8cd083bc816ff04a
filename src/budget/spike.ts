import type { HourOfSpending } from '../core/alert.ts'
import { printDollars, type MicroDollars } from '../core/money.ts'

export interface SpikeLimits {
  /** This hour counts as a spike above so many times the usual one. */
  readonly factor: number
  /** Below this nothing is a spike, in micro-dollars. */
  readonly floor: MicroDollars
  readonly floorCalls: number
}

export type SpikeCause = 'viral_user' | 'bot_abuse' | 'bug_in_routing'

export interface Spike {
  readonly text: string
  /** Likeliest first, each 0 to 1. */
  readonly causes: readonly { readonly cause: SpikeCause; readonly score: number }[]
}

/** The same hour must be known from so many days before it can be called usual. */
const leastDays = 5

/**
 * Whether this hour is a spike: above the floor, and above the factor times the median of the same hour on earlier days.
 * With fewer than five such days the floor times the factor stands in for what is usual.
 */
export function findSpike(hour: HourOfSpending, { factor, floor, floorCalls }: SpikeLimits): Spike | undefined {
  const usual = hour.usual.length >= leastDays ? median(hour.usual) : floor
  if (hour.cost <= floor || hour.calls < floorCalls || hour.cost <= factor * usual) return undefined
  const causes = causesOf(hour)
  const text = `Spending spike detected: ${printDollars(hour.cost as MicroDollars)} (avg: ${printDollars(Math.round(usual) as MicroDollars)}) in the hour from ${hour.hour}:00. Likeliest cause: ${causes[0]?.cause ?? 'unknown'}.`
  return { text, causes }
}

/**
 * How well each known cause fits: one user's share of the cost, how often texts repeat, and how much higher the tiers are
 * than usual at this hour (two tiers higher is certain).
 */
function causesOf(hour: HourOfSpending): Spike['causes'] {
  const rise = hour.usualMeanTier === undefined ? 0 : (hour.meanTier - hour.usualMeanTier) / 2
  const causes = [
    { cause: 'viral_user', score: hour.topUserShare },
    { cause: 'bot_abuse', score: hour.repeatShare },
    { cause: 'bug_in_routing', score: Math.min(1, Math.max(0, rise)) },
  ] as const
  return causes.toSorted((a, b) => b.score - a.score)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
