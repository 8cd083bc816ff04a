import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparePairs, isShown, studentQuantile } from '../../../src/simulation/paired.ts'

const seed = 20_261_121

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0)
}

describe("Student's t", () => {
  // The usual printed table of the two-sided 95 % values.
  test.each([
    [1, 12.7062],
    [2, 4.30265],
    [4, 2.77645],
    [9, 2.26216],
    [29, 2.04523],
    [120, 1.97993],
    [100_000, 1.95999],
  ])('with %i degrees of freedom is %f', (degrees, value) => {
    expect(studentQuantile(degrees)).toBeCloseTo(value, 4)
  })
})

describe('a paired comparison', () => {
  test('of differences 1 to 5 has the mean 3 and the t interval 3 ± 1.9632', () => {
    const compared = comparePairs(zeros(5), [1, 2, 3, 4, 5], seed)

    // Standard deviation √2.5, standard error √0.5 = 0.70711, times 2.77645.
    expect([compared.pairs, compared.meanA, compared.meanB, compared.difference]).toEqual([5, 0, 3, 3])
    expect(compared.tInterval?.[0]).toBeCloseTo(1.03676, 4)
    expect(compared.tInterval?.[1]).toBeCloseTo(4.96324, 4)
    expect(compared.chance).toBe(2 / 32) // only all plus and all minus reach 15
    expect(isShown(compared, 1)).toBe(false) // five pairs can never show anything at 5 %
  })

  test('of two pairs has the bootstrap means 0, 5 and 10, so its interval is all of them', () => {
    // Drawn with replacement from {0, 10}: 0 and 10 have a quarter each, far more than 2.5 %.
    expect(comparePairs([0, 0], [0, 10], seed).interval).toEqual([0, 10])
  })

  test('of yes and no is McNemar: six against none is shown, five is not, eight against two is not', () => {
    const six = comparePairs(zeros(20), [...zeros(14), 1, 1, 1, 1, 1, 1], seed)
    const five = comparePairs(zeros(20), [...zeros(15), 1, 1, 1, 1, 1], seed)
    const mixed = comparePairs([...zeros(18), 1, 1], [...zeros(10), ...zeros(8).map(() => 1), 0, 0], seed)

    expect([six.chance, five.chance]).toEqual([2 / 64, 2 / 32])
    expect(mixed.chance).toBe((2 * (1 + 10 + 45)) / 1024) // P(at least 8 of 10 one way) both ways = 112 / 1024
    expect([six, five, mixed].map((each) => isShown(each, 1))).toEqual([true, false, false])
    expect(isShown(six, 2)).toBe(false) // looked at with a second measure, 3.1 % is not enough
  })

  test('of equal measures shows nothing, and of a constant difference shows it', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6]

    expect(isShown(comparePairs(values, values, seed), 1)).toBe(false)
    const shifted = comparePairs(
      values,
      values.map((value) => value + 1),
      seed,
    )
    expect([shifted.interval, shifted.tInterval, isShown(shifted, 1)]).toEqual([[1, 1], [1, 1], true])
  })

  test('of one pair or none has no interval and shows nothing', () => {
    for (const count of [0, 1]) {
      const compared = comparePairs(
        zeros(count),
        zeros(count).map(() => 5),
        seed,
      )
      expect([compared.interval, compared.tInterval, isShown(compared, 1)]).toEqual([undefined, undefined, false])
    }
    expect(() => comparePairs([1], [1, 2], seed)).toThrow('cannot be paired')
  })

  test('the same seed gives the same result, and the bootstrap agrees with t where the differences are many and tame', () => {
    const b = Array.from({ length: 200 }, (_, index) => Math.sin(index * 12.9898) * 2 + 0.5)
    const first = comparePairs(zeros(200), b, 7)

    expect(comparePairs(zeros(200), b, 7)).toEqual(first)
    expect(first.interval?.[0]).toBeCloseTo(first.tInterval?.[0] ?? Number.NaN, 1)
    expect(first.interval?.[1]).toBeCloseTo(first.tInterval?.[1] ?? Number.NaN, 1)
  })

  test('names a winner in noise in at most about one of twenty cases', () => {
    let shown = 0
    const noise = fc.sample(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }), {
      numRuns: 60,
      seed,
    })

    for (const [index, differences] of noise.entries())
      if (isShown(comparePairs(zeros(12), differences, index), 1)) shown += 1

    // 60 × 5 % = 3; above 8 would be beyond three standard deviations.
    expect(shown).toBeLessThanOrEqual(8)
  })

  test('turning A and B round turns the difference round, whatever the figures', () => {
    const measures = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })), {
      minLength: 2,
      maxLength: 10,
    })

    fc.assert(
      fc.property(measures, (pairs) => {
        const [a, b] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
        const [forth, back] = [comparePairs(a, b, 1), comparePairs(b, a, 1)]
        expect(back.difference).toBeCloseTo(-forth.difference, 9)
        expect(back.chance).toBe(forth.chance)
        expect(forth.interval?.[0]).toBeLessThanOrEqual((forth.interval?.[1] ?? 0) + 1e-9)
      }),
      { numRuns: 30 },
    )
  })
})
