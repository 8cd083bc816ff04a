import type { Block, Line } from '../../../src/core/markup.ts'

type Style = { readonly bold?: true; readonly code?: true }
export type RichText =
  | { readonly type: 'text'; readonly text: string; readonly style?: Style }
  | { readonly type: 'link'; readonly url: string; readonly text: string }
export interface RichSection {
  readonly type: 'rich_text_section' | 'rich_text_preformatted'
  readonly elements: RichText[]
}
export type RichElement =
  | RichSection
  | {
      readonly type: 'rich_text_list'
      readonly style: 'bullet' | 'ordered'
      readonly offset?: number
      readonly elements: RichSection[]
    }
export interface RichTextBlock {
  readonly type: 'rich_text'
  readonly elements: RichElement[]
}

/** A table of Slack's own. Its cells are rich text: raw text was answered with errors of Slack's (soxtoby/SlackNet#246). */
export interface TableBlock {
  readonly type: 'table'
  readonly column_settings: { readonly align: 'left' | 'right'; readonly is_wrapped: boolean }[]
  readonly rows: RichTextBlock[][]
}

/** What the shell around one piece of text takes as JSON, at most: `{"type":"text","text":"","style":{"bold":true}},`. */
const shell = 60

/**
 * Characters a block takes as JSON, a little more than the truth. Whether Slack's hidden total counts the structure too is
 * not known, so it is counted (slackapi/bolt-js#2509, #2867).
 */
export function sizeOfBlock(block: Block): number {
  switch (block.kind) {
    case 'paragraph':
      return shell + sizeOfLines(block.lines, shell)
    case 'heading':
      return shell + sizeOfLine(block.spans)
    case 'list':
      return 2 * shell + sizeOfLines(block.items, shell)
    case 'code':
      return 2 * shell + sizeOfText(block.text)
    case 'table':
      return [block.head, ...block.rows].reduce(
        (sum, row) => sum + row.reduce((all, cell) => all + 3 * shell + sizeOfText(cell), 0),
        2 * shell + 40 * block.head.length,
      )
  }
}

function sizeOfLines(lines: readonly Line[], each: number): number {
  return lines.reduce((sum, line) => sum + each + sizeOfLine(line), 0)
}

function sizeOfLine(line: Line): number {
  return line.reduce(
    (sum, span) => sum + shell + sizeOfText(span.text) + (span.kind === 'link' ? span.url.length : 0),
    0,
  )
}

/** In JSON a quotation mark, a backslash and the end of a line take two characters. */
function sizeOfText(text: string): number {
  let size = text.length
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22 || code === 0x5c || code === 0x0a) size += 1
  }
  return size
}

/** Slack joins neighbouring sections, so a paragraph after another block brings its own distance. */
export function toRich(block: Exclude<Block, { kind: 'table' }>, isLater: boolean): RichElement[] {
  switch (block.kind) {
    case 'paragraph': {
      const lines = block.lines.flatMap((line, index) => (index === 0 ? toTexts(line) : [lineBreak, ...toTexts(line)]))
      return section('rich_text_section', isLater ? [lineBreak, ...lines] : lines)
    }
    case 'heading': {
      const spans = block.spans.map((span) => (span.kind === 'text' ? ({ ...span, kind: 'bold' } as const) : span))
      return section('rich_text_section', isLater ? [lineBreak, ...toTexts(spans)] : toTexts(spans))
    }
    case 'list': {
      const items = block.items.flatMap((item) => section('rich_text_section', toTexts(item)))
      if (items.length === 0) return []
      const { start } = block
      if (start === undefined) return [{ type: 'rich_text_list', style: 'bullet', elements: items }]
      const offset = start > 1 ? { offset: start - 1 } : {}
      return [{ type: 'rich_text_list', style: 'ordered', ...offset, elements: items }]
    }
    case 'code':
      return section('rich_text_preformatted', [{ type: 'text', text: block.text }])
  }
}

const lineBreak = { type: 'text', text: '\n' } as const

/** Slack refuses sections without text. */
function section(type: RichSection['type'], elements: readonly RichText[]): RichSection[] {
  return elements.some(({ text }) => text !== '\n') ? [{ type, elements: [...elements] }] : []
}

function toTexts(line: Line): RichText[] {
  return line.flatMap((span): readonly RichText[] => {
    if (span.text === '') return []
    if (span.kind === 'link') return [{ type: 'link', url: span.url, text: span.text }]
    if (span.kind === 'text') return [{ type: 'text', text: span.text }]
    return [{ type: 'text', text: span.text, style: span.kind === 'bold' ? { bold: true } : { code: true } }]
  })
}

/** @param table with at least one column */
export function toTableBlock({ head, rows }: Block & { kind: 'table' }): TableBlock {
  const columns = [head, ...rows].reduce((most, row) => Math.max(most, row.length), 0)
  const indexes = Array.from({ length: columns }, (_unused, index) => index)
  const isAmount = (cell = ''): boolean => cell === '' || /^[^\p{L}]{0,3}\d[\d.,' ]*[^\p{L}]{0,3}$/u.test(cell)
  return {
    type: 'table',
    column_settings: indexes.map((index) => ({
      align: rows.length > 0 && rows.every((row) => isAmount(row[index])) ? 'right' : 'left',
      is_wrapped: true,
    })),
    rows: [
      indexes.map((index) => toCell(head[index], { bold: true })),
      ...rows.map((row) => indexes.map((index) => toCell(row[index], undefined))),
    ],
  }
}

function toCell(cell: string | undefined, style: Style | undefined): RichTextBlock {
  const text = cell === undefined || cell === '' ? ' ' : cell
  const element = { type: 'text', text, ...(style === undefined ? {} : { style }) } as const
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] }
}
