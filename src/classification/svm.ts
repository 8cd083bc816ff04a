import { createShuffle } from './shuffle.ts'
import { blockColumns, createWeightKernel, type WeightKernel } from './weight-kernel.ts'

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

/** One two-class problem a class, all over the same rows. */
export interface MarginProblem {
  /** The rows to learn from. */
  readonly order: Int32Array
  /** The class of each row, -1 for none of them. */
  readonly classOf: Int32Array
  /** The classes to learn. */
  readonly taught: Int32Array
  /** Price of a mistake on each row; the C of the literature. */
  readonly costs: Float32Array
  /** Passes over all rows at the most; between them only the rows that matter are visited. */
  readonly sweeps: number
  /**
   * `alphas[row * columns + class]`: how much the class leans on the row. May hold an earlier solution and is the new one
   * afterwards.
   */
  readonly alphas: Float32Array
}

/** Learns and scores with one weight vector a class. */
export interface LinearSolver {
  /** Places for the numbers of one row or feature: the classes, rounded up to what the kernel takes at once. */
  readonly columns: number
  /** `weights[id * columns + class]`; behind the features, the dense ones included, stand those of the bias. */
  readonly weights: Float32Array
  /** Puts others in place of the values of the sparse entries. */
  readonly setValues: (values: Float32Array) => void
  readonly learn: (problem: MarginProblem) => void
  /** Scores of a row, by words, pairs and dense columns alone and by everything; reused by the next call. */
  readonly score: (row: number) => { readonly word: Float32Array; readonly total: Float32Array }
}

/** A row is set aside when no score of it misses what it should be by more. */
const tolerance = 0.2

/** A score that misses by less is left as it is. */
const smallestMiss = 1e-3

const maximumPasses = 200

/** Features of the rows, the dense ones included; the place of the bias is behind them. */
export function biasPlace({ features, dense }: SparseRows): number {
  return features + (dense?.dimensions ?? 0)
}

/** Where everything stands in the kernel's memory. */
interface Layout {
  readonly kernel: WeightKernel
  readonly columns: number
  readonly places: Uint32Array
  readonly values: Float32Array
  /** One list for all rows. */
  readonly densePlaces: Uint32Array
  readonly denseValues: Float32Array
  readonly sums: Float32Array
  readonly weights: Float32Array
}

function layOut(rows: SparseRows, classes: number): Layout {
  const columns = Math.ceil(classes / blockColumns) * blockColumns
  const dimensions = rows.dense?.dimensions ?? 0
  const lengths = [rows.ids.length, rows.ids.length, dimensions, dimensions * rows.count, columns]
  const starts = [0]
  // Each part begins with a line of the processor's cache.
  for (const length of lengths) starts.push((starts.at(-1) ?? 0) + Math.ceil(length / 16) * 16)
  const weightCount = columns * (biasPlace(rows) + 1)
  const kernel = createWeightKernel(4 * ((starts[5] ?? 0) + weightCount))
  const floats = (part: number, length: number): Float32Array =>
    new Float32Array(kernel.buffer, 4 * (starts[part] ?? 0), length)
  const layout = {
    kernel,
    columns,
    places: new Uint32Array(kernel.buffer, 0, rows.ids.length),
    values: floats(1, rows.ids.length),
    densePlaces: new Uint32Array(kernel.buffer, 4 * (starts[2] ?? 0), dimensions),
    denseValues: floats(3, dimensions * rows.count),
    sums: floats(4, columns),
    weights: floats(5, weightCount),
  }
  for (let at = 0; at < rows.ids.length; at++) layout.places[at] = (rows.ids[at] ?? 0) * columns * 4
  for (let at = 0; at < dimensions; at++) layout.densePlaces[at] = (rows.features + at) * columns * 4
  if (rows.dense !== undefined) layout.denseValues.set(rows.dense.values)
  return layout
}

/** What is done with the weights of all classes at one row. */
interface Visits {
  readonly columns: number
  /** One number a class: its score, or how much of the row its weights are to get. */
  readonly sums: Float32Array
  readonly weights: Float32Array
  readonly setValues: (values: Float32Array) => void
  /** Leaves the scores of the row by bias and dense columns in the sums. */
  readonly begin: (row: number) => void
  /** Adds what the sparse entries from one to below another give to the scores. */
  readonly addSparse: (from: number, to: number) => void
  /** Adds the sums times the row to the weights. */
  readonly spread: (row: number) => void
}

function createVisits(rows: SparseRows, layout: Layout): Visits {
  const { kernel, columns, places, values, densePlaces, denseValues, sums, weights } = layout
  const dimensions = densePlaces.length
  const toValue = values.byteOffset - places.byteOffset
  const bias = weights.subarray(biasPlace(rows) * columns)

  function sparse(loop: WeightKernel['multiply'], from: number, to: number): void {
    if (from < to) loop(from * 4, to * 4, toValue, weights.byteOffset, sums.byteOffset, columns * 4)
  }

  function dense(loop: WeightKernel['multiply'], row: number): void {
    if (dimensions === 0) return
    const first = densePlaces.byteOffset
    const toDense = denseValues.byteOffset + row * dimensions * 4 - first
    loop(first, first + dimensions * 4, toDense, weights.byteOffset, sums.byteOffset, columns * 4)
  }

  return {
    columns,
    sums,
    weights,
    setValues: (given) => values.set(given),
    begin(row) {
      sums.set(bias)
      dense(kernel.multiply, row)
    },
    addSparse: (from, to) => sparse(kernel.multiply, from, to),
    spread(row) {
      for (let column = 0; column < columns; column++) bias[column] = (bias[column] ?? 0) + (sums[column] ?? 0)
      dense(kernel.spread, row)
      sparse(kernel.spread, rows.starts[row] ?? 0, rows.starts[row + 1] ?? 0)
    },
  }
}

function squaredLengths(rows: SparseRows): Float64Array {
  const squares = new Float64Array(rows.count)
  for (let row = 0; row < rows.count; row++) {
    const start = rows.starts[row] ?? 0
    const end = rows.starts[row + 1] ?? 0
    const middle = start + (rows.pairs[row] ?? 0)
    // Either block has length 1 when it is not empty; the bias adds 1.
    let square = 1 + (middle > start ? 1 : 0) + (end > middle ? 1 : 0)
    const own = rows.dense?.values.subarray(row * rows.dense.dimensions, (row + 1) * rows.dense.dimensions)
    for (const value of own ?? []) square += value ** 2
    squares[row] = square
  }
  return squares
}

function weightsFromAlphas({ order, classOf, taught, alphas }: MarginProblem, visits: Visits): void {
  const { columns, sums, weights } = visits
  weights.fill(0)
  for (const row of order) {
    sums.fill(0)
    let isUsed = false
    for (const place of taught) {
      const alpha = alphas[row * columns + place] ?? 0
      if (alpha === 0) continue
      sums[place] = place === classOf[row] ? alpha : -alpha
      isUsed = true
    }
    if (isUsed) visits.spread(row)
  }
}

/** Makes what mends the scores of one row and tells by how much the worst of them missed. */
function createMending(rows: SparseRows, visits: Visits): (problem: MarginProblem, row: number) => number {
  const squares = squaredLengths(rows)
  const { columns, sums } = visits
  return ({ classOf, taught, costs, alphas }, row) => {
    visits.begin(row)
    visits.addSparse(rows.starts[row] ?? 0, rows.starts[row + 1] ?? 0)
    const diagonal = 0.5 / (costs[row] ?? 1)
    const curvature = (squares[row] ?? 1) + diagonal
    const base = row * columns
    const own = classOf[row] ?? -1
    let worst = 0
    for (let at = 0; at < taught.length; at++) {
      const place = taught[at] ?? 0
      const alpha = alphas[base + place] ?? 0
      const sign = place === own ? 1 : -1
      const gradient = sign * (sums[place] ?? 0) - 1 + alpha * diagonal
      sums[place] = 0
      const miss = alpha === 0 ? -gradient : Math.abs(gradient)
      if (miss <= smallestMiss) continue
      if (miss > worst) worst = miss
      const next = Math.max(alpha - gradient / curvature, 0)
      alphas[base + place] = next
      sums[place] = (next - alpha) * sign
    }
    if (worst > 0) visits.spread(row)
    return worst
  }
}

/**
 * L2-regularised squared-hinge support vector machines, one a class against all others, by dual coordinate descent with
 * shrinking (Hsieh et al. 2008, the solver of liblinear), all classes in one visit to a row. Each pass has an order of its own,
 * which takes a fraction of the passes that one order for all does, and the same one every time, so the result is
 * repeatable. A row that no class has much to learn from is set aside at once; when the others have settled, one pass over
 * all looks for any that must come back.
 */
export function createSolver(rows: SparseRows, classes: number): LinearSolver {
  const visits = createVisits(rows, layOut(rows, classes))
  const { columns, sums, weights } = visits
  const mend = createMending(rows, visits)
  const word = new Float32Array(columns)
  visits.setValues(rows.values)

  function learn(problem: MarginProblem): void {
    weightsFromAlphas(problem, visits)
    const { order } = problem
    const active = order.slice()
    const shuffle = createShuffle()
    let count = order.length
    let sweeps = 0
    for (let pass = 0; pass < maximumPasses; pass++) {
      const sawAll = count === order.length
      if (sawAll) sweeps++
      shuffle(active.subarray(0, count))
      let left = 0
      for (let index = 0; index < count; index++) {
        const row = active[index] ?? 0
        if (mend(problem, row) > tolerance) active[left++] = row
      }
      const isSettled = left === 0
      if (isSettled && (sawAll || sweeps >= problem.sweeps)) return
      if (isSettled) active.set(order)
      count = isSettled ? order.length : left
    }
  }

  function score(row: number): ReturnType<LinearSolver['score']> {
    const start = rows.starts[row] ?? 0
    const middle = start + (rows.pairs[row] ?? 0)
    visits.begin(row)
    visits.addSparse(start, middle)
    word.set(sums)
    visits.addSparse(middle, rows.starts[row + 1] ?? 0)
    return { word, total: sums }
  }

  return { columns, weights, setValues: visits.setValues, learn, score }
}
