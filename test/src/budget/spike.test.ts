import { expect, test } from 'vitest'
import type { HourOfSpending } from '../../../src/core/alert.ts'
import type { BudgetDay } from '../../../src/core/budget.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import { findSpike } from '../../../src/budget/spike.ts'

const limits = { factor: 2, floor: 500_000 as MicroDollars, floorCalls: 20 }
const quiet: HourOfSpending = {
  day: '2026-11-21' as BudgetDay,
  hour: 14,
  cost: 2_100_000,
  calls: 40,
  usual: [900_000, 1_000_000, 1_100_000, 5_000_000, 800_000],
  topUserShare: 0.2,
  repeatShare: 0.1,
  meanTier: 2.2,
  usualMeanTier: 2.1,
}

test('an hour above twice the median of the same hour is a spike', () => {
  expect(findSpike(quiet, limits)?.text).toBe(
    'Spending spike detected: $2.10 (avg: $1.00) in the hour from 14:00. Likeliest cause: viral_user.',
  )
})

test('exactly twice the usual is no spike', () => {
  expect(findSpike({ ...quiet, cost: 2_000_000 }, limits)).toBeUndefined()
})

test('an hour at the floor is no spike, however quiet the others were', () => {
  expect(findSpike({ ...quiet, cost: 500_000, usual: [0, 0, 0, 0, 0] }, limits)).toBeUndefined()
  expect(findSpike({ ...quiet, cost: 500_001, usual: [0, 0, 0, 0, 0] }, limits)).toBeDefined()
})

test('a few dear calls are no spike', () => {
  expect(findSpike({ ...quiet, calls: 19 }, limits)).toBeUndefined()
})

test('without five days of the same hour, the floor stands in for what is usual', () => {
  expect(findSpike({ ...quiet, cost: 1_000_000, usual: [1, 1, 1, 1] }, limits)).toBeUndefined()
  expect(findSpike({ ...quiet, cost: 1_000_001, usual: [1, 1, 1, 1] }, limits)).toBeDefined()
})

test.each([
  [{ topUserShare: 0.9 }, 'viral_user'],
  [{ repeatShare: 0.8 }, 'bot_abuse'],
  [{ meanTier: 4, usualMeanTier: 2.1 }, 'bug_in_routing'], // (4 - 2.1) / 2 = 0.95
] as const)('the cause that fits best comes first: %o is %s', (change, cause) => {
  expect(findSpike({ ...quiet, ...change }, limits)?.causes[0]?.cause).toBe(cause)
})
