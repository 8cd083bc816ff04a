import { readReply } from '../../src/core/links.ts'
import type { Reply } from '../../src/core/reply.ts'
import { splitBlocks } from '../../src/core/split.ts'
import { layTables } from '../../src/core/table.ts'
import { printBlocks, sizeOfBlock } from './components/print.ts'
import { takePlaceLink, withPlaceLink } from './components/place-link.ts'
import { type ActionRow, toRows } from './components/rows.ts'

/** A frame in colour around text and buttons. */
export interface Container {
  readonly type: 17
  readonly accent_color: number
  readonly components: readonly ({ readonly type: 10; readonly content: string } | ActionRow)[]
}

/** One message of Discord: words with buttons below them, or a card, which has a flag of its own and no content. */
export type DiscordPart =
  | { readonly content: string; readonly components: readonly ActionRow[]; readonly flags?: undefined }
  | { readonly content?: undefined; readonly components: readonly Container[]; readonly flags: number }

export interface DiscordRules {
  /** Where links of the bot may lead: hosts in lower case. */
  readonly linkHosts: ReadonlySet<string>
  /** Whether it is framed as a card. A message cannot stop being one when it is edited. */
  readonly isCard?: boolean
}

/** https://docs.discord.com/developers/resources/message and /components/reference, read 2026-11-27. */
const longestContent = 2000
const longestCard = 4000
const componentsV2 = 1 << 15
const mostParts = 10
/** The green of the playground. */
const accent = 0x2f7d5b

/**
 * A reply as messages of Discord, one or more; its buttons are in the last. It is Discord's Markdown in which every
 * character that means something is escaped, so that only the markup's own bold, code, lists and links take effect.
 */
export function toDiscord(
  reply: Pick<Reply, 'text' | 'actions' | 'audience' | 'from'>,
  { linkHosts, isCard = false }: DiscordRules,
): readonly [DiscordPart, ...DiscordPart[]] {
  const rules = { linkHosts, isPerson: reply.from !== undefined }
  const own = toRows(reply, rules)
  const read = readReply(reply, linkHosts)
  const { blocks: said, link } = isCard ? takePlaceLink(read) : { blocks: read, link: undefined }
  const rows = link === undefined ? own : withPlaceLink(own, link, rules)
  const blocks = layTables(said, () => false)
  const most = isCard ? longestCard : longestContent
  const contents = splitBlocks(blocks, { most, sizeOf: sizeOfBlock, mostParts, keptFree: 0 }).map(printBlocks)
  const [first = '', ...others] = contents
  const toPart = (content: string, index: number): DiscordPart => {
    const components = index === others.length ? rows : []
    return isCard ? toCard(content, components) : { content, components }
  }
  return [toPart(first, 0), ...others.map((content, index) => toPart(content, index + 1))]
}

/** A card without a word would be refused, and so would one without anything. */
function toCard(content: string, rows: readonly ActionRow[]): DiscordPart {
  const text = content.trim() === '' ? [] : [{ type: 10, content } as const]
  const components = text.length + rows.length === 0 ? [{ type: 10, content: '…' } as const] : [...text, ...rows]
  return { components: [{ type: 17, accent_color: accent, components }], flags: componentsV2 }
}
