import { reweigh, weighFeatures } from './feature-weights.ts'
import { type LabelledRows, placesOf, shuffledOrder } from './linear.ts'
import { createSolver, type LinearSolver, type SparseRows } from './svm.ts'

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

/** Passes over all rows of a fold, which begins near its end. */
const foldSweeps = 2

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

/** Writes the scores of one row for the classes that were taught. */
function writeScores(held: HeldOutScores, row: number, from: { solver: LinearSolver; fold: Fold }): void {
  const { taught, classes } = from.fold
  const { word, total } = from.solver.score(row)
  for (const place of taught) {
    held.word[row * classes + place] = word[place] ?? 0
    held.total[row * classes + place] = total[place] ?? 0
  }
}

/** What one fold learns, out of so many classes. */
interface Fold {
  readonly classes: number
  readonly taught: Int32Array
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
  const solver = createSolver(rows, classes)
  for (let fold = 0; fold < folds; fold++) {
    const leavesOut = (place: number): boolean =>
      classes >= fewestClassesToLeaveOut && place >= 0 && place % leftOutOf === Math.floor((fold * leftOutOf) / folds)
    const taught = Int32Array.from({ length: classes }, (_, place) => place).filter((place) => !leavesOut(place))
    const taughtRows = order.filter((row) => foldOf[row] !== fold && !leavesOut(classOf[row] ?? -1))
    const own = weighFeatures(rows, places, { order: taughtRows, classes: classes + 1 })
    solver.setValues(
      reweigh(
        rows,
        own.map((weight, id) => weight / (weights[id] ?? 1)),
      ),
    )
    solver.learn({ order: taughtRows, classOf, taught, costs, sweeps: foldSweeps, alphas: alphas.slice() })
    for (const row of order) {
      if (foldOf[row] !== fold) continue
      held.classLeftOut[row] = leavesOut(classOf[row] ?? -1) ? 1 : 0
      countKnown(rows, row, { weights: own, held })
      writeScores(held, row, { solver, fold: { classes, taught } })
    }
  }
  return held
}
