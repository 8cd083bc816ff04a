/** Training messages as sparse rows, one after another; see `SparseVector` for the parts of a row. */
export interface SparseRows {
  readonly count: number
  readonly features: number
  /** Row `n` has the entries from `starts[n]` to below `starts[n + 1]`. */
  readonly starts: Int32Array
  readonly words: Int32Array
  readonly pairs: Int32Array
  readonly unknownWords: Int32Array
  readonly unknownGrams: Int32Array
  readonly ids: Int32Array
  readonly values: Float32Array
  /** Further columns with a value in every row; their features follow the sparse ones. */
  readonly dense?: DenseColumns
}

/** Columns with a value in every row: row `n` has the values from `n * dimensions` on. */
export interface DenseColumns {
  readonly dimensions: number
  readonly values: Float32Array
}

/** One two-class problem over some of the rows. */
export interface BinaryProblem {
  readonly rows: SparseRows
  /** The rows to learn from. */
  readonly order: Int32Array
  /** 1 for a row of the class, -1 for any other. */
  readonly signs: Int8Array
  /** Price of a mistake on each row; the C of the literature. */
  readonly costs: Float32Array
  /** Passes over all rows at the most; between them only the rows that matter are visited. */
  readonly sweeps: number
}

/** What the solver works on; `alphas` may hold an earlier solution and is the new one afterwards. */
export interface Solution {
  /** One weight a feature and, last, the bias. */
  readonly weights: Float64Array
  readonly alphas: Float64Array
}

const tolerance = 0.1
const maximumPasses = 200

/** Place of the bias among the weights: behind those of all features. */
export function biasPlace({ features, dense }: SparseRows): number {
  return features + (dense?.dimensions ?? 0)
}

/** The dense part of a row times its weights; four sums side by side, since each chain of additions waits for itself. */
export function denseDot({ features, dense }: SparseRows, row: number, weights: Float64Array): number {
  if (dense === undefined) return 0
  const { dimensions, values } = dense
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let at = row * dimensions
  let place = features
  for (const end = features + dimensions - 3; place < end; place += 4) {
    first += (values[at] ?? 0) * (weights[place] ?? 0)
    second += (values[at + 1] ?? 0) * (weights[place + 1] ?? 0)
    third += (values[at + 2] ?? 0) * (weights[place + 2] ?? 0)
    fourth += (values[at + 3] ?? 0) * (weights[place + 3] ?? 0)
    at += 4
  }
  for (; place < features + dimensions; place++) first += (values[at++] ?? 0) * (weights[place] ?? 0)
  return first + second + (third + fourth)
}

function weightsFromAlphas(problem: BinaryProblem, solution: Solution): void {
  const { rows, order, signs } = problem
  const { weights, alphas } = solution
  weights.fill(0)
  for (let index = 0; index < order.length; index++) {
    const row = order[index] ?? 0
    const step = (alphas[row] ?? 0) * (signs[row] ?? 0)
    if (step !== 0) addRow(rows, row, { weights, step })
  }
}

function addRow(rows: SparseRows, row: number, change: { weights: Float64Array; step: number }): void {
  const { ids, values } = rows
  const { weights, step } = change
  const end = rows.starts[row + 1] ?? 0
  for (let index = rows.starts[row] ?? 0; index < end; index++) {
    const id = ids[index] ?? 0
    weights[id] = (weights[id] ?? 0) + step * (values[index] ?? 0)
  }
  const bias = biasPlace(rows)
  weights[bias] = (weights[bias] ?? 0) + step
  if (rows.dense === undefined) return
  const dense = rows.dense.values
  let at = row * rows.dense.dimensions
  for (let place = rows.features; place < bias; place++)
    weights[place] = (weights[place] ?? 0) + step * (dense[at++] ?? 0)
}

function squaredLengths(rows: SparseRows): Float64Array {
  const squares = new Float64Array(rows.count)
  for (let row = 0; row < rows.count; row++) {
    const start = rows.starts[row] ?? 0
    const end = rows.starts[row + 1] ?? 0
    // Either block has length 1 when it is not empty; the bias adds 1.
    squares[row] = 1 + (start + (rows.pairs[row] ?? 0) > start ? 1 : 0) + (end > start + (rows.pairs[row] ?? 0) ? 1 : 0)
    const own = rows.dense?.values.subarray(row * rows.dense.dimensions, (row + 1) * rows.dense.dimensions)
    for (const value of own ?? []) squares[row] = (squares[row] ?? 0) + value ** 2
  }
  return squares
}

/** Puts the rows that an earlier solution leans on first and counts them; counts all rows when there is none. */
function activate(active: Int32Array, order: Int32Array, alphas: Float64Array): number {
  let count = 0
  let last = order.length
  for (const row of order) {
    if ((alphas[row] ?? 0) > 0) active[count++] = row
    else active[--last] = row
  }
  return count === 0 ? order.length : count
}

/**
 * L2-regularised squared-hinge support vector machine by dual coordinate descent with shrinking (Hsieh et al. 2008, the
 * solver of liblinear). Starts from the given alphas. Rows are visited in the order given, so the result is repeatable. A
row that is right by a margin is set aside at once; when the others have settled, one pass over all looks for any that
must come back.
 */
export function createSolver(rows: SparseRows): (problem: BinaryProblem, solution: Solution) => void {
  const squares = squaredLengths(rows)
  const active = new Int32Array(rows.count)
  const { ids, values, starts } = rows

  function onePass(problem: BinaryProblem, solution: Solution, state: PassState): void {
    const { signs, costs } = problem
    const { weights, alphas } = solution
    let index = 0
    while (index < state.active) {
      const row = active[index] ?? 0
      const sign = signs[row] ?? 0
      const diagonal = 0.5 / (costs[row] ?? 1)
      const alpha = alphas[row] ?? 0
      const end = starts[row + 1] ?? 0
      let margin = (weights[biasPlace(rows)] ?? 0) + denseDot(rows, row, weights)
      for (let at = starts[row] ?? 0; at < end; at++) margin += (weights[ids[at] ?? 0] ?? 0) * (values[at] ?? 0)
      const gradient = sign * margin - 1 + alpha * diagonal
      if (alpha === 0 && gradient > 0) {
        state.active--
        active[index] = active[state.active] ?? 0
        active[state.active] = row
        continue
      }
      if (gradient > state.highest) state.highest = gradient
      if (gradient < state.lowest) state.lowest = gradient
      if (Math.abs(gradient) > 1e-12) {
        const next = Math.max(alpha - gradient / ((squares[row] ?? 1) + diagonal), 0)
        alphas[row] = next
        addRow(rows, row, { weights, step: (next - alpha) * sign })
      }
      index++
    }
  }

  return (problem, solution) => {
    weightsFromAlphas(problem, solution)
    const { order } = problem
    const state = { active: activate(active, order, solution.alphas), highest: 0, lowest: 0 }
    let sweeps = 0
    for (let pass = 0; pass < maximumPasses; pass++) {
      const sawAll = state.active === order.length
      if (sawAll) sweeps++
      state.highest = -Infinity
      state.lowest = Infinity
      onePass(problem, solution, state)
      const isSettled = state.highest - state.lowest <= tolerance
      if (isSettled && (sawAll || sweeps >= problem.sweeps)) return
      if (isSettled) state.active = order.length
    }
  }
}

interface PassState {
  active: number
  highest: number
  lowest: number
}
