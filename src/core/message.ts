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
  /** Whether nobody else can read the conversation; personal details are given nowhere else. */
  readonly isPrivate: boolean
  readonly receivedAt: Date
}

/** Slack's and Discord's own limits lie at or above this; a longer text is refused with the limit named. */
export const maximumTextLength = 4000
