import { expect, test } from 'vitest'
import { parseMarkup } from '../../../src/core/markup.ts'
import { columnsOf, drawTable, layTables } from '../../../src/core/table.ts'

test.each([
  ['Order', 5],
  ['£8.99 – é', 9],
  ['漢字', 4],
  ['🙂', 2],
  ['👨‍👩‍👧', 2],
  ['e\u0301', 1],
  ['❤️', 2],
  ['ﬁ ﾊﾛ', 4],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns)
})

test('columns stand below each other, wide characters counted', () => {
  expect(drawTable([['Plan', 'Price'], ['漢字', '£1'], ['🙂', '£10'], ['Family']])).toBe(
    ['Plan    Price', '漢字    £1', '🙂      £10', 'Family'].join('\n'),
  )
})

test('a table of at most 40 columns is drawn', () => {
  const blocks = layTables(
    parseMarkup(`| a | b |\n| --- | --- |\n| ${'x'.repeat(19)} | ${'y'.repeat(19)} |`),
    () => false,
  )

  expect(blocks).toEqual([{ kind: 'code', text: `a                    b\n${'x'.repeat(19)}  ${'y'.repeat(19)}` }])
})

test('a wider one is told row by row, each cell beside the name of its column', () => {
  const markup = `| Order | Items |  |\n| --- | --- | --- |\n| 1042 | ${'x'.repeat(40)} | note |\n| 1043 |  |`

  expect(layTables(parseMarkup(markup), () => false)).toEqual([
    {
      kind: 'paragraph',
      lines: [
        [
          { kind: 'bold', text: 'Order: ' },
          { kind: 'text', text: '1042' },
        ],
        [
          { kind: 'bold', text: 'Items: ' },
          { kind: 'text', text: 'x'.repeat(40) },
        ],
        [{ kind: 'text', text: 'note' }],
      ],
    },
    {
      kind: 'paragraph',
      lines: [
        [
          { kind: 'bold', text: 'Order: ' },
          { kind: 'text', text: '1043' },
        ],
      ],
    },
  ])
})

test('one that the platform shows itself stays', () => {
  const blocks = parseMarkup('| a |\n| b |\n\nwords')

  expect(layTables(blocks, () => true)).toEqual(blocks)
})
