import { parseMarkup, type Block, type Line } from './markup.ts'
import { drawTable } from './table.ts'
import { visible } from './visible.ts'

/** How a terminal shows emphasis; without colours it shows none. */
export interface Style {
  readonly isColoured: boolean
}

const escapeCharacter = String.fromCharCode(27)

/** A reply as plain lines. What shows nothing is taken out, so that no text can steer the terminal or hide in it. */
export function renderPlain(text: string, style: Style): string {
  return renderBlocks(parseMarkup(visible(text)), style)
}

/** Blocks as plain lines, with an empty line between them. */
export function renderBlocks(blocks: readonly Block[], style: Style): string {
  return blocks.map((block) => renderBlock(block, style)).join('\n\n')
}

/** Words that step back behind the others, where the terminal can show that. */
export function dim(text: string, { isColoured }: Style): string {
  return isColoured ? `${escapeCharacter}[2m${text}${escapeCharacter}[22m` : text
}

function renderBlock(block: Block, style: Style): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map((line) => renderSpans(line, style)).join('\n')
    case 'heading':
      return emphasise(renderSpans(block.spans, { isColoured: false }), style)
    case 'list':
      return block.items.map((item, index) => `${markOf(block, index)} ${renderSpans(item, style)}`).join('\n')
    case 'code':
      return block.text
    case 'table':
      return drawTable([block.head, ...block.rows])
  }
}

/** What stands before an item of a list. */
export function markOf({ start }: { readonly start?: number }, index: number): string {
  return start === undefined ? '-' : `${start + index}.`
}

function renderSpans(spans: Line, style: Style): string {
  return spans
    .map((span) => {
      if (span.kind === 'bold') return emphasise(span.text, style)
      if (span.kind !== 'link' || span.text === span.url) return span.text
      return `${span.text} (${span.url.replace(/^mailto:/i, '')})`
    })
    .join('')
}

function emphasise(text: string, { isColoured }: Style): string {
  return isColoured ? `${escapeCharacter}[1m${text}${escapeCharacter}[22m` : text
}

/** Breaks lines that are longer than `width` characters between words, so that a terminal does not break them within. */
export function wrapLines(text: string, width: number): string {
  const long = new RegExp(`(?=.{${width + 1}})(.{1,${width}}) +`, 'gu')
  return text
    .split('\n')
    .map((line) => (line.startsWith('  [') ? line : line.replace(long, '$1\n')))
    .join('\n')
}
