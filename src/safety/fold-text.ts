/** What is not seen: joiners, direction marks, variation selectors, tags, fillers, enclosing marks and control characters. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Me}]|(?![\t\n\v\f\r\u0085])\p{Cc}/gu
/** More accents on one letter than any language has; left alone, they make normalisation quadratic. */
const heapedMarks = /(\p{M}{8})\p{M}+/gu
const foreignDigit = /(?![0-9])\p{Nd}/gu
const markedDigit = /(?<=[0-9])\p{M}+/gu
/** Circled digits that have no compatibility form, by the code point of their 1. */
const circledOnes = [0x24f5, 0x2776, 0x2780, 0x278a]
const circledDigit = /[\u24f5-\u24fd\u2776-\u277e\u2780-\u2788\u278a-\u2792]/g
const circledZero = /[\u24ff\u{1f10b}\u{1f10c}]/gu

/**
 * A text as a reader sees it, in plain characters: well formed, NFKC, without what is invisible, the digits of all scripts
 * as 0 to 9. Linear in its length.
 */
export function foldText(text: string): string {
  return text
    .toWellFormed()
    .replace(invisible, '')
    .replace(heapedMarks, '$1')
    .replace(circledZero, '0')
    .replace(circledDigit, fromCircled)
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(foreignDigit, toDigit)
    .replace(markedDigit, '')
}

function fromCircled(character: string): string {
  const point = character.charCodeAt(0)
  const one = circledOnes.findLast((first) => first <= point) ?? point
  return String(point - one + 1)
}

const knownDigits = new Map<string, string>()

/** The digits of a script stand in a row of ten, and rows that touch are whole, so the place in the row is the value. */
function toDigit(character: string): string {
  const known = knownDigits.get(character)
  if (known !== undefined) return known
  const point = character.codePointAt(0) ?? 0
  let before = 0
  while (/^\p{Nd}$/u.test(String.fromCodePoint(point - before - 1))) before += 1
  const digit = String(before % 10)
  knownDigits.set(character, digit)
  return digit
}

/** Cyrillic and Greek capitals and small letters that look like a Latin one, and the letter each looks like. */
const lookalikes = new Map(
  Array.from('АВЕКМНОРСТХІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο', (letter, index) => [
    letter,
    'ABEKMHOPCTXIJSaeopcyxijsABEZHIKMNOPTYXo'.charAt(index),
  ]),
)
const lookalike = new RegExp(`[${[...lookalikes.keys()].join('')}]`, 'g')

/**
 * A folded text with its marks and look-alike letters made uniform for the search. It has the same length, so that a place
 * in it is a place in the folded text.
 */
export function toSearchable(folded: string): string {
  return folded
    .replace(/[\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\u301c\u30a0\u30fc]/g, '-')
    .replace(/[\u00b7\u2022\u2219\u2027\u30fb\u3002\u22c5]/g, '.')
    .replace(/[\u3001\u060c]/g, ',')
    .replace(/[\u2044\u2215]/g, '/')
    .replace(/[\u0085\u1680\u2028\u2029\u2800\t\n\v\f\r]/g, ' ')
    .replace(/[\u2018\u2019\u201c\u201d`´«»]/g, '"')
    .replace(lookalike, (letter) => lookalikes.get(letter) ?? letter)
}
