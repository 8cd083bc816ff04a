import fc from 'fast-check'
import { expect, test } from 'vitest'
import { excerpt, lines, noteIn, relayed, wordsOf } from '../../../handlers/desk/words.ts'
import { readReply } from '../../../src/core/links.ts'
import { parseMarkup, type Span } from '../../../src/core/markup.ts'
import { renderBlocks } from '../../../src/core/render.ts'

/** Texts made of what means something in the markup, in addresses and in chats. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '*',
        '**',
        '`',
        '```',
        '[',
        ']',
        '(',
        ')',
        '|',
        '\\',
        '\n',
        '\n\n',
        '# ',
        '- ',
        '1. ',
        '|a|b|\n|-|-|',
      ),
      fc.constantFrom(
        'https://x.example/a',
        'http://y.example',
        '<!channel>',
        '@everyone',
        '<@U1>',
        ' ',
        'mailto:a@b.example',
      ),
      fc.string({ maxLength: 6, unit: 'grapheme' }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''))

function spansOf(text: string): readonly Span[] {
  return parseMarkup(text).flatMap((block): readonly Span[] => {
    expect(block.kind).toBe('paragraph')
    return block.kind === 'paragraph' ? block.lines.flat() : []
  })
}

test('a customer’s words are words: no emphasis, list, table, heading, code or link comes of them', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const printed of [lines(text), excerpt(text, 40)])
        for (const span of spansOf(printed)) expect(span.kind).toBe('text')
    }),
    { numRuns: 3000 },
  )
})

test('of a person’s words only addresses become something, and each leads where it says', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const span of spansOf(relayed(text))) {
        if (span.kind === 'text') continue
        expect(span.kind).toBe('link')
        const url = span.kind === 'link' ? span.url : ''
        expect(url.replaceAll('%28', '(').replaceAll('%29', ')')).toBe(
          span.text.replaceAll('%28', '(').replaceAll('%29', ')'),
        )
      }
    }),
    { numRuns: 3000 },
  )
})

test.each([
  ['See https://x.example.', 'https://x.example'],
  ['(https://x.example/a_(b))', 'https://x.example/a_%28b%29'],
  ['https://x.example/?q=1,2!', 'https://x.example/?q=1,2'],
])('the end of a sentence is not the end of an address: %s', (text, url) => {
  const links = spansOf(relayed(text)).filter((span) => span.kind === 'link')

  expect(links.map((span) => span.url)).toEqual([url])
})

test.each([
  ['**How long it takes**\n\nTwo days.', 'How long it takes: Two days.'],
  ['Hello.\n\nTwo days.', 'Hello. Two days.'],
  ['Two days', 'Two days'],
])('%j stands on one line as %j', (text, line) => {
  expect(excerpt(wordsOf({ text }), 100)).toBe(line)
})

const noteMarks =
  'note:|NOTE :|note：|\u200Bnote:|\u202Enote:|\u2060//|／／|ｎｏｔｅ:|no\u00ADte﹕|note\u00A0:|note;|> note:|`note:`|*note:*|' +
  '_note_:|• **Note**:|📝 Notes:|[note]|(Note)|> //|/note:|"note:|Internal note:|\n//'

test.each(noteMarks.split('|'))('"%s" makes a note of what follows', (mark) => {
  expect(noteIn(`${mark} she is **angry**\nvery`)).toBe('she is **angry**\nvery')
})

test.each([
  'Noted: it is on its way',
  'https://x.example//a',
  'A note: we close at six',
  'Please note: it is',
  'notebook',
])('"%s" is for the customer', (text) => {
  expect(noteIn(text)).toBeUndefined()
})

test('a text of nothing but marks is read as quickly as any other', () => {
  for (const text of ['*'.repeat(40_000), `note${' '.repeat(40_000)}`, `https://x.example/${')'.repeat(40_000)}`])
    expect(noteIn(text)).toBeUndefined()
})

test.each([')', '].', 'https://', '(https://x.example/)', '*', '[', 'a.'])(
  '40,000 characters of "%s" behind an address stop nobody',
  (end) => {
    const text = `https://x.example/${end.repeat(40_000 / end.length)}x`

    const looks = { text: relayed(text), from: 'Sam' }

    expect(renderBlocks(readReply(looks, new Set()), { isColoured: false }).length).toBeGreaterThan(20_000)
  },
)
