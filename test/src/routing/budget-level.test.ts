import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MicroDollars } from '../../../src/core/money.ts'
import { budgetLevel } from '../../../src/routing/budget-level.ts'

function day(limit: number, spent: number, held = 0) {
  return { limit: limit as MicroDollars, spent: spent as MicroDollars, held: held as MicroDollars }
}

test.each([
  ['nothing is used', day(1_000_000, 0), 'quality-first'],
  ['a micro-dollar below 30 %', day(1_000_000, 299_999), 'quality-first'],
  ['exactly 30 %', day(1_000_000, 300_000), 'balanced'],
  ['a micro-dollar below 90 %', day(1_000_000, 899_999), 'balanced'],
  ['exactly 90 %', day(1_000_000, 900_000), 'prefer-local'],
  ['a micro-dollar below all', day(1_000_000, 999_999), 'prefer-local'],
  ['all', day(1_000_000, 1_000_000), 'free-only'],
  ['more than all, as after an overrun', day(1_000_000, 1_000_001), 'free-only'],
  ['what is held counts as what is spent', day(1_000_000, 100_000, 200_000), 'balanced'],
  ['held alone can use up the day', day(1_000_000, 0, 1_000_000), 'free-only'],
  ['no money at all', day(0, 0), 'free-only'],
  ['a limit of one micro-dollar, unused', day(1, 0), 'quality-first'],
  ['exactly 30 % of a limit that is no power of ten', day(70, 21), 'balanced'],
] as const)('%s: %o is %s', (_, budget, level) => {
  expect(budgetLevel(budget, false)).toBe(level)
})

test('a person who switches to free answers is obeyed whatever is left', () => {
  expect(budgetLevel(day(1_000_000, 0), true)).toBe('free-only')
})

test('the steps are the operator’s', () => {
  const steps = { qualityFirstBelow: 0.07, preferLocalFrom: 0.57 }
  const levels = [69_999, 70_000, 569_999, 570_000].map((spent) => budgetLevel(day(1_000_000, spent), false, steps))

  expect(levels).toEqual(['quality-first', 'balanced', 'balanced', 'prefer-local'])
})

test('spending more never makes the bot spend more freely', () => {
  const ladder = ['quality-first', 'balanced', 'prefer-local', 'free-only']
  const amount = fc.nat({ max: 1_000_000_000 })
  fc.assert(
    fc.property(amount, amount, amount, (limit, spent, more) => {
      const before = ladder.indexOf(budgetLevel(day(limit, spent), false))
      const after = ladder.indexOf(budgetLevel(day(limit, spent, more), false))

      expect(after).toBeGreaterThanOrEqual(before)
    }),
  )
})
