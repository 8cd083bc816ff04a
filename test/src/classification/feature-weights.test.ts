import { expect, test } from 'vitest'
import { reweigh, weighFeatures } from '../../../src/classification/feature-weights.ts'
import type { SparseRows } from '../../../src/classification/svm.ts'

/** Four messages: feature 0 in the first two, feature 1 in all, feature 2 in the first and third. */
const rows: SparseRows = {
  count: 4,
  features: 3,
  starts: Int32Array.of(0, 3, 5, 7, 8),
  words: Int32Array.of(1, 1, 1, 1),
  pairs: Int32Array.of(2, 1, 1, 1),
  unknownWords: new Int32Array(4),
  unknownGrams: new Int32Array(4),
  ids: Int32Array.of(0, 1, 2, 0, 1, 1, 2, 1),
  values: Float32Array.of(0.6, 0.8, 1, 1, 1, 1, 1, 1),
}
const places = Int32Array.of(0, 0, 1, 1)

test('a feature of one class weighs more than one spread over both, and what is unseen weighs nothing', () => {
  const [telling, spread, mixed] = weighFeatures(rows, places, { order: Int32Array.of(0, 1, 2, 3), classes: 2 })
  const seen = weighFeatures(rows, places, { order: Int32Array.of(1, 3), classes: 2 })

  // Feature 0: shares (2.5, 0.5) / 3 against (0.5, 0.5), so 5/6 ln(5/3) + 1/6 ln(1/3) = 0.242586; idf ln(5/3) + 1 = 1.510826.
  expect(telling).toBeCloseTo(Math.sqrt(1.510826 * Math.sqrt(0.242586)), 5)
  // Features 1 and 2 tell nothing, so the least counts: 0.0001, whose root is 0.01; idf 1 and 1.510826.
  expect(spread).toBeCloseTo(Math.sqrt(0.01), 6)
  expect(mixed).toBeCloseTo(Math.sqrt(1.510826 * 0.01), 6)
  expect(seen[2]).toBe(0)
})

test('values weighed again have blocks of length 1, and a block that lost all its features stays empty', () => {
  const values = reweigh(rows, Float32Array.of(1, 0.75, 0))

  expect([...values.subarray(0, 3)]).toEqual([Math.fround(Math.SQRT1_2), Math.fround(Math.SQRT1_2), 0])
  expect([...values.subarray(5)]).toEqual([1, 0, 1])
})
