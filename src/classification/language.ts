import { analysedText } from './cleaning.ts'
import { foldLookalikes } from './characters.ts'
import { isCommonWord } from './common-words.ts'
import { functionWords } from './function-words.ts'

/** The language of a text, and the words that say so. */
export interface FoundLanguage {
  /** ISO 639-1. */
  readonly language: string
  readonly words: readonly string[]
}

/** Scripts that are written in one language, or nearly so. Kana come before the Chinese characters beside them. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['uk', /[іїєґ]/giu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['fa', /[پچژگ]/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['bn', /\p{Script=Bengali}/gu],
  ['ta', /\p{Script=Tamil}/gu],
]

/** Letters that few languages of the Latin script have. */
const letters: readonly (readonly [RegExp, readonly string[]])[] = [
  [/[ñ¿¡]/u, ['es']],
  [/ß/u, ['de']],
  [/[äöü]/u, ['de', 'tr', 'sv']],
  [/[ãõ]/u, ['pt']],
  [/[łąęśźżćń]/u, ['pl']],
  [/[şğı]/u, ['tr']],
  [/[ășțş]/u, ['ro']],
  [/[ěřů]/u, ['cs']],
  [/å/u, ['sv', 'da']],
  [/[øæ]/u, ['da']],
  [/[èêàçœù]/u, ['fr']],
]

const english = 'en'

let languagesOfWord: ReadonlyMap<string, readonly string[]> | undefined

function byWord(): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>()
  for (const [language, words] of Object.entries(functionWords)) {
    for (const word of new Set(words.split(' '))) map.set(word, [...(map.get(word) ?? []), language])
  }
  return map
}

function fold(word: string): string {
  return foldLookalikes(
    word
      .replaceAll('ß', 'ss')
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, ''),
  )
}

/** The language of the script that most letters of a text are in; undefined for the Latin one. */
function byScript(text: string): FoundLanguage | undefined {
  const all = text.match(/\p{L}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (all === 0 || latin * 2 >= all) return undefined
  const found = scripts.find(([, pattern]) => text.search(pattern) >= 0)
  return found === undefined ? undefined : { language: found[0], words: (text.match(/\p{L}+/gu) ?? []).slice(0, 3) }
}

interface Count {
  /** Words that are the owner's language, or may be. */
  own: number
  all: number
  readonly hits: Map<string, string[]>
}

function countWords(text: string, isOwn: (word: string) => boolean): Count {
  languagesOfWord ??= byWord()
  const count: Count = { own: 0, all: 0, hits: new Map() }
  for (const written of text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []) {
    const word = fold(written)
    const own = isOwn(word)
    const spoken = languagesOfWord.get(word) ?? []
    count.all++
    if (own && spoken.length === 0) count.own++
    if (own) continue
    const typical = letters.flatMap(([pattern, languages]) => (pattern.test(written) ? languages : []))
    const isEnglish = isCommonWord(word) ? [english] : []
    for (const language of new Set([...spoken, ...typical, ...isEnglish])) {
      const words = count.hits.get(language)
      if (words === undefined) count.hits.set(language, [written])
      else words.push(written) // a list copied for each word would cost the square of a message's length
    }
  }
  return count
}

/** A single word of another language may be a name or a loan; two that nothing contradicts are not. */
function isEnough(hits: number, { own, all }: Count): boolean {
  if (all <= 3) return own === 0 && hits * 2 >= all
  return (hits >= 2 || own === 0) && hits > own && hits * 4 >= all
}

function withoutAddresses(text: string): string {
  const words = text.split(/\s+/)
  return words.filter((word) => !word.includes('@') && !word.includes('/')).join(' ')
}

function detect(text: string, isOwn: (word: string) => boolean): FoundLanguage | undefined {
  const read = analysedText(text)
  const script = byScript(read)
  if (script !== undefined) return script
  const count = countWords(withoutAddresses(read), isOwn)
  const [best] = [...count.hits].sort(([, a], [, b]) => b.length - a.length)
  if (best === undefined || !isEnough(best[1].length, count)) return undefined
  return { language: best[0], words: [...new Set(best[1])].slice(0, 3) }
}

/**
 * Finds messages in a language that the intents are not written in. A loan word or a greeting in one does not make a
 * message foreign. Nothing is found when the languages of the intents are not known.
 *
 * @param known.words the words of the training messages
 */
export function createLanguageFinder(known: {
  readonly languages: readonly string[]
  readonly words: readonly string[]
}): (text: string) => FoundLanguage | undefined {
  const languages = new Set(known.languages)
  let words: ReadonlySet<string> | undefined
  return (text) => {
    if (languages.size === 0) return undefined
    words ??= new Set(known.words)
    const isOwn = (word: string): boolean => words?.has(word) === true || (languages.has(english) && isCommonWord(word))
    const found = detect(text, isOwn)
    return found === undefined || languages.has(found.language) ? undefined : found
  }
}

const mostSampled = 500
/** Fewer messages in a language are examples of what is out of scope rather than what the owner serves. */
const leastShare = 0.1

/** The languages that training messages are written in, as far as they can be told, in the order of their codes. */
export function languagesOf(texts: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.floor(texts.length / mostSampled))
  const counts = new Map<string, number>()
  let all = 0
  for (let at = 0; at < texts.length; at += step) {
    const found = detect(texts[at] ?? '', () => false)
    if (found === undefined) continue
    counts.set(found.language, (counts.get(found.language) ?? 0) + 1)
    all++
  }
  return [...counts]
    .filter(([, count]) => count >= all * leastShare)
    .map(([language]) => language)
    .sort()
}

/** How the language is called in English: `Spanish`. */
export function languageName(language: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language
}
