import { shorten } from '../../src/core/cut.ts'
import { defangEverything, type LinkRules, readReply } from '../../src/core/links.ts'
import type { Block, Line } from '../../src/core/markup.ts'
import { renderBlocks } from '../../src/core/render.ts'
import type { Reply } from '../../src/core/reply.ts'
import { splitBlocks } from '../../src/core/split.ts'
import { layTables } from '../../src/core/table.ts'
import {
  type ActionsBlock,
  type ButtonRules,
  type FeedbackBlock,
  toActionBlocks,
  toPlainActionBlocks,
} from './blocks/buttons.ts'
import { type RichTextBlock, sizeOfBlock, type TableBlock, toRich, toTableBlock } from './blocks/rich-text.ts'

export type SlackBlock = RichTextBlock | TableBlock | ActionsBlock | FeedbackBlock

/** One message of Slack. */
export interface SlackPart {
  /** For notifications and screen readers; Slack shows the blocks. */
  readonly text: string
  readonly blocks: SlackBlock[]
}

export interface SlackRules {
  /** Where links of the bot may lead: hosts in lower case. */
  readonly linkHosts: ReadonlySet<string>
  /** What people read where nobody else has words for it. */
  readonly sentences: { readonly cancel: string }
}

type Shown = Pick<Reply, 'text' | 'actions' | 'audience' | 'from'>

/** Below Slack's hidden total of about 13,200 characters of blocks (slackapi/bolt-js#2509), the structure counted. */
const longestContent = 10_000
const longestMessage = 12_500
const mostParts = 10
/** Slack shortens a longer text in notifications anyway. */
const longestFallback = 3000
/** A table of Slack (https://docs.slack.dev/reference/block-kit/blocks/table-block, read 2026-11-27). */
const mostRows = 100
const mostColumns = 20
/** A block of rich text is closed at the next border after so many characters. */
const longestRichText = 3000

/**
 * A reply as messages of Slack, one or more; its buttons are in the last. The words are rich text, which Slack never
 * reads as commands: nothing in them can mention somebody, become a link or close a code span.
 */
export function toBlocks(reply: Shown, given: SlackRules): readonly [SlackPart, ...SlackPart[]] {
  const { linkHosts } = given
  const rules = rulesFor(reply, given)
  const buttons = toActionBlocks(reply, rules)
  const buttonsSize = buttons.length === 0 ? 0 : JSON.stringify(buttons).length
  const parts = splitBlocks(readBlocks(reply, linkHosts, true), {
    most: longestContent,
    sizeOf: sizeOfBlock,
    mostParts,
    keptFree: Math.min(Math.max(0, longestContent + buttonsSize - longestMessage), longestContent / 2 - 1),
  })
  const messages = parts.map((part) => ({ text: toFallback(part, rules), blocks: toSlackBlocks(part) }))
  const [first = { text: '', blocks: [] }, ...others] = messages
  const last = others.at(-1) ?? first
  last.blocks.push(...buttons)
  return [first, ...others]
}

/** A reply as the bot's own page for one person. It has no tables and no feedback buttons there. */
export function toHomeView(reply: Shown, given: SlackRules): { readonly type: 'home'; readonly blocks: SlackBlock[] } {
  const buttons = toPlainActionBlocks(reply, rulesFor(reply, given))
  const fit = { most: longestHome, sizeOf: sizeOfBlock, mostParts: 1, keptFree: 0 }
  const [page = []] = splitBlocks(readBlocks(reply, given.linkHosts, false), fit)
  return { type: 'home', blocks: [...toSlackBlocks(page), ...buttons].slice(0, mostHomeBlocks) }
}

function rulesFor({ from }: Shown, { linkHosts, sentences }: SlackRules): ButtonRules {
  return { linkHosts, isPerson: from !== undefined, cancel: sentences.cancel }
}

const longestHome = 60_000
const mostHomeBlocks = 100

/** Slack shows one table a message, and may show it below everything else: so only the reply's last block stays one. */
function readBlocks(reply: Shown, linkHosts: ReadonlySet<string>, mayHaveTable: boolean): readonly Block[] {
  const blocks = readReply(reply, linkHosts)
  return layTables(blocks, (table, index) => {
    const rows = [table.head, ...table.rows]
    const isRight = rows.length <= mostRows && rows.every(({ length }) => length <= mostColumns)
    const isFilled = rows.some((row) => row.some((cell) => cell !== ''))
    return mayHaveTable && index === blocks.length - 1 && isRight && isFilled && sizeOfBlock(table) < longestContent / 2
  })
}

function toSlackBlocks(part: readonly Block[]): SlackBlock[] {
  const blocks: SlackBlock[] = []
  let rich: RichTextBlock = { type: 'rich_text', elements: [] }
  let size = 0
  for (const block of part) {
    if (block.kind === 'table' || size > longestRichText) {
      if (rich.elements.length > 0) blocks.push(rich)
      rich = { type: 'rich_text', elements: [] }
      size = 0
    }
    size += sizeOfBlock(block)
    if (block.kind === 'table') blocks.push(toTableBlock(block))
    else rich.elements.push(...toRich(block, rich.elements.length > 0))
  }
  if (rich.elements.length > 0) blocks.push(rich)
  return blocks
}

/**
 * The same words for notifications, where Slack reads commands and looks for addresses by rules of its own: the three
 * characters that begin a command are escaped, every name with a dot is broken up, and `@channel` is no word of Slack's.
 */
function toFallback(part: readonly Block[], rules: LinkRules): string {
  const words = shorten(renderBlocks(part.map(withoutTargets), { isColoured: false }), longestFallback)
  const harmless = words.replace(/@(?=channel|everyone|here)/gi, '@\u200B')
  const text = defangEverything(harmless, { ...rules, isPerson: false })
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Links by their label alone. */
function withoutTargets(block: Block): Block {
  if (block.kind === 'paragraph') return { ...block, lines: block.lines.map(labelled) }
  if (block.kind === 'list') return { ...block, items: block.items.map(labelled) }
  return block.kind === 'heading' ? { ...block, spans: labelled(block.spans) } : block
}

function labelled(line: Line): Line {
  return line.map((span) => (span.kind === 'link' ? ({ kind: 'text', text: span.text } as const) : span))
}
