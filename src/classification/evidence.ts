import { analysedCharacters } from './cleaning.ts'
import type { Occurrences } from './features.ts'
import type { SparseVector } from './tfidf.ts'
import type { Token } from './terms.ts'

/** A message as it was read. */
export interface ReadMessage {
  readonly tokens: readonly Token[]
  readonly found: Occurrences
  readonly vector: SparseVector
}

const mostEvidence = 6

/** Weaker terms than this share of the strongest are left out. */
const weakest = 0.1

/**
 * The words and pairs of the message at hand that spoke for the class, in their order: the strength of each, and its place,
 * twice the number of its word, one more for the pair that the word ends.
 */
const strengths = new Float64Array(2 * analysedCharacters + 2)
const places = new Int32Array(2 * analysedCharacters + 2)

/**
 * The customer's own words and word pairs that spoke for a class, strongest first, at most six. A word's strength is
 * the sum of what it and its character n-grams added to the score; a pair has its own.
 *
 * @param shares what each entry of the vector added to the score of the class
 */
export function evidenceOf(message: ReadMessage, shares: Float64Array): string[] {
  const { tokens, found, vector } = message
  const { entryOf } = vector
  const shareOf = (index: number): number => {
    const entry = entryOf[index] ?? -1
    return entry < 0 ? 0 : (shares[entry] ?? 0)
  }
  let gram = found.pairs
  let count = 0
  const add = (place: number, strength: number): void => {
    if (strength <= 0) return
    places[count] = place
    strengths[count] = strength
    count++
  }
  for (let at = 0; at < tokens.length; at++) {
    let strength = shareOf(at)
    const end = found.gramEnds[at] ?? 0
    for (; gram < end; gram++) strength += shareOf(gram)
    if (tokens[at]?.isMark !== false) continue
    add(at * 2, strength)
    if (at > 0 && tokens[at - 1]?.isMark === false) add(at * 2 + 1, shareOf(found.words + at))
  }
  return strongestTerms(tokens, count)
}

/** The customer's own word; for a misspelt one also what it was taken for: `refnud → refund`. */
export function shown({ source, takenFor }: Token): string {
  return takenFor === undefined ? source : `${source} → ${takenFor}`
}

function shownPair(before: Token, token: Token): string {
  if (before.takenFor === undefined && token.takenFor === undefined) return `${before.source} ${token.source}`
  const isOneWord = before.takenFor === token.takenFor && before.source === token.source
  return isOneWord ? shown(token) : `${before.source} ${token.source} → ${before.term} ${token.term}`
}

/** Which of so many strengths is the largest; the first of equals. */
function strongestOf(count: number): number {
  let strongest = 0
  for (let at = 1; at < count; at++) {
    if ((strengths[at] ?? 0) > (strengths[strongest] ?? 0)) strongest = at
  }
  return strongest
}

/** Empties the strengths of the terms it takes. */
function strongestTerms(tokens: readonly Token[], count: number): string[] {
  const chosen: string[] = []
  let least = 0
  while (chosen.length < Math.min(mostEvidence, count)) {
    const strongest = strongestOf(count)
    const strength = strengths[strongest] ?? 0
    if (strength <= 0 || strength < least) break
    if (least === 0) least = strength * weakest
    strengths[strongest] = 0
    const place = places[strongest] ?? 0
    const token = tokens[place >> 1]
    const before = tokens[(place >> 1) - 1]
    if (token === undefined) break
    const text = place % 2 === 1 && before !== undefined ? shownPair(before, token) : shown(token)
    if (!chosen.includes(text)) chosen.push(text)
  }
  return chosen
}
