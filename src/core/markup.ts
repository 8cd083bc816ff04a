import { visible } from './visible.ts'

/**
 * The small language replies are written in, and its only reading: paragraphs, `- ` and `1. ` lists, `# ` headings, fenced
 * code, tables with `|`, **bold**, `code` and [label](https://link). Each channel prints the tree in its own way, so
 * nothing else can reach a platform. docs/rendering.md shows it.
 */
export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }

export type Line = readonly Span[]

export type Block =
  | { readonly kind: 'paragraph'; readonly lines: readonly Line[] }
  | { readonly kind: 'heading'; readonly spans: Line }
  /** `start` is the number of the first item; without it the items have bullets. */
  | { readonly kind: 'list'; readonly items: readonly Line[]; readonly start?: number }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

const special = /[\\*`[\]()|]/g

/**
 * A customer's own words made harmless: every character that means something here is escaped, line breaks become spaces,
 * and the space after what would begin a list or a heading becomes one that does not.
 */
export function plain(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .replace(/^( ?(?:-|#{1,3}|\d{1,4}[.)])) /, '$1\u00A0')
    .replace(special, (character) => `\\${character}`)
}

/** Reads a reply. Text that is not well formed stays text; it never throws. */
export function parseMarkup(text: string): readonly Block[] {
  const lines = text.split('\n')
  const closing = lines.findLastIndex(isFence)
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const isCode = at < closing && fence.test(lines[at] ?? '')
    let end = at + 1
    if (isCode) while (!isFence(lines[end] ?? '')) end += 1
    else end = endOfRun(lines, at, closing)
    if (isCode) readCode(lines.slice(at + 1, end), blocks)
    else readRun(lines.slice(at, end), blocks)
    at = isCode ? end + 1 : end
  }
  return blocks
}

/** The text of a block line by line, whatever it is. */
export function linesOf(block: Block): readonly Line[] {
  switch (block.kind) {
    case 'paragraph':
      return block.lines
    case 'heading':
      return [block.spans]
    case 'list':
      return block.items
    case 'code':
      return block.text.split('\n').map((text) => [{ kind: 'code', text }])
    case 'table':
      return [block.head, ...block.rows].map((cells) => cells.map((text) => ({ kind: 'text', text })))
  }
}

const fence = /^```[\w+#.-]{0,20}[ \t]*$/
const row = /^\|/
const heading = /^#{1,3} +(?=\S)/
const bullet = /^- /
const numbered = /^(\d{1,4})[.)] +(?=\S)/

type LineKind = 'blank' | 'row' | 'heading' | 'item' | 'numbered' | 'words'

function isFence(line: string): boolean {
  return /^```[ \t]*$/.test(line)
}

function kindOf(line: string): LineKind {
  if (line.trim() === '') return 'blank'
  if (row.test(line)) return 'row'
  if (bullet.test(line)) return 'item'
  if (numbered.test(line)) return 'numbered'
  return heading.test(line) ? 'heading' : 'words'
}

/** The index after the last neighbouring line of the same kind. A line that opens closed code ends the run. */
function endOfRun(lines: readonly string[], start: number, closing: number): number {
  const kind = kindOf(lines[start] ?? '')
  let end = start + 1
  while (end < lines.length && kindOf(lines[end] ?? '') === kind) {
    if (end < closing && fence.test(lines[end] ?? '')) break
    end += 1
  }
  return end
}

function readCode(lines: readonly string[], blocks: Block[]): void {
  const text = lines.join('\n')
  if (text.trim() !== '') blocks.push({ kind: 'code', text })
}

/** @param lines all of one kind */
function readRun(lines: readonly string[], blocks: Block[]): void {
  switch (kindOf(lines[0] ?? '')) {
    case 'blank':
      return
    case 'heading':
      for (const line of lines) blocks.push({ kind: 'heading', spans: parseSpans(line.replace(heading, '')) })
      return
    case 'item':
      blocks.push({ kind: 'list', items: lines.map((line) => parseSpans(line.slice(2))) })
      return
    case 'numbered':
      blocks.push(...readNumbered(lines))
      return
    case 'row':
      if (lines.length > 1) blocks.push(readTable(lines))
      else blocks.push({ kind: 'paragraph', lines: lines.map((line) => parseSpans(line)) })
      return
    case 'words':
      blocks.push({ kind: 'paragraph', lines: lines.map((line) => parseSpans(line)) })
  }
}

/** A number that does not follow the one before begins a list of its own, so that every item keeps its number. */
function readNumbered(lines: readonly string[]): Block[] {
  const lists: { start: number; items: Line[] }[] = []
  for (const line of lines) {
    const number = Number(numbered.exec(line)?.[1])
    const item = parseSpans(line.replace(numbered, ''))
    const last = lists.at(-1)
    if (last !== undefined && number === last.start + last.items.length) last.items.push(item)
    else lists.push({ start: number, items: [item] })
  }
  return lists.map((list) => ({ kind: 'list', ...list }))
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

/** Lengths are bounded, so that reading stays linear in the length of the text. */
const spanPattern =
  /\\[\\*`[\]()|]|\*\*((?:\\.|[^*\\])+)\*\*|`([^`]+)`|\[((?:\\.|[^[\]\\]){1,1000})\]\((https?:\/\/[^\s()<>]{1,2000}|mailto:[^\s()<>]{1,500})\)/gi

function parseSpans(line: string, plainKind: 'text' | 'bold' = 'text'): Line {
  const spans: Span[] = []
  let text = ''
  let from = 0
  const push = (...found: readonly Span[]): void => {
    if (text !== '') spans.push({ kind: plainKind, text })
    text = ''
    spans.push(...found)
  }
  for (const found of line.matchAll(spanPattern)) {
    text += line.slice(from, found.index)
    from = found.index + found[0].length
    const [whole, bold, code, label, url] = found
    if (bold !== undefined) push(...parseSpans(bold, 'bold'))
    else if (code !== undefined) push({ kind: 'code', text: code })
    else if (label !== undefined && url !== undefined) push({ kind: 'link', text: unescape(label), url })
    else text += whole.slice(1)
  }
  text += line.slice(from)
  push()
  return spans
}

function unescape(text: string): string {
  return text.replace(/\\([\\*`[\]()|])/g, '$1')
}
