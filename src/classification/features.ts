import type { Token } from './terms.ts'

/** Buckets a feature may fall into. */
export const bucketCount = 2 ** 20

/** Most occurrences read from one message; a message of `analysedCharacters` stays below it. */
export const maximumOccurrences = 16_384

/**
 * The hashed features of one message in the order words, word pairs, character 2-5-grams. The arrays are reused by the
 * next reading.
 */
export interface Occurrences {
  /** The id of each one's feature, -1 when it has none; its bucket where no vocabulary is known. */
  readonly features: Int32Array
  /** For each token where its n-grams end; they begin where those of the one before end, the first at `pairs`. */
  readonly gramEnds: Int32Array
  /** Words are the occurrences below this index. */
  words: number
  /** Pairs are the occurrences from `words` to below this index. */
  pairs: number
  count: number
}

const prime = 0x01_00_01_93
const wordSeed = 0x81_1c_9d_c5
const pairSeed = 0x2f_0b_44_17
const gramSeed = 0x5b_d1_e9_95
const padding = 32

/** Spreads the hash over all bits before the low 20 are taken (the last step of MurmurHash3). */
function toBucket(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85_eb_ca_6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2_b2_ae_35)
  return (mixed ^ (mixed >>> 16)) & (bucketCount - 1)
}

function hashText(seed: number, text: string): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime)
  return hash
}

/** FNV-1a of the word, spread to a bucket. */
function wordBucket(term: string): number {
  return toBucket(hashText(wordSeed, term))
}

/** From a bucket to the id of its feature, -1 when it has none. */
type IdFinder = (bucket: number) => number

/** So many neighbouring buckets share an entry of the index, which then fits the processor's cache. */
const sharedBits = 4

/** Makes a finder. @param buckets of the features, ascending: a feature's id is its place */
export function createIdFinder(buckets: Uint32Array): IdFinder {
  const starts = new Int32Array((bucketCount >> sharedBits) + 1)
  for (const bucket of buckets) {
    const next = (bucket >> sharedBits) + 1
    starts[next] = (starts[next] ?? 0) + 1
  }
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0)
  return (bucket) => {
    const at = bucket >> sharedBits
    const end = starts[at + 1] ?? 0
    for (let id = starts[at] ?? 0; id < end; id++) if (buckets[id] === bucket) return id
    return -1
  }
}

/** The features of the character n-grams of a term. */
function gramsOf(term: string, idOf: IdFinder): number[] {
  const grams: number[] = []
  const last = term.length + 1
  for (let start = 0; start <= last - 2; start++) {
    let hash = Math.imul(gramSeed ^ (start === 0 ? padding : term.charCodeAt(start - 1)), prime)
    const end = Math.min(start + 4, last)
    for (let index = start + 1; index <= end; index++) {
      hash = Math.imul(hash ^ (index === last ? padding : term.charCodeAt(index - 1)), prime)
      grams.push(idOf(toBucket(hash)))
    }
  }
  return grams
}

/** What does not depend on a term's neighbours. */
interface TermFeatures {
  readonly word: number
  /** Where the hash of a pair that begins with it stands after its first half. */
  readonly pairHash: number
  readonly grams: readonly number[]
}

/** Terms whose features are kept. */
const mostTerms = 20_000

function createTermReader(idOf: IdFinder): (token: Token) => TermFeatures {
  const kept = new Map<string, TermFeatures>()
  return ({ term, isMark }) => {
    const known = kept.get(term)
    if (known !== undefined) return known
    const features = {
      word: idOf(wordBucket(term)),
      pairHash: Math.imul(hashText(pairSeed, term) ^ padding, prime),
      grams: isMark || term.charCodeAt(0) === 60 ? [] : gramsOf(term, idOf),
    }
    if (kept.size >= mostTerms) kept.clear()
    kept.set(term, features)
    return features
  }
}

const pairHashOfStart = Math.imul(hashText(pairSeed, '^') ^ padding, prime)

/** Makes a reader with its own scratch space; what it found out about a term it keeps, for most terms come again. */
export function createFeatureReader(idOf: IdFinder = (bucket) => bucket): (tokens: readonly Token[]) => Occurrences {
  const features = new Int32Array(maximumOccurrences)
  const gramEnds = new Int32Array(maximumOccurrences)
  const found: Occurrences = { features, gramEnds, words: 0, pairs: 0, count: 0 }
  const read = createTermReader(idOf)
  return (tokens) => {
    const words = tokens.length
    let count = words === 0 ? 0 : words * 2 + 1
    found.words = words
    found.pairs = count
    let pairHash = pairHashOfStart
    for (let index = 0; index < words; index++) {
      const token = tokens[index]
      if (token === undefined) break
      const term = read(token)
      const { grams } = term
      features[index] = term.word
      features[words + index] = idOf(toBucket(hashText(pairHash, token.term)))
      pairHash = term.pairHash
      const end = Math.min(grams.length, maximumOccurrences - count)
      for (let gram = 0; gram < end; gram++) {
        features[count + gram] = grams[gram] ?? -1
      }
      count += end
      gramEnds[index] = count
    }
    if (words > 0) features[words * 2] = idOf(toBucket(hashText(pairHash, '$end')))
    found.count = count
    return found
  }
}
