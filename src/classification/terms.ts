import porterStemmer from 'natural/lib/natural/stemmers/porter_stemmer.js'
import { analysedText } from './cleaning.ts'
import { emojiTerm, foldLookalikes } from './characters.ts'

/** One word or mark of a message. */
export interface Token {
  /** What is compared: lower case, without accents and apostrophes; `<num>`, `<code>` or a mark for everything alike. */
  readonly term: string
  /** What the customer wrote. */
  readonly source: string
  /** `?`, `!`, a currency sign or an emoji rather than a word. */
  readonly isMark: boolean
  /** What an unknown word was taken for, as it is shown: `refund`, or `track my` for each part of "trackmy". */
  readonly takenFor?: string
}

const longestWord = 48
const maximumStems = 20_000

const separator = 0
const letter = 1
const digit = 2
const apostrophe = 3
const mark = 4
const invisible = 5

/** Characters that show nothing, and those that only choose how the one before is drawn. */
const invisiblePattern = /^[\p{Cf}\ufe00-\ufe0f\u20e3]$/u
const letterPattern = /^[\p{L}\p{M}]$/u
const digitPattern = /^\p{Nd}$/u
const markPattern = /^[?!\p{Sc}\p{Extended_Pictographic}]$/u

/** Kinds of the characters of the basic plane, filled on first sight; 255 is not yet known. */
const kinds = new Uint8Array(65_536).fill(255)

function kindOfCharacter(character: string): number {
  if (character === "'" || character === '’' || character === 'ʼ' || character === '‘') return apostrophe
  if (character === '？' || character === '؟' || character === '！') return mark
  if (invisiblePattern.test(character)) return invisible
  if (letterPattern.test(character)) return letter
  if (digitPattern.test(character)) return digit
  return markPattern.test(character) ? mark : separator
}

function kindAt(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  const known = kinds[unit] ?? 255
  if (known !== 255) return known
  const kind = kindOfCharacter(text.charAt(index))
  kinds[unit] = kind
  return kind
}

const tagPattern = /<[!/]?[a-z#@][^<>]{0,300}>/gi
const entityPattern = /&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos|nbsp|rsquo|lsquo|euro|pound);/gi
const entities: Readonly<Record<string, string>> = { apos: "'", rsquo: "'", lsquo: "'", euro: '€', pound: '£' }

function undoEntity(entity: string): string {
  const name = entity.slice(1, -1).toLowerCase()
  if (!name.startsWith('#')) return entities[name] ?? ' '
  const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return point <= 0x10_ff_ff ? String.fromCodePoint(point) : ' '
}

/**
 * The part of a message that every stage reads: what the customer wrote now, shortened; HTML tags and platform mentions as
 * spaces, entities undone.
 */
export function readablePart(text: string): string {
  let part = analysedText(text)
  if (part.includes('<')) part = part.replace(tagPattern, ' ')
  if (part.includes('&')) part = part.replace(entityPattern, undoEntity)
  return part
}

// oxlint-disable-next-line eslint/no-control-regex -- the border of ASCII is the point
const asciiOnly = /^[\x00-\x7f]*$/

function foldWord(word: string): string {
  const lower = word.toLowerCase()
  if (asciiOnly.test(lower)) return lower.includes("'") ? lower.replaceAll("'", '') : lower
  const folded = lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\ufe00-\ufe0f\u20e3'’ʼ‘\p{Cf}]/gu, '')
    .normalize('NFC')
    .toLowerCase()
  return foldLookalikes(folded)
}

function termOf(word: string, shape: WordShape): string {
  if (shape.isPlain && shape.letters <= longestWord) return word
  if (shape.digits === 0) return foldWord(word).slice(0, longestWord)
  if (shape.letters === 0) return shape.digits >= 3 ? '<num>' : word.replace(/[^\p{Nd}]/gu, '')
  return shape.letters + shape.digits >= 5 ? '<code>' : foldWord(word)
}

interface WordShape {
  letters: number
  digits: number
  /** Whether it is made of a to z alone: it is its own term then. */
  isPlain: boolean
  end: number
}

function isPlainLetter(unit: number): boolean {
  return unit >= 97 && unit <= 122
}

/** Reads one word from `start`; a point or comma between digits belongs to the number. */
function readWord(text: string, start: number): WordShape {
  let end = start
  while (end < text.length && isPlainLetter(text.charCodeAt(end))) end++
  const shape = { letters: end - start, digits: 0, isPlain: true, end }
  while (shape.end < text.length) {
    const kind = kindAt(text, shape.end)
    if (kind === letter) shape.letters++
    else if (kind === digit) shape.digits++
    else if (kind === separator && !isNumberPoint(text, shape)) break
    else if (kind === mark) break
    shape.isPlain = false
    shape.end++
  }
  return shape
}

function isNumberPoint(text: string, shape: WordShape): boolean {
  const character = text.charCodeAt(shape.end)
  if (shape.letters > 0 || (character !== 44 && character !== 46)) return false
  return kindAt(text, shape.end - 1) === digit && shape.end + 1 < text.length && kindAt(text, shape.end + 1) === digit
}

const marks: Readonly<Record<string, string>> = { '？': '?', '؟': '?', '！': '!' }

/** A character outside the basic plane, or a half of one. */
function readSurrogate(text: string, index: number): Token | undefined {
  const point = text.codePointAt(index) ?? 0
  if (point < 0x1_0000) return undefined
  const character = String.fromCodePoint(point)
  if (!letterPattern.test(character) && !markPattern.test(character)) return undefined
  return { term: emojiTerm(character), source: character, isMark: !letterPattern.test(character) }
}

/**
 * The words and marks of a message in their order; anything else, half characters included, separates.
 *
 * @example tokensOf('I don’t see my £1,250 refund!') has the terms i dont see my £ <num> refund !
 */
export function tokensOf(text: string): readonly Token[] {
  return tokensIn(readablePart(text))
}

/** The same of a readable part, which is not looked through for quotations and tags again. */
export function tokensIn(part: string): readonly Token[] {
  const tokens: Token[] = []
  let index = 0
  while (index < part.length) {
    const unit = part.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const token = readSurrogate(part, index)
      if (token !== undefined) tokens.push(token)
      index += token === undefined ? 1 : 2
      continue
    }
    const kind = kindAt(part, index)
    if (kind === mark) {
      const source = part.charAt(index)
      tokens.push({ term: marks[source] ?? emojiTerm(source), source, isMark: true })
    }
    if (kind !== letter && kind !== digit) {
      index++
      continue
    }
    const shape = readWord(part, index)
    const source = part.slice(index, shape.end)
    const term = termOf(source, shape)
    if (term !== '') tokens.push({ term, source, isMark: false })
    index = shape.end
  }
  return tokens
}

/** The comparable form of a whole text: its terms with one space between. Equal for texts that differ in case or punctuation only. */
export function normalise(text: string): string {
  return tokensOf(text)
    .map((token) => token.term)
    .join(' ')
}

const stems = new Map<string, string>()

/** Porter's stem of a term (`refunding` → `refund`); marks, numbers and words that are not Latin stay as they are. */
export function stemOf(term: string): string {
  const known = stems.get(term)
  if (known !== undefined) return known
  const stem = /^[a-z]{3,}$/.test(term) ? porterStemmer.stem(term) : term
  if (stems.size >= maximumStems) stems.clear()
  stems.set(term, stem)
  return stem
}
