import { bucketCount, createFeatureReader, createIdFinder } from './features.ts'
import { weighFeatures } from './feature-weights.ts'
import type { SparseRows } from './svm.ts'
import { createVectoriser, type Vocabulary } from './tfidf.ts'
import { tokensOf } from './terms.ts'

/** From this many training messages on, n-grams that occur in one message only are left out: they halve the file. */
const pruneFrom = 2000

/** Counts in how many texts each bucket occurs; `isGram` marks those that occur as character n-gram. */
function countBuckets(texts: readonly string[]): { frequency: Int32Array; isGram: Uint8Array } {
  const read = createFeatureReader()
  const frequency = new Int32Array(bucketCount)
  const isGram = new Uint8Array(bucketCount).fill(1)
  const seenIn = new Int32Array(bucketCount).fill(-1)
  texts.forEach((text, number) => {
    const found = read(tokensOf(text))
    for (let index = 0; index < found.count; index++) {
      const bucket = found.features[index] ?? 0
      if (index < found.words) isGram[bucket] = 0
      if (seenIn[bucket] === number) continue
      seenIn[bucket] = number
      frequency[bucket] = (frequency[bucket] ?? 0) + 1
    }
  })
  return { frequency, isGram }
}

/**
 * The features of these texts, weighed by how rare they are and how much they tell of the class.
 *
 * @param places class of each text, 0 to below `classes`
 */
export function buildVocabulary(
  texts: readonly string[],
  { places, classes }: { places: Int32Array; classes: number },
): Vocabulary {
  const { frequency, isGram } = countBuckets(texts)
  const fewest = texts.length >= pruneFrom ? 2 : 1
  const kept: number[] = []
  frequency.forEach((count, bucket) => {
    if (count >= (isGram[bucket] === 1 ? fewest : 1)) kept.push(bucket)
  })
  const buckets = Uint32Array.from(kept)
  const rows = buildRows(texts, { buckets, featureWeights: new Float32Array(buckets.length).fill(1) })
  const order = Int32Array.from(texts, (_, row) => row)
  return { buckets, featureWeights: weighFeatures(rows, places, { order, classes }) }
}

/** The texts as sparse rows. */
export function buildRows(texts: readonly string[], vocabulary: Vocabulary): SparseRows {
  const read = createFeatureReader(createIdFinder(vocabulary.buckets))
  const vectorise = createVectoriser(vocabulary)
  const ids: number[] = []
  const values: number[] = []
  const rows = {
    count: texts.length,
    features: vocabulary.buckets.length,
    starts: new Int32Array(texts.length + 1),
    words: new Int32Array(texts.length),
    pairs: new Int32Array(texts.length),
    unknownWords: new Int32Array(texts.length),
    unknownGrams: new Int32Array(texts.length),
  }
  texts.forEach((text, row) => {
    const vector = vectorise(read(tokensOf(text)))
    for (let index = 0; index < vector.count; index++) {
      ids.push(vector.ids[index] ?? 0)
      values.push(vector.values[index] ?? 0)
    }
    rows.starts[row + 1] = ids.length
    rows.words[row] = vector.words
    rows.pairs[row] = vector.pairs
    rows.unknownWords[row] = vector.unknownWords
    rows.unknownGrams[row] = vector.unknownGrams
  })
  return { ...rows, ids: Int32Array.from(ids), values: Float32Array.from(values) }
}
