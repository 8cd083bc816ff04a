import { expect, test } from 'vitest'
import { wouldHaveCost } from '../../../src/budget/estimate.ts'

/** $10 per million tokens in, $50 out. */
const reference = {
  model: 'the dearest',
  rates: { input: 10_000_000, cached: 250_000, cacheWrite: 12_500_000, output: 50_000_000 },
  asOf: '2026-11-21',
  source: 'by hand',
}

test.each([
  // 900 tokens of instructions × 10 + 300 tokens of answer × 50 = 9,000 + 15,000
  ['', 24_000],
  // one character is begun as one token: 901 × 10 + 15,000
  ['a', 24_010],
  ['four', 24_010],
  ['fives', 24_020],
  // 1,000 tokens: 1,900 × 10 + 15,000
  ['x'.repeat(4000), 34_000],
])('%#: the dearest path would have cost the tokens by hand', (text, microDollars) => {
  expect(wouldHaveCost(text, reference)).toBe(microDollars)
})

test('a price with a fraction is rounded up once', () => {
  const rates = { input: 1_500, cached: 0, cacheWrite: 0, output: 2_500 } // $0.0015 and $0.0025 per million

  // 900 × 0.0015 + 300 × 0.0025 = 1.35 + 0.75 = 2.1
  expect(wouldHaveCost('', { ...reference, rates })).toBe(3)
})
