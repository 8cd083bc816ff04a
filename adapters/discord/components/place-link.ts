import type { Block, Line, Span } from '../../../src/core/markup.ts'
import type { LinkRules } from '../../../src/core/links.ts'
import { type ActionRow, longestLabel, toLabel } from './rows.ts'

/** A place in a server: https://docs.discord.com/developers/reference, "Message Formatting", read 2026-11-27. */
const place = /^https:\/\/discord\.com\/channels\/\d{1,20}\/\d{1,20}(?:\/\d{1,20})?$/
const mostInRow = 5

type Link = Extract<Span, { kind: 'link' }>

/**
 * The first link of a card that leads to a place in Discord is taken out of its text, to become a button: three long numbers
 * tell a reader nothing.
 */
export function takePlaceLink(blocks: readonly Block[]): { readonly blocks: readonly Block[]; readonly link?: Link } {
  const link = blocks
    .flatMap((block) => (block.kind === 'paragraph' ? block.lines.flat() : []))
    .find((span): span is Link => span.kind === 'link' && span.text !== span.url && place.test(span.url))
  if (link === undefined) return { blocks }
  const without = blocks.map((block) =>
    block.kind === 'paragraph' ? { ...block, lines: block.lines.map((line) => withoutLink(line, link)) } : block,
  )
  return { blocks: without, link }
}

/** The colon that led to it goes as well. */
function withoutLink(line: Line, link: Link): Line {
  const at = line.indexOf(link)
  return at < 0
    ? line
    : line
        .map((span, index) =>
          index === at - 1 && span.kind === 'text' ? { ...span, text: span.text.replace(/:\s*$/, '') } : span,
        )
        .filter((span) => span !== link)
}

/** The link as the last button of the last row, or in a row of its own. */
export function withPlaceLink(rows: readonly ActionRow[], { text, url }: Link, rules: LinkRules): readonly ActionRow[] {
  const label = toLabel(text, longestLabel, rules)
  const button = { type: 2, style: 5, label: label.slice(0, 1).toUpperCase() + label.slice(1), url } as const
  const last = rows.at(-1)
  const hasRoom = last !== undefined && last.components.length < mostInRow && last.components[0]?.type === 2
  return hasRoom
    ? [...rows.slice(0, -1), { ...last, components: [...last.components, button] }]
    : [...rows, { type: 1, components: [button] }]
}
