import { createHash } from 'node:crypto'
import { redact } from '../safety/redact.ts'
import { analysedCharacters } from './cleaning.ts'
import { readablePart, tokensIn, type Token } from './terms.ts'

/** Raise it with every change that makes a text comparable in another way. */
const keyVersion = 2

/** Short forms in full, so that both ways of writing meet. `id` stays: without its apostrophe it is a document. */
const shortForms: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "i'd": 'i would',
    "i'll": 'i will',
    "it's": 'it is',
    "let's": 'let us',
    "we're": 'we are',
    "you'll": 'you will',
    arent: 'are not',
    cannot: 'can not',
    cant: 'can not',
    couldnt: 'could not',
    didnt: 'did not',
    doesnt: 'does not',
    dont: 'do not',
    gonna: 'going to',
    hadnt: 'had not',
    hasnt: 'has not',
    havent: 'have not',
    hows: 'how is',
    im: 'i am',
    isnt: 'is not',
    ive: 'i have',
    pls: 'please',
    plz: 'please',
    shouldnt: 'should not',
    thats: 'that is',
    theres: 'there is',
    theyre: 'they are',
    thx: 'thanks',
    wanna: 'want to',
    wasnt: 'was not',
    werent: 'were not',
    weve: 'we have',
    whats: 'what is',
    whens: 'when is',
    wheres: 'where is',
    whos: 'who is',
    wont: 'will not',
    wouldnt: 'would not',
    youre: 'you are',
    youve: 'you have',
  }).map(([short, full]) => [short, full.split(' ')]),
)

const articles: ReadonlySet<string> = new Set(['a', 'an', 'the'])

const requesting = ['can you', 'could you', 'would you']
const politely = [...requesting, 'can you please', 'could you please', 'would you please', 'will you please']
const telling = ['tell me', 'let me know', 'inform me', 'advise me']
const alone = `hi, hello, hey, hiya, greetings, hi there, hello there, hey there, hi team, hello team, dear team, dear sir,
  dear madam, good morning, good afternoon, good evening, good day, excuse me, please, kindly, thanks, thank you,
  do you know, may i know, can i ask, may i ask, i was wondering, i am wondering, i have question, quick question,
  i would like to, i want to, i wish to, i would like to know, i want to know, i wish to know, i need to know,
  i wanted to know, help, help me, help me to, i need help, i need some help`

/**
 * What stands before a request and is none of it. "Explain" and "I need to" are left where they are: with them BANKING77's
 * questions how and why to verify an identity would meet.
 */
const openings = toPhrases([
  ...alone.split(','),
  ...telling,
  ...politely.flatMap((words) => [words, `${words} help me`, `${words} help me to`]),
  ...[...politely, 'can someone', 'could someone'].flatMap((words) => telling.map((rest) => `${words} ${rest}`)),
])

/** What stands after one. */
const closings = toPhrases([
  ...`please, thanks, thank you, thank you very much, many thanks, cheers, thanks in advance, thank you in advance,
    regards, kind regards, best regards, help, help me, please help, please help me, please advise`.split(','),
  ...politely.flatMap((words) => [`${words} help`, `${words} help me`]),
])

/** Fewer words than these may be all there is to a message: "ok thanks" is more than "ok". */
const leastWordsLeft = 3
/** "Thanks for the refund" is about the refund: it is no opening of "for the refund". */
const continued: ReadonlySet<string> = new Set(['for', 'to', 'that', 'so', 'very'])

/** The longest first, because "could you tell me" begins with "could you". */
function toPhrases(phrases: readonly string[]): readonly (readonly string[])[] {
  return phrases.map((phrase) => phrase.trim().split(' ')).toSorted((a, b) => b.length - a.length)
}

/** A digit alone is a number like any other; punctuation and the repetition of an emoji say nothing. */
function wordsOf({ term, source, isMark }: Token): readonly string[] {
  if (isMark) return /^\p{Extended_Pictographic}$/u.test(term) ? [term] : []
  if (/^\p{Nd}+$/u.test(term)) return ['<num>']
  if (articles.has(term)) return []
  return shortForms.get(source.toLowerCase().replace('’', "'")) ?? shortForms.get(term) ?? [term]
}

function startsWith(words: readonly string[], phrase: readonly string[]): boolean {
  if (words.length - phrase.length < leastWordsLeft || !phrase.every((word, place) => words[place] === word))
    return false
  const isThanks = phrase[0]?.startsWith('thank') === true
  return !isThanks || !continued.has(words[phrase.length] ?? '')
}

function endsWith(words: readonly string[], phrase: readonly string[]): boolean {
  const rest = words.length - phrase.length
  return rest >= leastWordsLeft && phrase.every((word, place) => words[rest + place] === word)
}

/**
 * What messages that ask for the same in nearly the same words have in common: without case, punctuation, articles, and
 * greetings and politeness at either end, with short forms in full and placeholders for numbers, codes and personal details.
 * Negations, question words, the order of the words and their endings stay. Empty where nothing is left.
 *
 * @example comparableText('Hi, can you tell me where’s the order 1042?') is 'where is order <num>'
 */
export function comparableText(text: string): string {
  return comparableWords(keyedTokens(text))
}

/**
 * Of the readable part, as the slower stages read it. Cut in another order, a customer could hide from the key what a stage
 * reads, and its verdict would become that of everybody who wrote the rest.
 */
function keyedTokens(text: string): readonly Token[] {
  return tokensIn(redact(readablePart(text)).text)
}

function comparableWords(tokens: readonly Token[]): string {
  let words = tokens
    .flatMap(wordsOf)
    .filter((word, place, all) => word !== all[place - 1] || !/^\p{Extended_Pictographic}$/u.test(word))
  for (;;) {
    const opening = openings.find((phrase) => startsWith(words, phrase))
    if (opening === undefined) break
    words = words.slice(opening.length)
  }
  for (;;) {
    const closing = closings.find((phrase) => endsWith(words, phrase))
    if (closing === undefined) break
    words = words.slice(0, -closing.length)
  }
  return words.join(' ')
}

/** Signs that are no words to us and may be letters to a model: letters of flags, braille, what has no meaning yet. */
const foreignSign = /(?!\p{Extended_Pictographic})[\p{So}\p{Co}\p{Cn}]/u
/** Of a longer word only the beginning counts, and of a longer code nothing. */
const longestKeyed = 32

/** Whether all that can be read in a message is in its key. */
function isWhole(text: string, tokens: readonly Token[]): boolean {
  return !foreignSign.test(text) && tokens.every(({ source }) => source.length <= longestKeyed)
}

/**
 * Where the verdict on a message is kept; undefined for a message that has no like: without a word, or with more to read than
 * the key tells apart.
 */
export type IntentKeyOf = (tenant: string, text: string) => string | undefined

/**
 * Keys of one taxonomy. A key is a hash, so that nobody reads from it what was written, and no tenant has another's.
 *
 * @param taxonomy everything that a verdict depends on besides the message, as one text
 */
export function createIntentKey(taxonomy: string): IntentKeyOf {
  const version = createHash('sha256').update(taxonomy).digest('base64url')
  return (tenant, text) => {
    // What stands beyond the analysed part would not count, and may be what the message is about.
    const tokens = text.length > analysedCharacters ? [] : keyedTokens(text)
    const comparable = comparableWords(tokens)
    if (comparable === '' || !isWhole(text, tokens)) return undefined
    const parts = JSON.stringify([keyVersion, version, tenant, comparable])
    return `intent:${createHash('sha256').update(parts).digest('base64url')}`
  }
}
