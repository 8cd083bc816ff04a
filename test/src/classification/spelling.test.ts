import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSpelling, knownWords } from '../../../src/classification/spelling.ts'
import { tokensOf } from '../../../src/classification/terms.ts'
import { createNearWords, isOneEditApart } from '../../../src/classification/word-index.ts'

const words = 'i my where is a the want to track order refund card cart please help address wheres cancel'.split(' ')
const correct = createSpelling({
  words,
  knownPairs: (terms) => (terms.join(' ').includes('my cart') ? 1 : 0),
})
const read = (text: string): string =>
  correct(tokensOf(text))
    .map(({ term }) => term)
    .join(' ')

describe('spelling', () => {
  test.each([
    ['a refnud', 'a refund'], // two letters the other way round
    ['refnd refuund rexund', 'refund refund refund'],
    ['wheresmyrefund', 'wheres my refund'],
    ['trackmy order', 'track my order'],
    ['heeeelp pleeeease', 'help please'],
    ['adresss', 'adresss'], // two edits
    ['WHERE IS MY ORDRE', 'where is my order'],
    ['r3fund my 0rder', 'refund my order'],
  ])('"%s" is read as "%s"', (text, meant) => {
    expect(read(text)).toBe(meant)
  })

  test.each(['ordr1', 'AB12345', 'for cat', 'I met Ordel', 'haus', 'AB0123CD'])('"%s" is left as it is', (text) => {
    expect(read(text)).toBe(
      tokensOf(text)
        .map(({ term }) => term)
        .join(' '),
    )
  })

  test('of several near words the one that fits its neighbours is meant, else the more frequent one', () => {
    expect(read('the carx')).toBe('the card')
    expect(read('my carx')).toBe('my cart')
  })

  test('a token says what it was taken for and keeps what was written', () => {
    expect(correct(tokensOf('Trackmy refnud'))).toMatchObject([
      { term: 'track', source: 'Trackmy', takenFor: 'track my' },
      { term: 'my', source: 'Trackmy', takenFor: 'track my' },
      { term: 'refund', source: 'refnud', takenFor: 'refund' },
    ])
  })

  test('words come most frequent first, equals by the alphabet, without numbers and marks', () => {
    expect(knownWords(['b a? 1042', 'a c 7'])).toEqual(['a', 'b', 'c'])
  })

  test('the index finds exactly the words one edit away', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 30 }), word, (known, wanted) => {
        const found = createNearWords(known)(wanted)
        expect([...found].sort()).toEqual(known.filter((one) => isOneEditApart(one, wanted)).sort())
      }),
      { numRuns: 60 },
    )
  })
})
