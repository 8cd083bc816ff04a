import { stemsOf } from '../../knowledge/search.ts'
import { findEmails } from '../find-emails.ts'
import { findPhones, withoutReadable } from '../find-phones.ts'
import { toSearchable } from '../fold-text.ts'
import type { Found } from '../personal-data.ts'
import { toSentences, type Evidence, type Sentence } from './evidence.ts'
import { readDates, readIdentifiers, readQuantities, withoutIdentifiers, type Quantity } from './quantities.ts'

/** Of a sentence's words that carry meaning, so many must stand in the sources or the conversation … */
const leastKnown = 0.6
/** … and so many together in one passage, record or line on the company. */
const leastTogether = 0.6
/** A sentence with fewer is a courtesy, or leans on its neighbours. */
const leastStems = 2
/** A sentence of the sources speaks of the same thing when it holds so many of the words. */
const leastAlike = 0.75

/** Words of courtesy and of our own role, which need no source. */
const courtesies = new Set(
  stemsOf(
    `sorry hear glad happy hope helps help assist question questions trouble inconvenience understand apologies apologise
    welcome thank let know please reply feel free unfortunately yes sure certainly course worries currently information details
    say says said mean means see look looks according guide article based ask asked chat message here simply also still already
    january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday would could can cannot might should usually normally within take takes however kindly`,
  ),
)

/** Every number, amount and share stands in the sources or the conversation, beside a word the answer has beside it too. */
export function ungroundedNumbers(answer: string, evidence: Evidence): readonly string[] {
  return toSentences(withoutIdentifiers(answer)).flatMap((sentence) =>
    readQuantities(sentence.text)
      .filter(({ written }) => written.toLowerCase() !== 'one')
      .filter((quantity) => !isKnown(quantity, evidence) || !isInPlace(quantity, sentence, evidence))
      .map(({ written }) => written),
  )
}

function isKnown({ value, unit }: Quantity, evidence: Evidence): boolean {
  return evidence.quantities.some((known) => known.value === value && (unit === '' || known.unit === unit))
}

/**
 * A number that the sources name must be named there in a sentence that shares a word, and in the part of it that names the
 * place or product the answer names; one that only the customer said need not.
 */
function isInPlace({ value }: Quantity, sentence: Sentence, { sentences }: Evidence): boolean {
  const naming = sentences.filter(({ values }) => values.includes(value))
  if (naming.length === 0 || sentence.stems.size === 0) return true
  const names = namesIn(sentence.text)
  const closer = naming.filter(({ text }) => names.some((name) => text.includes(name)))
  return (closer.length > 0 ? closer : naming).some(
    ({ text, stems }) => [...sentence.stems].some((stem) => stems.has(stem)) && !isElsewhere(value, names, text),
  )
}

/** Whether another numbered part of the sentence names what the answer names, and the part with this number does not. */
function isElsewhere(value: number, names: readonly string[], source: string): boolean {
  const parts = source.split(/[,;:] /).filter((part) => readQuantities(part).length > 0)
  const naming = parts.filter((part) => names.some((name) => part.includes(name)))
  return naming.length > 0 && !naming.some((part) => holdsNumber(part, value)) && parts.length > 1
}

function holdsNumber(text: string, value: number): boolean {
  return readQuantities(text).some((known) => known.value === value)
}

/** Words with a capital within a sentence. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<=[\p{L}\d,;:(] )\p{Lu}\p{L}+/gu)].map(([name]) => name)
}

/** `may` is a word first of all, so that month counts beside a day only. */
const dayNames =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|june|july|august|september|october|november|december'

/** Days of the year, months and days of the week. */
export function ungroundedDates(answer: string, { dates, wholeText }: Evidence): readonly string[] {
  const days = readDates(answer)
    .filter(({ day }) => !dates.has(day))
    .map(({ written }) => written)
  const named = new RegExp(String.raw`(?<!\p{L})(?:${dayNames})(?!\p{L})`, 'giu')
  const words = [...answer.matchAll(named)].map(([word]) => word)
  const withoutDays = readDates(answer)
    .map(({ written }) => written)
    .join(' ')
  const unknown = words.filter(
    (word) => !withoutDays.includes(word) && !wholeText.includes(word.toLowerCase().replace(/days$/, 'day')),
  )
  return [...days, ...unknown]
}

/** Numbers of orders, invoices and tickets, codes and tracking numbers. */
export function ungroundedIdentifiers(answer: string, { identifiers, wholeText }: Evidence): readonly string[] {
  const unknown = readIdentifiers(answer).filter((identifier) => !identifiers.has(identifier))
  const orders = [...answer.matchAll(/(?:\b(?:order|invoice|ticket|parcel)(?: number| no\.?)? ?#?|#)(\d{1,12})\b/gi)]
    .map(([, number = '']) => number)
    .filter((number) => !new RegExp(String.raw`(?<!\d)${number}(?!\d)`).test(wholeText))
  return [...unknown, ...orders]
}

/** E-mail addresses and phone numbers. */
export function ungroundedContacts(answer: string, { wholeText }: Evidence): readonly string[] {
  const searchable = toSearchable(answer)
  const known = toSearchable(wholeText)
  const cut = (found: Found): string => answer.slice(found.start, found.end)
  const emails = findEmails(searchable).map(cut)
  const phones = findPhones(withoutReadable(searchable)).map(cut)
  const knownDigits = known.replace(/[\s().\-/]/g, '')
  return [
    ...emails.filter((email) => !known.includes(email.toLowerCase())),
    ...phones.filter((phone) => !knownDigits.includes(phone.replace(/[\s().\-/]/g, ''))),
  ]
}

const schemes =
  /(?<![\p{L}])(?:[a-z][a-z0-9+.-]{1,20}:\/\/\S*|(?:javascript|vbscript|data|mailto|tel|sms|slack|discord|file|hxxps?):(?=\S)\S*)/giu
const domains = /(?<![\p{L}\d@.-])(?:[\p{L}\d_-]{1,63}\.){1,8}\p{L}[\p{L}\d-]{1,62}(?:[/:?#]\S*)?/gu
const addresses = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d)/g

/** Links the sources do not hold, and every link whose address is hidden behind words. */
export function foreignLinks(answer: string, { sourceText }: Evidence): readonly string[] {
  const masked = [...answer.matchAll(/\]\s?\([^)]{1,2000}\)|<[^<>|]{1,2000}\|[^<>]{0,2000}>/g)].map(([link]) => link)
  const bare = [schemes, domains, addresses]
    .flatMap((pattern) => [...answer.matchAll(pattern)].map(([link]) => link.replace(/[.,;:!?)\]]+$/, '')))
    .filter((link) => link.length > 3 && !/^(?:e\.g|i\.e|a\.m|p\.m)/i.test(link))
    .filter((link) => !sourceText.includes(link.toLowerCase()))
  return [...masked, ...bare]
}

/**
 * Names of people, places and makes that the sources do not hold, and postcodes: they could be another customer's. Somebody
 * is addressed by a name from the conversation.
 */
export function foreignPeople(answer: string, { sourceText, wholeText }: Evidence): readonly string[] {
  const [sourced, whole] = [wordsOf(sourceText), wordsOf(wholeText)]
  const within = answer.matchAll(/(?<=[\p{Ll}\d,;:(] )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){0,3}(?!\p{L})/gu)
  const opening = answer.matchAll(/(?<=^|[.!?:] )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){1,3}(?!\p{L})/gu)
  const addressed = answer.matchAll(/(?<=(?:Mr|Ms|Mrs|Dr|Hi|Hello|Dear|Sorry|Thanks)[.,]? )\p{Lu}\p{Ll}+/gu)
  const postcodes = answer.matchAll(/(?<![\p{L}\d])[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![\p{L}\d])/gu)
  const called = new Set([...addressed].map(([name]) => name).filter((name) => whole.has(name.toLowerCase())))
  return [
    ...[...within, ...opening]
      .map(([name]) => name)
      .filter(
        (name) => !name.split(' ').every((word) => isDay(word) || sourced.has(word.toLowerCase()) || called.has(word)),
      )
      .filter((name) => !/^(?:Hi|Hello|Dear|Sorry|Thanks)\b/.test(name) || !called.has(name.split(' ')[1] ?? '')),
    ...[...postcodes].map(([code]) => code).filter((code) => !wholeText.includes(code.toLowerCase())),
  ]
}

/** Days and months are looked at by `ungroundedDates`. */
function isDay(word: string): boolean {
  return new RegExp(`^(?:${dayNames})$`, 'i').test(word)
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(/[^\p{L}\p{M}\d]+/u))
}

/** Sentences whose words the sources do not hold. */
export function ungroundedSentences(answer: string, evidence: Evidence): readonly string[] {
  if (!evidence.hasSources) return [answer.slice(0, 80)]
  return toSentences(answer)
    .filter(
      ({ stems }) =>
        !isGrounded(
          [...stems].filter((stem) => !courtesies.has(stem)),
          evidence,
        ),
    )
    .map(({ text }) => text)
}

function isGrounded(stems: readonly string[], { sourceStems, spokenStems, units }: Evidence): boolean {
  if (stems.length < leastStems) return true
  const shareOf = (isKnown: (stem: string) => boolean): number => stems.filter(isKnown).length / stems.length
  const together = Math.max(...units.map((unit) => shareOf((stem) => unit.has(stem))))
  return together >= leastTogether && shareOf((stem) => sourceStems.has(stem) || spokenStems.has(stem)) >= leastKnown
}

/** Sentences that say what a source says, with the opposite sign: “can be returned” for “cannot be returned”. */
export function contradictions(answer: string, { sentences }: Evidence): readonly string[] {
  return toSentences(answer).flatMap((said) => {
    const stems = [...said.stems].filter((stem) => !courtesies.has(stem))
    if (stems.length < 2) return []
    const same = alike(stems, sentences)
    const isContradicted =
      same.length > 0 &&
      (same.every(({ text }) => isNegated(text) !== isNegated(said.text)) ||
        same.every(({ text }) => isTurnedRound(text, said.text)))
    return isContradicted ? [said.text] : []
  })
}

/** Sentences of the sources that hold most of these stems, their headings counted in, and the rarest of them surely. */
function alike(stems: readonly string[], sentences: readonly Sentence[]): readonly Sentence[] {
  const counts = stems
    .map((stem) => ({ stem, count: sentences.filter(({ stems }) => stems.has(stem)).length }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.count - b.count)
  const rarest = counts[0]?.stem ?? ''
  return sentences.filter(
    ({ stems: source, topics }) =>
      source.has(rarest) &&
      stems.filter((stem) => source.has(stem) || topics.has(stem)).length >= leastAlike * stems.length,
  )
}

const turningPrefixes = ['un', 'non', 'in', 'im', 'ir', 'dis']

/** Whether one says a word that the other says with a prefix that means the opposite: “used” for “unused”. */
function isTurnedRound(one: string, other: string): boolean {
  const [ones, others] = [plainWordsOf(one), plainWordsOf(other)]
  const differs = (bare: ReadonlySet<string>, prefixed: ReadonlySet<string>): boolean =>
    [...bare].some((word) => !prefixed.has(word) && turningPrefixes.some((prefix) => prefixed.has(prefix + word)))
  return differs(ones, others) || differs(others, ones)
}

function plainWordsOf(text: string): ReadonlySet<string> {
  // A hyphen belongs to the word: “non-refundable”.
  return new Set(
    text
      .toLowerCase()
      .replace(/(?<=\p{L})-(?=\p{L})/gu, '')
      .match(/\p{L}{3,}/gu),
  )
}

function isNegated(sentence: string): boolean {
  return /(?<!\p{L})(?:not|no|never|none|neither|nor|cannot|without|nothing|excluded|only|except|unless)(?!\p{L})|n['’"]t(?!\p{L})/iu.test(
    sentence.replace(/^(?:no|yes)[,.!:; ]+/i, ''),
  )
}
