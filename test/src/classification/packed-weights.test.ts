import { expect, test } from 'vitest'
import { pack, packedShares } from '../../../src/classification/packed-weights.ts'

test('four bits hold a weight to a fourteenth of the largest one of its feature', () => {
  const weights = pack({
    classes: 3,
    matrix: Int8Array.of(127, -127, 30, 0, 64, 9),
    scales: Float32Array.of(0.01, 0.02),
  })

  const both = {
    ids: Int32Array.of(0, 1),
    values: Float64Array.of(1, 1),
    entryOf: Int32Array.of(0, 1),
    words: 2,
    pairs: 2,
    count: 2,
    unknownWords: 0,
    unknownGrams: 0,
  }
  const byClass = [0, 1, 2].map((place) => packedShares(weights, both, place))
  const unpacked = [0, 1].flatMap((id) => byClass.map((shares) => shares[id]))

  // By hand: a step is 127 / 7 = 18.14 of the old ones, so 30 is 2 steps (1.65), 64 is 4 (3.53), 9 is none (0.496).
  const step = 127 / 7
  const byHand = [1.27, -1.27, 2 * step * 0.01, 0, 4 * step * 0.02, 0]
  expect(weights.matrix).toHaveLength(4)
  unpacked.forEach((weight, index) => expect(weight).toBeCloseTo(byHand[index] ?? Number.NaN, 5))
})
