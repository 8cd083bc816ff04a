import { describe, expect, test } from 'vitest'
import { maximumOccurrences } from '../../../src/classification/features.ts'
import { createScorer } from '../../../src/classification/scorer.ts'
import { createShuffle } from '../../../src/classification/shuffle.ts'
import type { LinearWeights, SparseVector } from '../../../src/classification/tfidf.ts'

/** Different numbers from 0 to 250 in an order that looks random. */
function numbers(count: number): number[] {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  createShuffle()(order)
  return [...order].map((place) => place % 251)
}

function weightsOf(features: number, classes: number): LinearWeights {
  return {
    classes,
    matrix: Int8Array.from(numbers(features * classes), (number) => number - 125),
    scales: Float32Array.from(numbers(features), (number) => number / 10_000),
    bias: Float32Array.from(numbers(classes), (number) => number / 100 - 1),
  }
}

function vectorOf(ids: readonly number[], values: readonly number[], pairs: number): SparseVector {
  return {
    ids: Int32Array.from(ids),
    values: Float64Array.from(values),
    entryOf: new Int32Array(ids.length),
    words: 0,
    pairs,
    count: ids.length,
    unknownWords: 0,
    unknownGrams: 0,
  }
}

/** What the scores are by definition, summed up one by one. */
function plainScores({ classes, matrix, scales, bias }: LinearWeights, vector: SparseVector, end: number): number[] {
  return Array.from({ length: classes }, (_, place) => {
    let score = bias[place] ?? 0
    for (let at = 0; at < end; at++) {
      const id = vector.ids[at] ?? 0
      score += (vector.values[at] ?? 0) * (scales[id] ?? 0) * (matrix[id * classes + place] ?? 0)
    }
    return score
  })
}

function expectClose(scores: Float64Array, expected: readonly number[]): void {
  expect(scores).toHaveLength(expected.length)
  const misses = expected.map((score, place) => Math.abs(score - (scores[place] ?? Number.NaN)))
  expect(Math.max(...misses)).toBeLessThan(1e-3)
}

describe('the scorer adds up value times weight for every class', () => {
  test.each([
    { classes: 1, words: 1, grams: 0 },
    { classes: 2, words: 0, grams: 3 },
    { classes: 15, words: 3, grams: 4 },
    { classes: 16, words: 4, grams: 7 },
    { classes: 17, words: 5, grams: 90 },
    { classes: 150, words: 22, grams: 91 },
  ])('$words words and $grams n-grams over $classes classes', ({ classes, words, grams }) => {
    const weights = weightsOf(200, classes)
    const count = words + grams
    const vector = vectorOf(
      numbers(200)
        .slice(-count)
        .map((number) => number % 200),
      numbers(count).map((number) => (number + 1) / 300),
      words,
    )

    const { word, total } = createScorer(weights).score(vector)

    expectClose(word, plainScores(weights, vector, words))
    expectClose(total, plainScores(weights, vector, count))
  })

  test('the longest message that can be, all of it speaking for one class, does not overflow', () => {
    const weights = {
      classes: 2,
      matrix: Int8Array.of(127, -127),
      scales: Float32Array.of(1),
      bias: Float32Array.of(0, 0),
    }
    const ids = Array.from({ length: maximumOccurrences }, () => 0)
    const vector = vectorOf(
      ids,
      Array.from(ids, () => 1),
      0,
    )

    const { total } = createScorer(weights).score(vector)

    const most = 127 * maximumOccurrences
    expect((total[0] ?? 0) / most).toBeCloseTo(1, 2)
    expect((total[1] ?? 0) / most).toBeCloseTo(-1, 2)
  })

  test('a message without a known feature, or whose features weigh nothing, has the scores of the bias', () => {
    const weights = { ...weightsOf(4, 3), scales: new Float32Array(4) }
    const scorer = createScorer(weights)

    const empty = scorer.score(vectorOf([], [], 0)).total.slice()
    const weightless = scorer.score(vectorOf([1, 2], [0.5, 0.5], 1)).total.slice()

    expect([...empty]).toEqual([...weights.bias])
    expect([...weightless]).toEqual([...weights.bias])
  })

  test('the shares of all entries and the bias are the score', () => {
    const weights = weightsOf(30, 20)
    const scorer = createScorer(weights)
    const vector = vectorOf([4, 9, 17, 29], [0.5, 0.25, 0.75, 1], 2)
    const scores = scorer.score(vector).total.slice()

    const sums = Array.from(scores, (_, place) => {
      const shares = scorer.sharesOf(vector, place)
      return (weights.bias[place] ?? 0) + shares.subarray(0, vector.count).reduce((sum, share) => sum + share, 0)
    })

    expectClose(scores, sums)
  })
})
