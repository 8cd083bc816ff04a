import { type Channels, refuseContent } from './channels.ts'
import { blocksOf, type Fields, fields, listOf, refused, textOf } from './fields.ts'
import type { SlackEphemeral } from './response-urls.ts'
import type { Streams } from './streams.ts'
import type { Views } from './views.ts'
import type { SlackPerson, SlackWorkspace } from './workspaces.ts'

/** What somebody is shown while the bot thinks. */
export interface SlackStatus {
  readonly channel: string
  readonly thread_ts: string
  readonly status: string
  readonly loading_messages: readonly unknown[]
}

/** Everything the methods read and change. */
export interface SlackWorld {
  readonly channels: Channels
  readonly streams: Streams
  readonly views: Views
  readonly ephemerals: SlackEphemeral[]
  /** Every status that was set, in order; an empty one takes it away. */
  readonly statuses: SlackStatus[]
  /** The state of each session, by `CHANNEL THREAD`. */
  readonly sessions: Map<string, string>
  readonly prompts: Fields[]
  readonly reactions: string[]
  readonly people: Map<string, SlackPerson>
  /** Pictures by their id. */
  readonly files: Map<string, { readonly title: string; bytes: number }>
  /** Whether the app's manifest has the agent view; without it Slack refuses its sessions. */
  isAgent: boolean
  /** As for apps that are sold outside Slack's marketplace: 15 messages of a page. */
  isSold: boolean
  readonly newTs: () => string
  readonly newId: (prefix: string) => string
  readonly address: (path: string) => string
}

type Method = (body: Fields, world: SlackWorld, workspace: SlackWorkspace) => Fields

const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': (body, world, workspace) => {
    const thread = textOf(body, 'thread_ts')
    const posted = world.channels.post(body, workspace)
    // A reply takes the status away (https://docs.slack.dev/reference/methods/assistant.threads.setStatus).
    if (posted['ok'] === true && thread !== '') clearStatus(world, textOf(body, 'channel'), thread)
    return posted
  },
  'chat.update': (body, { channels }, workspace) => channels.update(body, workspace),
  'chat.delete': (body, { channels }, workspace) => channels.delete(body, workspace),
  'chat.startStream': (body, world, workspace) => {
    const started = world.streams.start(body, workspace)
    // The streaming methods keep a session by themselves.
    if (started['ok'] === true) world.sessions.set(place(body), 'processing')
    return started
  },
  'chat.appendStream': (body, { streams }, workspace) => streams.append(body, workspace),
  'chat.stopStream': (body, world, workspace) => {
    const status = textOf(body, 'session_status') || 'active'
    if (!sessionStates.includes(status)) return refused('invalid_arguments')
    const stopped = world.streams.stop(body, workspace)
    const thread = world.channels.find(body)?.thread_ts ?? ''
    if (stopped['ok'] === true) {
      clearStatus(world, textOf(body, 'channel'), thread)
      world.sessions.set(`${textOf(body, 'channel')} ${thread}`, status)
    }
    return stopped
  },
  'chat.postEphemeral': (body, world, workspace) => {
    const [channel, user, thread] = [textOf(body, 'channel'), textOf(body, 'user'), textOf(body, 'thread_ts')]
    const why = world.channels.refuseChannel(channel, workspace) ?? refuseContent(body)
    if (why !== undefined) return why
    if (!world.channels.isMember(channel, user)) return refused('user_not_in_channel')
    const ts = world.newTs()
    const shown = { channel, user, ts, text: textOf(body, 'text'), blocks: blocksOf(body, 'blocks') }
    world.ephemerals.push({ ...shown, thread_ts: thread === '' ? undefined : thread })
    return { ok: true, message_ts: ts }
  },
  'chat.getPermalink': (body) => {
    const [channel, ts] = [textOf(body, 'channel'), textOf(body, 'message_ts')]
    return { ok: true, channel, permalink: `https://example.slack.com/archives/${channel}/p${ts.replace('.', '')}` }
  },
}

const sessionStates: readonly string[] = ['active', 'processing', 'suspended', 'closed']

const agent: Readonly<Record<string, Method>> = {
  'assistant.threads.setStatus': (body, world) => {
    const [channel, thread] = [textOf(body, 'channel_id'), textOf(body, 'thread_ts')]
    if (!channel.startsWith('D') && thread === '') return refused('channel_not_found')
    if (thread === '' || typeof body['status'] !== 'string') return refused('invalid_arguments')
    if (listOf(body, 'loading_messages').length > 10) return refused('invalid_arguments')
    const [status, messages] = [body['status'], listOf(body, 'loading_messages')]
    world.statuses.push({ channel, thread_ts: thread, status, loading_messages: messages })
    return { ok: true }
  },
  'assistant.threads.setSuggestedPrompts': (body, world) => {
    const prompts = listOf(body, 'prompts')
    const isWell = prompts.every((prompt) => textOf(prompt, 'title') !== '' && textOf(prompt, 'message') !== '')
    if (textOf(body, 'channel_id') === '' || prompts.length === 0 || prompts.length > 4 || !isWell)
      return refused('invalid_arguments')
    world.prompts.push(body)
    return { ok: true }
  },
  'assistant.threads.setTitle': () => ({ ok: true }),
  'agents.sessions.setStatus': (body, world) => {
    if (!world.isAgent) return refused('not_authorized')
    if (!sessionStates.includes(textOf(body, 'status'))) return refused('invalid_arguments')
    if (textOf(body, 'thread_ts') === '' || textOf(body, 'title').length > 200) return refused('invalid_arguments')
    world.sessions.set(`${textOf(body, 'channel_id')} ${textOf(body, 'thread_ts')}`, textOf(body, 'status'))
    return { ok: true }
  },
}

const others: Readonly<Record<string, Method>> = {
  'auth.test': (_body, _world, { name, user, team, bot, organisation }) => ({
    ok: true,
    url: 'https://example.slack.com/',
    team: name,
    user: 'tuppence',
    team_id: organisation ?? team,
    user_id: user,
    bot_id: bot,
    ...(organisation === undefined ? {} : { enterprise_id: organisation }),
    is_enterprise_install: organisation !== undefined,
  }),
  'views.open': (body, { views }) => views.open(body),
  'views.publish': (body, { views }) => views.publish(body),
  'views.update': (body, { views }) => views.update(body),
  'users.info': (body, { people }, { team }) => {
    const id = textOf(body, 'user')
    if (!/^[UW][A-Z0-9]+$/.test(id)) return refused('user_not_found')
    const usual = { id, team_id: team, name: id.toLowerCase(), deleted: false, is_admin: false, is_owner: false }
    return { ok: true, user: { ...usual, is_bot: false, ...people.get(id) } }
  },
  'conversations.history': (body, { channels, isSold }) =>
    channels.read('conversations.history', body, isSold ? 15 : 999),
  'conversations.replies': (body, { channels, isSold }) =>
    textOf(body, 'ts') === ''
      ? refused('invalid_arguments')
      : channels.read('conversations.replies', body, isSold ? 15 : 1000),
  'conversations.info': (body, { channels }, workspace) => {
    const id = textOf(body, 'channel')
    const isArchived = channels.archived.has(id)
    if (!isArchived && channels.refuseChannel(id, workspace)?.['error'] === 'channel_not_found')
      return refused('channel_not_found')
    const isMember = channels.isMember(id, workspace.user)
    const kind = { is_im: id.startsWith('D'), is_private: !id.startsWith('C'), is_archived: isArchived }
    return { ok: true, channel: { id, name: id.toLowerCase(), ...kind, is_member: isMember } }
  },
  'conversations.open': (body) => {
    const [user = ''] = textOf(body, 'users').split(',')
    return user === '' ? refused('users_not_found') : { ok: true, channel: { id: `D${user.slice(1)}` } }
  },
  'reactions.add': (body, world) => {
    const reaction = ['channel', 'timestamp', 'name'].map((name) => textOf(body, name)).join(' ')
    if (world.reactions.includes(reaction)) return refused('already_reacted')
    world.reactions.push(reaction)
    return { ok: true }
  },
  'reactions.remove': (body, world) => {
    const reaction = ['channel', 'timestamp', 'name'].map((name) => textOf(body, name)).join(' ')
    const index = world.reactions.indexOf(reaction)
    if (index === -1) return refused('no_reaction')
    world.reactions.splice(index, 1)
    return { ok: true }
  },
  'files.getUploadURLExternal': (body, world) => {
    const id = world.newId('F')
    world.files.set(id, { title: textOf(body, 'filename'), bytes: 0 })
    return { ok: true, upload_url: world.address(`/upload/${id}`), file_id: id }
  },
  'files.completeUploadExternal': (body, { files }) => {
    const ids = listOf(body, 'files').map((file) => textOf(file, 'id'))
    if (ids.length === 0 || ids.some((id) => (files.get(id)?.bytes ?? 0) === 0)) return refused('file_not_found')
    return { ok: true, files: ids.map((id) => ({ id, title: files.get(id)?.title })) }
  },
}

/** The Web API methods this Slack has. */
export const methods: Readonly<Record<string, Method>> = { ...chat, ...agent, ...others }

function place(body: Fields): string {
  return `${textOf(body, 'channel')} ${textOf(body, 'thread_ts')}`
}

function clearStatus({ statuses }: SlackWorld, channel: string, thread: string): void {
  const last = statuses.findLast((one) => one.channel === channel && one.thread_ts === thread)
  if (last !== undefined && last.status !== '')
    statuses.push({ channel, thread_ts: thread, status: '', loading_messages: [] })
}

/** The channel of a call, whatever the method calls it. */
export function channelOf(body: Fields): string {
  return textOf(body, 'channel') || textOf(body, 'channel_id')
}

/**
 * Slack takes a form whose structured fields are JSON, and for what writes also JSON; from JSON sent to anything else it reads
 * nothing (https://docs.slack.dev/apis/web-api/#post-bodies, read 2026-11-28).
 */
export function readBody(method: string, contentType: string, text: string): Fields {
  if (!contentType.startsWith('application/json')) return readForm(text)
  return /^(?:chat|views)\./.test(method) ? fields(parse(text)) : {}
}

function readForm(text: string): Fields {
  const body: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(text)) body[name] = structured.has(name) ? parse(value) : value
  return body
}

const structured = new Set(['blocks', 'chunks', 'files', 'loading_messages', 'metadata', 'prompts', 'view'])

function parse(value: string): unknown {
  const parsed: unknown = JSON.parse(value)
  return parsed
}
