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
 * The customer's own words and word pairs that spoke for a class, strongest first, at most six. A word's strength is
 * the sum of what it and its character n-grams added to the score; a pair has its own.
 *
 * @param weightOf the weight of a feature for the class
 */
export function evidenceOf(message: ReadMessage, weightOf: (id: number) => number): string[] {
  const { tokens, found, vector } = message
  const wordStrength = new Float64Array(tokens.length + 1)
  const pairStrength = new Float64Array(tokens.length + 1)
  for (let index = 0; index < found.count; index++) {
    const entry = vector.entryOf[index] ?? -1
    if (entry < 0) continue
    const strength = weightOf(vector.ids[entry] ?? 0) * (vector.values[entry] ?? 0)
    const owner = found.owners[index] ?? 0
    const isPair = index >= found.words && index < found.pairs
    if (isPair) pairStrength[owner] = (pairStrength[owner] ?? 0) + strength
    else wordStrength[owner] = (wordStrength[owner] ?? 0) + strength
  }
  return strongestTerms(tokens, wordStrength, pairStrength)
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

function strongestTerms(tokens: readonly Token[], words: Float64Array, pairs: Float64Array): string[] {
  const terms: { text: string; strength: number }[] = []
  let before: Token | undefined
  for (const [index, token] of tokens.entries()) {
    const word = words[index] ?? 0
    const pair = pairs[index] ?? 0
    if (word > 0 && !token.isMark) terms.push({ text: shown(token), strength: word })
    if (pair > 0 && before !== undefined && !before.isMark && !token.isMark) {
      terms.push({ text: shownPair(before, token), strength: pair })
    }
    before = token
  }
  terms.sort((a, b) => b.strength - a.strength)
  const least = (terms[0]?.strength ?? 0) * weakest
  const chosen = new Set<string>()
  for (const { text, strength } of terms) {
    if (strength < least || chosen.size === mostEvidence) break
    chosen.add(text)
  }
  return [...chosen]
}
