import { expect, test } from 'vitest'
import { toDiscord } from '../../../adapters/discord/components.ts'
import { toBlocks } from '../../../adapters/slack/blocks.ts'
import { drawChart } from '../../../handlers/spend/chart.ts'
import { sayGroup, sayReport } from '../../../handlers/spend/report.ts'
import { parseMarkup } from '../../../src/core/markup.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import { renderPlain } from '../../../src/core/render.ts'
import type { Tier } from '../../../src/core/route.ts'
import {
  spendGroups,
  type SpendGroup,
  type SpendLine,
  type SpendReport,
  type TierHour,
} from '../../../src/core/spending.ts'
import { toWireSpend } from '../../../src/simulation/wire-spend.ts'
import { budget, report } from '../../src/simulation/spend-report.ts'
import { say } from './rig.ts'

const words = { hour: say('spend.chart.hour'), tier: say('spend.chart.tier'), cost: say('spend.chart.cost') }
const amount = 123_456_123_456 as MicroDollars

/** A day as full as can be: a hundred names of each kind, each longer than a phone is wide, with large amounts. */
const lines: readonly SpendLine[] = Array.from({ length: 100 }, (_, index) => ({
  name: `_*~|\`[${index}]${'M_'.repeat(60)}`,
  calls: 123_456_789,
  charged: amount,
  held: amount,
  unconfirmed: amount,
  inputTokens: 1,
  outputTokens: 1,
}))
const full: SpendReport = {
  ...report,
  total: { ...report.total, calls: 123_456_789, charged: amount, held: amount, unconfirmed: amount },
  by: Object.fromEntries(spendGroups.map((group) => [group, lines])) as Record<SpendGroup, readonly SpendLine[]>,
  messages: 123_456_789,
  users: 123_456_789,
  conversations: 123_456_787,
  resolved: 123_456_783,
  wouldHaveCost: 999_999_999_999 as MicroDollars,
  tiers: ([0, 1, 2, 3, 4] as const).map((tier) => ({ tier, messages: 24_691_357 })),
  misroutes: lines.map(({ name }) => ({
    intent: name,
    tier: 4,
    messages: 9_999_999,
    disliked: 8_888_888,
    advanced: 7_777_777,
    cost: amount,
  })),
}
const spend = toWireSpend(full, { ...budget, limit: amount, spent: amount, held: amount })
const hours: readonly TierHour[] = Array.from({ length: 96 }, (_, index) => ({
  hour: Math.floor(index / 4),
  tier: ((index % 4) + 1) as Tier,
  charged: (amount - index * 1_111_111) as MicroDollars,
}))

const linkHosts = new Set<string>()
const replyOf = (text: string) => ({ text, actions: [], audience: 'staff' }) as const

/** As Discord takes it at the worst: every letter that could mean something there has a backslash before it. */
function onDiscord(text: string): number {
  const plain = renderPlain(text, { isColoured: false })
  const frames = parseMarkup(text).length * '```\n\n```\n\n'.length
  return plain.length + (plain.match(/[\\*_~`|<>[\]#.:-]/g)?.length ?? 0) + frames
}

test('the fullest day fits into one message of Discord, beside its picture, and into one of Slack with its chart', () => {
  const text = sayReport(spend, say).join('\n\n')

  expect(onDiscord(text)).toBeLessThanOrEqual(2000)
  expect(toDiscord(replyOf(text), { linkHosts })).toHaveLength(1)
  expect(
    toBlocks(replyOf(`${text}\n\n${drawChart(hours, words)}`), { linkHosts, sentences: { cancel: 'Cancel' } }),
  ).toHaveLength(1)
})

test.each(['model', 'intent'] as const)('the fullest list by %s fits into one message', (group) => {
  const text = sayGroup(spend, group, say).join('\n\n')

  expect(onDiscord(text)).toBeLessThanOrEqual(2000)
  expect(toDiscord(replyOf(text), { linkHosts })).toHaveLength(1)
  expect(text).toContain('and 90 more')
})

test('the usage fits into one message', () => {
  expect(onDiscord(say('spend.usage'))).toBeLessThanOrEqual(1000)
})

test('a chart has a line for each hour from the first to the last, none wider than a phone', () => {
  const [chart = '', legend] = renderPlain(drawChart(hours, words), { isColoured: false }).split('\n\n')
  const [, ...rows] = chart.split('\n')

  expect(rows).toHaveLength(24)
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(40)
  for (const row of rows) expect(row).toMatch(/^\d\d {4}░+▒+▓+█+ +\$/)
  expect(legend).toBe('░ tier 1 · ▒ tier 2 · ▓ tier 3 · █ tier 4')
})

test('bars stand in proportion, and what cost hardly anything is seen all the same', () => {
  const few = [
    { hour: 8, tier: 2, charged: 1 as MicroDollars },
    { hour: 10, tier: 2, charged: 500_000 as MicroDollars },
    { hour: 10, tier: 4, charged: 500_000 as MicroDollars },
  ] as const

  expect(renderPlain(drawChart(few, words), { isColoured: false })).toBe(
    [
      'Hour                    Cost',
      '08    ▒                 $0.000001',
      '09',
      '10    ▒▒▒▒▒▒▒▒████████  $1.00',
      '',
      '▒ tier 2 · █ tier 4',
    ].join('\n'),
  )
})
