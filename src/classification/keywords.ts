import type { IntentName, Intent } from '../core/intent.ts'
import { shown } from './evidence.ts'
import { stemOf, type Token, tokensOf } from './terms.ts'

/** A phrase of an intent with the share of its hits in training messages that were right. */
export interface MeasuredPhrase {
  readonly intent: IntentName
  readonly phrase: string
  /** 0 to 1, see `measurePhrases`. */
  readonly precision: number
}

/** A phrase that stands in a message. */
export interface PhraseHit {
  readonly intent: IntentName
  readonly precision: number
  /** The customer's words it matched. */
  readonly words: string
  /** A word before or inside takes it back: "I do not want to cancel". */
  readonly isNegated: boolean
}

interface CompiledWord {
  readonly term: string
  /** Words that may stand before it: 0, or up to 3 after a `*`. */
  readonly gap: number
}

interface CompiledPhrase {
  readonly intent: IntentName
  readonly precision: number
  readonly words: readonly CompiledWord[]
}

const widestGap = 3
const negationReach = 4
const clauseBorders = new Set(['but', 'so', 'because', 'and', 'then', 'please'])
const negations = new Set(
  (
    'not no never without dont doesnt didnt wont wouldnt shouldnt isnt arent wasnt werent havent hasnt hadnt cant cannot ' +
    'couldnt neednt stop nobody nothing neither nor'
  ).split(' '),
)

function compilePhrase(measured: MeasuredPhrase): CompiledPhrase {
  const words: CompiledWord[] = []
  let gap = 0
  for (const part of measured.phrase.trim().split(/\s+/)) {
    if (part === '*') {
      gap = words.length === 0 ? 0 : widestGap
      continue
    }
    for (const { term, isMark } of tokensOf(part)) {
      if (isMark) continue
      words.push({ term, gap })
      gap = 0
    }
  }
  return { intent: measured.intent, precision: measured.precision, words }
}

interface MessageWord {
  readonly term: string
  readonly stem: string
  readonly shown: string
  /** A mark stands before it: another sentence begins. */
  readonly startsClause: boolean
}

function wordsOf(tokens: readonly Token[]): MessageWord[] {
  const words: MessageWord[] = []
  let startsClause = true
  for (const token of tokens) {
    if (!token.isMark) words.push({ term: token.term, stem: stemOf(token.term), shown: shown(token), startsClause })
    startsClause = token.isMark && (token.term === '?' || token.term === '!')
  }
  return words
}

function fits(word: MessageWord, wanted: CompiledWord): boolean {
  return word.term === wanted.term || word.stem === wanted.term || word.stem === stemOf(wanted.term)
}

/** The places of the phrase's words when it begins at `start`: each word is taken at its first fitting place. */
function placesFrom(words: readonly MessageWord[], phrase: CompiledPhrase, start: number): number[] | undefined {
  const places: number[] = []
  let next = start
  for (const wanted of phrase.words) {
    const last = Math.min(next + wanted.gap, words.length - 1)
    let found = -1
    for (let at = next; at <= last && found < 0; at++) {
      const word = words[at]
      if (word !== undefined && fits(word, wanted)) found = at
    }
    if (found < 0) return undefined
    places.push(found)
    next = found + 1
  }
  return places
}

function isNegated(words: readonly MessageWord[], places: readonly number[]): boolean {
  const first = places[0] ?? 0
  for (let at = first, steps = 0; steps < negationReach; steps++) {
    if (words[at]?.startsClause !== false) break
    at--
    const term = words[at]?.term ?? ''
    if (negations.has(term)) return true
    if (clauseBorders.has(term)) break
  }
  const last = places.at(-1) ?? first
  for (let at = first; at <= last; at++) {
    if (!places.includes(at) && negations.has(words[at]?.term ?? '')) return true
  }
  return false
}

/** Compiles phrases once; the result finds all that stand in a message, one hit an intent and phrase. */
export function createPhraseFinder(
  measured: readonly MeasuredPhrase[],
): (tokens: readonly Token[]) => readonly PhraseHit[] {
  const byFirstWord = new Map<string, CompiledPhrase[]>()
  for (const phrase of measured.map(compilePhrase)) {
    const first = phrase.words[0]
    if (first === undefined) continue
    for (const key of new Set([first.term, stemOf(first.term)])) {
      byFirstWord.set(key, [...(byFirstWord.get(key) ?? []), phrase])
    }
  }
  if (byFirstWord.size === 0) return () => []
  return (tokens) => {
    const words = wordsOf(tokens)
    const hits = new Map<CompiledPhrase, PhraseHit>()
    words.forEach((word, start) => {
      for (const key of word.term === word.stem ? [word.term] : [word.term, word.stem]) {
        for (const phrase of byFirstWord.get(key) ?? []) {
          const before = hits.get(phrase)
          const places = before === undefined || before.isNegated ? placesFrom(words, phrase, start) : undefined
          if (places === undefined) continue
          hits.set(phrase, {
            intent: phrase.intent,
            precision: phrase.precision,
            words: [...new Set(places.map((place) => words[place]?.shown ?? ''))].join(' '),
            isNegated: isNegated(words, places),
          })
        }
      }
    })
    return [...hits.values()]
  }
}

/** A phrase counts as if it had been seen this often with the precision of the other intents' phrases. */
const borrowed = 2

interface PhraseCount {
  right: number
  all: number
}

function countHits(
  phrases: readonly { intent: IntentName; phrase: string }[],
  examples: readonly { text: string; intent: IntentName | undefined }[],
): readonly PhraseCount[] {
  const counts = phrases.map((): PhraseCount => ({ right: 0, all: 0 }))
  // The precision field carries the number of the phrase through the finder.
  const find = createPhraseFinder(phrases.map((phrase, number) => ({ ...phrase, precision: number })))
  for (const example of examples) {
    for (const hit of find(tokensOf(example.text))) {
      const count = counts[hit.precision]
      if (hit.isNegated || count === undefined) continue
      count.all++
      if (hit.intent === example.intent) count.right++
    }
  }
  return counts
}

/**
 * How often each phrase of the intents is right in labelled messages; negated hits count neither way, messages of no
 * intent (`intent` undefined) count against. An owner has many phrases and few hits of each, so a phrase borrows: its
 * precision is (right + 2 × usual) / (hits + 2), where usual is (right + 1) / (hits + 2) over the phrases of all *other*
 * intents. A phrase never hit therefore has the precision that this owner's phrases usually have.
 */
export function measurePhrases(
  intents: readonly Intent[],
  examples: readonly { text: string; intent: IntentName | undefined }[],
): readonly MeasuredPhrase[] {
  const phrases = intents.flatMap(({ name, keywords }) =>
    [...new Set(keywords)].map((phrase) => ({ intent: name, phrase })),
  )
  const counts = countHits(phrases, examples)
  const sum = (isCounted: (intent: IntentName) => boolean): PhraseCount => {
    const total = { right: 0, all: 0 }
    phrases.forEach(({ intent }, number) => {
      if (!isCounted(intent)) return
      total.right += counts[number]?.right ?? 0
      total.all += counts[number]?.all ?? 0
    })
    return total
  }
  const usual = new Map(
    intents.map(({ name }) => {
      const others = sum((intent) => intent !== name)
      return [name, (others.right + 1) / (others.all + 2)]
    }),
  )
  return phrases.map((phrase, number) => {
    const { right, all } = counts[number] ?? { right: 0, all: 0 }
    return { ...phrase, precision: (right + borrowed * (usual.get(phrase.intent) ?? 0.5)) / (all + borrowed) }
  })
}
