import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compare,
  decimal,
  fraction,
  minus,
  over,
  parseExact,
  plus,
  sum,
  times,
  toDecimal,
} from '../../../src/simulation/exact.ts'

const asMoney = { least: 2, places: 9 }

describe('exact fractions', () => {
  test('a tenth and two tenths are three tenths', () => {
    expect(compare(plus(decimal('0.1'), decimal('0.2')), decimal('0.3'))).toBe(0)
  })

  test('three thirds are one, and a seventh is rounded only when printed', () => {
    const third = fraction(1, 3)

    expect(sum([third, third, third])).toEqual(fraction(1))
    expect(toDecimal(over(fraction(1), fraction(7)), asMoney)).toBe('0.142857143')
  })

  test.each([
    ['27', '27.00'],
    ['0.625', '0.625'],
    ['0.0000000005', '0.000000001'],
    ['0.0000000004', '0.00'],
    ['123456789012.5', '123456789012.50'],
    ['.5', '0.50'],
    ['5.', '5.00'],
  ])('%s is printed as %s', (text, printed) => {
    expect(toDecimal(decimal(text), asMoney)).toBe(printed)
  })

  test('negative amounts keep their sign, and nothing has none', () => {
    expect(toDecimal(minus(decimal('0.25'), decimal('1')), asMoney)).toBe('-0.75')
    expect(toDecimal(fraction(-1, 10_000_000_000), asMoney)).toBe('0.00')
    expect(toDecimal(fraction(-5, 2), { least: 0, places: 0 })).toBe('-3')
  })

  test.each(['', '.', '-1', '1e3', '1,5', ' 1', '1.2.3', '0x10', 'NaN', '1'.repeat(16), '$1'])(
    '%j is no number',
    (text) => {
      expect(parseExact(text)).toBe(undefined)
      expect(() => decimal(text)).toThrow(RangeError)
    },
  )

  test('a division by nothing is refused', () => {
    expect(() => over(fraction(1), fraction(0))).toThrow(RangeError)
  })

  test('adding and taking away, multiplying and dividing undo each other for any fractions', () => {
    const exact = fc
      .tuple(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.bigInt(1n, 10n ** 12n))
      .map(([a, b]) => fraction(a, b))

    fc.assert(
      fc.property(exact, exact, (a, b) => {
        const divisor = b.numerator === 0n ? fraction(1) : b
        expect(minus(plus(a, b), b)).toEqual(a)
        expect(over(times(a, divisor), divisor)).toEqual(a)
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0)
      }),
    )
  })
})
