import { foldHours, paidTiers, type HourCost } from '../../src/core/hours.ts'
import { plain } from '../../src/core/markup.ts'
import { printDollars } from '../../src/core/money.ts'
import type { Tier } from '../../src/core/route.ts'
import type { TierHour } from '../../src/core/spending.ts'

/** Letters of the longest bar: the whole line stays narrower than a phone. */
const widest = 16
const shades: Readonly<Record<Tier, string>> = { 0: '·', 1: '░', 2: '▒', 3: '▓', 4: '█' }

/**
 * The day's spending by hour as bars of letters, from the first hour with a cost to the last, as a table of the markup, which
 * every platform shows in letters of one width. Each tier has a shade of its own; a line below says which.
 */
export function drawChart(
  hours: readonly TierHour[],
  words: { readonly hour: string; readonly cost: string; readonly tier: string },
): string {
  const used = hours.map(({ hour }) => hour)
  const [first, last] = [Math.min(...used), Math.max(...used)]
  const rows = foldHours(hours, first, last)
  const largest = Math.max(...rows.map(({ charged }) => charged))
  const shown = paidTiers.filter((tier) => hours.some((each) => each.tier === tier))
  const table = [
    `| ${plain(words.hour)} | | ${plain(words.cost)} |`,
    '| --- | --- | --- |',
    ...rows.map(({ hour, charged, parts }) => {
      const cost = charged === 0 ? '' : printDollars(charged)
      return `| ${String(hour).padStart(2, '0')} | ${barOf(parts, largest)} | ${cost} |`
    }),
  ]
  return `${table.join('\n')}\n\n${shown.map((tier) => `${shades[tier]} ${plain(words.tier)} ${tier}`).join(' · ')}`
}

/** What cost anything has a letter at least, however little it is beside the rest. */
function barOf(parts: HourCost['parts'], largest: number): string {
  let below = 0
  let bar = ''
  for (const { tier, charged } of parts) {
    if (charged === 0) continue
    below += charged
    const reached = Math.max(Math.round((below / largest) * widest), bar.length + 1)
    bar += shades[tier].repeat(reached - bar.length)
  }
  return bar
}
