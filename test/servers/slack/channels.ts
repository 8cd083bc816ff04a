import { refuseBlocks } from './check-blocks.ts'
import { blocksOf, field, type Fields, listOf, refused, type SlackBlock, textOf } from './fields.ts'

/** A message of the bot as its channel shows it. */
export interface SlackPost {
  readonly channel: string
  readonly ts: string
  readonly thread_ts: string | undefined
  text: string
  blocks: readonly SlackBlock[]
  metadata: unknown
  readonly user?: string
  readonly bot_id?: string
  /** Of a message that was, or is being, streamed. */
  streaming_state?: 'in_progress' | 'completed'
  edited?: { readonly user: string; readonly ts: string }
}

/** Something that people could see happening, in order. */
export interface SlackSight {
  readonly kind: 'post' | 'edit' | 'delete' | 'append' | 'stop'
  readonly channel: string
  readonly ts: string
  readonly text: string
  readonly at: number
}

/** Who calls, and the text for the fallback of notifications. */
export interface Caller {
  readonly user: string
  readonly bot: string
}

const longestText = 40_000

/** What the channels show: the messages of the bot, with their changes. It is the tests' judge and knows nothing of ours. */
export class Channels {
  readonly posts: SlackPost[] = []
  readonly sights: SlackSight[] = []
  /** Channels nobody can write to any more. */
  readonly archived = new Set<string>()
  /** The team that alone knows a channel; all know one that is not here. */
  readonly homes = new Map<string, string>()
  /** `CHANNEL USER` for everybody who has left. */
  readonly #absent = new Set<string>()
  readonly #newTs: () => string

  constructor(newTs: () => string) {
    this.#newTs = newTs
  }

  leave(channel: string, user: string): void {
    this.#absent.add(`${channel} ${user}`)
  }

  isMember(channel: string, user: string): boolean {
    return !this.#absent.has(`${channel} ${user}`)
  }

  /** Why nothing can be written here at all. */
  refuseChannel(channel: string, caller: Caller): Fields | undefined {
    if (!/^[CDGUW][A-Z0-9]+$/.test(channel)) return refused('channel_not_found')
    if (this.archived.has(channel)) return refused('is_archived')
    return this.isMember(channel, caller.user) ? undefined : refused('not_in_channel')
  }

  post(body: Fields, caller: Caller): Fields {
    const channel = textOf(body, 'channel')
    const why = this.refuseChannel(channel, caller) ?? refuseThread(body) ?? refuseContent(body)
    if (why !== undefined) return why
    const post = this.add(body, caller)
    const { ts, text } = post
    return { ok: true, channel, ts, message: { type: 'message', text, ts, user: caller.user, bot_id: caller.bot } }
  }

  /** Puts a message at the end of its channel. */
  add(body: Fields, { user, bot }: Caller, state: Pick<SlackPost, 'streaming_state'> = {}): SlackPost {
    const thread = textOf(body, 'thread_ts')
    const post: SlackPost = {
      channel: textOf(body, 'channel'),
      ts: this.#newTs(),
      thread_ts: thread === '' ? undefined : thread,
      text: textOf(body, 'text'),
      blocks: blocksOf(body, 'blocks'),
      metadata: body['metadata'],
      user,
      bot_id: bot,
      ...state,
    }
    this.posts.push(post)
    this.saw('post', post)
    return post
  }

  update(body: Fields, caller: Caller): Fields {
    const post = this.find(body)
    if (post === undefined) return refused('message_not_found')
    if ((post.user ?? caller.user) !== caller.user) return refused('cant_update_message')
    if (post.streaming_state === 'in_progress') return refused('streaming_state_conflict')
    const why = refuseContent(body)
    if (why !== undefined) return why
    post.text = textOf(body, 'text')
    post.blocks = blocksOf(body, 'blocks')
    if (body['metadata'] !== undefined) post.metadata = body['metadata']
    post.edited = { user: caller.user, ts: this.#newTs() }
    this.saw('edit', post)
    return { ok: true, channel: post.channel, ts: post.ts, text: post.text }
  }

  delete(body: Fields, caller: Caller): Fields {
    const post = this.find(body)
    if (post === undefined) return refused('message_not_found')
    if ((post.user ?? caller.user) !== caller.user) return refused('cant_delete_message')
    if (post.streaming_state === 'in_progress') return refused('streaming_state_conflict')
    this.posts.splice(this.posts.indexOf(post), 1)
    this.saw('delete', post)
    return { ok: true, channel: post.channel, ts: post.ts }
  }

  find(body: Fields): SlackPost | undefined {
    return this.posts.find((post) => post.channel === body['channel'] && post.ts === body['ts'])
  }

  /** What a thread, or a channel outside its threads, shows, oldest first. */
  shows(channel: string, thread?: string): readonly SlackPost[] {
    return this.posts.filter((post) => post.channel === channel && post.thread_ts === thread)
  }

  saw(kind: SlackSight['kind'], { channel, ts, text }: SlackPost): void {
    this.sights.push({ kind, channel, ts, text, at: Date.now() })
  }

  /**
   * `replies` gives the oldest first and begins with the thread's root, `history` the newest first; metadata only to
   * those who ask, and at most `most` messages of a page.
   */
  read(method: string, body: Fields, most: number): Fields {
    const channel = textOf(body, 'channel')
    const isThread = method === 'conversations.replies'
    const root = textOf(body, 'ts')
    const found = this.posts
      .filter((post) => post.channel === channel)
      .filter((post) => (isThread ? post.thread_ts === root || post.ts === root : isTopLevel(post)))
      .filter((post) => isWithin(post.ts, body))
    const ordered = isThread ? found : found.toReversed()
    const from = Number(body['cursor'] ?? 0)
    const limit = Math.min(Number(body['limit'] ?? 100), most)
    if (!Number.isInteger(limit) || limit < 1 || limit > 999) return refused('invalid_limit')
    if (!Number.isInteger(from) || from < 0) return refused('invalid_cursor')
    const asksForMetadata = String(body['include_all_metadata']) === 'true'
    const messages = ordered.slice(from, from + limit).map(({ metadata, channel: _channel, ...rest }) => ({
      type: 'message',
      ...rest,
      ...(asksForMetadata ? { metadata } : {}),
    }))
    const next = from + limit < ordered.length ? String(from + limit) : ''
    return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } }
  }
}

/** Beyond the threads, or in both as the root of one. */
function isTopLevel({ thread_ts: thread, ts }: SlackPost): boolean {
  return thread === undefined || thread === ts
}

function isWithin(ts: string, body: Fields): boolean {
  const [oldest, latest] = [textOf(body, 'oldest'), textOf(body, 'latest')]
  const isInclusive = String(body['inclusive']) === 'true'
  if (oldest !== '' && (Number(ts) < Number(oldest) || (!isInclusive && ts === oldest))) return false
  return latest === '' || Number(ts) < Number(latest) || (isInclusive && ts === latest)
}

function refuseThread(body: Fields): Fields | undefined {
  const thread = textOf(body, 'thread_ts')
  return thread === '' || /^\d{10}\.\d{6}$/.test(thread) ? undefined : refused('invalid_thread_ts')
}

/** What Slack refuses in the content of a message (https://docs.slack.dev/reference/methods/chat.postMessage, read 2026-11-27). */
export function refuseContent(body: Fields): Fields | undefined {
  const [text, markdown] = [textOf(body, 'text'), textOf(body, 'markdown_text')]
  const hasBlocks = body['blocks'] !== undefined
  if (markdown !== '' && (text !== '' || hasBlocks)) return refused('markdown_text_conflict')
  if (text === '' && markdown === '' && listOf(body, 'blocks').length === 0) return refused('no_text')
  if (text.length > longestText || markdown.length > 12_000) return refused('msg_too_long')
  if (body['username'] !== undefined || body['icon_url'] !== undefined || body['icon_emoji'] !== undefined)
    return refused('missing_scope', { needed: 'chat:write.customize' })
  return refuseMetadata(body) ?? refuseBlocks(body['blocks'], 'message')
}

export function refuseMetadata(body: Fields): Fields | undefined {
  const { metadata } = body
  if (metadata === undefined) return undefined
  const payload = field(metadata, 'event_payload')
  const isWell = textOf(metadata, 'event_type') !== '' && typeof payload === 'object' && payload !== null
  return isWell ? undefined : refused('invalid_metadata_format')
}
