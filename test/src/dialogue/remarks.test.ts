import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asksWhy, isAgreement, isBareAnswer, isUnsure, saysNothing } from '../../../src/dialogue/remarks.ts'

test.each(['why?', 'what for?', 'but why do you need that?', 'is this safe?', 'why do you need my postcode?'])(
  '%j asks for the reason',
  (text) => {
    expect(asksWhy(text)).toBe(true)
  },
)

test.each(['why was my order late', 'what is the postcode for', 'the lid broke, why', '1042'])(
  '%j does not ask for the reason of a question',
  (text) => {
    expect(asksWhy(text)).toBe(false)
  },
)

test.each(['I don’t know', "hm, I can't find it", 'no idea', 'not sure', "I don't have the order number", 'idk'])(
  '%j does not know the answer',
  (text) => {
    expect(isUnsure(text)).toBe(true)
  },
)

test.each([
  ['yes please', true, true],
  ['do it', true, true],
  ['ok', false, true],
  ['great, thanks', false, true],
  ['no', false, true],
  ['👍', false, true],
  ['wrong item', false, false],
  ['no delivery', false, false],
  ['yes my order is late', false, false],
])('%j: a yes %s, a bare answer %s', (text, isYes, isAnswer) => {
  expect([isAgreement(text), isBareAnswer(text)]).toEqual([isYes, isAnswer])
})

test.each([
  ['what?', true],
  ["I don't understand", true],
  ['yes', true],
  ['the lid is loose', false],
  ['what arrived was broken', false],
])('%j says nothing: %s', (text, expected) => {
  expect(saysNothing(text)).toBe(expected)
})

test('any text is read without a fault and in bounded time', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4000 }),
    fc
      .array(fc.constantFrom('ok', 'so', 'I don’t know', 'it', 'the', ' ', ',', 'please', 'why do you'), {
        maxLength: 800,
      })
      .map((parts) => parts.join(' ')),
  )

  fc.assert(
    fc.property(text, (said) => {
      expect(typeof saysNothing(said)).toBe('boolean')
    }),
  )
})
