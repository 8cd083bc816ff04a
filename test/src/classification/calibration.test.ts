import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chooseGuardedThreshold,
  chooseThreshold,
  fitCurve,
  fitLine,
  smallestAt,
} from '../../../src/classification/calibration.ts'
import { readCurve, softmaxLogOdds } from '../../../src/classification/confidence.ts'

const row = (confidence: number, right: boolean): { confidence: number; right: boolean; weight: number } => ({
  confidence,
  right,
  weight: 1,
})

describe('calibration', () => {
  test('the threshold is the lowest confidence that still keeps the target', () => {
    const rows = [row(0.9, true), row(0.8, true), row(0.7, false), row(0.6, true), row(0.5, false)]

    expect(chooseThreshold(rows, 1)).toBe(0.8)
    expect(chooseThreshold(rows, 0.75)).toBe(0.6) // 3 of 4
    expect(chooseThreshold(rows, 0.6)).toBe(0.5) // 3 of 5
  })

  test('a target no confidence reaches gives a threshold nothing reaches', () => {
    expect(chooseThreshold([row(0.9, false)], 0.5)).toBeGreaterThan(1)
    expect(chooseThreshold([], 0.5)).toBeGreaterThan(1)
  })

  test('messages of one confidence are taken together or not at all', () => {
    expect(chooseThreshold([row(0.9, true), row(0.9, false)], 0.9)).toBeGreaterThan(1)
  })

  test('out-of-scope messages count as wrong, by their share of the traffic', () => {
    const inScope = [row(0.9, true), row(0.8, true), row(0.7, true), row(0.6, true)]
    const outOfScope = [row(0.65, false)]

    // Half of the traffic out of scope: that one message weighs 4, so 4 / 8 at the end, 3 / 3 before it.
    expect(chooseGuardedThreshold({ inScope, outOfScope }, 0.9, 0.5)).toBe(0.7)
    expect(chooseGuardedThreshold({ inScope, outOfScope }, 0.9, 0)).toBe(0.6)
  })

  test('the curve rises whatever the messages, and never says certain', () => {
    const point = fc.record({
      odds: fc.double({ min: -9, max: 9, noNaN: true }),
      right: fc.boolean(),
      weight: fc.constant(1),
    })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 400 }), fc.boolean(), (points, few) => {
        const curve = few ? fitLine(points) : fitCurve(points)
        let before = 0
        for (let odds = -12; odds <= 12; odds += 0.5) {
          const probability = readCurve(curve, odds)
          expect(probability).toBeGreaterThanOrEqual(before)
          expect(probability).toBeLessThan(1)
          before = probability
        }
      }),
      { numRuns: 50 },
    )
  })

  test('odds that are too sure are brought to the share that is right', () => {
    const points = Array.from({ length: 3000 }, (_, index) => ({
      odds: 4 + (index % 10) / 100,
      right: Math.floor(index / 10) % 5 !== 0,
      weight: 1,
    }))

    expect(readCurve(fitCurve(points), 4.05)).toBeCloseTo(0.8, 1)
  })

  test('a handful of messages never gives more certainty than it can carry', () => {
    const points = Array.from({ length: 6 }, () => ({ odds: 5, right: true, weight: 1 }))

    expect(readCurve(fitLine(points), 30)).toBeLessThan(0.91) // 6 of 6 right: 7 / 8, and a quarter of the rest beyond
  })

  test('the search finds the bottom of a valley', () => {
    expect(smallestAt([0, 10], (value) => (value - 3) ** 2)).toBeCloseTo(3, 2)
  })

  test('softmax log-odds by hand: ln(e² / (e¹ + e⁰))', () => {
    const odds = softmaxLogOdds(Float64Array.of(1, 0.5), 0, { temperature: 0.5, noneScore: 0 })

    expect(odds).toBeCloseTo(2 - Math.log(Math.E + 1), 12)
  })
})
