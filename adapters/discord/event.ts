import type { Address, Author, Message } from '../../src/core/message.ts'
import type { ChannelEvent } from '../../src/core/ports.ts'

/** Whose events these are, what is known about their places, and when they came. */
export interface DiscordReader {
  readonly tenant: string
  readonly botId: string
  readonly isThread: (channel: string) => boolean
  /** The conversation of an earlier message; a deletion does not say who wrote. */
  readonly conversationOf: (message: string) => string | undefined
  readonly receivedAt: Date
}

/** What has to be told to Discord within 3 seconds, or the button's presser reads "This interaction failed". */
export interface Interaction {
  readonly id: string
  readonly token: string
}

/** What a gateway dispatch means to us. `because` is one of a few fixed words. */
export type DiscordReading =
  | { readonly kind: 'event'; readonly event: ChannelEvent; readonly interaction?: Interaction }
  | { readonly kind: 'ignored'; readonly because: string }

/** Discord's limit with Nitro is 4,000 (https://docs.discord.com/developers/resources/message, read 2026-11-21). */
const longestText = 40_000
/** Ordinary messages and replies; all other types are notices of Discord. */
const writtenTypes: readonly unknown[] = [undefined, 0, 19]
const threadTypes: readonly unknown[] = [10, 11, 12]
/** The dispatches that are read; of all others nothing is kept. */
export const readDispatches: readonly unknown[] = [
  'MESSAGE_CREATE',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'INTERACTION_CREATE',
]

/** Reads a gateway dispatch: `type` is its `t`, `data` its `d`. Whatever it is given, it never throws. */
export function readDiscordEvent(type: unknown, data: unknown, reader: DiscordReader): DiscordReading {
  switch (type) {
    case 'MESSAGE_CREATE':
      return readMessage(data, reader)
    case 'MESSAGE_UPDATE':
      return readEdit(data, reader)
    case 'MESSAGE_DELETE':
      return readDeletion(data, reader)
    case 'INTERACTION_CREATE':
      return readInteraction(data, reader)
    default:
      return ignored('unused-event')
  }
}

/** The channel whose kind must be known to read this dispatch; messages that are not for the bot need none. */
export function unknownPlaceOf(type: unknown, data: unknown, botId: string): string | undefined {
  const isMessage = (type === 'MESSAGE_CREATE' || type === 'MESSAGE_UPDATE') && mentions(data, botId)
  const isDeletion = type === 'MESSAGE_DELETE'
  const isButton = type === 'INTERACTION_CREATE' && property(property(data, 'channel'), 'type') === undefined
  const isInGuild = property(data, 'guild_id') != null
  return isInGuild && (isMessage || isButton || isDeletion) ? snowflake(data, 'channel_id') : undefined
}

function readMessage(data: unknown, reader: DiscordReader): DiscordReading {
  const unwanted = whyUnwanted(data, reader)
  if (unwanted !== undefined) return ignored(unwanted)
  const id = snowflake(data, 'id')
  const author = authorOf(property(data, 'author'))
  const content = property(data, 'content')
  const place = placeOf(data, author?.id, reader)
  if (id === undefined || author === undefined || place === undefined || typeof content !== 'string')
    return ignored('malformed')
  if (!place.isPrivate && !mentions(data, reader.botId)) return ignored('not-addressed')

  const text = readText(content, data, reader.botId)
  if (text === '') return ignored('no-text')
  const message: Message = {
    tenant: reader.tenant,
    id: `discord:${id}`,
    channel: 'discord',
    conversation: place.conversation,
    address: { ...place.address, message: id },
    author,
    text,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  return { kind: 'event', event: { kind: 'message', message, isAddressed: true } }
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
  if (typeof property(data, 'edited_timestamp') !== 'string') return ignored('unchanged')
  const reading = readMessage(data, reader)
  if (reading.kind === 'ignored' || reading.event.kind !== 'message') return reading
  const { tenant, conversation, id, text } = reading.event.message
  return { kind: 'event', event: { kind: 'edit', key: { tenant, conversation }, message: id, text } }
}

function readDeletion(data: unknown, reader: DiscordReader): DiscordReading {
  const id = snowflake(data, 'id')
  const channel = snowflake(data, 'channel_id')
  if (id === undefined || channel === undefined) return ignored('malformed')
  const isShared = property(data, 'guild_id') != null && !reader.isThread(channel)
  const conversation = isShared ? reader.conversationOf(`discord:${id}`) : `discord:${channel}`
  if (conversation === undefined) return ignored('unknown-message')
  return {
    kind: 'event',
    event: { kind: 'delete', key: { tenant: reader.tenant, conversation }, message: `discord:${id}` },
  }
}

function readInteraction(data: unknown, reader: DiscordReader): DiscordReading {
  const id = snowflake(data, 'id')
  const token = property(data, 'token')
  if (property(data, 'type') !== 3)
    return ignored(typeof property(data, 'type') === 'number' ? 'unused-interaction' : 'malformed')
  const component = property(data, 'data')
  const shown = property(data, 'message')
  const shownId = snowflake(shown, 'id')
  const pressed = property(component, 'custom_id')
  const author = authorOf(property(property(data, 'member'), 'user') ?? property(data, 'user'))
  const place = placeOf(data, author?.id, reader)
  if (
    id === undefined ||
    shownId === undefined ||
    author === undefined ||
    place === undefined ||
    !isToken(token) ||
    !isButtonId(pressed)
  )
    return ignored('malformed')
  if (property(component, 'component_type') !== 2) return ignored('unused-interaction')

  const message: Message = {
    tenant: reader.tenant,
    id: `discord:${id}`,
    channel: 'discord',
    conversation: place.conversation,
    address: { ...place.address, message: shownId },
    author,
    text: labelOf(shown, pressed),
    pressed,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  return { kind: 'event', event: { kind: 'action', message }, interaction: { id, token } }
}

interface Place {
  readonly conversation: string
  readonly address: Address
  readonly isPrivate: boolean
}

/**
 * A thread and a direct message are one conversation each. In a channel everybody writes below one another, so there each
 * author has a conversation of their own and two customers never fill each other's forms.
 */
function placeOf(data: unknown, author: string | undefined, reader: DiscordReader): Place | undefined {
  const channel = snowflake(data, 'channel_id')
  if (channel === undefined) return undefined
  const type = property(property(data, 'channel'), 'type') ?? property(data, 'channel_type')
  const isInGuild = property(data, 'guild_id') != null
  const isPrivate = !isInGuild && (type === undefined || type === 1)
  const isOne = isPrivate || threadTypes.includes(type) || (type === undefined && reader.isThread(channel))
  return {
    conversation: isOne ? `discord:${channel}` : `discord:${channel}:${author}`,
    address: { channel },
    isPrivate,
  }
}

function authorOf(user: unknown): Author | undefined {
  const id = snowflake(user, 'id')
  const name = property(user, 'global_name') ?? property(user, 'username')
  if (id === undefined) return undefined
  return typeof name === 'string' && name !== '' ? { id, name: name.slice(0, 100) } : { id }
}

/** Whether the bot is named: by a mention, or by a reply that notifies it. */
function mentions(data: unknown, botId: string): boolean {
  const content = property(data, 'content')
  const isInText = typeof content === 'string' && (content.includes(`<@${botId}>`) || content.includes(`<@!${botId}>`))
  return isInText || listed(data, 'mentions').some((user) => property(user, 'id') === botId)
}

/** What the customer sees in their own client, without the bot's mention. */
function readText(content: string, data: unknown, botId: string): string {
  const users = listed(data, 'mentions')
  return content
    .slice(0, longestText)
    .replace(/<@!?(\d{1,20})>/g, (_whole, id: string) => (id === botId ? '' : `@${nameOf(users, id)}`))
    .replace(/<a?(:\w{1,32}:)\d{1,20}>/g, '$1')
    .replace(/<(\/[^:<>]{1,100}):\d{1,20}>/g, '$1')
    .replace(/<@&\d{1,20}>/g, '@role')
    .replace(/<#\d{1,20}>/g, '#channel')
    .trim()
}

function nameOf(users: readonly unknown[], id: string): string {
  return authorOf(users.find((user) => property(user, 'id') === id))?.name ?? 'somebody'
}

/** What stood on the button, which Discord repeats only inside the message. */
function labelOf(message: unknown, pressed: string): string {
  for (const row of listed(message, 'components')) {
    for (const button of listed(row, 'components')) {
      const label = property(button, 'label')
      if (property(button, 'custom_id') === pressed && typeof label === 'string') return label.slice(0, 80)
    }
  }
  return ''
}

function ignored(because: string): DiscordReading {
  return { kind: 'ignored', because }
}

/** A field of an object from outside; anything that is not its own field is absent. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

function listed(value: unknown, name: string): readonly unknown[] {
  const list = property(value, name)
  return Array.isArray(list) ? list.slice(0, 100) : []
}

/** An id of Discord's. Anything else would let a payload name another conversation. */
function snowflake(value: unknown, name: string): string | undefined {
  const found = property(value, name)
  return typeof found === 'string' && /^\d{1,20}$/.test(found) ? found : undefined
}

/** It becomes a part of a URL. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.~-]{1,1000}$/.test(value)
}

/** Discord's own limit is 100 characters. */
function isButtonId(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}]{1,100}$/u.test(value)
}
