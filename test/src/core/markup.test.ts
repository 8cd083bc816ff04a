import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOf, parseMarkup, plain, type Block, type Span } from '../../../src/core/markup.ts'
import { visible } from '../../../src/core/visible.ts'

const text = (value: string): Span => ({ kind: 'text', text: value })
const bold = (value: string): Span => ({ kind: 'bold', text: value })
const link = (label: string, url: string): Span => ({ kind: 'link', text: label, url })
const paragraph = (...spans: readonly Span[]): Block => ({ kind: 'paragraph', lines: [spans] })

/** Texts made of the characters that mean something, beside any others. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        '\\',
        '*',
        '**',
        '`',
        '[',
        ']',
        '(',
        ')',
        '|',
        '- ',
        '-',
        '\n',
        '\n\n',
        ' ',
        '\t',
        '#',
        '> ',
        'a',
        'https://x.y',
        '_',
        '<',
      ),
    )
    .map((parts) => parts.join('')),
)

describe('reading a reply', () => {
  test.each<[string, string, readonly Block[]]>([
    ['a paragraph', 'Hello', [paragraph(text('Hello'))]],
    ['bold', 'Order **1042** is here', [paragraph(text('Order '), bold('1042'), text(' is here'))]],
    ['code', 'Type `1042`', [paragraph(text('Type '), { kind: 'code', text: '1042' })]],
    [
      'a link',
      '[the guide](https://x.example.com/a?b=1#c)',
      [paragraph(link('the guide', 'https://x.example.com/a?b=1#c'))],
    ],
    ['a mail address', '[write](mailto:a@x.example.com)', [paragraph(link('write', 'mailto:a@x.example.com'))]],
    ['two paragraphs', 'One\n\n\nTwo', [paragraph(text('One')), paragraph(text('Two'))]],
    ['two lines', 'One\nTwo', [{ kind: 'paragraph', lines: [[text('One')], [text('Two')]] }]],
    ['a list', 'Look:\n- **a**\n- b', [paragraph(text('Look:')), { kind: 'list', items: [[bold('a')], [text('b')]] }]],
    [
      'a table',
      String.raw`| Plan | Price |
| --- | ---: |
| **Plus** | a \| b |`,
      [{ kind: 'table', head: ['Plan', 'Price'], rows: [['Plus', 'a | b']] }],
    ],
    ['escaped marks', String.raw`\*\*a\*\* \[b\]\(c\) \\`, [paragraph(text('**a** [b](c) \\'))]],
    ['escaped marks in bold', String.raw`**a\*b**`, [paragraph(bold('a*b'))]],
    [
      'escaped marks in a link',
      String.raw`[a\]b](https://x.example.com)`,
      [paragraph(link('a]b', 'https://x.example.com'))],
    ],
    ['marks without an end', '**a `b [c', [paragraph(text('**a `b [c'))]],
    ['nothing', ' \n\n  \n', []],
    [
      'a heading',
      '## Your order\nIt is here',
      [{ kind: 'heading', spans: [text('Your order')] }, paragraph(text('It is here'))],
    ],
    ['numbers', '3. **c**\n4) d', [{ kind: 'list', start: 3, items: [[bold('c')], [text('d')]] }]],
    [
      'numbers with a gap',
      '1. a\n5. b',
      [
        { kind: 'list', start: 1, items: [[text('a')]] },
        { kind: 'list', start: 5, items: [[text('b')]] },
      ],
    ],
    [
      'fenced code',
      'Run\n```sh\n- a\n\n  **b**\n```\nthen',
      [paragraph(text('Run')), { kind: 'code', text: '- a\n\n  **b**' }, paragraph(text('then'))],
    ],
    ['code without an end', '```\na', [{ kind: 'paragraph', lines: [[text('```')], [text('a')]] }]],
    ['code without anything', '```\n\n```\na', [paragraph(text('a'))]],
    [
      'a link and code in bold',
      '**a [b](https://x.example.com) `c`**',
      [paragraph(bold('a '), link('b', 'https://x.example.com'), bold(' '), { kind: 'code', text: 'c' })],
    ],
    [
      'a table below words',
      'Plans:\n| a | b |\n| c | d |',
      [paragraph(text('Plans:')), { kind: 'table', head: ['a', 'b'], rows: [['c', 'd']] }],
    ],
    ['one line with a bar', '| a', [paragraph(text('| a'))]],
  ])('%s', (_, reply, blocks) => {
    expect(parseMarkup(reply)).toEqual(blocks)
  })

  test.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](data:text/html,x)',
    '[a](//evil.example.com)',
    '[a](/path)',
    '[a](ftp://x.example.com)',
    '[a](https://x.example.com onclick=y)',
    '[a](https://x.example.com/<b>)',
    '[a](https://)',
    '[](https://x.example.com)',
    '[a] (https://x.example.com)',
    '<https://x.example.com>',
    '<@U123> @everyone',
  ])('%s is no link', (reply) => {
    const kinds = parseMarkup(reply).flatMap((block) =>
      (block.kind === 'paragraph' ? block.lines.flat() : []).map(({ kind }) => kind),
    )

    expect(kinds).toEqual(['text'])
  })

  test('any text is read without an error', () => {
    fc.assert(
      fc.property(anyText, (reply) => void parseMarkup(reply)),
      { numRuns: 2000 },
    )
  })

  test.each(['[', '**', '\\', '`', '[a](', '|', '- ', '1. ', '[a](https://x', '```\n', '\n', '| a\n'])(
    '40,000 characters of “%s” are read to their end',
    (part) => {
      const reply = part.repeat(Math.ceil(40_000 / part.length))

      const read = parseMarkup(reply).flatMap((block) => linesOf(block).flat())

      expect(read.length).toBeLessThanOrEqual(reply.length)
    },
  )
})

describe('a customer’s own words', () => {
  const folded = (value: string): string => visible(value).replace(/\s+/g, ' ')
  const shown = (value: string): string =>
    parseMarkup(plain(value))
      .flatMap((block) => (block.kind === 'paragraph' ? linesOf(block).flat() : [bold('not a paragraph')]))
      .map((span) => (span.kind === 'text' ? span.text : `(${span.kind})`))
      .join('')

  test('mean nothing, whatever they are: one paragraph of the same text', () => {
    fc.assert(
      fc.property(anyText, (words) => {
        fc.pre(visible(words).trim() !== '')

        const blocks = parseMarkup(plain(words))

        expect(blocks).toHaveLength(1)
        expect(blocks[0]).toMatchObject({ kind: 'paragraph', lines: [expect.anything()] })
        expect(folded(shown(words))).toBe(folded(words))
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    '- a list',
    ' - a list',
    '1. a list',
    '12) a list',
    '# a heading',
    '```\ncode\n```',
    '\u200B- a list',
    '|a|b|',
    '**bold**',
    '`code`',
    '[a](https://x.example.com)',
    'a\n\n- b\n\n| c |',
    '\\**a**',
  ])('“%s” stays text beside other text', (words) => {
    const blocks = parseMarkup(`You wrote “${plain(words)}”, **thanks**.`)

    const [line] = blocks[0]?.kind === 'paragraph' ? blocks[0].lines : []
    expect(blocks).toHaveLength(1)
    expect(line?.slice(1)).toEqual([bold('thanks'), text('.')])
    expect(folded(line?.[0]?.text ?? '')).toBe(`You wrote “${folded(words)}”, `)
  })

  test('in a cell of a table they stay in their cell', () => {
    fc.assert(
      fc.property(anyText, (words) => {
        const [table] = parseMarkup(`| Wrote | When |\n| --- | --- |\n| ${plain(words)} | today |`)

        expect(table).toEqual({ kind: 'table', head: ['Wrote', 'When'], rows: [[expect.anything(), 'today']] })
        expect(folded(table?.kind === 'table' ? (table.rows[0]?.[0] ?? '') : 'no table')).toBe(folded(words).trim())
      }),
    )
  })

  test('in bold and as the label of a link they end nothing', () => {
    fc.assert(
      fc.property(anyText, (words) => {
        fc.pre(visible(words).trim() !== '')
        const blocks = parseMarkup(`x **${plain(words)}** [${plain(words)}](https://x.example.com)`)

        expect(blocks).toEqual([
          paragraph(text('x '), bold(shown(words)), text(' '), link(shown(words), 'https://x.example.com')),
        ])
      }),
    )
  })
})
