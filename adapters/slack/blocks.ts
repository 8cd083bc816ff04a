import { type Block, parseMarkup, type Span } from '../../src/core/markup.ts'
import { drawTable } from '../../src/core/render.ts'
import { ratingKind, type Reply, type ReplyAction } from '../../src/core/reply.ts'

type Style = { readonly bold?: true; readonly code?: true }
type RichText =
  | { readonly type: 'text'; readonly text: string; readonly style?: Style }
  | { readonly type: 'link'; readonly url: string; readonly text: string }
interface RichSection {
  readonly type: 'rich_text_section' | 'rich_text_preformatted'
  readonly elements: RichText[]
}
type RichElement =
  | RichSection
  | { readonly type: 'rich_text_list'; readonly style: 'bullet'; readonly elements: RichSection[] }
interface Button {
  readonly type: 'button'
  readonly action_id: string
  readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
  readonly style?: 'primary' | 'danger'
}
type SlackBlock =
  | { readonly type: 'rich_text'; readonly elements: RichElement[] }
  | { readonly type: 'actions'; readonly elements: Button[] }

export interface SlackText {
  /** For notifications and screen readers; Slack shows the blocks. */
  readonly text: string
  readonly blocks: SlackBlock[]
}

/** Slack refuses about 13,200 characters of blocks in all (slackapi/bolt-js#2509), and it may count the structure too. */
const longestText = 9000
const structurePerSpan = 50
/** A row of buttons holds 25 (https://docs.slack.dev/reference/block-kit/blocks/actions-block, read 2026-11-21). */
const mostButtons = 25
const longestLabel = 75

/**
 * A reply in Slack's own form. It is rich text, whose words Slack never reads as commands: nothing in them can mention
 * somebody, become a link or close a code span. Only links of the markup become links.
 */
export function toBlocks(reply: Pick<Reply, 'text' | 'actions'>): SlackText {
  const room: Room = { left: longestText - 1, isExceeded: false }
  const elements = parseMarkup(reply.text).flatMap((block, index) => toRich(block, index > 0, room))
  if (room.isExceeded) elements.push({ type: 'rich_text_section', elements: [{ type: 'text', text: '…' }] })
  const blocks: SlackBlock[] = elements.length > 0 ? [{ type: 'rich_text', elements }] : []
  // A channel cannot tell who of its readers belongs to the team.
  const shown = reply.actions.filter(({ audience }) => audience !== 'staff')
  const [own, rating] = [shown.filter((action) => !ratingKind(action)), shown.filter(ratingKind)]
  for (const row of [own, rating])
    if (row.length > 0) blocks.push({ type: 'actions', elements: row.slice(0, mostButtons).map(toButton) })
  return { text: toFallback(reply.text), blocks }
}

function toButton({ id, label, style }: ReplyAction): Button {
  const text = { type: 'plain_text', text: cut(label, longestLabel), emoji: false } as const
  return { type: 'button', action_id: id, text, ...(style === undefined ? {} : { style }) }
}

interface Room {
  left: number
  /** Whether something had to be left out. */
  isExceeded: boolean
}

/** Slack joins neighbouring sections, so a paragraph after another block brings its own distance. */
function toRich(block: Block, isLater: boolean, room: Room): RichElement[] {
  switch (block.kind) {
    case 'paragraph': {
      const lines = block.lines.flatMap((line, index) =>
        index === 0 ? line : [{ kind: 'text', text: '\n' } as const, ...line],
      )
      return filled('rich_text_section', isLater ? [{ kind: 'text', text: '\n' }, ...lines] : lines, room)
    }
    case 'list': {
      const items = block.items.flatMap((item) => filled('rich_text_section', item, room))
      return items.length > 0 ? [{ type: 'rich_text_list', style: 'bullet', elements: items }] : []
    }
    case 'table':
      return filled('rich_text_preformatted', [{ kind: 'text', text: drawTable([block.head, ...block.rows]) }], room)
  }
}

/** One section with as many of the spans as there is room for. Slack refuses empty ones. */
function filled(type: RichSection['type'], spans: readonly Span[], room: Room): RichSection[] {
  const elements: RichText[] = []
  for (const span of spans) {
    const text = span.text.slice(0, Math.max(0, room.left)).replace(/[\uD800-\uDBFF]$/, '')
    if (text.length < span.text.length) room.isExceeded = true
    room.left -= text.length + structurePerSpan
    if (text === '') continue
    if (span.kind === 'link') elements.push({ type: 'link', url: span.url, text })
    else if (span.kind === 'text') elements.push({ type: 'text', text })
    else elements.push({ type: 'text', text, style: span.kind === 'bold' ? { bold: true } : { code: true } })
  }
  return elements.length > 0 ? [{ type, elements }] : []
}

/** Plain text, with the three characters escaped that begin a mention or a link in a message's text. */
function toFallback(markup: string): string {
  const words = parseMarkup(markup).map((block) => {
    if (block.kind === 'table') return drawTable([block.head, ...block.rows])
    const lines = block.kind === 'list' ? block.items : block.lines
    return lines.map((line) => (block.kind === 'list' ? '• ' : '') + line.map((span) => span.text).join('')).join('\n')
  })
  const text = cut(words.join('\n\n'), longestText)
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** At most so many characters, never half an emoji, with a mark where something is missing. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
