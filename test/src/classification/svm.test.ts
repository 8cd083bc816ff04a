import { describe, expect, test } from 'vitest'
import { createSolver, type MarginProblem, type SparseRows } from '../../../src/classification/svm.ts'
import { chanceOf } from '../../../bench/damage.ts'

const seed = 20_261_128

/** Rows of a few features each, one text block and one of n-grams, both of length 1; every third has no n-grams, every fifth nothing. */
function randomRows(count: number, dimensions: number): SparseRows {
  const chance = chanceOf(seed)
  const starts = [0]
  const ids: number[] = []
  const pairs: number[] = []
  const block = (first: number, size: number): void => {
    for (let at = 0; at < size; at++) ids.push(first + 3 * at + Math.floor(chance() * 3))
  }
  const blocks: number[] = []
  for (let row = 0; row < count; row++) {
    const [words, grams] = row % 5 === 4 ? [0, 0] : [4, row % 3 === 2 ? 0 : 9]
    block(0, words)
    block(20, grams)
    blocks.push(...Array.from({ length: words }, () => 0.5), ...Array.from({ length: grams }, () => 1 / 3))
    pairs.push(words)
    starts.push(ids.length)
  }
  const zeros = new Int32Array(count)
  return {
    count,
    features: 50,
    starts: Int32Array.from(starts),
    words: zeros,
    pairs: Int32Array.from(pairs),
    unknownWords: zeros,
    unknownGrams: zeros,
    ids: Int32Array.from(ids),
    values: Float32Array.from(blocks),
    ...(dimensions > 0 && {
      dense: { dimensions, values: Float32Array.from({ length: count * dimensions }, () => chance() - 0.5) },
    }),
  }
}

/** The row with all its features, those of the bias last; the n-grams only where they are wanted. */
function written(rows: SparseRows, row: number, hasGrams: boolean): number[] {
  const dimensions = rows.dense?.dimensions ?? 0
  const all = Array.from({ length: rows.features + dimensions + 1 }, () => 0)
  const start = rows.starts[row] ?? 0
  const end = hasGrams ? (rows.starts[row + 1] ?? 0) : start + (rows.pairs[row] ?? 0)
  for (let at = start; at < end; at++) all[rows.ids[at] ?? 0] = rows.values[at] ?? 0
  for (let at = 0; at < dimensions; at++) all[rows.features + at] = rows.dense?.values[row * dimensions + at] ?? 0
  all[rows.features + dimensions] = 1
  return all
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0)
}

describe.each([
  { classes: 3, dimensions: 0 },
  { classes: 21, dimensions: 0 }, // two blocks of columns
  { classes: 3, dimensions: 7 },
])('$classes classes, $dimensions dense columns, seed 20261128', ({ classes, dimensions }) => {
  const rows = randomRows(60, dimensions)
  const solver = createSolver(rows, classes)
  const problem: MarginProblem = {
    order: Int32Array.from({ length: 60 }, (_, row) => row).filter((row) => row % 10 !== 3),
    classOf: Int32Array.from({ length: 60 }, (_, row) => (row % 7 === 6 ? -1 : row % classes)),
    taught: Int32Array.from({ length: classes - 1 }, (_, place) => place),
    costs: new Float32Array(60).fill(1),
    sweeps: 50,
    alphas: new Float32Array(60 * solver.columns),
  }
  solver.learn(problem)
  const weightsOf = (place: number): number[] =>
    Array.from({ length: rows.features + dimensions + 1 }, (_, id) => solver.weights[id * solver.columns + place] ?? 0)
  const signOf = (row: number, place: number): number => (problem.classOf[row] === place ? 1 : -1)

  test('the weights are what the rows learned from add up to, and a class not taught has none', () => {
    for (let place = 0; place < classes; place++) {
      const sums = weightsOf(place).map((_, id) =>
        [...problem.order].reduce((sum, row) => {
          const alpha = problem.alphas[row * solver.columns + place] ?? 0
          return sum + alpha * signOf(row, place) * (written(rows, row, true)[id] ?? 0)
        }, 0),
      )
      weightsOf(place).forEach((weight, id) => expect(weight).toBeCloseTo(sums[id] ?? NaN, 4))
      expect(weightsOf(place).some((weight) => weight !== 0)).toBe(place < classes - 1)
    }
  })

  // The conditions of Karush, Kuhn and Tucker for the squared hinge at C = 1: margin + alpha / 2 is 1, or above where alpha is 0.
  test('no row misses its margin by more than 0.25, for any class', () => {
    for (const row of problem.order) {
      for (const place of problem.taught) {
        const alpha = problem.alphas[row * solver.columns + place] ?? 0
        const short = 1 - signOf(row, place) * dot(weightsOf(place), written(rows, row, true)) - alpha / 2
        expect(alpha > 0 ? Math.abs(short) : short).toBeLessThan(0.25)
      }
    }
  })

  test('a row scores its features times the weights, with and without n-grams', () => {
    for (let row = 0; row < rows.count; row++) {
      const { word, total } = solver.score(row)
      for (const place of problem.taught) {
        expect(word[place]).toBeCloseTo(dot(weightsOf(place), written(rows, row, false)), 4)
        expect(total[place]).toBeCloseTo(dot(weightsOf(place), written(rows, row, true)), 4)
      }
    }
  })
})
