import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMoney, formatSum } from '../../../../adapters/web/pages/money.js'

test.each([
  [0, '$0.00'],
  [1, '$0.000001'],
  [135, '$0.000135'],
  [10_000, '$0.01'],
  [12_300, '$0.0123'],
  [100_000, '$0.10'],
  [1_000_000, '$1.00'],
  [1_234_500_000, '$1,234.50'],
  [-150_000, '−$0.15'],
  [9_007_199_254_740_991, '$9,007,199,254.740991'],
])('%i micro-dollars are %s', (microDollars, shown) => {
  expect(formatMoney(microDollars)).toBe(shown)
})

test.each([Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2 ** 53])('%d is not an amount and shows none', (amount) => {
  expect(formatMoney(amount)).toBe('$?.??')
})

test('what was spent is rounded up to the cent, what was saved is rounded down', () => {
  expect(formatSum(152_437, 'up')).toBe('$0.16')
  expect(formatSum(152_437, 'down')).toBe('$0.15')
  expect(formatSum(150_000, 'up')).toBe('$0.15')
})

test('a sum below one cent is exact', () => {
  expect(formatSum(0, 'up')).toBe('$0.00')
  expect(formatSum(135, 'up')).toBe('$0.000135')
  expect(formatSum(9_999, 'down')).toBe('$0.009999')
})

test('an amount can be read back to the last micro-dollar', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (microDollars) => {
      const [dollars = '', fraction = ''] = formatMoney(microDollars).replaceAll(/[$,]/g, '').split('.')

      expect(BigInt(dollars) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))).toBe(BigInt(microDollars))
    }),
  )
})
