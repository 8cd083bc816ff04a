import type { Address } from '../../src/core/message.ts'
import type { SlackClient } from './bolt.ts'
import { toChannelError } from './failure.ts'

/** What a message of ours tells Slack about itself, so that it is found again. */
export interface Mark {
  /** The reply's key; of part n ≥ 2 the key and `.n`. */
  readonly key: string
  /** The key of the reply that this message showed before. */
  readonly was?: string
  /** How many pieces a stream had shown when its life was over; the next part goes on from there. */
  readonly until?: number
}

/** A message of ours. */
export interface Own extends Mark {
  readonly ts: string
  /** A stream that never came to its end: it has no metadata yet, and is known by the id of its first block. */
  readonly isUnfinished: boolean
}

/** Never read by Slack as anything but the text it is: no names and no links. */
export const asWritten = { parse: 'none', link_names: false } as const
export const withoutPreviews = { unfurl_links: false, unfurl_media: false } as const
/** The key of a stream that does not tell its own. Only the bot streams in its direct messages. */
export const unknownKey = ''
const eventType = 'tuppence_reply'
const blockPrefix = 'tuppence:'
const pageSize = 200
/** A thread is read from its beginning, everything else from the newest message. */
const mostPages = { thread: 10, channel: 3 } as const

/** The mark as Slack's metadata. */
export function toMetadata(mark: Mark): { event_type: string; event_payload: Record<string, string | number> } {
  return { event_type: eventType, event_payload: { ...mark } }
}

/** The id of the first block of a stream, by which it is known until it ends. */
export function toBlockId(key: string): string {
  return blockPrefix + key
}

/** The key of part n, counted from 1. */
export function partKey(key: string, part: number): string {
  return part === 1 ? key : `${key}.${part}`
}

/** Which part of the reply `key` a message is; undefined when it is none of it. */
export function partOf(own: Mark, key: string): number | undefined {
  if (own.key === key) return 1
  const number = own.key.startsWith(`${key}.`) ? Number(own.key.slice(key.length + 1)) : 0
  return Number.isInteger(number) && number >= 2 ? number : undefined
}

/** Where Slack puts what goes to this address. */
export function placeOf(address: Address): { channel: string; thread_ts?: string } {
  const { channel = '', thread } = address
  return thread === undefined ? { channel } : { channel, thread_ts: thread }
}

/**
 * All messages of ours at an address, oldest first: in its thread or, where there is none, in the whole direct message.
 * @throws ChannelError when Slack will not tell
 */
export async function listOwn({ conversations }: SlackClient, address: Address): Promise<readonly Own[]> {
  const { channel, thread_ts: thread } = placeOf(address)
  const shared = { channel, limit: pageSize, include_all_metadata: true } as const
  const own: Own[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages[thread === undefined ? 'channel' : 'thread']; page += 1) {
    const range = { ...shared, ...(cursor === undefined ? {} : { cursor }) }
    const found = await (
      thread === undefined ? conversations.history(range) : conversations.replies({ ...range, ts: thread })
    ).catch((error: unknown) => {
      throw toChannelError(`Slack could not be searched in ${channel}`, error)
    })
    own.push(...(found.messages ?? []).flatMap((message) => readOwn(message) ?? []))
    cursor = found.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') break
  }
  return own.toSorted((one, other) => (one.ts < other.ts ? -1 : 1))
}

interface SlackMessage {
  readonly ts?: string
  readonly streaming_state?: string
  readonly blocks?: readonly { readonly block_id?: string }[]
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown }
}

function readOwn({ ts, blocks, metadata, streaming_state: state }: SlackMessage): Own | undefined {
  if (ts === undefined) return undefined
  const payload = metadata?.event_type === eventType ? metadata.event_payload : undefined
  if (typeof payload === 'object' && payload !== null && 'key' in payload && typeof payload.key === 'string') {
    const was = 'was' in payload && typeof payload.was === 'string' ? { was: payload.was } : {}
    const until = 'until' in payload && typeof payload.until === 'number' ? { until: payload.until } : {}
    return { ts, key: payload.key, ...was, ...until, isUnfinished: false }
  }
  const id = blocks?.map(({ block_id: blockId = '' }) => blockId).find((blockId) => blockId.startsWith(blockPrefix))
  if (id !== undefined) return { ts, key: id.slice(blockPrefix.length), isUnfinished: true }
  return state === 'in_progress' ? { ts, key: unknownKey, isUnfinished: true } : undefined
}
