import type { Address, Author, Message } from '../../src/core/message.ts'
import type { ChannelEvent, ConversationKey } from '../../src/core/ports.ts'

/** Whose events these are, and when they came. */
export interface SlackReader {
  readonly tenant: string
  readonly botUserId: string
  /** Whether the app has Slack's agent view, where every direct message begins a thread of its own. */
  readonly agentView: boolean
  readonly receivedAt: Date
}

/** What a payload means to us. `because` is one of a few fixed words. */
export type SlackReading =
  | { readonly kind: 'event'; readonly event: ChannelEvent }
  | { readonly kind: 'ignored'; readonly because: string }

/** Slack cuts a message's text here (https://docs.slack.dev/reference/methods/chat.postMessage, read 2026-11-21). */
const longestText = 40_000
/** Subtypes under which customers write; all others are notices of Slack. */
const writtenSubtypes: readonly unknown[] = [undefined, 'file_share', 'me_message', 'thread_broadcast']

/** Reads the payload of one Socket Mode envelope. Whatever it is given, it never throws. */
export function readSlackEvent(payload: unknown, reader: SlackReader): SlackReading {
  const type = field(payload, 'type')
  if (type === 'event_callback') return readEvent(payload, reader)
  if (type === 'block_actions') return readAction(payload, reader)
  if (typeof field(payload, 'command') === 'string') return readCommand(payload, reader)
  return ignored(typeof type === 'string' ? 'unused-type' : 'malformed')
}

function readEvent(payload: unknown, reader: SlackReader): SlackReading {
  const event = field(payload, 'event')
  const team = id(payload, 'team_id') ?? id(event, 'team')
  if (team === undefined) return ignored('malformed')
  switch (field(event, 'type')) {
    case 'app_mention':
      return readMessage(event, team, reader)
    case 'message':
      if (field(event, 'subtype') === 'message_changed') return readEdit(event, team, reader)
      if (field(event, 'subtype') === 'message_deleted') return readDeletion(event, team, reader)
      return readMessage(event, team, reader)
    case 'app_home_opened': {
      const author = authorOf(event, team)
      if (field(event, 'tab') !== 'home') return ignored('other-tab')
      if (author === undefined) return ignored('malformed')
      return happened({ kind: 'home', tenant: reader.tenant, channel: 'slack', author, address: { team } })
    }
    default:
      return ignored(typeof field(event, 'type') === 'string' ? 'unused-event' : 'malformed')
  }
}

function readMessage(event: unknown, team: string, reader: SlackReader): SlackReading {
  const place = placeOf(event, team, reader)
  const author = authorOf(event, team)
  const written = field(event, 'text')
  const isMention = field(event, 'type') === 'app_mention'
  const unwanted = whyUnwanted(event, reader)
  if (unwanted !== undefined) return ignored(unwanted)
  if (place === undefined || author === undefined || typeof written !== 'string') return ignored('malformed')

  const namesUs = isMention || written.includes(`<@${reader.botUserId}>`) || written.includes(`<@${reader.botUserId}|`)
  // A message at the top of a channel is none of our business unless it names the bot.
  if (!place.isPrivate && !namesUs && ts(event, 'thread_ts') === undefined) return ignored('not-addressed')
  const text = readText(written, reader.botUserId)
  if (text === '') return ignored('no-text')
  const message: Message = {
    ...place.message,
    author,
    text,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  return happened({ kind: 'message', message, isAddressed: place.isPrivate || namesUs })
}

/** Why a message is not a customer's, if it is not. */
function whyUnwanted(event: unknown, reader: SlackReader): string | undefined {
  if (field(event, 'user') === reader.botUserId) return 'own-message'
  if (
    field(event, 'bot_id') != null ||
    field(event, 'subtype') === 'bot_message' ||
    field(event, 'user') === 'USLACKBOT'
  )
    return 'bot-message'
  if (!writtenSubtypes.includes(field(event, 'subtype'))) return 'notice'
  return field(event, 'hidden') === true ? 'hidden' : undefined
}

function readEdit(event: unknown, team: string, reader: SlackReader): SlackReading {
  const edited = field(event, 'message')
  const before = field(event, 'previous_message')
  // Slack deletes a message that has replies by writing a tombstone over it.
  if (field(edited, 'subtype') === 'tombstone')
    return readDeletion({ ...asObject(event), deleted_ts: field(edited, 'ts') }, team, reader)
  const unwanted = whyUnwanted(edited, reader)
  if (unwanted !== undefined) return ignored(unwanted)
  const place = placeOf(
    { ...asObject(edited), channel: field(event, 'channel'), channel_type: field(event, 'channel_type') },
    team,
    reader,
  )
  const written = field(edited, 'text')
  if (place === undefined || typeof written !== 'string') return ignored('malformed')
  if (written === field(before, 'text')) return ignored('unchanged') // a link preview was added

  const text = readText(written, reader.botUserId)
  return happened({ kind: 'edit', key: keyOf(place.message), message: place.message.id, text })
}

function readDeletion(event: unknown, team: string, reader: SlackReader): SlackReading {
  const before = field(event, 'previous_message')
  if (field(before, 'bot_id') != null || field(before, 'user') === reader.botUserId) return ignored('own-message')
  const deleted = {
    ts: field(event, 'deleted_ts'),
    thread_ts: field(before, 'thread_ts'),
    channel: field(event, 'channel'),
    channel_type: field(event, 'channel_type'),
  }
  const place = placeOf(deleted, team, reader)
  if (place === undefined) return ignored('malformed')
  return happened({ kind: 'delete', key: keyOf(place.message), message: place.message.id })
}

function readAction(payload: unknown, reader: SlackReader): SlackReading {
  const action = first(field(payload, 'actions'))
  const container = field(payload, 'container')
  const team = id(field(payload, 'team'), 'id') ?? id(field(payload, 'user'), 'team_id')
  const shown = {
    ts: ts(container, 'message_ts') ?? field(field(payload, 'message'), 'ts'),
    thread_ts: ts(container, 'thread_ts') ?? field(field(payload, 'message'), 'thread_ts'),
    channel: id(container, 'channel_id') ?? field(field(payload, 'channel'), 'id'),
  }
  const user = { user: field(field(payload, 'user'), 'id'), user_team: field(field(payload, 'user'), 'team_id') }
  const pressed = field(action, 'action_id')
  const pressedAt = field(action, 'action_ts') ?? field(payload, 'trigger_id')
  if (team === undefined || !isName(pressed) || !isName(pressedAt)) return ignored('malformed')
  const place = placeOf(shown, team, reader)
  const author = authorOf(user, team)
  if (place === undefined || author === undefined) return ignored('malformed')
  if (field(action, 'type') !== 'button') return ignored('unused-action')

  const label = field(field(action, 'text'), 'text')
  const message: Message = {
    ...place.message,
    id: `${place.message.id}:${author.id}:${pressedAt}`,
    author,
    text: typeof label === 'string' ? readText(label, reader.botUserId) : '',
    pressed,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  return happened({ kind: 'action', message })
}

function readCommand(payload: unknown, reader: SlackReader): SlackReading {
  const command = field(payload, 'command')
  const team = id(payload, 'team_id')
  const channel = id(payload, 'channel_id')
  const user = id(payload, 'user_id')
  const text = field(payload, 'text') ?? ''
  if (!isName(command) || team === undefined || channel === undefined || user === undefined || typeof text !== 'string')
    return ignored('malformed')
  const author = { id: `${team}:${user}` }
  const name = command.replace(/^\//, '')
  return happened({
    kind: 'command',
    tenant: reader.tenant,
    channel: 'slack',
    author,
    name,
    text: readText(text, reader.botUserId),
    address: { team, channel },
  })
}

interface Place {
  readonly message: Pick<Message, 'tenant' | 'id' | 'channel' | 'conversation' | 'address'>
  readonly isPrivate: boolean
}

/**
 * Team, channel and timestamp name a message: `app_mention` and `message` deliver the same one under two event ids.
 * A conversation is a thread; without the agent view a direct message channel is one conversation as long as it is flat.
 */
function placeOf(event: unknown, team: string, reader: SlackReader): Place | undefined {
  const channel = id(event, 'channel')
  const at = ts(event, 'ts')
  if (channel === undefined || at === undefined) return undefined
  const isPrivate = field(event, 'channel_type') === 'im' || channel.startsWith('D')
  const thread = ts(event, 'thread_ts') ?? (isPrivate && !reader.agentView ? undefined : at)
  const address: Address = thread === undefined ? { team, channel } : { team, channel, thread }
  const conversation = ['slack', ...Object.values(address)].join(':')
  return {
    message: { tenant: reader.tenant, id: `slack:${team}:${channel}:${at}`, channel: 'slack', conversation, address },
    isPrivate,
  }
}

/** In a shared channel the user's own team names them, so that they are the same person everywhere. */
function authorOf(event: unknown, team: string): Author | undefined {
  const user = id(event, 'user')
  return user === undefined ? undefined : { id: `${id(event, 'user_team') ?? id(event, 'team') ?? team}:${user}` }
}

/**
 * What the customer sees in their own client: the bot's mention is left out, links and e-mail addresses stand as typed
 * (https://docs.slack.dev/messaging/formatting-message-text, read 2026-11-21).
 */
function readText(text: string, botUserId: string): string {
  return text
    .slice(0, longestText)
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_whole, target: string, label: string | undefined) => {
      if (target === `@${botUserId}`) return ''
      if (label !== undefined && label !== '') return target.startsWith('#') ? `#${label}` : label
      if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`
      return target.replace(/^(mailto|tel):/, '')
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim()
}

function keyOf(message: Place['message']): ConversationKey {
  return { tenant: message.tenant, conversation: message.conversation }
}

function happened(event: ChannelEvent): SlackReading {
  return { kind: 'event', event }
}

function ignored(because: string): SlackReading {
  return { kind: 'ignored', because }
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

/** A field of an object from outside; anything that is not its own field is absent. */
function field(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(asObject(value), name)?.value
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}

/** An id of Slack's. Anything else would let a payload name another conversation. */
function id(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' && /^[A-Z0-9]{1,40}$/.test(found) ? found : undefined
}

/** A message's timestamp, which is its name in the channel. */
function ts(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' && /^\d{1,12}\.\d{1,9}$/.test(found) ? found : undefined
}

/** A short name on one line: Slack's own limit for an action id is 255 characters. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}]{1,255}$/u.test(value)
}
