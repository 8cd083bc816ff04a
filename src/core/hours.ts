import type { MicroDollars } from './money.ts'
import type { Tier } from './route.ts'
import type { TierHour } from './spending.ts'

/** The tiers whose calls can cost something, the cheapest first. */
export const paidTiers = [1, 2, 3, 4] as const satisfies readonly Tier[]

/** What one hour of the clock cost, in all and by tier; a tier that cost nothing is there with nothing. */
export interface HourCost {
  /** 0 to 23. */
  readonly hour: number
  readonly charged: MicroDollars
  /** The cheapest tier first. */
  readonly parts: readonly { readonly tier: (typeof paidTiers)[number]; readonly charged: MicroDollars }[]
}

/** One for each hour from `first` to `last`, those without a cost among them. */
export function foldHours(hours: readonly TierHour[], first: number, last: number): readonly HourCost[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const here = hours.filter(({ hour }) => hour === first + index)
    const parts = paidTiers.map((tier) => ({ tier, charged: sumOf(here.filter((one) => one.tier === tier)) }))
    return { hour: first + index, charged: sumOf(parts), parts }
  })
}

/** What these cost together. */
export function sumOf(costs: readonly { readonly charged: MicroDollars }[]): MicroDollars {
  return costs.reduce((sum, { charged }) => sum + charged, 0) as MicroDollars
}
