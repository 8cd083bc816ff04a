/**
 * The small language replies are written in, and its only reading: paragraphs, `- ` lists, tables with `|`, **bold**,
 * `code` and [label](https://link). Each channel prints the tree in its own way, so nothing else can reach a platform.
 */
export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }

export type Block =
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly Span[])[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

const special = /[\\*`[\]()|]/g

/**
 * A customer's own words made harmless: every character that means something here is escaped, line breaks become spaces,
 * and the space after a hyphen at the beginning becomes one that makes no list.
 */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/^( ?-) /, '$1\u00A0')
    .replace(special, (character) => `\\${character}`)
}

/** Reads a reply. Text that is not well formed stays text; it never throws. */
export function parseMarkup(text: string): readonly Block[] {
  const blocks: Block[] = []
  for (const part of text.split(/\n{2,}/)) {
    const lines = part.split('\n').filter((line) => line.trim() !== '')
    if (lines.length > 0) blocks.push(...readLines(lines))
  }
  return blocks
}

function readLines(lines: readonly string[]): Block[] {
  if (lines.length >= 2 && lines.every((line) => line.startsWith('|'))) return [readTable(lines)]
  const blocks: Block[] = []
  for (const line of lines) {
    const last = blocks.at(-1)
    if (line.startsWith('- ')) {
      const item = parseSpans(line.slice(2))
      if (last?.kind === 'list') blocks[blocks.length - 1] = { kind: 'list', items: [...last.items, item] }
      else blocks.push({ kind: 'list', items: [item] })
    } else if (last?.kind === 'paragraph') {
      blocks[blocks.length - 1] = { kind: 'paragraph', lines: [...last.lines, parseSpans(line)] }
    } else blocks.push({ kind: 'paragraph', lines: [parseSpans(line)] })
  }
  return blocks
}

function readTable(lines: readonly string[]): Block {
  const rows = lines.filter((line) => !/^[|\s:-]+$/.test(line)).map(readRow)
  return { kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) }
}

function readRow(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1)
  if (cells.at(-1)?.trim() === '') cells.pop()
  return cells.map((cell) => unescape(cell.trim().replaceAll('**', '')))
}

const spanPattern =
  /\\[\\*`[\]()|]|\*\*((?:\\.|[^*\\])+)\*\*|`([^`]+)`|\[((?:\\.|[^\]\\])+)\]\((https?:\/\/[^\s()<>]+|mailto:[^\s()<>]+)\)/g

function parseSpans(line: string): readonly Span[] {
  const spans: Span[] = []
  let text = ''
  let from = 0
  const flush = (): void => {
    if (text !== '') spans.push({ kind: 'text', text })
    text = ''
  }
  for (const found of line.matchAll(spanPattern)) {
    text += line.slice(from, found.index)
    from = found.index + found[0].length
    const [whole, bold, code, label, url] = found
    if (bold !== undefined) flushed(flush, spans, { kind: 'bold', text: unescape(bold) })
    else if (code !== undefined) flushed(flush, spans, { kind: 'code', text: code })
    else if (label !== undefined && url !== undefined)
      flushed(flush, spans, { kind: 'link', text: unescape(label), url })
    else text += whole.slice(1)
  }
  text += line.slice(from)
  flush()
  return spans
}

function flushed(flush: () => void, spans: Span[], span: Span): void {
  flush()
  spans.push(span)
}

function unescape(text: string): string {
  return text.replace(/\\([\\*`[\]()|])/g, '$1')
}
