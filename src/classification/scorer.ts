import * as wasm from '../core/assembly.ts'
import { maximumOccurrences } from './features.ts'
import type { LinearWeights, SparseVector } from './tfidf.ts'

/*
 * The score of every class in WebAssembly, sixteen classes and two features at a time: in JavaScript, one at a time, this alone
 * takes as long as everything else that is done for a message. Sums are of whole numbers, so they are exact, in any order.
 */

/** Raw scores of a message: by words and pairs alone, and by everything. */
export interface RawScores {
  readonly word: Float64Array
  readonly total: Float64Array
}

/** Scores messages by linear weights. */
export interface Scorer {
  /** The score of every class; the result is reused by the next call. */
  readonly score: (vector: SparseVector) => RawScores
  /** What each entry of the vector scored last added to the score of a class; reused by the next call. */
  readonly sharesOf: (vector: SparseVector, place: number) => Float64Array
}

const blockClasses = 16
/** Two features stand together: the byte of each one's row, then both factors, sixteen bits each. */
const couple = { words: 4, bytes: 16, second: 4, factors: 8 } as const
const mostCouples = maximumOccurrences / 2 + 1
/** Of a factor. */
const largestWhole = 32_767
/** So much may all factors of a message come to, or a sum of theirs times weights might not fit 32 bits. */
const largestSum = 2 ** 31 / 128 - maximumOccurrences

/**
 * Adds factor times weight to the sum of each class, for the couples that stand at the bytes from `first` to below `end`, at
 * least one. Classes are rounded up to a block.
 */
type AddRows = (...bytes: readonly [first: number, end: number, sums: number, classes: number]) => void

const whole = 'i32'

const addRows = wasm.assembleFunction(
  'addRows',
  { first: whole, end: whole, sums: whole, classes: whole },
  ({ first, end, sums, classes }, local) => {
    const [place, at] = [local('i32'), local('i32')]
    const [one, other, low, high, factors] = [local('v128'), local('v128'), local('v128'), local('v128'), local('v128')]
    const block = Array.from({ length: blockClasses / 4 }, (_, index) => [local('v128'), index * 16] as const)
    const quarters = [
      wasm.widenLow(low.get),
      wasm.widenHigh(low.get),
      wasm.widenLow(high.get),
      wasm.widenHigh(high.get),
    ]
    const rowAt = (offset: number): wasm.Bytes => wasm.vectorAt(wasm.plus(wasm.wholeAt(at.get, offset), place.get))
    return [
      wasm.repeatWhile(wasm.isBelow(place.get, classes.get), [
        ...block.map(([sum, offset]) => sum.set(wasm.vectorAt(sums.get, offset))),
        at.set(first.get),
        wasm.repeatWhile(wasm.isBelow(at.get, end.get), [
          one.set(rowAt(0)),
          other.set(rowAt(couple.second)),
          factors.set(wasm.splatAt(at.get, couple.factors)),
          low.set(wasm.interleaveLow(one.get, other.get)),
          high.set(wasm.interleaveHigh(one.get, other.get)),
          ...block.map(([sum], index) =>
            sum.set(wasm.addWholes(sum.get, wasm.timesNeighbours(quarters[index] ?? [], factors.get))),
          ),
          at.advance(wasm.whole(couple.bytes)),
        ]),
        ...block.map(([sum, offset]) => wasm.storeVector(sums.get, sum.get, offset)),
        sums.advance(wasm.whole(blockClasses * 4)),
        place.advance(wasm.whole(blockClasses)),
      ]),
    ]
  },
)

/** The weights in the kernel's memory. */
interface Rows {
  readonly matrix: Int8Array
  /** One whole number a class. */
  readonly sums: Int32Array
  /** Adds factor times row to the sums, for the entries of a span. */
  readonly add: (ids: Int32Array, factors: Float64Array, span: Span) => void
}

interface Span {
  readonly from: number
  readonly to: number
  /** What stands for 1 among the whole numbers of the factors. */
  readonly one: number
}

function layOut({ classes, matrix }: LinearWeights): Rows {
  const sumsAt = mostCouples * couple.bytes
  const rowsAt = sumsAt + Math.ceil(classes / blockClasses) * blockClasses * 4
  // Rows stand close together: the last block of one reads into the next, and that of the last one behind the matrix.
  const memory = wasm.makeMemory(rowsAt + matrix.length + blockClasses)
  // The cast is the border to the module, which has this function.
  const kernel = wasm.instantiate([addRows], memory) as { addRows: AddRows }
  const rows = new Uint32Array(memory.buffer, 0, mostCouples * couple.words)
  const copy = new Int8Array(memory.buffer, rowsAt, matrix.length)
  copy.set(matrix)
  return {
    matrix: copy,
    sums: new Int32Array(memory.buffer, sumsAt, classes),
    add(ids, factors, { from, to, one }) {
      if (from >= to) return
      const toWhole = (index: number): number => (factors[index] ?? 0) * one + 0.5
      let at = 0
      for (let index = from; index < to - 1; index += 2) {
        rows[at] = rowsAt + (ids[index] ?? 0) * classes
        rows[at + 1] = rowsAt + (ids[index + 1] ?? 0) * classes
        rows[at + 2] = toWhole(index) | (toWhole(index + 1) << 16)
        at += couple.words
      }
      if (((to - from) & 1) === 1) {
        rows[at] = rowsAt + (ids[to - 1] ?? 0) * classes
        rows[at + 1] = rowsAt
        rows[at + 2] = Math.trunc(toWhole(to - 1))
        at += couple.words
      }
      kernel.addRows(0, at * 4, sumsAt, classes)
    },
  }
}

/** Makes a scorer with its own copy of the weights. */
export function createScorer(weights: LinearWeights): Scorer {
  const { classes, scales, bias } = weights
  const { matrix, sums, add } = layOut(weights)
  const factors = new Float64Array(maximumOccurrences)
  const shares = new Float64Array(maximumOccurrences)
  const word = new Float64Array(classes)
  const total = new Float64Array(classes)

  /** Reads the factors, and chooses what stands for 1. */
  function readFactors({ ids, values, count }: SparseVector): number {
    let largest = 0
    let sum = 0
    for (let index = 0; index < count; index++) {
      const factor = (values[index] ?? 0) * (scales[ids[index] ?? 0] ?? 0)
      factors[index] = factor
      sum += factor
      if (factor > largest) largest = factor
    }
    return Math.min(largestWhole / largest, largestSum / sum)
  }

  function readSums(scores: Float64Array, one: number): void {
    for (let place = 0; place < classes; place++) scores[place] = (bias[place] ?? 0) + (sums[place] ?? 0) / one
  }

  return {
    score(vector) {
      const { ids, pairs, count } = vector
      const one = readFactors(vector)
      sums.fill(0)
      add(ids, factors, { from: 0, to: pairs, one })
      readSums(word, one)
      add(ids, factors, { from: pairs, to: count, one })
      readSums(total, one)
      return { word, total }
    },
    sharesOf({ ids, count }, place) {
      // Scoring has just brought these rows, not those of the original, into the processor's cache.
      for (let entry = 0; entry < count; entry++) {
        shares[entry] = (factors[entry] ?? 0) * (matrix[(ids[entry] ?? 0) * classes + place] ?? 0)
      }
      return shares
    },
  }
}
