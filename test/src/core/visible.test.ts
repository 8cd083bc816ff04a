import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visible } from '../../../src/core/visible.ts'

test.each([
  ['plain words', 'Order 1042 is here – “thanks” …', 'Order 1042 is here – “thanks” …'],
  ['an override of direction', 'abc\u202Edef\u202C', 'abcdef'],
  ['an isolate without an end', '\u2066abc', 'abc'],
  ['spaces of no width', 'p\u200Ba\u200Cy\u200Dp\uFEFFal', 'paypal'],
  ['tag characters', 'hi\u{E0068}\u{E0069}\u{E007F}', 'hi'],
  ['a flag made of tags that is none', '🏴\u{E0068}\u{E0069}\u{E007F}', '🏴'],
  [
    'the flag of England',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  ],
  ['half a character', 'a\uD800b\uDC00', 'a\uFFFDb\uFFFD'],
  ['a character of no meaning', 'a\uFFFFb\uFDD0', 'ab'],
  ['control characters', 'a\u0000b\u001B[2J\u007F', 'ab[2J'],
  ['line breaks of every kind', 'a\r\nb\rc\u2028d\u2029e', 'a\nb\nc\nd\ne'],
  ['tabs', 'a\tb\vc\u0085d', 'a b c d'],
  ['a family', '👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ['a heart in colour', '❤\uFE0F', '❤\uFE0F'],
  ['a key', '1\uFE0F\u20E3', '1\uFE0F\u20E3'],
  ['bits hidden in variations', 'a\uFE00\uFE01b\u{E0100}1\uFE0F', 'ab1'],
  ['Persian', 'می‌خواهم', 'می‌خواهم'],
  ['joiners in a row', 'می‌‌‍خ', 'میخ'],
  ['fillers', 'a\u3164\u2800\u115Fb', 'ab'],
  ['a soft hyphen', 'pass\u00ADword', 'password'],
  ['a pile of marks', `e${'\u0301'.repeat(50)}`, `e${'\u0301'.repeat(5)}`],
])('%s', (_, text, expected) => {
  expect(visible(text)).toBe(expected)
})

test('what is visible stays as it is, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(visible(visible(text))).toBe(visible(text))
    }),
    { numRuns: 2000 },
  )
})
