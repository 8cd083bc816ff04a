import { createShuffle } from './shuffle.ts'
import { biasPlace, createSolver, type LinearSolver, type SparseRows } from './svm.ts'
import type { LinearWeights } from './tfidf.ts'

/** Rows with the class each belongs to; -1 is none of them (out of scope). */
export interface LabelledRows {
  readonly rows: SparseRows
  readonly classOf: Int32Array
  readonly classes: number
  /** What a mistake costs, one value a row: C times the weight of the example. */
  readonly costs: Float32Array
}

/** A solved one-vs-rest machine: its `alphas` (see `MarginProblem`) let a similar problem start where this one ended. */
export interface LinearSolution {
  readonly weights: LinearWeights
  readonly alphas: Float32Array
}

/** C of the support vector machine. */
export const mistakeCost = 1

/** Passes over all rows at the most. */
const fullSweeps = 4

/** The rows in an order that looks random and is the same every time. */
export function shuffledOrder(count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  createShuffle()(order)
  return order
}

/** The class of each row where none of them is a class of its own, the last. */
export function placesOf(classOf: Int32Array, classes: number): Int32Array {
  return classOf.map((place) => (place < 0 ? classes : place))
}

/**
 * Learns one weight vector a class over all rows.
 *
 * @param earlier alphas of a solution to similar rows, to start from
 */
export function fitLinear(labelled: LabelledRows, earlier?: Float32Array): LinearSolution {
  const { rows, classOf, classes, costs } = labelled
  const solver = createSolver(rows, classes)
  const alphas = earlier?.slice() ?? new Float32Array(rows.count * solver.columns)
  const taught = Int32Array.from({ length: classes }, (_, place) => place)
  solver.learn({ order: shuffledOrder(rows.count), classOf, taught, costs, sweeps: fullSweeps, alphas })
  return { weights: quantise(solver, biasPlace(rows), classes), alphas }
}

/** Eight bits a weight with one scale a feature: the largest weight of the feature becomes ±127. */
function quantise({ weights, columns }: LinearSolver, features: number, classes: number): LinearWeights {
  const matrix = new Int8Array(features * classes)
  const scales = new Float32Array(features)
  for (let id = 0; id < features; id++) {
    const base = id * columns
    let largest = 0
    for (let place = 0; place < classes; place++) largest = Math.max(largest, Math.abs(weights[base + place] ?? 0))
    if (largest === 0) continue
    scales[id] = largest / 127
    for (let place = 0; place < classes; place++) {
      matrix[id * classes + place] = Math.round(((weights[base + place] ?? 0) * 127) / largest)
    }
  }
  return { classes, matrix, scales, bias: weights.slice(features * columns, features * columns + classes) }
}
