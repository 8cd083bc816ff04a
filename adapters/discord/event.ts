import type { Attachment, Author, Message } from '../../src/core/message.ts'
import type { ChannelEvent } from '../../src/core/ports.ts'
import { readSaidAt, type PlaceReader } from './said-at.ts'
import { isInGuild, listed, property, snowflake } from './shape.ts'

/** Whose events these are, what is known about their places, and when they came. */
export interface DiscordReader extends PlaceReader {
  readonly tenant: string
  readonly botId: string
  /** Whether a role of a server is the bot's own, which Discord made for it and which people name like the bot. */
  readonly isOwnRole: (role: unknown) => boolean
  /** The conversation of an earlier message; a deletion does not say who wrote. */
  readonly conversationOf: (message: string) => string | undefined
  readonly receivedAt: Date
}

/** What a gateway dispatch means to us. `because` is one of a few fixed words. */
export type DiscordReading =
  | { readonly kind: 'event'; readonly event: ChannelEvent }
  | { readonly kind: 'ignored'; readonly because: string }

/** Discord's limit with Nitro is 4,000 (https://docs.discord.com/developers/resources/message, read 2026-11-21). */
const longestText = 40_000
/** Discord's own limit is 10. */
const mostAttachments = 20
/** Ordinary messages and replies; all other types are notices of Discord. */
const writtenTypes: readonly unknown[] = [undefined, 0, 19]

/** The dispatches about messages that are read. */
export const messageDispatches: readonly unknown[] = ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE']

/** Reads a gateway dispatch: `type` is its `t`, `data` its `d`. Whatever it is given, it never throws. */
export function readDiscordEvent(type: unknown, data: unknown, reader: DiscordReader): DiscordReading {
  switch (type) {
    case 'MESSAGE_CREATE':
      return readMessage(data, reader)
    case 'MESSAGE_UPDATE':
      return readEdit(data, reader)
    case 'MESSAGE_DELETE':
      return readDeletion(data, reader)
    default:
      return ignored('unused-event')
  }
}

/** The channel whose kind must be known to read this dispatch; messages that are not for the bot need none. */
export function unknownPlaceOf(type: unknown, data: unknown, bot: Named): string | undefined {
  const content = property(data, 'content')
  const isWritten = (typeof content === 'string' && content !== '') || listed(data, 'attachments').length > 0
  const isMessage = (type === 'MESSAGE_CREATE' || type === 'MESSAGE_UPDATE') && (isWritten || isNamed(data, bot))
  return isInGuild(data) && (isMessage || type === 'MESSAGE_DELETE') ? snowflake(data, 'channel_id') : undefined
}

/** The message a dispatch changes, if only the store can tell whose conversation it is in. */
export function unknownMessageOf(type: unknown, data: unknown, reader: DiscordReader): string | undefined {
  const isEdit = type === 'MESSAGE_UPDATE' && typeof property(data, 'edited_timestamp') === 'string'
  if (!isEdit && type !== 'MESSAGE_DELETE') return undefined
  if (isEdit && (isNamed(data, reader) || typeof messageOf(data, reader) === 'string')) return undefined
  const id = `discord:${snowflake(data, 'id')}`
  const isShared = readSaidAt(data, undefined, reader)?.isShared === true
  return isShared && snowflake(data, 'id') !== undefined && reader.conversationOf(id) === undefined ? id : undefined
}

function readMessage(data: unknown, reader: DiscordReader): DiscordReading {
  const message = messageOf(data, reader)
  if (typeof message === 'string') return ignored(message)
  const isAddressed = message.isPrivate || isNamed(data, reader)
  if (!isAddressed && !isOneConversation(message)) return ignored('not-addressed')
  // Who only calls the bot is answered; words that are withheld were not for it.
  if (!isAddressed && message.text === '' && message.attachments === undefined) return ignored('no-content')
  return { kind: 'event', event: { kind: 'message', message, isAddressed } }
}

/** A message as its author wrote it, whoever it was for; a word of why it is none of a person's. */
function messageOf(data: unknown, reader: DiscordReader): Message | string {
  return whyUnwanted(data, reader) ?? readWritten(data, reader)
}

/** The same of a message that somebody points at, which may be one of ours. */
export function pointedMessageOf(data: unknown, reader: DiscordReader): Message | string {
  const isOwn = property(property(data, 'author'), 'id') === reader.botId
  return isOwn ? readWritten(data, reader) : messageOf(data, reader)
}

function readWritten(data: unknown, reader: DiscordReader): Message | 'malformed' {
  const id = snowflake(data, 'id')
  const author = authorOf(property(data, 'author'))
  const content = property(data, 'content')
  const place = readSaidAt(data, author?.id, reader)
  if (id === undefined || author === undefined || place === undefined || typeof content !== 'string') return 'malformed'
  const attachments = attachmentsOf(data)
  return {
    tenant: reader.tenant,
    id: `discord:${id}`,
    channel: 'discord',
    conversation: place.conversation,
    address: { ...place.address, message: id, ...answeredBy(data, reader.botId) },
    author,
    text: readText(content, data, reader),
    ...(attachments.length === 0 ? {} : { attachments }),
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
}

/** A thread: there nobody has to be named to be understood. */
function isOneConversation({ conversation, address }: Message): boolean {
  return conversation === `discord:${address['channel']}`
}

/** Why a message is not a customer's, if it is not. */
function whyUnwanted(data: unknown, reader: DiscordReader): string | undefined {
  const author = property(data, 'author')
  if (property(author, 'id') === reader.botId) return 'own-message'
  if (property(author, 'bot') === true || property(data, 'webhook_id') != null || property(author, 'system') === true)
    return 'bot-message'
  return writtenTypes.includes(property(data, 'type')) ? undefined : 'notice'
}

function readEdit(data: unknown, reader: DiscordReader): DiscordReading {
  // Discord also tells of an update when it adds a link preview.
  const editedAt = property(data, 'edited_timestamp')
  if (typeof editedAt !== 'string') return ignored('unchanged')
  const message = messageOf(data, reader)
  if (typeof message === 'string') return ignored(message)
  const { tenant, id, text } = message
  const isNamedNow = message.isPrivate || isNamed(data, reader)
  // Without the message content intent the text of a message that names nobody any more is withheld.
  const isOurs = isNamedNow || (text !== '' && (isOneConversation(message) || reader.conversationOf(id) !== undefined))
  if (!isOurs) return ignored('not-addressed')
  const at = new Date(editedAt)
  const when = Number.isNaN(at.getTime()) ? {} : { at }
  const key = { tenant, conversation: message.conversation }
  return { kind: 'event', event: { kind: 'edit', key, message: id, text, ...when } }
}

function readDeletion(data: unknown, reader: DiscordReader): DiscordReading {
  const id = snowflake(data, 'id')
  const place = readSaidAt(data, undefined, reader)
  if (id === undefined || place === undefined) return ignored('malformed')
  const conversation = place.isShared ? reader.conversationOf(`discord:${id}`) : place.conversation
  if (conversation === undefined) return ignored('unknown-message')
  return {
    kind: 'event',
    event: { kind: 'delete', key: { tenant: reader.tenant, conversation }, message: `discord:${id}` },
  }
}

/** Somebody of Discord, by the name others see. */
export function authorOf(user: unknown): Author | undefined {
  const id = snowflake(user, 'id')
  const name = property(user, 'global_name') ?? property(user, 'username')
  if (id === undefined) return undefined
  return typeof name === 'string' && name !== '' ? { id, name: name.slice(0, 100) } : { id }
}

/** What the bot is called. */
type Named = Pick<DiscordReader, 'botId' | 'isOwnRole'>

/** Whether the bot is named: by a mention, of its role too, or by a reply to it, which may be one that does not notify it. */
function isNamed(data: unknown, { botId, isOwnRole }: Named): boolean {
  const content = property(data, 'content')
  const isInText = typeof content === 'string' && (content.includes(`<@${botId}>`) || content.includes(`<@!${botId}>`))
  const isMentioned = listed(data, 'mentions').some((user) => property(user, 'id') === botId)
  return isInText || isMentioned || isReplyTo(botId, data) || listed(data, 'mention_roles').some(isOwnRole)
}

function isReplyTo(botId: string, data: unknown): boolean {
  return property(property(property(data, 'referenced_message'), 'author'), 'id') === botId
}

/** The message of ours that somebody replies to. */
function answeredBy(data: unknown, botId: string): { reply?: string } {
  const reply = snowflake(property(data, 'referenced_message'), 'id')
  return reply === undefined || !isReplyTo(botId, data) ? {} : { reply }
}

/** What the customer sees in their own client, without the bot's mention. */
function readText(content: string, data: unknown, { botId, isOwnRole }: Named): string {
  const users = listed(data, 'mentions')
  return content
    .slice(0, longestText)
    .replace(/<@!?(\d{1,20})>/g, (_whole, id: string) => (id === botId ? '' : `@${nameOf(users, id)}`))
    .replace(/<a?(:\w{1,32}:)\d{1,20}>/g, '$1')
    .replace(/<(\/[^:<>]{1,100}):\d{1,20}>/g, '$1')
    .replace(/<@&(\d{1,20})>/g, (_whole, id: string) => (isOwnRole(id) ? '' : '@role'))
    .replace(/<#\d{1,20}>/g, '#channel')
    .trim()
}

function nameOf(users: readonly unknown[], id: string): string {
  return authorOf(users.find((user) => property(user, 'id') === id))?.name ?? 'somebody'
}

function attachmentsOf(data: unknown): readonly Attachment[] {
  return listed(data, 'attachments', mostAttachments).flatMap((file) => {
    const [name, type, bytes] = [property(file, 'filename'), property(file, 'content_type'), property(file, 'size')]
    if (typeof name !== 'string' || name === '') return []
    return [
      {
        name: name.slice(0, 200),
        ...(typeof type === 'string' && type !== '' ? { type: type.slice(0, 100) } : {}),
        ...(typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? { bytes } : {}),
      },
    ]
  })
}

function ignored(because: string): DiscordReading {
  return { kind: 'ignored', because }
}
