/**
 * The Markdown subset of replies (src/core/markup.ts says what it is; here links may also be paths of our own origin,
 * and stand in bold), read into a tree of plain data. Whatever is not in the subset stays text, so no
 * input can become anything but the kinds below; the tree is drawn by `markdown-view.js` as nodes, never as HTML.
 *
 * @typedef {{ kind: 'text', text: string }
 *   | { kind: 'code', text: string }
 *   | { kind: 'bold', children: Inline[] }
 *   | { kind: 'link', href: string, children: Inline[] }} Inline
 * @typedef {{ kind: 'paragraph', lines: Inline[][] }
 *   | { kind: 'heading', words: Inline[] }
 *   | { kind: 'list', items: Inline[][], start?: number }
 *   | { kind: 'code', text: string }
 *   | { kind: 'table', header: Inline[][], rows: Inline[][][] }} Block
 */

const MAX_COLUMNS = 12
const MAX_HREF_LENGTH = 2048
const LIST_ITEM = /^ {0,3}- +(?=\S)/
const NUMBERED_ITEM = /^ {0,3}(\d{1,4})[.)] +(?=\S)/
const HEADING = /^#{1,3} +(?=\S)/
const FENCE = /^```[\w+#.-]{0,20}[ \t]*$/
const CLOSING_FENCE = /^```[ \t]*$/
const TABLE_ROW = /^ {0,3}\|/
const TABLE_RULE = /^[|\s:-]+$/
const ESCAPABLE = '\\*`[]()|'

/**
 * Reads a reply. Linear in the length of the text; never throws.
 *
 * @param {string} text
 * @returns {Block[]}
 * @example parseMarkdown('**Hi**') // [{ kind: 'paragraph', lines: [[{ kind: 'bold', children: [{ kind: 'text', text: 'Hi' }] }]] }]
 */
export function parseMarkdown(text) {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const lastFence = lines.findLastIndex((line) => CLOSING_FENCE.test(line))
  /** @type {Block[]} */
  const blocks = []
  let at = 0
  while (at < lines.length) {
    const isCode = at < lastFence && FENCE.test(lines[at] ?? '')
    let end = at + 1
    if (isCode) while (!CLOSING_FENCE.test(lines[end] ?? '')) end += 1
    else end = endOfBlock(lines, at, lastFence)
    blocks.push(...(isCode ? toCode(lines.slice(at + 1, end)) : toBlocks(lines.slice(at, end))))
    at = isCode ? end + 1 : end
  }
  return blocks
}

/** The reply as it would be read aloud or copied: the text without its marks. @param {string} text @returns {string} */
export function toPlainText(text) {
  const flat = (/** @type {Inline[]} */ inlines) =>
    inlines.map((inline) => ('children' in inline ? flat(inline.children) : inline.text)).join('')
  return parseMarkdown(text)
    .map((block) => {
      if (block.kind === 'paragraph') return block.lines.map(flat).join('\n')
      if (block.kind === 'heading') return flat(block.words)
      if (block.kind === 'code') return block.text
      if (block.kind === 'list')
        return block.items.map((item, index) => `${markOf(block.start, index)} ${flat(item)}`).join('\n')
      return [block.header, ...block.rows].map((row) => row.map(flat).join('  ')).join('\n')
    })
    .join('\n\n')
}

/** @param {number | undefined} start @param {number} index @returns {string} what stands before an item of a list */
function markOf(start, index) {
  return start === undefined ? '-' : `${start + index}.`
}

/**
 * The address when a customer may follow it, otherwise undefined: http, https, mailto or a path on our own origin.
 * Refused: other schemes, `//host`, a name before `@` that could pose as the host, blanks and invisible characters.
 *
 * @param {string} address
 * @returns {string | undefined}
 */
export function safeHref(address) {
  if (address.length === 0 || address.length > MAX_HREF_LENGTH) return undefined
  if (/[\s\\<>"'`\p{Cc}\p{Cf}]/u.test(address)) return undefined
  if (/^mailto:[^@:/?]+@[^@:/?]+(\?.*)?$/i.test(address)) return address
  if (/^https?:/i.test(address)) return /^https?:\/\/[^/?#@]+([/?#].*)?$/i.test(address) ? address : undefined
  if (address.startsWith('//')) return undefined
  const beforeColon = address.split(':', 1)[0] ?? ''
  const hasScheme = beforeColon.length < address.length && !/[/?#]/.test(beforeColon)
  return hasScheme ? undefined : address
}

/**
 * @param {string[]} lines
 * @param {number} start
 * @param {number} lastFence before it, a line that opens code ends the block
 * @returns {number} the index after the block that begins at `start`
 */
function endOfBlock(lines, start, lastFence) {
  const kind = kindOfLine(lines[start] ?? '')
  let end = start + 1
  while (end < lines.length && kindOfLine(lines[end] ?? '') === kind) {
    if (end < lastFence && FENCE.test(lines[end] ?? '')) break
    end += 1
  }
  return end
}

/** @param {string} line @returns {'blank' | 'item' | 'numbered' | 'heading' | 'row' | 'words'} */
function kindOfLine(line) {
  if (line.trim() === '') return 'blank'
  if (LIST_ITEM.test(line)) return 'item'
  if (NUMBERED_ITEM.test(line)) return 'numbered'
  if (HEADING.test(line)) return 'heading'
  return TABLE_ROW.test(line) ? 'row' : 'words'
}

/** @param {string[]} lines @returns {Block[]} */
function toCode(lines) {
  const text = lines.join('\n')
  return text.trim() === '' ? [] : [{ kind: 'code', text }]
}

/** @param {string[]} lines all of one kind @returns {Block[]} */
function toBlocks(lines) {
  const kind = kindOfLine(lines[0] ?? '')
  if (kind === 'blank') return []
  if (kind === 'heading')
    return lines.map((line) => ({ kind: 'heading', words: parseInline(line.replace(HEADING, '').trim()) }))
  if (kind === 'item')
    return [{ kind: 'list', items: lines.map((line) => parseInline(line.replace(LIST_ITEM, '').trim())) }]
  if (kind === 'numbered') return toNumberedLists(lines)
  if (kind === 'row' && lines.length > 1) return [toTable(lines)]
  return [{ kind: 'paragraph', lines: lines.map((line) => parseInline(line.trim())) }]
}

/**
 * A number that does not follow the one before begins a list of its own, so that every item keeps its number.
 *
 * @param {string[]} lines
 * @returns {Block[]}
 */
function toNumberedLists(lines) {
  /** @type {{ kind: 'list', start: number, items: Inline[][] }[]} */
  const lists = []
  for (const line of lines) {
    const number = Number(NUMBERED_ITEM.exec(line)?.[1])
    const item = parseInline(line.replace(NUMBERED_ITEM, '').trim())
    const last = lists.at(-1)
    if (last !== undefined && number === last.start + last.items.length) last.items.push(item)
    else lists.push({ kind: 'list', start: number, items: [item] })
  }
  return lists
}

/** @param {string[]} lines @returns {Block} */
function toTable(lines) {
  const [header = [], ...rows] = lines.filter((line) => !TABLE_RULE.test(line)).map(splitRow)
  const widest = rows.reduce((most, row) => Math.max(most, row.length), header.length)
  const toCells = (/** @type {string[]} */ row) =>
    Array.from({ length: Math.min(widest, MAX_COLUMNS) }, (_, column) => parseInline(row[column] ?? ''))
  return { kind: 'table', header: toCells(header), rows: rows.map(toCells) }
}

/** @param {string} line @returns {string[]} the cells between the pipes; `\|` is a pipe inside a cell */
function splitRow(line) {
  const inner = line.trim().slice(1)
  /** @type {string[]} */
  const cells = []
  let cell = ''
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === '\\' && inner[at + 1] === '|') {
      cell += '\\|'
      at += 1
    } else if (inner[at] === '|') {
      cells.push(cell.trim())
      cell = ''
    } else cell += inner[at]
  }
  return cell.trim() === '' ? cells : [...cells, cell.trim()]
}

/**
 * One line being read. `unclosed` remembers a mark whose closing mark is missing: it is missing for the rest of the
 * line, and looking again each time would cost n² on hostile text.
 *
 * @typedef {{ line: string, isInBold: boolean, isInLink: boolean, unclosed: Set<string> }} Reading
 * @typedef {{ inline: Inline, end: number }} Found
 */

/**
 * @param {string} line
 * @param {{ isInBold?: boolean, isInLink?: boolean }} [inside] nothing nests in itself
 * @returns {Inline[]}
 */
function parseInline(line, { isInBold = false, isInLink = false } = {}) {
  const reading = { line, isInBold, isInLink, unclosed: new Set() }
  /** @type {Inline[]} */
  const inlines = []
  let words = ''
  let at = 0
  while (at < line.length) {
    const found = readCode(reading, at) ?? readBold(reading, at) ?? readLink(reading, at)
    if (found) {
      if (words) inlines.push({ kind: 'text', text: words })
      inlines.push(found.inline)
      words = ''
      at = found.end
      continue
    }
    const isEscape = line[at] === '\\' && at + 1 < line.length && ESCAPABLE.includes(line[at + 1] ?? '')
    words += isEscape ? line[at + 1] : line[at]
    at += isEscape ? 2 : 1
  }
  if (words) inlines.push({ kind: 'text', text: words })
  return inlines
}

/** @param {Reading} reading @param {number} at @returns {Found | undefined} */
function readCode(reading, at) {
  const text = reading.line[at] === '`' ? upTo(reading, '`', at + 1) : undefined
  return text && { inline: { kind: 'code', text }, end: at + text.length + 2 }
}

/** @param {Reading} reading @param {number} at @returns {Found | undefined} */
function readBold(reading, at) {
  if (reading.isInBold || !reading.line.startsWith('**', at)) return undefined
  const inner = upTo(reading, '**', at + 2)
  if (!inner || inner.trim() === '') return undefined
  const children = parseInline(inner, { isInBold: true, isInLink: reading.isInLink })
  return { inline: { kind: 'bold', children }, end: at + inner.length + 4 }
}

/** @param {Reading} reading @param {number} at @returns {Found | undefined} */
function readLink(reading, at) {
  if (reading.isInLink || reading.line[at] !== '[') return undefined
  const label = linkLabel(reading.line, at + 1)
  if (!label) return undefined
  const from = at + label.length + 3
  const address = linkAddress(reading.line, from)
  const href = address && safeHref(address)
  if (!address || !href) return undefined
  const children = parseInline(label, { isInBold: reading.isInBold, isInLink: true })
  return { inline: { kind: 'link', href, children }, end: from + address.length + 1 }
}

/** @param {Reading} reading @param {string} mark @param {number} from @returns {string | undefined} the text before the next mark */
function upTo({ line, unclosed }, mark, from) {
  if (unclosed.has(mark)) return undefined
  const hasEscapes = mark !== '`' // in code a backslash is a backslash
  for (let end = from; end < line.length; end += hasEscapes && line[end] === '\\' ? 2 : 1) {
    if (line.startsWith(mark, end)) return line.slice(from, end)
  }
  unclosed.add(mark)
  return undefined
}

/** @param {string} line @param {number} from @returns {string | undefined} the words of `[words](`, not empty */
function linkLabel(line, from) {
  let end = from
  while (end < line.length && line[end] !== ']' && line[end] !== '[') end += line[end] === '\\' ? 2 : 1
  const label = line.slice(from, end)
  return line.startsWith('](', end) && label.trim() !== '' ? label : undefined
}

/** @param {string} line @param {number} from @returns {string | undefined} the address before `)`, which may hold pairs of brackets */
function linkAddress(line, from) {
  let depth = 1
  for (let end = from; end < line.length && end - from <= MAX_HREF_LENGTH && line[end] !== ' '; end += 1) {
    if (line[end] === '(') depth += 1
    if (line[end] === ')') depth -= 1
    if (depth === 0) return line.slice(from, end)
  }
  return undefined
}
