import { expect, test } from 'vitest'
import { isGuessed } from '../../../src/classification/guessed-words.ts'
import { createSpelling } from '../../../src/classification/spelling.ts'
import { tokensOf } from '../../../src/classification/terms.ts'

const words = 'i my where is a the to track order refund promo cost orders wheres card please tell hello'.split(' ')
const correct = createSpelling({ words, knownPairs: () => 0 })
const known = new Set(words)
const guessed = (text: string): boolean => isGuessed(correct(tokensOf(text)), (word) => known.has(word))

test.each(['proto', 'constructor __proto__', 'const', 'xefund please', 'is my proto'])(
  '"%s" means something only by a correction',
  (text) => {
    expect(guessed(text)).toBe(true)
  },
)

test.each([
  'refnud', // a long word with one letter out of place
  'wheresmyrefund',
  'a ordre', // the same letters
  'trac ordr', // two that go together
  'promo', // nothing is corrected
  'nonsense',
  'tell proto', // a word that was known
])('"%s" does not', (text) => {
  expect(guessed(text)).toBe(false)
})
