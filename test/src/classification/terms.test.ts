import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analysedCharacters } from '../../../src/classification/cleaning.ts'
import { normalise, stemOf, tokensOf } from '../../../src/classification/terms.ts'

describe('terms', () => {
  test('case, accents and apostrophes do not matter', () => {
    expect(normalise('I DON’T like Café')).toBe('i dont like cafe')
    expect(normalise("i don't like cafe")).toBe('i dont like cafe')
  })

  test('three or more digits become one placeholder, also with points between', () => {
    expect(normalise('pay 1,250.00 or 99 by 2026')).toBe('pay <num> or 99 by <num>')
  })

  test('mixes of letters and digits of five or more become one placeholder', () => {
    expect(normalise('order AB12345 on 4g')).toBe('order <code> on 4g')
  })

  test('question marks, exclamation marks and currency signs are kept', () => {
    expect(normalise('Why £1?! or $2？')).toBe('why £ 1 ? ! or $ 2 ?')
  })

  test('a token remembers how the customer wrote it', () => {
    expect(tokensOf('My Café!').map((token) => token.source)).toEqual(['My', 'Café', '!'])
  })

  test('HTML tags, entities and platform mentions leave no words', () => {
    expect(normalise('<p class="x">Hello&nbsp;<b>you</b> <@U0123456> it&#39;s')).toBe('hello you its')
  })

  test('an invisible character inside a word does not split it', () => {
    expect(normalise('re\u200bfund\u00ad')).toBe('refund')
  })

  test('right-to-left words and emoji are tokens, halves of characters are not', () => {
    expect(normalise('أين طلبي؟ 😡 \ud83d x \ude21')).toBe('أين طلبي ? 😡 x')
  })

  test('words are cut at a length and messages at theirs', () => {
    const [token] = tokensOf('a'.repeat(40_000))

    expect(token?.source.length).toBeLessThan(analysedCharacters)
    expect(token?.term.length).toBeLessThan(60)
    expect(normalise(`early ${' x'.repeat(analysedCharacters)} lost ${' y'.repeat(analysedCharacters)} late`)).toMatch(
      /^early x .* y late$/,
    )
  })

  test.each([
    ['&#8364;5 don&rsquo;t', '€ 5 dont'],
    ['&#9999999; &#x110000; x', 'x'],
    ['😠 🤬 💕 👍🏽 ❓', '😡 😡 ❤ 👍 ?'],
    ['1️⃣ ＲＥＦＵＮＤ', '1 refund'],
    ['rеfund оrder', 'refund order'],
    ['где заказ', 'где заказ'],
  ])('"%s" is read as "%s"', (text, terms) => {
    expect(normalise(text)).toBe(terms)
  })

  test('an unfriendly text of 40,000 characters is read in a moment', () => {
    const hostile = [
      '<a'.repeat(20_000),
      '&amp'.repeat(10_000),
      '\ufdfa'.repeat(40_000),
      '1,'.repeat(20_000),
      "'".repeat(40_000),
    ]
    const start = performance.now()

    for (const text of hostile) tokensOf(text)

    expect(performance.now() - start).toBeLessThan(500)
  })

  test('no text at all makes it throw, and no term is empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(tokensOf(text).every((token) => token.term !== '' && token.source !== '')).toBe(true)
      }),
    )
  })

  test('words of one family have one stem', () => {
    expect(stemOf('refunding')).toBe(stemOf('refunded'))
    expect(stemOf('charges')).toBe(stemOf('charged'))
    expect(stemOf('<num>')).toBe('<num>')
  })
})
