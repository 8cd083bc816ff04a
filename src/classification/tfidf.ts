import { maximumOccurrences, type Occurrences } from './features.ts'

/** The features a classifier knows: a feature's id is its place in `buckets`. */
export interface Vocabulary {
  /** Ascending. */
  readonly buckets: Uint32Array
  /** Weight of each feature by its inverse document frequency and by what it tells of the class, above 0; see `weighFeatures`. */
  readonly featureWeights: Float32Array
}

/**
 * A message as weighted known features: words up to `words`, word pairs up to `pairs`, character n-grams up to `count`.
 * Words and pairs together have length 1, and so have the n-grams. Reused by the next message.
 */
export interface SparseVector {
  readonly ids: Int32Array
  readonly values: Float64Array
  /** For each occurrence in the message the entry it went into, -1 when unknown. */
  readonly entryOf: Int32Array
  words: number
  pairs: number
  count: number
  /** Occurrences of words and of n-grams that training never saw. */
  unknownWords: number
  unknownGrams: number
}

/** One-vs-rest linear weights, feature by feature, eight bits each. */
export interface LinearWeights {
  readonly classes: number
  /** `matrix[id * classes + class] * scales[id]` is the weight. */
  readonly matrix: Int8Array
  readonly scales: Float32Array
  readonly bias: Float32Array
}

/** Smoothed inverse document frequency, ln((1 + documents) / (1 + those with the feature)) + 1, as in scikit-learn. */
export function inverseFrequency(documents: number, withFeature: number): number {
  return Math.log((1 + documents) / (1 + withFeature)) + 1
}

/** The entries from one to below another. */
interface Block {
  readonly start: number
  readonly end: number
}

/** Turns the counts of a block into weights: (1 + ln count) × the feature's weight, the block of length 1. */
function weigh({ ids, values }: SparseVector, featureWeights: Float32Array, { start, end }: Block): void {
  let squares = 0
  for (let index = start; index < end; index++) {
    const times = values[index] ?? 1
    const weight = (times === 1 ? 1 : 1 + Math.log(times)) * (featureWeights[ids[index] ?? 0] ?? 1)
    values[index] = weight
    squares += weight * weight
  }
  if (squares === 0) return
  const factor = 1 / Math.sqrt(squares)
  for (let index = start; index < end; index++) values[index] = (values[index] ?? 0) * factor
}

/** Makes a function from occurrences to the weighted vector of known features. */
export function createVectoriser(vocabulary: Vocabulary): (found: Occurrences) => SparseVector {
  const place = new Int32Array(vocabulary.buckets.length).fill(-1)
  const values = new Float64Array(maximumOccurrences)
  const ids = new Int32Array(maximumOccurrences)
  const entryOf = new Int32Array(maximumOccurrences)
  const vector: SparseVector = { ids, values, entryOf, words: 0, pairs: 0, count: 0, unknownWords: 0, unknownGrams: 0 }

  function add(found: Occurrences, start: number, end: number): number {
    let unknown = 0
    let count = vector.count
    for (let index = start; index < end; index++) {
      const id = found.features[index] ?? -1
      const at = id < 0 ? -1 : (place[id] ?? -1)
      entryOf[index] = id < 0 || at >= 0 ? at : count
      if (id < 0) {
        unknown++
        continue
      }
      if (at >= 0) {
        values[at] = (values[at] ?? 0) + 1
        continue
      }
      place[id] = count
      ids[count] = id
      values[count] = 1
      count++
    }
    vector.count = count
    return unknown
  }

  return (found) => {
    vector.count = 0
    vector.unknownWords = add(found, 0, found.words)
    vector.words = vector.count
    add(found, found.words, found.pairs)
    vector.pairs = vector.count
    vector.unknownGrams = add(found, found.pairs, found.count)
    for (let index = 0; index < vector.count; index++) place[ids[index] ?? 0] = -1
    weigh(vector, vocabulary.featureWeights, { start: 0, end: vector.pairs })
    weigh(vector, vocabulary.featureWeights, { start: vector.pairs, end: vector.count })
    return vector
  }
}
