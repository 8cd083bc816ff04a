import type { Token } from './terms.ts'

/** Of a shorter word one edit may make quite another: "proto" is no "promo", "const" no "cost". */
const shortestTrusted = 6
/** With its own letters in another order it is the same word from here on: "ordre". */
const shortestSwapped = 4
/** A shorter run of letters falls into words by accident. */
const shortestTrustedRun = 8

/** Words that say nothing about what a customer wants. */
const emptyWords = new Set(
  (
    'a an and are as at be but by can could did do does for from had has have he her him his i if in is it its just me my ' +
    'no not of oh on one or our please pls plz she so some than that the their them then there these they this those to ' +
    'too us very was we were will with would yes you your'
  ).split(' '),
)

function isContent({ term, isMark }: Token): boolean {
  return !isMark && /^\p{L}+$/u.test(term) && !emptyWords.has(term)
}

/** A long word keeps its meaning with one letter wrong, and people seldom mistype its first. */
function isTrusted({ term, source, takenFor }: Token): boolean {
  if (takenFor?.includes(' ') === true) return source.length >= shortestTrustedRun
  const written = source.toLowerCase()
  if (written.charAt(0) !== term.charAt(0)) return false
  return written.length >= shortestTrusted || (written.length >= shortestSwapped && hasSameLetters(written, term))
}

function hasSameLetters(first: string, second: string): boolean {
  return first.split('').sort().join('') === second.split('').sort().join('')
}

/**
 * Whether a message means something only because one word was taken for another: none with a meaning is known as it was
 * written, and that one correction is not trusted. Two corrections that come together vouch for each other.
 */
export function isGuessed(tokens: readonly Token[], isKnown: (word: string) => boolean): boolean {
  const corrected = tokens.filter(({ takenFor }) => takenFor !== undefined)
  if (corrected.length === 0) return false
  const sources = new Set(corrected.map(({ source }) => source))
  if (sources.size !== 1 || corrected.some(isTrusted)) return false
  return tokens.every((token) => token.takenFor !== undefined || !isContent(token) || !isKnown(token.term))
}
