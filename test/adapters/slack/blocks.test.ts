import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBlocks, type SlackPart } from '../../../adapters/slack/blocks.ts'
import { plain } from '../../../src/core/markup.ts'
import type { Reply } from '../../../src/core/reply.ts'
import { visible } from '../../../src/core/visible.ts'

const rules = { linkHosts: new Set(['help.example']), sentences: { cancel: 'Cancel' } }

function partsOf(reply: Partial<Reply>): readonly [SlackPart, ...SlackPart[]] {
  return toBlocks({ text: '', actions: [], audience: 'customer', ...reply }, rules)
}

function blocksOf(reply: Partial<Reply>): SlackPart['blocks'] {
  return partsOf(reply).flatMap(({ blocks }) => blocks)
}

function elementsOf(text: string): unknown {
  const [block] = blocksOf({ text })
  return block?.type === 'table' ? undefined : block?.elements
}

describe('the markup in Slack’s rich text', () => {
  test('a paragraph with bold, code and a link', () => {
    expect(elementsOf('Order **1042** has `code` and [a page](https://help.example/x?a=1&b=2).')).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Order ' },
          { type: 'text', text: '1042', style: { bold: true } },
          { type: 'text', text: ' has ' },
          { type: 'text', text: 'code', style: { code: true } },
          { type: 'text', text: ' and ' },
          { type: 'link', text: 'a page', url: 'https://help.example/x?a=1&b=2' },
          { type: 'text', text: '.' },
        ],
      },
    ])
  })

  test('paragraphs stand apart, and lines of one paragraph below one another', () => {
    expect(elementsOf('One\nTwo\n\nThree')).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'One' },
          { type: 'text', text: '\n' },
          { type: 'text', text: 'Two' },
        ],
      },
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: '\n' },
          { type: 'text', text: 'Three' },
        ],
      },
    ])
  })

  test('a list keeps its items', () => {
    expect(elementsOf('- one\n- **two**')).toEqual([
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'one' }] },
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'two', style: { bold: true } }] },
        ],
      },
    ])
  })

  test('a numbered list goes on from its first number', () => {
    expect(elementsOf('3. three\n4. four')).toEqual([
      {
        type: 'rich_text_list',
        style: 'ordered',
        offset: 2,
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'three' }] },
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'four' }] },
        ],
      },
    ])
  })

  test('a heading is bold, and code keeps its spaces', () => {
    expect(elementsOf('# Steps\n```\n  a\n```')).toEqual([
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'Steps', style: { bold: true } }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '  a' }] },
    ])
  })

  test('a link elsewhere is printed so that nobody follows it', () => {
    expect(elementsOf('[receipt](https://evil.example/?d=SECRET)')).toEqual([
      {
        type: 'rich_text_section',
        elements: [{ type: 'text', text: 'receipt (hxxps://evil[.]example/?d=SECRET)' }],
      },
    ])
  })

  test('a person of the team links to where they want', () => {
    const [block] = blocksOf({ text: '[receipt](http://shop.example/1)', from: 'Mara' })

    expect(block).toMatchObject({
      elements: [{ elements: [{ type: 'link', text: 'receipt', url: 'http://shop.example/1' }] }],
    })
  })

  test('the text for notifications is the same words, in which nothing is a command or an address', () => {
    const text = '**a** <!channel> & [b](https://help.example/x) @here evil.example end.Next\n\n- <@U1>'

    expect(partsOf({ text })[0].text).toBe(
      'a &lt;!channel&gt; &amp; b @\u200Bhere evil[.]example end[.]Next\n\n- &lt;@U1&gt;',
    )
  })

  test('nothing to say is an empty message, not a broken one', () => {
    expect(partsOf({ text: ' \n\n ' })).toEqual([{ text: '', blocks: [] }])
  })
})

describe('a table', () => {
  const table = '| Order | Total |\n| --- | --- |\n| 1042 | $24.90 |\n| 1043 |  |'
  const cell = (text: string, style?: object): object => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text, ...(style && { style }) }] }],
  })

  test('is a table of Slack where nothing comes after it, amounts to the right', () => {
    expect(blocksOf({ text: `Your orders:\n\n${table}` })[1]).toEqual({
      type: 'table',
      column_settings: [
        { align: 'right', is_wrapped: true },
        { align: 'right', is_wrapped: true },
      ],
      rows: [
        [cell('Order', { bold: true }), cell('Total', { bold: true })],
        [cell('1042'), cell('$24.90')],
        [cell('1043'), cell(' ')],
      ],
    })
  })

  test('is drawn in letters of one width where words come after it, so that their order stays', () => {
    expect(elementsOf(`${table}\n\nWhich one?`)).toEqual([
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: 'Order  Total\n1042   $24.90\n1043' }],
      },
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: '\n' },
          { type: 'text', text: 'Which one?' },
        ],
      },
    ])
  })

  test('of more rows or columns than Slack takes is told row by row', () => {
    const rows = Array.from({ length: 101 }, (_unused, index) => `| ${index} | ${'x'.repeat(40)} |`)
    const columns = `|${' x |'.repeat(21)}\n|${' y |'.repeat(21)}`

    expect(blocksOf({ text: `| a | b |\n${rows.join('\n')}` }).map(({ type }) => type)).not.toContain('table')
    expect(blocksOf({ text: columns }).map(({ type }) => type)).not.toContain('table')
  })

  test('without a word is nothing', () => {
    expect(blocksOf({ text: '|  |\n|  |' })).toEqual([])
  })
})

describe('a long reply', () => {
  test('of 4,000 characters is one message', () => {
    expect(partsOf({ text: 'word '.repeat(800) })).toHaveLength(1)
  })

  test('of 40,000 characters is five messages with every word', () => {
    const parts = partsOf({ text: 'word '.repeat(8000) })

    expect(parts).toHaveLength(5)
    expect(texts(parts.map(({ blocks }) => blocks))).toBe('word '.repeat(8000))
  })

  test('of 200,000 characters is ten messages, and the last says how much is missing', () => {
    const parts = partsOf({ text: 'word '.repeat(40_000) })

    expect(parts).toHaveLength(10)
    expect(texts(parts.map(({ blocks }) => blocks))).toMatch(/word \n?… \(10\d,\d{3} characters more\)$/)
  })
})

/** Every object of the tree. */
function* objects(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield { ...value }
  for (const inner of Object.values(value)) yield* objects(inner)
}

const words = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<!channel>',
    '<@U1>',
    '**',
    '`',
    '```',
    '[x](',
    'https://evil.example',
    ')',
    '|',
    '\n',
    '\n\n',
    '- ',
    '&amp;',
    '<https://a.example|b>',
    '\\',
    '‮',
    '🙂',
  ),
)
const anyText = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(''))

const harmless = new Set([
  'rich_text',
  'rich_text_section',
  'rich_text_list',
  'rich_text_preformatted',
  'table',
  'text',
  'link',
  undefined, // a style
])

/** An element Slack would refuse, or one that could do something. */
function isFaulty({ type, text, url }: Record<string, unknown>): boolean {
  const isEmpty = (type === 'text' || type === 'link') && text === ''
  const isBadLink = type === 'link' && !/^(https?:\/\/|mailto:)[^\s<>()]+$/.test(String(url))
  return isEmpty || isBadLink || (typeof type === 'string' && !harmless.has(type))
}

test('for any text: only harmless elements, none empty, and below Slack’s hidden total', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 400 }), (text, times) => {
      const parts = partsOf({ text: text.repeat(times) })

      expect([...objects(parts.map(({ blocks }) => blocks))].filter(isFaulty)).toEqual([])
      expect(parts.filter((part) => /[<>&]/.test(part.text.replaceAll(/&(amp|lt|gt);/g, '')))).toEqual([])
      expect(parts.filter(({ blocks }) => JSON.stringify(blocks).length > 10_500)).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('a customer’s own words come out as they went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (words) => {
      const expected = visible(words).replace(/\s+/g, ' ')
      fc.pre(!/^ ?(?:[-#]|\d+[.)]) /.test(expected) && !/[.:]\S/.test(expected) && expected.trim() !== '')

      expect(texts(blocksOf({ text: plain(words) }))).toBe(expected)
    }),
  )
})

function texts(blocks: unknown): string {
  return [...objects(blocks)].map(({ text }) => (typeof text === 'string' ? text : '')).join('')
}
