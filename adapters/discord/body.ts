import type { Address } from '../../src/core/message.ts'
import { plain } from '../../src/core/markup.ts'
import type { Picture, Reply } from '../../src/core/reply.ts'
import { type DiscordPart, type DiscordRules, toDiscord } from './components.ts'

/** The body of one message, without what depends on where it goes. */
export type Body = Readonly<Record<string, unknown>> & { readonly flags: number }

/** https://docs.discord.com/developers/resources/message, "Message Flags". */
const suppressEmbeds = 1 << 2
/** For one person's eyes. */
export const ephemeral = 1 << 6

/** Nobody is notified, not even by the reply itself. */
const nobody = { parse: [], replied_user: false } as const

/** The messages a reply becomes, at least one. Nobody is notified and nothing is previewed. */
export function bodiesOf(
  reply: Pick<Reply, 'text' | 'actions' | 'audience' | 'from'>,
  rules: DiscordRules,
): readonly [Body, ...Body[]] {
  const { from } = reply
  // Everything in Discord is said by the bot: what a person of the team wrote begins with their name.
  const said = from === undefined ? reply : { ...reply, text: `**${plain(from)}**\n\n${reply.text}` }
  const [first, ...rest] = toDiscord(said, rules)
  return [toBody(first), ...rest.map(toBody)]
}

function toBody({ content, components, flags = 0 }: DiscordPart): Body {
  const shown = content === undefined ? { components } : { content, components }
  return { ...shown, allowed_mentions: nobody, flags: flags | suppressEmbeds }
}

/**
 * Whether a reply is framed as a card: what stands in the team's channel by itself. It follows from what never changes,
 * because a message cannot become a card, or stop being one.
 */
export function isCard({ audience }: Pick<Reply, 'audience'>, address: Address): boolean {
  const isBelow = ['thread', 'message', 'interaction'].some((name) => address[name] !== undefined)
  return audience === 'staff' && !isBelow
}

/** A sentence of the adapter's own, for where there is no reply to show. */
export function bodyOfText(content: string): Body {
  return { content, components: [], allowed_mentions: nobody, flags: suppressEmbeds }
}

/** The same, for one person's eyes. */
export function hidden(body: Body): Body {
  return { ...body, flags: body.flags | ephemeral }
}

/** A file as discord.js sends it. */
export interface PictureFile {
  readonly name: string
  readonly data: Buffer
  readonly contentType: string
}

/** A picture as a file and as what the body says of it. */
export function withPicture(body: Body, { png, description }: Picture): { body: Body; files: PictureFile[] } {
  const name = 'picture.png'
  return {
    body: { ...body, attachments: [{ id: 0, filename: name, description: description.slice(0, 1024) }] },
    files: [{ name, data: Buffer.from(png), contentType: 'image/png' }],
  }
}
