import { biasPlace, type BinaryProblem, createSolver, type SparseRows } from './svm.ts'
import type { LinearWeights } from './tfidf.ts'

/** Rows with the class each belongs to; -1 is none of them (out of scope). */
export interface LabelledRows {
  readonly rows: SparseRows
  readonly classOf: Int32Array
  readonly classes: number
  /** What a mistake costs, one value a row: C times the weight of the example. */
  readonly costs: Float32Array
}

/** A solved one-vs-rest machine: `alphas[class * rows + row]` lets a similar problem start where this one ended. */
export interface LinearSolution {
  readonly weights: LinearWeights
  readonly alphas: Float32Array
}

/** C of the support vector machine. */
export const mistakeCost = 1

/** The rows in an order that looks random and is the same every time (Fisher-Yates with a fixed linear congruence). */
export function shuffledOrder(count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index)
  let state = 20_260_721
  for (let index = count - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (index + 1))
    const kept = order[index] ?? 0
    order[index] = order[other] ?? 0
    order[other] = kept
  }
  return order
}

/** 1 where the row is of the class, -1 elsewhere. */
export function signsOf(classOf: Int32Array, wanted: number): Int8Array {
  const signs = new Int8Array(classOf.length).fill(-1)
  for (let row = 0; row < classOf.length; row++) if (classOf[row] === wanted) signs[row] = 1
  return signs
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
  const solve = createSolver(rows)
  const order = shuffledOrder(rows.count)
  const features = biasPlace(rows)
  const exact = new Float32Array(features * classes)
  const bias = new Float32Array(classes)
  const alphas = new Float32Array(rows.count * classes)
  const solution = { weights: new Float64Array(features + 1), alphas: new Float64Array(rows.count) }
  for (let place = 0; place < classes; place++) {
    if (earlier === undefined) solution.alphas.fill(0)
    else solution.alphas.set(earlier.subarray(place * rows.count, (place + 1) * rows.count))
    const problem: BinaryProblem = { rows, order, costs, signs: signsOf(classOf, place), sweeps: 20 }
    solve(problem, solution)
    for (let id = 0; id < features; id++) exact[id * classes + place] = solution.weights[id] ?? 0
    bias[place] = solution.weights[features] ?? 0
    alphas.set(solution.alphas, place * rows.count)
  }
  return { weights: quantise(exact, bias, classes), alphas }
}

/** Eight bits a weight with one scale a feature: the largest weight of the feature becomes ±127. */
function quantise(exact: Float32Array, bias: Float32Array, classes: number): LinearWeights {
  const features = exact.length / classes
  const matrix = new Int8Array(exact.length)
  const scales = new Float32Array(features)
  for (let id = 0; id < features; id++) {
    let largest = 0
    for (let place = 0; place < classes; place++)
      largest = Math.max(largest, Math.abs(exact[id * classes + place] ?? 0))
    if (largest === 0) continue
    scales[id] = largest / 127
    for (let place = 0; place < classes; place++) {
      matrix[id * classes + place] = Math.round(((exact[id * classes + place] ?? 0) * 127) / largest)
    }
  }
  return { classes, matrix, scales, bias }
}
