import { parseMarkup, type Block, type Span } from './markup.ts'

/** How a terminal shows emphasis; without colours it shows none. */
export interface Style {
  readonly isColoured: boolean
}

const escapeCharacter = String.fromCharCode(27)

/** A reply as plain lines. Control characters are taken out, so that no text can steer the terminal. */
export function renderPlain(text: string, style: Style): string {
  return parseMarkup(withoutControls(text))
    .map((block) => renderBlock(block, style))
    .join('\n\n')
}

/** Words that step back behind the others, where the terminal can show that. */
export function dim(text: string, { isColoured }: Style): string {
  return isColoured ? `${escapeCharacter}[2m${text}${escapeCharacter}[22m` : text
}

function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '').replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
}

function renderBlock(block: Block, style: Style): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map((line) => renderSpans(line, style)).join('\n')
    case 'list':
      return block.items.map((item) => `- ${renderSpans(item, style)}`).join('\n')
    case 'table':
      return drawTable([block.head, ...block.rows])
  }
}

function renderSpans(spans: readonly Span[], { isColoured }: Style): string {
  const bold = (text: string): string => (isColoured ? `${escapeCharacter}[1m${text}${escapeCharacter}[22m` : text)
  return spans
    .map((span) => {
      if (span.kind === 'bold') return bold(span.text)
      return span.kind === 'link' ? `${span.text} (${span.url})` : span.text
    })
    .join('')
}

/** A table as lines of equal columns, for where letters have equal width. A short row has empty cells at its end. */
export function drawTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_unused, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  )
  const pad = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - [...cell].length))
  return rows
    .map((row) =>
      widths
        .map((width, column) => pad(row[column] ?? '', width))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Breaks lines that are longer than `width` characters between words, so that a terminal does not break them within. */
export function wrapLines(text: string, width: number): string {
  const long = new RegExp(`(?=.{${width + 1}})(.{1,${width}}) +`, 'gu')
  return text
    .split('\n')
    .map((line) => (line.startsWith('  [') ? line : line.replace(long, '$1\n')))
    .join('\n')
}
