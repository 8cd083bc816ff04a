import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readReply } from '../../../src/core/links.ts'
import { linesOf, type Span } from '../../../src/core/markup.ts'
import { safeMarkup } from '../../../src/core/print-markup.ts'

const linkHosts = new Set(['help.example'])

test.each([
  'Order **1042** (shipped) is `here`: [help](https://help.example/x)',
  '| a | b |\n| --- | --- |\n| c \\| d | e |',
  '1. one\n2. two\n\n# Three\n```\ncode https://evil.example\n```',
  '',
])('a text without anything to change comes back letter by letter: %j', (text) => {
  expect(safeMarkup({ text }, linkHosts)).toBe(text)
})

test.each([
  ['[x](https://evil.example)', String.raw`x \(hxxps://evil\[.\]example\)`],
  ['a\u202Eb', 'ab'],
  ['https://help.example/x', '[https://help.example/x](https://help.example/x)'],
  ['1. a\u200B\n2. **b** `c`', '1. a\n2. **b** `c`'],
  ['# \u200Ba\n```\nb\n```', '# a\n\n```\nb\n```'],
  ['| a\u200B | b |\n| c | d\\|e |', '| a | b |\n| c | d\\|e |'],
  ['[- no list](https://evil.example)', '-\u00A0no list \\(hxxps://evil\\[.\\]example\\)'],
])('%j is printed as %j', (text, printed) => {
  expect(safeMarkup({ text }, linkHosts)).toBe(printed)
})

test('a person’s links stay', () => {
  expect(safeMarkup({ text: '[x](http://shop.example/)', from: 'Mara' }, linkHosts)).toBe('[x](http://shop.example/)')
})

test('whatever the text, nothing is followed that may not be, and its words stay', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '**',
      '`',
      '```\n',
      '[x](https://evil.example/)',
      '[y](https://help.example/)',
      '\n',
      '\n\n',
      '- ',
      '1. ',
    ),
    fc.constantFrom(
      '| a | b |\n',
      '\u202E',
      '\u200B',
      '\\',
      '# ',
      '(',
      ']',
      'https://evil.example',
      'https://help.example',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  )
  const spansOf = (text: string): Span[] => readReply({ text }, linkHosts).flatMap((block) => linesOf(block).flat())
  // What is harmless already may be made so once more, where more stands behind it now.
  const wordsOf = (text: string): string =>
    spansOf(text)
      .map((span) => span.text)
      .join('')
      .replace(/\s|\[(?=[.:]\])|(?<=\[[.:])\]/g, '')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const text = pieces.join('')
      const safe = safeMarkup({ text }, linkHosts)

      expect(wordsOf(safe)).toBe(wordsOf(text))
      // What stands behind the host is a path there, whatever it spells.
      const hosts = spansOf(safe).flatMap((span) => (span.kind === 'link' ? new URL(span.url).host : []))
      expect(hosts.filter((host) => !linkHosts.has(host))).toEqual([])
    }),
    { numRuns: 500 },
  )
})
