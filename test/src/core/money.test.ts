import fc from 'fast-check'
import { expect, test } from 'vitest'
import { costOf, printCents, printDollars, type Cents, type MicroDollars } from '../../../src/core/money.ts'

const mini = { input: 150_000, cached: 37_500, cacheWrite: 0, output: 600_000 } // $0.15, $0.0375 and $0.60 per million

test.each([
  // tokens in, cached, out, and the cost in micro-dollars
  [0, 0, 0, 0],
  [500, 0, 100, 135], // 500 × 0.15 + 100 × 0.60 = 75 + 60
  [1, 0, 0, 1], // 0.15, rounded up
  [0, 1, 0, 1], // 0.0375, rounded up
  [1, 1, 1, 1], // 0.15 + 0.0375 + 0.60 = 0.7875: once, not three times
  [20, 0, 0, 3], // 20 × 0.15 is 3 exactly
  [0, 80, 0, 3], // 80 × 0.0375 is 3 exactly
  [7, 0, 0, 2], // 1.05
  [10_000_000, 10_000_000, 10_000_000, 7_875_000], // 1,500,000 + 375,000 + 6,000,000
])(
  '%i tokens in, %i cached and %i out at $0.15, $0.0375 and $0.60 cost %i micro-dollars',
  (...[input, cached, output, cost]) => {
    expect(costOf({ input, cached, cacheWrite: 0, output }, mini)).toBe(cost)
  },
)

test('the dearest call that can be configured is still rounded up from the exact sum', () => {
  const usage = { input: 10_000_000, cached: 0, cacheWrite: 0, output: 101 }
  const rates = { input: 1_000_000_000, cached: 0, cacheWrite: 0, output: 9901 }

  // 10^16 + 1,000,001 millionths of a micro-dollar is more than 2^53 and not a whole number of micro-dollars
  expect(costOf(usage, rates)).toBe(10_000_000_002)
})

test('tokens that are no whole number are refused', () => {
  expect(() => costOf({ input: 0.5, cached: 0, cacheWrite: 0, output: 0 }, mini)).toThrow(RangeError)
  expect(() => costOf({ input: Number.NaN, cached: 0, cacheWrite: 0, output: 0 }, mini)).toThrow(RangeError)
})

test('a cost is never below the exact sum and less than one micro-dollar above it', () => {
  const tokens = fc.integer({ min: 0, max: 10_000_000 })
  const rate = fc.integer({ min: 0, max: 1_000_000_000 })
  const tokenKinds = (amount: fc.Arbitrary<number>) =>
    fc.record({ input: amount, cached: amount, cacheWrite: amount, output: amount })
  fc.assert(
    fc.property(tokenKinds(tokens), tokenKinds(rate), (usage, rates) => {
      const cost = BigInt(costOf(usage, rates)) * 1_000_000n
      const kinds = ['input', 'cached', 'cacheWrite', 'output'] as const
      const exact = kinds.reduce((sum, kind) => sum + BigInt(usage[kind]) * BigInt(rates[kind]), 0n)

      expect(cost >= exact && cost - exact < 1_000_000n).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  [0, '$0.00'],
  [1, '$0.000001'],
  [10, '$0.00001'],
  [135, '$0.000135'],
  [10_000, '$0.01'],
  [24_100, '$0.0241'],
  [100_000, '$0.10'],
  [1_000_000, '$1.00'],
  [1_500_000, '$1.50'],
  [123_456_789, '$123.456789'],
  [1_000_000_000_001, '$1000000.000001'],
])('%i micro-dollars are printed as %s', (amount, printed) => {
  expect(printDollars(amount as MicroDollars)).toBe(printed)
})

test('what is printed is the amount, whatever the amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (amount) => {
      const [whole = '', fraction = ''] = printDollars(amount as MicroDollars)
        .slice(1)
        .split('.')

      expect(fraction.length >= 2 && fraction.length <= 6).toBe(true)
      expect(Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0'))).toBe(amount)
    }),
  )
})

test.each([
  [2490, 'USD', '$24.90'],
  [2490, 'GBP', '£24.90'],
  [2490, 'EUR', '€24.90'],
  [2490, 'CHF', '24.90 CHF'],
  [0, 'USD', '$0.00'],
  [5, 'GBP', '£0.05'],
  [100_000, 'SEK', '1000.00 SEK'],
])('%i of %s are printed as %s', (amount, currency, printed) => {
  expect(printCents(amount as Cents, currency)).toBe(printed)
})
