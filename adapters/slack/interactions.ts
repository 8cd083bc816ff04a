import type { Address, Author, Message } from '../../src/core/message.ts'
import type { ShortcutEvent } from '../../src/core/ports.ts'
import { asObject, field, first, id, isName, readText, text, ts } from './payload.ts'
import {
  addressIn,
  attachmentsOf,
  authorOf,
  happened,
  type Home,
  homeOf,
  ignored,
  type Origin,
  type Place,
  placeOf,
  type SlackReader,
  type SlackReading,
} from './reading.ts'

/** Fields of a form that are read; ours has five at most. */
const mostFields = 20
const longestValue = 3000

/** A pressed button or a choice from a menu, on a message, on the bot's home page or in a modal. */
export function readAction(payload: unknown, reader: SlackReader): SlackReading {
  const home = homeOfInteraction(payload, reader)
  const user = field(payload, 'user')
  if (home === undefined) return ignored('unknown-workspace')
  const author = actorOf(user, home)
  const action = first(field(payload, 'actions'))
  const pressed = pressedOf(action)
  const pressedAt = field(action, 'action_ts') ?? field(payload, 'trigger_id')
  if (author === undefined || pressed.kind === 'malformed' || !isName(pressedAt)) return ignored('malformed')
  if (pressed.kind === 'unused') return ignored('unused-action')

  const view = viewOf(payload)
  const place =
    view === undefined ? placeOfPressed(payload, home, reader) : placeOnPage(payload, { home, view }, reader)
  if (place === undefined) return ignored('malformed')
  const message: Message = {
    ...place.message,
    id: `${place.message.id}:${author.id}:${pressedAt}`,
    author,
    text: readText(pressed.label, home.workspace.botUserId),
    pressed: pressed.id,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  const { channel } = place.message.address
  const thread = ts(field(payload, 'container'), 'thread_ts') ?? ts(field(payload, 'message'), 'thread_ts')
  return happened({ kind: 'action', message }, { ...originOf(payload, home), view, channel, thread })
}

/** Whoever acted, with the name that Slack tells of them here and not with messages. */
function actorOf(user: unknown, home: Home): Author | undefined {
  const author = authorOf(id(user, 'id'), id(user, 'team_id'), home)
  const name = field(user, 'name') ?? field(user, 'username')
  return author === undefined || !isName(name) ? author : { ...author, name: name.slice(0, 100) }
}

type Pressed =
  | { readonly kind: 'pressed'; readonly id: string; readonly label: string }
  | { readonly kind: 'unused' }
  | { readonly kind: 'malformed' }

/** Which action of ours it is: a button is named after it; of two thumbs or a menu, what was chosen carries its name. */
function pressedOf(action: unknown): Pressed {
  const chosen = field(action, 'selected_option')
  switch (field(action, 'type')) {
    case 'button':
      return toPressed(field(action, 'action_id'), action)
    case 'icon_button':
      return toPressed(field(action, 'value') ?? field(action, 'action_id'), action)
    case 'feedback_buttons':
      return toPressed(field(action, 'value'), action)
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return toPressed(field(chosen, 'value'), chosen)
    default:
      return { kind: isName(field(action, 'action_id')) ? 'unused' : 'malformed' }
  }
}

function toPressed(found: unknown, shown: unknown): Pressed {
  return isName(found)
    ? { kind: 'pressed', id: found, label: text(field(shown, 'text'), 'text') }
    : { kind: 'malformed' }
}

function placeOfPressed(payload: unknown, home: Home, reader: SlackReader): Place | undefined {
  const container = field(payload, 'container')
  const message = field(payload, 'message')
  const shown = {
    ts: ts(container, 'message_ts') ?? field(message, 'ts'),
    thread_ts: ts(container, 'thread_ts') ?? field(message, 'thread_ts'),
    channel: id(container, 'channel_id') ?? field(field(payload, 'channel'), 'id'),
  }
  return placeOf(shown, home, reader)
}

/** The bot's home page belongs to one person and to no channel; a modal belongs to where it was opened. */
function placeOnPage(
  payload: unknown,
  { home, view }: { home: Home; view: NonNullable<Origin['view']> },
  reader: SlackReader,
): Place | undefined {
  const user = id(field(payload, 'user'), 'id') ?? ''
  const address = view.kind === 'home' ? { ...addressIn(home), home: '1' } : addressOf(field(payload, 'view'), home)
  const conversation = ['slack', home.team, 'home', user].join(':')
  const name = `slack:${home.team}:${view.id}`
  const message = { tenant: reader.tenant, id: name, channel: 'slack', conversation, address } as const
  return { message, isPrivate: true }
}

/** A slash command. Slack refuses it in threads, so it belongs to a channel. */
export function readCommand(payload: unknown, reader: SlackReader): SlackReading {
  const teams = [id(payload, 'team_id')]
  const home = homeOf(teams, [id(payload, 'enterprise_id')], reader)
  const command = field(payload, 'command')
  const channel = id(payload, 'channel_id')
  const user = id(payload, 'user_id')
  const written = field(payload, 'text') ?? ''
  if (!isName(command) || !/^\/./u.test(command) || channel === undefined || typeof written !== 'string')
    return ignored('malformed')
  if (home === undefined) return ignored(teams[0] === undefined ? 'malformed' : 'unknown-workspace')
  const author = authorOf(user, teams[0], home)
  if (author === undefined) return ignored('malformed')
  const address = { ...addressIn(home), channel }
  const name = command.replace(/^\//, '')
  const words = readText(written, home.workspace.botUserId)
  const { tenant } = reader
  return happened(
    { kind: 'command', tenant, channel: 'slack', author, name, text: words, address },
    { ...originOf(payload, home), user, channel },
  )
}

/** Something chosen from the menu of a message. */
export function readShortcut(payload: unknown, reader: SlackReader): SlackReading {
  const home = homeOfInteraction(payload, reader)
  if (home === undefined) return ignored('unknown-workspace')
  const user = field(payload, 'user')
  const author = actorOf(user, home)
  const chosen = field(payload, 'message')
  const channel = id(field(payload, 'channel'), 'id')
  const at = ts(payload, 'message_ts') ?? ts(chosen, 'ts')
  const place = placeOf({ channel, ts: at, thread_ts: field(chosen, 'thread_ts') }, home, reader)
  const writer = id(chosen, 'user') ?? id(chosen, 'bot_id')
  const writtenBy = authorOf(writer, id(chosen, 'user_team') ?? id(chosen, 'team'), home)
  if (author === undefined || place === undefined || writtenBy === undefined) return ignored('malformed')
  const name = shortcutOf(field(payload, 'callback_id'))
  if (name === undefined) return ignored('unused-action')

  const attachments = attachmentsOf(chosen)
  const message: Message = {
    ...place.message,
    author: writtenBy,
    text: readText(text(chosen, 'text'), home.workspace.botUserId),
    ...(attachments.length > 0 ? { attachments } : {}),
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  const thread = ts(chosen, 'thread_ts')
  return happened({ kind: 'shortcut', author, name, message }, { ...originOf(payload, home), channel, thread })
}

function shortcutOf(found: unknown): ShortcutEvent['name'] | undefined {
  return found === 'make-ticket' || found === 'try-advanced' ? found : undefined
}

/** A modal that was filled in. Slack names one opening of it by its id, so two submissions of it are the same. */
export function readSubmission(payload: unknown, reader: SlackReader): SlackReading {
  const home = homeOfInteraction(payload, reader)
  if (home === undefined) return ignored('unknown-workspace')
  const user = field(payload, 'user')
  const author = actorOf(user, home)
  const submitted = field(payload, 'view')
  const form = field(submitted, 'callback_id')
  const view = viewOf(payload)
  const hash = field(submitted, 'hash') ?? ''
  if (author === undefined || view?.kind !== 'modal' || !isName(form)) return ignored('malformed')
  if (typeof hash !== 'string' || !/^[\w.-]{0,100}$/.test(hash)) return ignored('malformed')
  const address = addressOf(submitted, home)
  const { tenant } = reader
  const values = valuesOf(submitted)
  const name = `slack:${home.team}:${view.id}:${hash}`
  return happened(
    { kind: 'form', tenant, channel: 'slack', author, id: name, form, values, address },
    { ...originOf(payload, home), view, channel: address['channel'], thread: address['thread'] },
  )
}

/** What was filled in, by our names of the fields. */
function valuesOf(view: unknown): Readonly<Record<string, string>> {
  const blocks = Object.values(asObject(field(field(view, 'state'), 'values')))
  const fields = blocks.flatMap((block: unknown) => Object.entries(asObject(block)))
  return Object.fromEntries(
    fields
      .slice(0, mostFields)
      .filter(([name]) => /^[\w-]{1,100}$/.test(name))
      .map(([name, input]: [string, unknown]) => [name, valueOf(input).slice(0, longestValue)]),
  )
}

function valueOf(input: unknown): string {
  const value = field(input, 'value') ?? field(field(input, 'selected_option'), 'value')
  return typeof value === 'string' ? value : ''
}

/** Where a modal was opened: we wrote it into the modal, and read it as carefully as anything from outside. */
function addressOf(view: unknown, home: Home): Address {
  const written = parse(text(view, 'private_metadata'))
  const channel = id(written, 'channel')
  const thread = ts(written, 'thread')
  const address = addressIn(home)
  if (id(written, 'team') !== home.team || channel === undefined) return address
  return { ...address, channel, ...(thread === undefined ? {} : { thread }) }
}

function parse(written: string): unknown {
  try {
    return JSON.parse(written.slice(0, longestValue))
  } catch {
    return undefined // not ours, so it says nothing
  }
}

/**
 * In a channel shared between companies an interaction names the team of whoever acted. The message or the page acted on
 * names the workspace the bot is installed in.
 */
function homeOfInteraction(payload: unknown, reader: SlackReader): Home | undefined {
  const view = field(payload, 'view')
  const message = field(payload, 'message')
  const [team, user] = [field(payload, 'team'), field(payload, 'user')]
  const enterprises = [id(field(payload, 'enterprise'), 'id'), id(team, 'enterprise_id'), id(user, 'team_id')]
  const teams = [id(view, 'app_installed_team_id'), id(message, 'team'), id(team, 'id'), id(user, 'team_id')]
  return homeOf(teams, enterprises, reader)
}

function viewOf(payload: unknown): Origin['view'] {
  const view = field(payload, 'view')
  const viewId = id(view, 'id')
  if (viewId === undefined) return undefined
  const kind = field(view, 'type') === 'home' ? 'home' : 'modal'
  return { id: viewId, kind, title: text(field(view, 'title'), 'text').slice(0, 24) }
}

function originOf(payload: unknown, { team }: Home): Origin {
  const responseUrl = field(payload, 'response_url')
  const trigger = field(payload, 'trigger_id')
  return {
    team,
    user: id(field(payload, 'user'), 'id'),
    responseUrl: typeof responseUrl === 'string' && responseUrl.length <= 2000 ? responseUrl : undefined,
    trigger: isName(trigger) ? trigger : undefined,
  }
}
