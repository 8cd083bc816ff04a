import type { Found } from './personal-data.ts'

/** How the keys of well-known services begin, each with the least that must follow. */
const keyPatterns = [
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]{10,}/g,
  /(?<![A-Za-z0-9])sk-(?=[A-Za-z_-]{0,200}\d)[A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])(?:[psr]k_(?:live|test)_|whsec_|gh[a-z]_|github_pat_|npm_|hf_|shp[a-z]{2}_|dop_v1_|glpat-|pypi-)[A-Za-z0-9_-]{10,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}/g,
  /(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{10,}/g,
  /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  // A JSON web token: three parts in base64url, of which the first begins with {" and the last may be empty.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g,
  // A password said in so many words; one that has no digit might be the next word of the sentence.
  /(?<=\b(?:password|passwort|passphrase|passwd|pwd)"?\s{0,2}(?:is|was|ist|:|=)\s{0,2}"?)(?=[^\s\d]{0,63}\d)[^\s"]{4,64}(?<![.,;?)])/gi,
]

/** Keys, tokens, private keys and passwords. */
export function findSecrets(text: string): readonly Found[] {
  return [
    ...findPrivateKeys(text),
    ...keyPatterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(({ index, 0: key }) => toKey(index, index + key.length)),
    ),
  ]
}

function toKey(start: number, end: number): Found {
  return { kind: 'KEY', start, end }
}

/** Blocks between `-----BEGIN` and `-----END …-----`; one without an end reaches to the end of the text. */
function findPrivateKeys(text: string): readonly Found[] {
  const found: Found[] = []
  let start = text.indexOf('-----BEGIN')
  while (start >= 0) {
    const ending = text.indexOf('-----END', start)
    if (ending < 0) return [...found, toKey(start, text.length)]
    const close = text.slice(ending + 5, ending + 80).indexOf('-----')
    const end = close < 0 ? Math.min(text.length, ending + 8) : ending + 5 + close + 5
    found.push(toKey(start, end))
    start = text.indexOf('-----BEGIN', end)
  }
  return found
}

const leastRandom = 32
/** Bits per character. Words reach about 4 as well, so the changes between kinds of characters decide. */
const leastEntropy = 3
/** Of neighbours, so many differ in kind (small, capital, digit): in random text about every second one. */
const leastChanges = 0.2

/** Long strings that look random, whatever they open. */
export function findRandom(text: string): readonly Found[] {
  return [...text.matchAll(/[A-Za-z0-9+/=_-]{32,}/g)]
    .filter(({ 0: token }) => isRandom(token))
    .map(({ index, 0: token }) => toKey(index, index + token.length))
}

function isRandom(token: string): boolean {
  if (/^(?:[\da-f]+|[\dA-F]+)$/.test(token)) return /\d[^\d]*\d/.test(token) && /[a-f][^a-f]*[a-f]/i.test(token)
  const letters = token.replace(/[^A-Za-z0-9]/g, '')
  if (letters.length < leastRandom - 4 || token.length < leastRandom) return false
  const changes = (letters.match(/(?<=[a-z])[A-Z\d]|(?<=[A-Z])[a-z\d]|(?<=\d)[A-Za-z]/g) ?? []).length
  const words = (token.match(/(?<![A-Za-z])[A-Za-z]?[a-z]{3,}(?![A-Za-z])/g) ?? []).join('').length
  return changes >= leastChanges * letters.length && words < letters.length / 2 && entropy(letters) >= leastEntropy
}

/** Shannon's entropy of the characters, in bits. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length
    return sum - share * Math.log2(share)
  }, 0)
}
