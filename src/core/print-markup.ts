import { readReply } from './links.ts'
import { linesOf, parseMarkup, type Block, type Line, type Span } from './markup.ts'
import { markOf } from './render.ts'
import type { Reply } from './reply.ts'

/**
 * The same reply for whoever reads the markup themselves, the web page and scripts: every link in it may be followed, and
 * nothing in it is invisible. A text without anything of that kind comes back letter by letter.
 */
export function safeMarkup(reply: Pick<Reply, 'text' | 'from'>, linkHosts: ReadonlySet<string>): string {
  const safe = readReply(reply, linkHosts)
  return isSame(safe, parseMarkup(reply.text)) ? reply.text : safe.map(printBlock).join('\n\n')
}

function isSame(first: readonly Block[], second: readonly Block[]): boolean {
  const spansOf = (blocks: readonly Block[]): readonly Span[] => blocks.flatMap((block) => linesOf(block).flat())
  const others = spansOf(second)
  const isEqual = (span: Span, index: number): boolean => {
    const other = others[index]
    const target = span.kind === 'link' ? span.url : undefined
    return (
      other?.kind === span.kind && other.text === span.text && (!target || ('url' in other && other.url === target))
    )
  }
  return first.length === second.length && spansOf(first).length === others.length && spansOf(first).every(isEqual)
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.lines.map((line) => printLine(line).replace(marksOfALine, '$1\u00A0')).join('\n')
    case 'heading':
      return `# ${printLine(block.spans)}`
    case 'list':
      return block.items.map((item, index) => `${markOf(block, index)} ${printLine(item)}`).join('\n')
    case 'code':
      return `\`\`\`\n${block.text}\n\`\`\``
    case 'table':
      return [block.head, ...block.rows].map((row) => `| ${row.map(escape).join(' | ')} |`).join('\n')
  }
}

/** What would begin a list or a heading. */
const marksOfALine = /^(-|#{1,3}|\d{1,4}[.)]) /

function printLine(line: Line): string {
  return line.map(printSpan).join('')
}

function printSpan(span: Span): string {
  switch (span.kind) {
    case 'text':
      return escape(span.text)
    case 'bold':
      return `**${escape(span.text)}**`
    case 'code':
      return `\`${span.text}\``
    case 'link':
      return `[${escape(span.text)}](${span.url})`
  }
}

function escape(text: string): string {
  return text.replace(/[\\*`[\]()|]/g, String.raw`\$&`)
}
