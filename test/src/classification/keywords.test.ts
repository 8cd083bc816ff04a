import { describe, expect, test } from 'vitest'
import { createPhraseFinder, measurePhrases, type PhraseHit } from '../../../src/classification/keywords.ts'
import { tokensOf } from '../../../src/classification/terms.ts'

function find(phrase: string, text: string): readonly PhraseHit[] {
  return createPhraseFinder([{ intent: 'it', phrase, precision: 0.9 }])(tokensOf(text))
}

describe('keyword phrases', () => {
  test('whole words are compared by stem, whether the phrase is written as a word or a stem', () => {
    expect(find('charg * twice', 'You charged me twice!')).toHaveLength(1)
    expect(find('charge * twice', 'charges came twice')).toHaveLength(1)
    expect(find('refund', 'my refunds?')).toHaveLength(1)
    expect(find('port', 'support please')).toHaveLength(0)
  })

  test('a star stands for up to three words and not for four', () => {
    expect(find('charged * twice', 'charged twice')).toHaveLength(1)
    expect(find('charged * twice', 'charged my old card twice')).toHaveLength(1)
    expect(find('charged * twice', 'charged my very old card twice')).toHaveLength(0)
  })

  test('without a star words must be neighbours', () => {
    expect(find('log in', 'i cannot log me in')).toHaveLength(0)
    expect(find('log in', 'log in')).toHaveLength(1)
  })

  test('a hit names the words of the customer', () => {
    expect(find('charged * twice', 'You Charged me TWICE')[0]?.words).toBe('Charged TWICE')
  })

  test.each([
    'I do not want to cancel my plan',
    "i don't want to cancel",
    'never cancel it',
    'without cancelling my plan',
    "Please don't cancel",
  ])('"%s" takes the phrase back', (text) => {
    expect(find('cancel', text)).toMatchObject([{ isNegated: true }])
  })

  test.each(['cancel it, not later', 'It is not working so cancel it', 'why not? cancel it', 'cancel'])(
    '"%s" leaves the phrase as it is',
    (text) => {
      expect(find('cancel', text)).toMatchObject([{ isNegated: false }])
    },
  )

  test('a negation between the words of a phrase takes it back, one that belongs to the phrase does not', () => {
    expect(find('cancel * order', 'cancel but not the order')).toMatchObject([{ isNegated: true }])
    expect(find('not received', 'i have not received it')).toMatchObject([{ isNegated: false }])
  })

  test('a later hit that stands counts although an earlier one was taken back', () => {
    expect(find('refund', 'i do not mean a coupon. refund? no! refund')).toMatchObject([{ isNegated: false }])
  })

  test('precision borrows from the phrases of other intents, by hand', () => {
    const intents = [
      { name: 'a', agent: 'general' as const, label: 'a', keywords: ['refund', 'voucher'], utterances: [] },
      { name: 'b', agent: 'general' as const, label: 'b', keywords: ['policy'], utterances: [] },
    ]
    const examples = [
      { text: 'refund', intent: 'a' },
      { text: 'a refund now', intent: 'a' },
      { text: 'refund policy', intent: 'b' },
      { text: 'refund of the league', intent: undefined },
      { text: 'no refund', intent: 'a' },
    ]

    const measured = measurePhrases(intents, examples)

    // Of the hits of "refund" 2 of 4 are right, the negated one counts neither way; "policy" is right 1 of 1 time.
    // Usual for a: (1 + 1) / (1 + 2) = 2/3. Usual for b: (2 + 1) / (4 + 2) = 1/2.
    expect(measured.map(({ phrase }) => phrase)).toEqual(['refund', 'voucher', 'policy'])
    expect(measured[0]?.precision).toBeCloseTo((2 + 4 / 3) / 6, 12)
    expect(measured[1]?.precision).toBeCloseTo(2 / 3, 12) // never hit: the usual
    expect(measured[2]?.precision).toBeCloseTo((1 + 1) / 3, 12)
  })
})
