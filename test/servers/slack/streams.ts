import { type Caller, type Channels, refuseMetadata, type SlackPost } from './channels.ts'
import { refuseBlocks } from './check-blocks.ts'
import { blocksOf, type Fields, listOf, refused, type SlackBlock, textOf } from './fields.ts'

/** Observed of Slack: about five minutes (vercel/chat#637). */
const usualLifetimeMs = 300_000

/** Messages that appear piece by piece. Facts: https://docs.slack.dev/reference/methods/chat.startStream, read 2026-11-27. */
export class Streams {
  /** How long a stream takes appends after its start. */
  lifetimeMs = usualLifetimeMs
  /** Streams end of themselves after so many more appends. */
  appendsLeft = Infinity
  /** What Slack says once a stream is over: `stopped_by_user` when its reader has pressed Stop. */
  endWord: 'message_not_in_streaming_state' | 'stopped_by_user' = 'message_not_in_streaming_state'
  /** Whether blocks of a stream keep the ids they came with; no reference says so. */
  keepsBlockIds = true
  readonly #channels: Channels
  /** Of each stream by its ts: when it began, and whether it takes chunks or text, for its whole life. */
  readonly #open = new Map<string, { readonly since: number; readonly mode: string | undefined }>()

  constructor(channels: Channels) {
    this.#channels = channels
  }

  start(body: Fields, caller: Caller): Fields {
    const channel = textOf(body, 'channel')
    const why = this.#channels.refuseChannel(channel, caller)
    if (why !== undefined) return why
    if (textOf(body, 'thread_ts') === '') return refused('invalid_arguments', { needed: 'thread_ts' })
    if (!channel.startsWith('D')) {
      if (textOf(body, 'recipient_user_id') === '') return refused('missing_recipient_user_id')
      if (textOf(body, 'recipient_team_id') === '') return refused('missing_recipient_team_id')
    }
    const bad = refuseChunks(body, [])
    if (bad !== undefined) return bad
    const begun = { ...body, text: '', blocks: [], metadata: undefined }
    const post = this.#channels.add(begun, caller, { streaming_state: 'in_progress' })
    this.#open.set(post.ts, { since: Date.now(), mode: modeOf(body) })
    this.#append(post, body)
    return { ok: true, channel, ts: post.ts }
  }

  append(body: Fields, caller: Caller): Fields {
    const post = this.#channels.find(body)
    const why = this.#refuseState(post, caller) ?? this.#refuseMode(body) ?? refuseChunks(body, post?.blocks ?? [])
    if (why !== undefined || post === undefined) return why ?? refused('message_not_found')
    if (modeOf(body) === undefined) return refused('no_text')
    this.#append(post, body)
    this.#channels.saw('append', post)
    this.appendsLeft -= 1
    return { ok: true, channel: post.channel, ts: post.ts }
  }

  stop(body: Fields, caller: Caller): Fields {
    const post = this.#channels.find(body)
    const why =
      this.#refuseState(post, caller) ??
      this.#refuseMode(body) ??
      refuseChunks(body, post?.blocks ?? []) ??
      refuseBlocks(body['blocks'], 'message') ??
      refuseMetadata(body)
    if (why !== undefined || post === undefined) return why ?? refused('message_not_found')
    this.#append(post, body)
    post.blocks = [...post.blocks, ...blocksOf(body, 'blocks')]
    if (body['metadata'] !== undefined) post.metadata = body['metadata']
    this.#end(post)
    const { channel, ts, text, blocks } = post
    return { ok: true, channel, ts, message: { type: 'message', text, ts, blocks, streaming_state: 'completed' } }
  }

  #append(post: SlackPost, body: Fields): void {
    const words = listOf(body, 'chunks').map((chunk) => textOf(chunk, 'text'))
    const blocks = chunkBlocks(body)
    post.text += [...words, textOf(body, 'markdown_text'), ...blocks.map(wordsOf)].join('')
    post.blocks = [...post.blocks, ...(this.keepsBlockIds ? blocks : blocks.map(withoutId))]
  }

  #end(post: SlackPost): void {
    post.streaming_state = 'completed'
    this.#open.delete(post.ts)
    this.#channels.saw('stop', post)
  }

  #refuseState(post: SlackPost | undefined, caller: Caller): Fields | undefined {
    if (post === undefined) return refused('message_not_found')
    if (post.user !== caller.user) return refused('message_not_owned_by_app')
    const since = this.#open.get(post.ts)?.since ?? -Infinity
    const isOver = this.appendsLeft <= 0 || Date.now() - since >= this.lifetimeMs
    if (post.streaming_state === 'in_progress' && isOver) this.#end(post)
    return post.streaming_state === 'in_progress' ? undefined : refused(this.endWord)
  }

  #refuseMode(body: Fields): Fields | undefined {
    const mode = modeOf(body)
    const begun = this.#open.get(textOf(body, 'ts'))?.mode
    return mode === undefined || begun === undefined || mode === begun ? undefined : refused('streaming_mode_mismatch')
  }
}

function modeOf(body: Fields): 'chunks' | 'text' | undefined {
  if (body['chunks'] !== undefined) return 'chunks'
  return body['markdown_text'] === undefined ? undefined : 'text'
}

function refuseChunks(body: Fields, shown: readonly unknown[]): Fields | undefined {
  if (textOf(body, 'markdown_text').length > 12_000) return refused('msg_too_long')
  const { chunks } = body
  if (chunks === undefined) return undefined
  if (!Array.isArray(chunks)) return refused('invalid_chunks')
  for (const chunk of listOf(body, 'chunks')) {
    const type = textOf(chunk, 'type')
    if (!['blocks', 'markdown_text', 'plan_update', 'task_update'].includes(type)) return refused('invalid_chunks')
    if (type === 'markdown_text' && textOf(chunk, 'text').length > 12_000) return refused('msg_too_long')
  }
  return refuseBlocks([...shown, ...chunkBlocks(body)], 'message')
}

function chunkBlocks(body: Fields): readonly SlackBlock[] {
  return listOf(body, 'chunks').flatMap((chunk) => blocksOf(chunk, 'blocks'))
}

/** The words of a block of rich text, as Slack writes them into the message's text: what begins a command is escaped. */
function wordsOf(block: unknown): string {
  const own = textOf(block, 'text').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return own + listOf(block, 'elements').map(wordsOf).join('')
}

function withoutId(block: SlackBlock): SlackBlock {
  const kept: SlackBlock & { readonly block_id?: undefined } = { ...block, block_id: undefined }
  return kept
}
