import { reweigh, weighFeatures } from './feature-weights.ts'
import { type LabelledRows, placesOf, shuffledOrder, signsOf } from './linear.ts'
import { biasPlace, createSolver, denseDot, type SparseRows } from './svm.ts'

/** Scores of every training row by a machine that had not learned from it: `total[row * classes + class]`. */
export interface HeldOutScores {
  readonly word: Float64Array
  readonly total: Float64Array
  /** Features of the row that the machine knew. */
  readonly knownWords: Int32Array
  readonly knownGrams: Int32Array
  /** 1 where the machine did not know the row's class either: the message was out of scope for it. */
  readonly classLeftOut: Uint8Array
}

/** With fewer classes none can be spared. */
const fewestClassesToLeaveOut = 8

/** One class in so many is left out of a fold. */
const leftOutOf = 8

/** Score of a class the machine was not taught. */
const untaught = -50

/** Deals the rows of each class (and those of none) round the folds. */
function dealFolds(labelled: LabelledRows, order: Int32Array, folds: number): Uint8Array {
  const foldOf = new Uint8Array(labelled.rows.count)
  const dealt = new Int32Array(labelled.classes + 1)
  order.forEach((row) => {
    const place = (labelled.classOf[row] ?? -1) + 1
    foldOf[row] = ((dealt[place] ?? 0) + place) % folds
    dealt[place] = (dealt[place] ?? 0) + 1
  })
  return foldOf
}

/** Counts the features of a row that the fold's machine knows: those with a weight. */
function countKnown(rows: SparseRows, row: number, fold: { weights: Float32Array; held: HeldOutScores }): void {
  const start = rows.starts[row] ?? 0
  const words = start + (rows.words[row] ?? 0)
  const pairs = start + (rows.pairs[row] ?? 0)
  const end = rows.starts[row + 1] ?? 0
  for (let at = start; at < end; at++) {
    if ((fold.weights[rows.ids[at] ?? 0] ?? 0) === 0) continue
    if (at < words) fold.held.knownWords[row] = (fold.held.knownWords[row] ?? 0) + 1
    else if (at >= pairs) fold.held.knownGrams[row] = (fold.held.knownGrams[row] ?? 0) + 1
  }
}

function dot(rows: SparseRows, weights: Float64Array, range: { start: number; end: number }): number {
  let sum = 0
  for (let at = range.start; at < range.end; at++) sum += (weights[rows.ids[at] ?? 0] ?? 0) * (rows.values[at] ?? 0)
  return sum
}

function scoreHeldOut(fold: FoldState, place: number): void {
  const { rows, solution, held, classes } = fold
  const { weights } = solution
  for (const row of fold.heldRows) {
    const start = rows.starts[row] ?? 0
    const middle = start + (rows.pairs[row] ?? 0)
    const base = (weights[biasPlace(rows)] ?? 0) + denseDot(rows, row, weights)
    const word = base + dot(rows, weights, { start, end: middle })
    held.word[row * classes + place] = word
    held.total[row * classes + place] = word + dot(rows, weights, { start: middle, end: rows.starts[row + 1] ?? 0 })
  }
}

interface FoldState {
  /** As the fold's machine sees them: features it never met weigh nothing. */
  readonly rows: SparseRows
  readonly classes: number
  readonly solution: { weights: Float64Array; alphas: Float64Array }
  readonly heldRows: Int32Array
  readonly held: HeldOutScores
}

/**
 * Scores every row by cross-validation. Each fold also leaves out some whole classes, whose rows then stand for messages
 * out of scope, and weighs the features by its own rows alone. Each fold's solver starts from the solution over all
 * rows, which saves most of the time.
 */
export function scoreHeldOutRows(labelled: LabelledRows, alphas: Float32Array, folds: number): HeldOutScores {
  const { rows, classes, classOf, costs } = labelled
  const order = shuffledOrder(rows.count)
  const foldOf = dealFolds(labelled, order, folds)
  const places = placesOf(classOf, classes)
  const weights = weighFeatures(rows, places, { order, classes: classes + 1 })
  const held: HeldOutScores = {
    word: new Float64Array(rows.count * classes).fill(untaught),
    total: new Float64Array(rows.count * classes).fill(untaught),
    knownWords: new Int32Array(rows.count),
    knownGrams: new Int32Array(rows.count),
    classLeftOut: new Uint8Array(rows.count),
  }
  const solution = { weights: new Float64Array(biasPlace(rows) + 1), alphas: new Float64Array(rows.count) }
  for (let fold = 0; fold < folds; fold++) {
    const leavesOut = (place: number): boolean =>
      classes >= fewestClassesToLeaveOut && place >= 0 && place % leftOutOf === Math.floor((fold * leftOutOf) / folds)
    const taught = order.filter((row) => foldOf[row] !== fold && !leavesOut(classOf[row] ?? -1))
    const own = weighFeatures(rows, places, { order: taught, classes: classes + 1 })
    const factors = own.map((weight, id) => weight / (weights[id] ?? 1))
    const seen = { ...rows, values: reweigh(rows, factors) }
    const heldRows = order.filter((row) => foldOf[row] === fold)
    for (const row of heldRows) {
      held.classLeftOut[row] = leavesOut(classOf[row] ?? -1) ? 1 : 0
      countKnown(rows, row, { weights: own, held })
    }
    const solve = createSolver(seen)
    for (let place = 0; place < classes; place++) {
      if (leavesOut(place)) continue
      solution.alphas.set(alphas.subarray(place * rows.count, (place + 1) * rows.count))
      solve({ rows: seen, order: taught, costs, signs: signsOf(classOf, place), sweeps: 1 }, solution)
      scoreHeldOut({ rows: seen, classes, solution, heldRows, held }, place)
    }
  }
  return held
}
