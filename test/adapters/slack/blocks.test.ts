import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBlocks } from '../../../adapters/slack/blocks.ts'
import { plain } from '../../../src/core/markup.ts'
import type { ReplyAction } from '../../../src/core/reply.ts'

function elementsOf(text: string): unknown {
  const [block] = toBlocks({ text, actions: [] }).blocks
  return block?.elements
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

  test('a table is drawn in columns, in letters of one width', () => {
    expect(elementsOf('| Order | Total |\n| --- | --- |\n| 1042 | $24.90 |')).toEqual([
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'Order  Total\n1042   $24.90' }] },
    ])
  })

  test('buttons keep id, label and style; a label too long is cut at 75 characters', () => {
    const actions: ReplyAction[] = [{ id: 'a', label: 'x'.repeat(80), style: 'danger', meaning: { kind: 'person' } }]

    const block = toBlocks({ text: 'Sure?', actions }).blocks[1]

    expect(block).toEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'a',
          style: 'danger',
          text: { type: 'plain_text', text: `${'x'.repeat(74)}…`, emoji: false },
        },
      ],
    })
  })

  test('30 buttons are shown as the 25 that Slack takes', () => {
    const actions = Array.from({ length: 30 }, (_unused, index): ReplyAction => ({
      id: `a${index}`,
      label: 'x',
      meaning: { kind: 'person' },
    }))

    expect(toBlocks({ text: '', actions }).blocks).toMatchObject([{ type: 'actions', elements: { length: 25 } }])
  })

  test('the text for notifications is the same words with <, > and & escaped', () => {
    expect(toBlocks({ text: '**a** <!channel> & [b](https://c.example)\n\n- <@U1>', actions: [] }).text).toBe(
      'a &lt;!channel&gt; &amp; b\n\n• &lt;@U1&gt;',
    )
  })

  test('nothing to say is an empty message, not a broken one', () => {
    expect(toBlocks({ text: ' \n\n ', actions: [] })).toEqual({ text: '', blocks: [] })
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
      const { text: fallback, blocks } = toBlocks({ text: text.repeat(times), actions: [] })

      expect([...objects(blocks)].filter(isFaulty)).toEqual([])
      expect(fallback.replaceAll(/&(amp|lt|gt);/g, '')).not.toMatch(/[<>&]/)
      expect(texts(blocks).length).toBeLessThanOrEqual(9000)
      expect([...objects(blocks)].length).toBeLessThan(1000)
    }),
    { numRuns: 300 },
  )
})

test('a customer’s own words come out as they went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (words) => {
      const expected = words.replace(/\s+/g, ' ')
      fc.pre(!expected.startsWith('- ') && expected.trim() !== '')

      expect(texts(toBlocks({ text: plain(words), actions: [] }).blocks)).toBe(expected)
    }),
  )
})

test('what rates an answer stands in a row of its own, and buttons of the team are not shown', () => {
  const { blocks } = toBlocks({
    text: 'Hi',
    actions: [
      { id: 'own', label: 'Talk to a person', meaning: { kind: 'person' } },
      { id: 'up', label: '👍', meaning: { kind: 'feedback', value: 'helpful', message: 'm' } },
      { id: 'down', label: '👎', meaning: { kind: 'feedback', value: 'not_helpful', message: 'm' } },
      { id: 'more', label: 'Try advanced AI', audience: 'staff', meaning: { kind: 'advanced', message: 'm' } },
    ],
  })

  const rows = blocks.flatMap((block) => (block.type === 'actions' ? [block.elements] : []))
  expect(rows.map((row) => row.map(({ action_id: id }) => id))).toEqual([['own'], ['up', 'down']])
})

function texts(blocks: unknown): string {
  return [...objects(blocks)].map(({ text }) => (typeof text === 'string' ? text : '')).join('')
}
