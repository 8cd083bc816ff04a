export type TenantId = string
export type ConversationId = string
export type MessageId = string
export type ActionId = string

export const channelNames = ['web', 'terminal', 'slack', 'discord'] as const
export type ChannelName = (typeof channelNames)[number]

/** Where a channel finds a conversation again, in its own words (`channel`, `thread`). Only its adapter reads it. */
export type Address = Readonly<Record<string, string>>

export interface Author {
  /** Unique within the channel: a Slack team and user, a Discord user, a browser's cookie. */
  readonly id: string
  readonly name?: string
}

/** A file somebody sent. It is noted for the team; the bot does not open it. */
export interface Attachment {
  /** At most 200 characters. */
  readonly name: string
  /** The media type as the platform gives it, for example `image/png`. */
  readonly type?: string
  readonly bytes?: number
}

/**
 * One thing a customer said: text they wrote, or a button they pressed. Every platform's event becomes one of these.
 * `id` is what the platform sends again when it repeats itself, so the same message is stored once.
 */
export interface Message {
  readonly tenant: TenantId
  readonly id: MessageId
  readonly channel: ChannelName
  readonly conversation: ConversationId
  readonly address: Address
  readonly author: Author
  /** What was written, at most 4,000 characters; for a button, its label. */
  readonly text: string
  readonly pressed?: ActionId
  /** Files that came with it, at most 20; left out when there are none. */
  readonly attachments?: readonly Attachment[]
  /** Whether nobody else can read the conversation; personal details are given nowhere else. */
  readonly isPrivate: boolean
  readonly receivedAt: Date
}

/**
 * Characters (Unicode code points) of one message. A longer text is refused by the web with the limit named, and cut
 * where a platform has accepted it already.
 */
export const maximumTextLength = 4000

/** Unicode code points: an emoji of two UTF-16 units counts once. */
export function countCharacters(text: string): number {
  return Array.from(text).length
}

/** The beginning of a text, at most so many characters, never half of one. */
export function cutText(text: string, characters: number): string {
  return text.length <= characters ? text : Array.from(text).slice(0, characters).join('')
}
