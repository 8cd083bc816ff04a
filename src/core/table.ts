import type { Block, Line } from './markup.ts'

type Table = Block & { kind: 'table' }

/** Columns of letters of one width that a phone shows without breaking the line. */
const phoneColumns = 40

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18CFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u

/** How many columns a text takes where all letters have one width: characters of East Asia and emoji take two. */
export function columnsOf(text: string): number {
  if (/^[\u0020-\u02FF\u2010-\u2026\u20AC]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1
  return columns
}

/** A table as lines of equal columns, for where letters have equal width. A short row has empty cells at its end. */
export function drawTable(rows: readonly (readonly string[])[]): string {
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const widths = Array.from({ length: count }, (_unused, column) =>
    rows.reduce((most, row) => Math.max(most, columnsOf(row[column] ?? '')), 0),
  )
  const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - columnsOf(cell)))
  return rows
    .map((row) =>
      widths
        .map((width, column) => pad(row[column] ?? '', width))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/**
 * Tables as something every phone can show: drawn in columns where they are narrow enough, otherwise row by row, each
 * cell beside the name of its column. `isKept` says which tables stay tables, for a platform that shows them itself.
 */
export function layTables(blocks: readonly Block[], isKept: (table: Table, index: number) => boolean): Block[] {
  if (blocks.every(({ kind }) => kind !== 'table')) return [...blocks]
  return blocks.flatMap((block, index) => (block.kind !== 'table' || isKept(block, index) ? [block] : layTable(block)))
}

function layTable(table: Table): Block[] {
  const rows = [table.head, ...table.rows]
  const isNarrow = rows.every((row) => row.join('  ').length <= 2 * phoneColumns)
  const drawn = isNarrow ? drawTable(rows) : ''
  if (isNarrow && drawn.split('\n').every((line) => columnsOf(line) <= phoneColumns))
    return drawn.trim() === '' ? [] : [{ kind: 'code', text: drawn }]
  if (table.rows.length === 0) return [{ kind: 'paragraph', lines: [[{ kind: 'bold', text: table.head.join(' · ') }]] }]
  const items = table.rows.flatMap((row): readonly Block[] => {
    const lines = row.flatMap((cell, column) => (cell === '' ? [] : [nameCell(table.head[column] ?? '', cell)]))
    return lines.length === 0 ? [] : [{ kind: 'paragraph', lines }]
  })
  return items
}

function nameCell(name: string, cell: string): Line {
  const text = { kind: 'text', text: cell } as const
  return name === '' ? [text] : [{ kind: 'bold', text: `${name}: ` }, text]
}
