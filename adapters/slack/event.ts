import type { Message } from '../../src/core/message.ts'
import { readAction, readCommand, readShortcut, readSubmission } from './interactions.ts'
import { field, first, id, readText, ts } from './payload.ts'
import {
  addressIn,
  attachmentsOf,
  authorOf,
  happened,
  type Home,
  homeOf,
  ignored,
  joined,
  keyOf,
  placeOf,
  type SlackReader,
  type SlackReading,
} from './reading.ts'

/** Subtypes under which customers write; all others are notices of Slack. */
const writtenSubtypes: readonly unknown[] = [undefined, 'file_share', 'me_message', 'thread_broadcast']

/** Reads what one envelope or one request carries. Whatever it is given, it never throws. */
export function readSlackEvent(payload: unknown, reader: SlackReader): SlackReading {
  const type = field(payload, 'type')
  switch (type) {
    case 'event_callback':
      return readEvent(payload, reader)
    case 'block_actions':
      return readAction(payload, reader)
    case 'message_action':
      return readShortcut(payload, reader)
    case 'view_submission':
      return readSubmission(payload, reader)
    case 'app_rate_limited':
      return notice('Slack holds back events: more than 30,000 came within an hour.')
    default:
      if (typeof field(payload, 'command') === 'string') return readCommand(payload, reader)
      return ignored(typeof type === 'string' ? 'unused-type' : 'malformed')
  }
}

function readEvent(payload: unknown, reader: SlackReader): SlackReading {
  const event = field(payload, 'event')
  if (typeof field(event, 'type') !== 'string') return ignored('malformed')
  // A channel may be shared between companies: then the payload names the one that sees it and the one that owns it.
  const authorization = first(field(payload, 'authorizations'))
  const teams = [
    id(payload, 'context_team_id'),
    id(authorization, 'team_id'),
    id(payload, 'team_id'),
    id(event, 'team'),
  ]
  const enterprises = [payload, authorization].flatMap((part) => [
    id(part, 'context_enterprise_id'),
    id(part, 'enterprise_id'),
  ])
  const home = homeOf(teams, enterprises, reader)
  if (home !== undefined) return readEventOf(event, home, reader)
  const team = teams.find((one) => one !== undefined)
  if (team === undefined) return ignored('malformed')
  return notice(`Slack sends events of workspace ${team}, which has no token: add its xoxb- token to SLACK_BOT_TOKEN.`)
}

function readEventOf(event: unknown, home: Home, reader: SlackReader): SlackReading {
  switch (field(event, 'type')) {
    case 'app_mention':
      return readMessage(event, home, reader)
    case 'message':
      if (field(event, 'subtype') === 'message_changed') return readEdit(event, home, reader)
      if (field(event, 'subtype') === 'message_deleted') return readDeletion(event, home, reader)
      return readMessage(event, home, reader)
    case 'app_home_opened':
      return readOpened(event, home, reader)
    case 'agent_session_stopped':
      return readStop(event, home, reader)
    default:
      return readNotice(event, home)
  }
}

function readMessage(event: unknown, home: Home, reader: SlackReader): SlackReading {
  const { botUserId } = home.workspace
  const unwanted = whyUnwanted(event, botUserId)
  if (unwanted !== undefined) return ignored(unwanted)
  const place = placeOf(event, home, reader)
  const author = authorOf(id(event, 'user'), id(event, 'user_team') ?? id(event, 'team'), home)
  const attachments = attachmentsOf(event)
  // A file may come without a word, and then without a text.
  const written = field(event, 'text') ?? (attachments.length > 0 ? '' : undefined)
  if (place === undefined || author === undefined || typeof written !== 'string') return ignored('malformed')

  const isMention = field(event, 'type') === 'app_mention'
  const namesUs = isMention || written.includes(`<@${botUserId}>`) || written.includes(`<@${botUserId}|`)
  const thread = ts(event, 'thread_ts')
  // A message at the top of a channel is none of our business unless it names the bot.
  if (!place.isPrivate && !namesUs && (thread === undefined || thread === ts(event, 'ts')))
    return ignored('not-addressed')
  const isAddressed = place.isPrivate || namesUs
  const text = readText(written, botUserId)
  // Whoever only names the bot waits for an answer all the same.
  if (text === '' && attachments.length === 0 && !isAddressed) return ignored('no-text')
  const message: Message = {
    ...place.message,
    author,
    text,
    ...(attachments.length > 0 ? { attachments } : {}),
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  const origin = { team: home.team, user: id(event, 'user'), channel: id(event, 'channel'), thread }
  return happened({ kind: 'message', message, isAddressed }, origin)
}

/** Why a message is not a customer's, if it is not. */
function whyUnwanted(event: unknown, botUserId: string): string | undefined {
  if (field(event, 'user') === botUserId) return 'own-message'
  if (
    field(event, 'bot_id') != null ||
    field(event, 'subtype') === 'bot_message' ||
    field(event, 'user') === 'USLACKBOT'
  )
    return 'bot-message'
  if (!writtenSubtypes.includes(field(event, 'subtype'))) return 'notice'
  return field(event, 'hidden') === true ? 'hidden' : undefined
}

function readEdit(event: unknown, home: Home, reader: SlackReader): SlackReading {
  const edited = field(event, 'message')
  const before = field(event, 'previous_message')
  // Slack deletes a message that has replies by writing a tombstone over it.
  if (field(edited, 'subtype') === 'tombstone')
    return readDeletion(joined(event, { deleted_ts: field(edited, 'ts') }), home, reader)
  const unwanted = whyUnwanted(edited, home.workspace.botUserId)
  if (unwanted !== undefined) return ignored(unwanted)
  const moved = { channel: field(event, 'channel'), channel_type: field(event, 'channel_type') }
  const place = placeOf(joined(edited, moved), home, reader)
  const written = field(edited, 'text')
  if (place === undefined || typeof written !== 'string') return ignored('malformed')
  if (written === field(before, 'text')) return ignored('unchanged') // a link preview was added

  const text = readText(written, home.workspace.botUserId)
  const at = ts(field(edited, 'edited'), 'ts')
  const when = at === undefined ? {} : { at: new Date(Number(at) * 1000) }
  const { message } = place
  return happened({ kind: 'edit', key: keyOf(message), message: message.id, text, ...when }, { team: home.team })
}

function readDeletion(event: unknown, home: Home, reader: SlackReader): SlackReading {
  const before = field(event, 'previous_message')
  if (field(before, 'bot_id') != null || field(before, 'user') === home.workspace.botUserId)
    return ignored('own-message')
  const deleted = {
    ts: field(event, 'deleted_ts'),
    thread_ts: field(before, 'thread_ts'),
    channel: field(event, 'channel'),
    channel_type: field(event, 'channel_type'),
  }
  const place = placeOf(deleted, home, reader)
  if (place === undefined) return ignored('malformed')
  return happened({ kind: 'delete', key: keyOf(place.message), message: place.message.id }, { team: home.team })
}

function readOpened(event: unknown, home: Home, reader: SlackReader): SlackReading {
  const { team } = home
  const user = id(event, 'user')
  const author = authorOf(user, undefined, home)
  const channel = id(event, 'channel')
  if (author === undefined) return ignored('malformed')
  if (field(event, 'tab') === 'home') {
    const { tenant } = reader
    return happened({ kind: 'home', tenant, channel: 'slack', author, address: addressIn(home) }, { team, user })
  }
  if (field(event, 'tab') !== 'messages' || !reader.agentView) return ignored('other-tab')
  return channel === undefined ? ignored('malformed') : { kind: 'opened', origin: { team, user, channel } }
}

/**
 * The Stop button of an agent's session, which Slack shows while the session is processing
 * (https://docs.slack.dev/reference/events/agent_session_stopped, read 2026-11-27).
 */
function readStop(event: unknown, home: Home, reader: SlackReader): SlackReading {
  const { team } = home
  const thread = ts(event, 'thread_ts')
  const channel = id(event, 'channel')
  const place = placeOf({ channel, ts: thread, thread_ts: thread }, home, reader)
  if (place === undefined) return ignored('malformed')
  return happened({ kind: 'stop', key: keyOf(place.message) }, { team, user: id(event, 'user'), channel, thread })
}

/** What whoever runs the bot has to know of. */
function readNotice(event: unknown, { team, workspace }: Home): SlackReading {
  switch (field(event, 'type')) {
    case 'app_uninstalled':
      return notice(`The app was removed from Slack workspace ${team}: it hears and says nothing there any more.`)
    case 'tokens_revoked': {
      const revoked = field(field(event, 'tokens'), 'bot')
      if (!Array.isArray(revoked) || revoked.length === 0) return ignored('unused-event')
      return notice(`Slack workspace ${team} revoked the bot's token: reinstall the app and set the new one.`)
    }
    case 'member_left_channel':
      if (id(event, 'user') !== workspace.botUserId) return ignored('unused-event')
      return notice(
        `The bot was removed from channel ${id(event, 'channel') ?? '?'} of workspace ${team}: invite it again.`,
      )
    case 'channel_left':
    case 'group_left':
      return notice(`The bot left channel ${id(event, 'channel') ?? '?'} of workspace ${team}: invite it again.`)
    default:
      return ignored('unused-event')
  }
}

function notice(sentence: string): SlackReading {
  return { kind: 'notice', sentence }
}
