import type { Block, Line, Span } from '../../../src/core/markup.ts'
import { markOf } from '../../../src/core/render.ts'

/** Blocks in Discord's Markdown: everything that means something there is escaped, only the markup's own takes effect. */
export function printBlocks(blocks: readonly Block[]): string {
  return blocks.map(printBlock).join('\n\n')
}

/** Characters a block takes, its distance to the block before included. */
export function sizeOfBlock(block: Block): number {
  return printBlock(block).length + 2
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map(printLine).join('\n')
    case 'heading':
      return printLine(block.spans.map((span) => (span.kind === 'text' ? { kind: 'bold', text: span.text } : span)))
    case 'list':
      return block.items.map((item, index) => `${markOf(block, index)} ${printLine(item)}`).join('\n')
    case 'code':
      return fenced(block.text)
    case 'table':
      return fenced([block.head, ...block.rows].map((row) => row.join('  ')).join('\n'))
  }
}

function fenced(text: string): string {
  return `\`\`\`\n${withoutBackticks(text)}\n\`\`\``
}

/** Neighbours of one kind are printed as one: two marks that meet would be read as a mark of another kind. */
function printLine(line: Line): string {
  const joined: Span[] = []
  for (const span of line) {
    const last = joined.at(-1)
    if (last !== undefined && last.kind === span.kind && span.kind !== 'link') joined.pop()
    joined.push(last !== undefined && last.kind === span.kind && span.kind !== 'link' ? joinSpans(last, span) : span)
  }
  let isFirst = true
  return joined
    .map((span) => {
      const printed = printSpan(span, isFirst)
      isFirst &&= printed.trim() === ''
      return printed
    })
    .join('')
}

function joinSpans(first: Span, second: Span): Span {
  return { ...first, text: first.text + second.text }
}

/** @param isFirst whether nothing but space stands before it in its line */
function printSpan(span: Span, isFirst: boolean): string {
  switch (span.kind) {
    case 'text':
      return escape(span.text, isFirst)
    case 'bold': {
      // Discord takes stars beside a space for stars.
      const words = span.text.trim()
      const from = span.text.indexOf(words)
      if (words === '') return span.text
      return `${span.text.slice(0, from)}**${escape(words, false)}**${span.text.slice(from + words.length)}`
    }
    case 'code':
      return span.text === '' ? '' : `\`${withoutBackticks(span.text)}\``
    case 'link': {
      if (/^mailto:/i.test(span.url)) {
        const address = escape(span.url.slice('mailto:'.length), false)
        return span.text === span.url ? address : `${escape(span.text, isFirst)} (${address})`
      }
      const target = `<${withoutCards(span.url)}>`
      return span.text === span.url ? target : `${escape(span.text, isFirst)} (${target})`
    }
  }
}

/** Discord takes a backslash before any punctuation as "this is only a character". */
function escape(text: string, isFirst: boolean): string {
  let escaped = text
  if (/[\\*_~`|<[\]:]/.test(text)) escaped = text.replace(/[\\*_~`|<[\]]|:(?=\/\/)/g, String.raw`\$&`)
  escaped = harmless(escaped)
  if (!isFirst || !/^\s*[-#>+\d]/.test(escaped)) return escaped
  return escaped.replace(/^(\s*)([-#>+])/, String.raw`$1\$2`).replace(/^(\s*\d+)([.)])/, String.raw`$1\$2`)
}

/** In code a backslash is a backslash; the mark that would end it becomes one that looks like it. */
function withoutBackticks(text: string): string {
  return harmless(text).replaceAll('`', 'ˋ')
}

/**
 * Discord searches the plain text of a message for these, also inside code: `@everyone`, what begins a mention, and the
 * addresses of its own that become a card without being a link. A space of no width and a backslash keep them what they are.
 */
function harmless(text: string): string {
  if (!/[@<.]/.test(text)) return text
  return text
    .replace(/@(?=everyone|here)/gi, '@\u200B')
    .replace(/<(?=[@#]|\/\S|a?:\w|t:|id:)/gi, '<\u200B')
    .replace(card, String.raw`\.`)
}

/** Invitations, gifts, templates and pages of Discord (https://docs.discord.com/developers/reference, read 2026-11-27). */
const card =
  /\.(?=(?:gg|gift|new)\/|com\/(?:invite|template|gift|event|channel|application|quest|store|activit|shop|discovery))/gi

/** The same behind the host of an address, which stays the same address. */
function withoutCards(url: string): string {
  const host = /^\w+:\/\/[^/?#]*/.exec(url)?.[0] ?? ''
  return host + url.slice(host.length).replace(card, '%2E')
}
