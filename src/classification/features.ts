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
  readonly buckets: Int32Array
  /** Index of the token it came from; for a pair the second one (the number of tokens for the pair with the end). */
  readonly owners: Int32Array
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

function addGrams(found: Occurrences, term: string, owner: number): void {
  const last = term.length + 1
  for (let start = 0; start <= last - 2; start++) {
    let hash = Math.imul(gramSeed ^ (start === 0 ? padding : term.charCodeAt(start - 1)), prime)
    const end = Math.min(start + 4, last)
    for (let index = start + 1; index <= end; index++) {
      hash = Math.imul(hash ^ (index === last ? padding : term.charCodeAt(index - 1)), prime)
      if (found.count >= maximumOccurrences) return
      found.buckets[found.count] = toBucket(hash)
      found.owners[found.count] = owner
      found.count++
    }
  }
}

/** Makes a reader with its own scratch space, so that reading allocates nothing. */
export function createFeatureReader(): (tokens: readonly Token[]) => Occurrences {
  const found: Occurrences = {
    buckets: new Int32Array(maximumOccurrences),
    owners: new Int32Array(maximumOccurrences),
    words: 0,
    pairs: 0,
    count: 0,
  }
  return (tokens) => {
    found.count = tokens.length
    found.words = tokens.length
    found.pairs = tokens.length * 2 + (tokens.length > 0 ? 1 : 0)
    let before = hashText(pairSeed, '^')
    for (let index = 0; index <= tokens.length; index++) {
      const term = tokens[index]?.term
      if (tokens.length === 0) break
      const pairHash = hashText(Math.imul(before ^ padding, prime), term ?? '$end')
      found.buckets[tokens.length + index] = toBucket(pairHash)
      found.owners[tokens.length + index] = index
      if (term === undefined) break
      found.buckets[index] = wordBucket(term)
      found.owners[index] = index
      before = hashText(pairSeed, term)
    }
    found.count = found.pairs
    tokens.forEach((token, index) => {
      if (!token.isMark && token.term.charCodeAt(0) !== 60) addGrams(found, token.term, index)
    })
    return found
  }
}
