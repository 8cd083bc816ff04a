import type { SparseRows } from './svm.ts'
import { inverseFrequency } from './tfidf.ts'

/** In how many of some rows each feature stands, in all and by class. */
interface FeatureCounts {
  readonly all: Int32Array
  /** `byClass[id * classes + class]` */
  readonly byClass: Uint16Array
  readonly classShares: Float64Array
}

function countFeatures(rows: SparseRows, places: Int32Array, sample: Sample): FeatureCounts {
  const { order, classes } = sample
  const all = new Int32Array(rows.features)
  const byClass = new Uint16Array(rows.features * classes)
  const classShares = new Float64Array(classes)
  for (const row of order) {
    const place = places[row] ?? 0
    classShares[place] = (classShares[place] ?? 0) + 1 / order.length
    const end = rows.starts[row + 1] ?? 0
    for (let at = rows.starts[row] ?? 0; at < end; at++) {
      const id = rows.ids[at] ?? 0
      all[id] = (all[id] ?? 0) + 1
      byClass[id * classes + place] = Math.min((byClass[id * classes + place] ?? 0) + 1, 65_535)
    }
  }
  return { all, byClass, classShares }
}

/** The rows to count, and how many classes there are. */
export interface Sample {
  readonly order: Int32Array
  readonly classes: number
}

/**
 * What each feature weighs: the root of its inverse document frequency times the fourth root of what it tells of the
 * class, 0 when none of the rows has it. What it tells is the relative entropy of the classes of its rows to those of
 * all rows, as if one more row with the feature had been seen of all classes in their usual shares.
 *
 * @param places class of each row, 0 to below `classes`
 */
export function weighFeatures(rows: SparseRows, places: Int32Array, sample: Sample): Float32Array {
  const { all, byClass, classShares } = countFeatures(rows, places, sample)
  const { classes, order } = sample
  return Float32Array.from(all, (count, id) => {
    if (count === 0) return 0
    // All classes that no row with the feature has differ from their usual share by the same factor.
    let told = 0
    let unseen = 1
    for (let place = 0; place < classes; place++) {
      const rowsOfClass = byClass[id * classes + place] ?? 0
      if (rowsOfClass === 0) continue
      const usual = classShares[place] ?? 0
      const share = (rowsOfClass + usual) / (count + 1)
      told += share * Math.log(share / usual)
      unseen -= usual
    }
    told -= (Math.max(unseen, 0) / (count + 1)) * Math.log(count + 1)
    return Math.sqrt(inverseFrequency(order.length, count) * Math.sqrt(Math.max(told, leastTold)))
  })
}

/** A feature spread like the classes themselves still counts a little: it may be all that a message has. */
const leastTold = 1e-4

/** The values with every feature's weight times `factors[id]` and both blocks of each row of length 1 again. */
export function reweigh(rows: SparseRows, factors: Float32Array): Float32Array {
  const values = rows.values.slice()
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * (factors[rows.ids[at] ?? 0] ?? 0)
  const scale = (start: number, end: number): void => {
    let squares = 0
    for (let at = start; at < end; at++) squares += (values[at] ?? 0) ** 2
    if (squares === 0) return
    const factor = 1 / Math.sqrt(squares)
    for (let at = start; at < end; at++) values[at] = (values[at] ?? 0) * factor
  }
  for (let row = 0; row < rows.count; row++) {
    const start = rows.starts[row] ?? 0
    const middle = start + (rows.pairs[row] ?? 0)
    scale(start, middle)
    scale(middle, rows.starts[row + 1] ?? 0)
  }
  return values
}
