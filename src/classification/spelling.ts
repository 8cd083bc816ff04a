import { isCommonWord } from './common-words.ts'
import { createNearWords, type NearWords } from './word-index.ts'
import { type Token, tokensOf } from './terms.ts'

/** Takes unknown words for known ones where that is what the customer meant to write. */
export type Spelling = (tokens: readonly Token[]) => readonly Token[]

/** What correcting needs besides the words. */
export interface SpellingParts {
  /** The words of the training messages, most frequent first. */
  readonly words: readonly string[]
  /** How many pairs of neighbours among these words were seen in training. */
  readonly knownPairs: (words: readonly string[]) => number
}

/** Shorter words are never corrected: too many others are one edit away. */
const shortest = 4
const shortestToSplit = 5
const longestToSplit = 48
const longestToCorrect = 24

/** Log-odds that count for one pair of neighbours seen in training. */
const pairWorth = 3
/** People mistype the inside of a word more often than its first letter. */
const firstLetterWorth = 1.5
/** What each further word costs when one is split. */
const wordCost = 2
/** A missing space is a likelier slip than one certain wrong letter. */
const missingSpaceWorth = 4
/** Words that a mistyped one may stand for. */
const shortestMeant = 3

/** A word is as likely as its place in the list says (Zipf's law). */
function logChance(place: number): number {
  return -Math.log(place + 10)
}

function hasLength({ term, isMark }: Token): boolean {
  return term.length >= shortest && !isMark && term !== '<num>'
}

const digitLetters: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' }

/** The letters a token is made of; digits that look like letters count as such inside a word ("r3fund"). */
function plainLetters({ term, source }: Token): string {
  if (term !== '<code>') return term
  return source.toLowerCase().replace(/[013457]/g, (digit) => digitLetters[digit] ?? digit)
}

/** Names, numbers, codes and short words are left as they are; a capital inside a sentence begins a name. */
function isCorrectable(token: Token, mayBeCapital: boolean): boolean {
  if (!hasLength(token)) return false
  if (token.term === '<code>') return /^[a-z]{0,12}[013457]{1,2}[a-z]{2,12}$/i.test(token.source)
  return /^\p{L}+$/u.test(token.term) && (mayBeCapital || !/^\p{Lu}\p{Ll}/u.test(token.source))
}

function isShouting(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ isMark, source }) => !isMark && source.length > 2)
  const capital = words.filter(({ source }) => /^\p{Lu}/u.test(source)).length
  return capital * 2 > words.length
}

/** The word with each letter of a run of three or more written once or twice, in every combination of two runs. */
function unstretched(word: string): readonly string[] {
  let forms = [word]
  for (const run of word.match(/(.)\1{2,}/gu) ?? []) {
    const letter = run.charAt(0)
    forms = forms.flatMap((form) => [form.replace(run, letter), form.replace(run, letter + letter)])
    if (forms.length > 8) break
  }
  return forms
}

/** The known words and how to find those near another. */
interface Known {
  readonly placeOf: ReadonlyMap<string, number>
  readonly near: NearWords
}

/** The most likely way to read a run of letters as known words; undefined when there is none. */
function splitWord(word: string, placeOf: ReadonlyMap<string, number>): Reading | undefined {
  const best: { chance: number; from: number }[] = [{ chance: 0, from: 0 }]
  for (let end = 1; end <= word.length; end++) {
    let chosen = { chance: Number.NEGATIVE_INFINITY, from: -1 }
    for (let from = Math.max(0, end - longestToCorrect); from < end; from++) {
      const place = placeOf.get(word.slice(from, end))
      if (place === undefined || !mayBePart(end - from, place)) continue
      const chance = (best[from]?.chance ?? Number.NEGATIVE_INFINITY) + logChance(place) - wordCost
      if (chance > chosen.chance) chosen = { chance, from }
    }
    best.push(chosen)
  }
  const chance = best[word.length]?.chance ?? Number.NEGATIVE_INFINITY
  if (chance === Number.NEGATIVE_INFINITY) return undefined
  const words: string[] = []
  for (let end = word.length; end > 0; end = best[end]?.from ?? 0) words.unshift(word.slice(best[end]?.from ?? 0, end))
  return { words, score: chance }
}

/** Short pieces occur in any word by accident: the shorter, the more frequent it has to be. */
function mayBePart(length: number, place: number): boolean {
  if (length === 1) return place < 30
  if (length === 2) return place < 100
  return length > 3 || place < 1000
}

interface Reading {
  readonly words: readonly string[]
  readonly score: number
}

/** An unknown word between its neighbours. */
interface Place {
  readonly isCode: boolean
  readonly before: string | undefined
  readonly word: string
  readonly after: string | undefined
}

function createReadings(known: Known, knownPairs: SpellingParts['knownPairs']): (place: Place) => Reading | undefined {
  const { placeOf, near } = known
  const chanceOf = (word: string): number => logChance(placeOf.get(word) ?? Number.MAX_SAFE_INTEGER)

  function corrected({ before, word, after }: Place): Reading | undefined {
    if (word.length > longestToCorrect) return undefined
    let best: Reading | undefined
    for (const candidate of near(word)) {
      if (candidate.length < shortestMeant) continue
      const neighbours = [before, candidate, after].filter((term) => term !== undefined)
      const sameStart = candidate.charAt(0) === word.charAt(0) ? firstLetterWorth : 0
      const score = chanceOf(candidate) + pairWorth * knownPairs(neighbours) + sameStart
      if (best === undefined || score > best.score) best = { words: [candidate], score }
    }
    return best
  }

  function divided({ before, word }: Place): Reading | undefined {
    if (word.length < shortestToSplit || word.length > longestToSplit) return undefined
    const parts = splitWord(word, placeOf)
    if (parts === undefined || parts.words.length === 1) return undefined
    const neighbours = [before, ...parts.words.slice(0, 2)].filter((term) => term !== undefined)
    return { words: parts.words, score: parts.score + missingSpaceWorth + pairWorth * knownPairs(neighbours) }
  }

  return (place) => {
    const forms = unstretched(place.word)
    const plain = forms.filter((form) => placeOf.has(form)).sort((a, b) => chanceOf(b) - chanceOf(a))
    if (plain[0] !== undefined) return { words: [plain[0]], score: 0 }
    if (place.isCode || isCommonWord(place.word)) return undefined
    const shortestForm = { ...place, word: forms[0] ?? place.word }
    const one = corrected(shortestForm)
    const several = divided(shortestForm)
    return several !== undefined && several.score > (one?.score ?? Number.NEGATIVE_INFINITY) ? several : one
  }
}

/** Makes the correction; its index is built when the first unknown word is met. */
export function createSpelling({ words, knownPairs }: SpellingParts): Spelling {
  const placeOf = new Map(words.map((word, place) => [word, place]))
  const areKnown = (tokens: readonly Token[]): boolean => {
    for (const token of tokens) if (hasLength(token) && !placeOf.has(token.term)) return false
    return true
  }
  let readingOf: ReturnType<typeof createReadings> | undefined
  return (tokens) => {
    if (words.length === 0 || areKnown(tokens)) return tokens
    const isShouted = isShouting(tokens)
    const corrected: Token[] = []
    tokens.forEach((token, at) => {
      const isWrong = !placeOf.has(token.term) && isCorrectable(token, isShouted || at === 0)
      if (isWrong) readingOf ??= createReadings({ placeOf, near: createNearWords(words) }, knownPairs)
      const isCode = token.term === '<code>'
      const before = corrected.at(-1)?.term
      const place = { isCode, before, word: plainLetters(token), after: tokens[at + 1]?.term }
      const meant = isWrong ? readingOf?.(place) : undefined
      if (meant === undefined) corrected.push(token)
      else for (const term of meant.words) corrected.push({ ...token, term, takenFor: meant.words.join(' ') })
    })
    return corrected
  }
}

/** With this many messages a word that stands in one alone is as likely a slip as a word. */
const pruneFrom = 2000
const mostWords = 12_000

/** The words of training messages, most frequent first; equals in the order of the alphabet. */
export function knownWords(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const text of texts) {
    for (const { term, isMark } of tokensOf(text)) {
      if (!isMark && /^\p{L}+$/u.test(term)) counts.set(term, (counts.get(term) ?? 0) + 1)
    }
  }
  const fewest = texts.length >= pruneFrom ? 2 : 1
  return [...counts]
    .filter(([, count]) => count >= fewest)
    .sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .slice(0, mostWords)
    .map(([word]) => word)
}
