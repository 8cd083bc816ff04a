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

/** Of each word of the message at hand, followed by that of the pair it ends; the pair with the end is nobody's words. */
const strengths = new Float64Array(2 * analysedCharacters + 2)

/**
 * The customer's own words and word pairs that spoke for a class, strongest first, at most six. A word's strength is
 * the sum of what it and its character n-grams added to the score; a pair has its own.
 *
 * @param shares what each entry of the vector added to the score of the class
 */
export function evidenceOf(message: ReadMessage, shares: Float64Array): string[] {
  const { tokens, found, vector } = message
  const places = tokens.length * 2
  strengths.fill(0, 0, places)
  for (let index = 0; index < found.count; index++) {
    const entry = vector.entryOf[index] ?? -1
    if (entry < 0) continue
    const isPair = index >= found.words && index < found.pairs
    const place = (found.owners[index] ?? 0) * 2 + (isPair ? 1 : 0)
    strengths[place] = (strengths[place] ?? 0) + (shares[entry] ?? 0)
  }
  return strongestTerms(tokens)
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

/** The place of the largest of so many strengths; the first of equals. */
function strongestOf(places: number): number {
  let strongest = 0
  for (let at = 1; at < places; at++) {
    if ((strengths[at] ?? 0) > (strengths[strongest] ?? 0)) strongest = at
  }
  return strongest
}

/** Empties the strengths of the terms it takes. */
function strongestTerms(tokens: readonly Token[]): string[] {
  for (let at = 0; at < tokens.length; at++) {
    const isMark = tokens[at]?.isMark === true
    if (isMark) strengths[at * 2] = 0
    if (isMark || tokens[at - 1]?.isMark !== false) strengths[at * 2 + 1] = 0
  }
  const chosen: string[] = []
  let least = 0
  while (chosen.length < mostEvidence) {
    const place = strongestOf(tokens.length * 2)
    const strength = strengths[place] ?? 0
    if (strength <= 0 || strength < least) break
    if (least === 0) least = strength * weakest
    strengths[place] = 0
    const token = tokens[place >> 1]
    const before = tokens[(place >> 1) - 1]
    if (token === undefined) break
    const text = place % 2 === 1 && before !== undefined ? shownPair(before, token) : shown(token)
    if (!chosen.includes(text)) chosen.push(text)
  }
  return chosen
}
