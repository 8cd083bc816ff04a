import { type Block, parseMarkup, type Span } from '../../src/core/markup.ts'
import { drawTable } from '../../src/core/render.ts'
import { ratingKind, type Reply, type ReplyAction } from '../../src/core/reply.ts'

interface Button {
  readonly type: 2
  readonly style: 1 | 2 | 4
  readonly custom_id: string
  readonly label: string
}
interface ActionRow {
  readonly type: 1
  readonly components: readonly Button[]
}

export interface DiscordText {
  readonly content: string
  readonly components: readonly ActionRow[]
}

/** https://docs.discord.com/developers/resources/message and /components/reference, read 2026-11-21. */
const longestContent = 2000
const buttonsInRow = 5
const mostRows = 5
const longestLabel = 80
const longestButtonId = 100

/**
 * A reply in Discord's Markdown. Every character that means something there is escaped, so that only the markup's own bold,
 * code, lists and links take effect; a link shows where it leads. What does not fit into 2,000 characters is left out.
 */
export function toDiscord(reply: Pick<Reply, 'text' | 'actions'>): DiscordText {
  let content = ''
  let isWhole = true
  for (const block of parseMarkup(reply.text)) {
    const distance = content === '' ? '' : '\n\n'
    const printed = print(block, longestContent - 1 - content.length - distance.length)
    if (printed.text !== '') content += distance + printed.text
    isWhole = printed.isWhole
    if (!isWhole) break
  }
  return { content: isWhole ? content : `${content}…`, components: toRows(reply.actions) }
}

/** The reply's own buttons, and those that rate it in a row below. A channel cannot tell who of its readers is staff. */
function toRows(actions: readonly ReplyAction[]): ActionRow[] {
  const shown = actions.filter(({ id, audience }) => id.length <= longestButtonId && audience !== 'staff')
  const rating = inRows(shown.filter(ratingKind)).slice(0, 1)
  return [...inRows(shown.filter((action) => !ratingKind(action))).slice(0, mostRows - rating.length), ...rating]
}

function inRows(actions: readonly ReplyAction[]): ActionRow[] {
  const buttons = actions.map(({ id, label, style }): Button => {
    const number = style === 'primary' ? 1 : style === 'danger' ? 4 : 2
    return { type: 2, style: number, custom_id: id, label: cut(label, longestLabel) }
  })
  const rows: ActionRow[] = []
  for (let from = 0; from < buttons.length; from += buttonsInRow)
    rows.push({ type: 1, components: buttons.slice(from, from + buttonsInRow) })
  return rows
}

interface Printed {
  readonly text: string
  /** Whether everything fitted. */
  readonly isWhole: boolean
}

/** As much of a block as there is room for. */
function print(block: Block, room: number): Printed {
  if (block.kind === 'table') {
    const frame = '```\n\n```'
    const table = drawTable([block.head, ...block.rows].map((row) => row.map(toCell)))
    const text = within(table, room - frame.length)
    return { text: text === '' ? '' : `\`\`\`\n${text}\n\`\`\``, isWhole: text === table }
  }
  const lines = block.kind === 'list' ? block.items : block.lines
  const bullet = block.kind === 'list' ? '- ' : ''
  let text = ''
  for (const line of lines) {
    const start = (text === '' ? '' : '\n') + bullet
    const printed = printLine(line, room - text.length - start.length)
    if (printed.text !== '') text += start + printed.text
    if (!printed.isWhole) return { text, isWhole: false }
  }
  return { text, isWhole: true }
}

function printLine(spans: readonly Span[], room: number): Printed {
  let text = ''
  for (const span of spans) {
    const whole = printSpan(span, text === '')
    if (text.length + whole.length > room)
      return { text: text + shorten(span, text === '', room - text.length), isWhole: false }
    text += whole
  }
  return { text, isWhole: true }
}

function printSpan(span: Span, isFirst: boolean): string {
  switch (span.kind) {
    case 'text':
      return escape(span.text, isFirst)
    case 'bold':
      return `**${escape(span.text, false)}**`
    case 'code':
      return `\`${harmless(span.text)}\``
    case 'link': {
      const target = span.url.startsWith('mailto:') ? escape(span.url.slice('mailto:'.length), false) : `<${span.url}>`
      return span.text === span.url ? target : `${escape(span.text, isFirst)} (${target})`
    }
  }
}

/** As much of a text as fits. Half a link or half a code span would mean something else. */
function shorten(span: Span, isFirst: boolean, room: number): string {
  let text = ''
  if (span.kind !== 'text') return text
  for (const character of span.text) {
    if (escape(text + character, isFirst).length > room) break
    text += character
  }
  return escape(text, isFirst)
}

/** Discord takes a backslash before any punctuation as "this is only a character". */
function escape(text: string, isFirst: boolean): string {
  const escaped = harmless(text.replace(/[\\*_~`|<[\]]/g, String.raw`\$&`)).replaceAll('://', String.raw`\://`)
  return isFirst
    ? escaped.replace(/^(\s*)([-#>+])/, String.raw`$1\$2`).replace(/^(\s*\d+)\./, String.raw`$1\.`)
    : escaped
}

/**
 * Discord searches the plain text of a message for these two, also inside code: `@everyone`, and invitations, which become
 * a card without any link. A space of no width and a backslash keep them what they are.
 */
function harmless(text: string): string {
  return text.replace(/@(?=everyone|here)/gi, '@\u200B').replace(/\.(?=gg\/|com\/invite)/gi, String.raw`\.`)
}

/** A cell of a code block, which a backtick would end. */
function toCell(text: string): string {
  return harmless(text).replaceAll('`', 'ˋ')
}

/** At most so many characters, with a mark where something is missing. */
function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${within(text, longest - 1)}…`
}

/** The beginning of a text, never half an emoji. */
function within(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, Math.max(0, longest)).replace(/[\uD800-\uDBFF]$/, '')
}
