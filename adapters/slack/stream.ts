import { ChannelError } from '../../src/core/errors.ts'
import type { SlackBlock, SlackPart } from './blocks.ts'
import type { SlackClient } from './bolt.ts'
import { reasonOf } from './failure.ts'
import { asWritten, toBlockId, toMetadata } from './metadata.ts'
import type { PacedCall } from './pace.ts'

/** A message that appears piece by piece, and what stands at its foot from the end on. */
export interface Script {
  /** For notifications and screen readers, once it is not streamed any more. */
  readonly text: string
  readonly pieces: readonly SlackBlock[][]
  readonly foot: SlackBlock[]
}

/** How a stream went. */
export type Streamed =
  | { readonly kind: 'shown'; readonly ts: string }
  /** Slack would not begin; nothing is shown. */
  | { readonly kind: 'refused'; readonly isForGood: boolean }
  /** Its life was over after so many pieces, which are shown. */
  | { readonly kind: 'cut'; readonly ts: string; readonly until: number }

/** A shorter text is there at once, and streaming it would only slow it down. */
const shortestText = 300
/** Each piece is a call. */
const mostPieces = 5
/** The stream's life is over: Slack takes appends for about five minutes (vercel/chat#637). */
const lifeIsOver = 'message_not_in_streaming_state'
/** The reader wants no more of it. */
const stoppedByReader = 'stopped_by_user'

/**
 * A message cut into pieces, when it is worth it: long enough, and without links, because streams have no switch for
 * previews.
 */
export function toScript({ text, blocks }: SlackPart): Script | undefined {
  if (text.length < shortestText || JSON.stringify(blocks).includes('"type":"link"')) return undefined
  const foot = blocks.findIndex(({ type }) => type === 'actions' || type === 'context_actions')
  const [body, rest] = foot === -1 ? [blocks, []] : [blocks.slice(0, foot), blocks.slice(foot)]
  const smallest = body.flatMap(apart)
  if (smallest.length < 2) return undefined
  const size = Math.ceil(smallest.length / mostPieces)
  const pieces: SlackBlock[][] = []
  for (let from = 0; from < smallest.length; from += size) pieces.push(smallest.slice(from, from + size))
  return { text, pieces, foot: rest }
}

/** A block of rich text as one block for each of its parts; Slack puts a distance between blocks by itself. */
function apart(block: SlackBlock): SlackBlock[] {
  if (block.type !== 'rich_text') return [block]
  return block.elements.map((element) => ({ ...block, elements: [withoutDistance(element)] }))
}

function withoutDistance<Element extends { readonly elements: readonly unknown[] }>(element: Element): Element {
  const [first, ...others] = element.elements
  return first !== undefined && others.length > 0 && isLineBreak(first) ? { ...element, elements: others } : element
}

function isLineBreak(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'text' in value && /^\n+$/.test(String(value.text))
}

/** Everything of a script but its first so many pieces, as blocks. */
export function blocksAfter({ pieces, foot }: Script, until: number): SlackBlock[] {
  return [...pieces.slice(until).flat(), ...foot]
}

/**
 * Shows a script in a thread of a direct message. Its first block carries the key, so that a stream whose beginning or
 * end was lost is recognised; from the end on its metadata does.
 *
 * @throws ChannelError when Slack may or may not have acted, or takes no call for now
 */
export async function stream(
  { chat }: SlackClient,
  { place, key, script }: { place: { channel: string; thread_ts: string }; key: string; script: Script },
  paced: PacedCall,
): Promise<Streamed> {
  const { text, pieces, foot } = script
  const [first = [], ...others] = pieces
  const begun = await begin(chat, { place, key, first }, paced)
  if (typeof begun !== 'string') return begun
  const message = { channel: place.channel, ts: begun }
  for (const [index, piece] of others.entries()) {
    const ended = await goOn(() => chat.appendStream({ ...message, chunks: [{ type: 'blocks', blocks: piece }] }))
    if (ended !== undefined) return await cut(index + 1, ended)
  }
  const end = { ...message, blocks: foot, metadata: toMetadata({ key }), session_status: 'active' }
  const ended = await goOn(() => chat.stopStream(end))
  return ended === undefined ? { kind: 'shown', ts: begun } : await cut(pieces.length, ended)

  /** The word with which the stream takes no more; undefined when it does. */
  async function goOn(call: () => Promise<unknown>): Promise<string | undefined> {
    try {
      await paced('other', call)
      return undefined
    } catch (error) {
      const reason = reasonOf(error instanceof Error ? error.cause : undefined)
      if (reason === lifeIsOver || reason === stoppedByReader) return reason
      throw error
    }
  }

  /** Gives what is shown its key, so that it is never shown again. Nothing follows when all of it is, or is not wanted. */
  async function cut(until: number, ended: string): Promise<Streamed> {
    const isLast = until === pieces.length || ended === stoppedByReader
    const shown = [...pieces.slice(0, until).flat(), ...(isLast ? foot : [])]
    const metadata = toMetadata(isLast ? { key } : { key, until })
    await paced('other', () => chat.update({ ...message, text, blocks: shown, metadata, ...asWritten }))
    return isLast ? { kind: 'shown', ts: message.ts } : { kind: 'cut', ts: message.ts, until }
  }
}

/** The timestamp of a stream that has begun. */
async function begin(
  chat: SlackClient['chat'],
  { place, key, first }: { place: { channel: string; thread_ts: string }; key: string; first: readonly SlackBlock[] },
  paced: PacedCall,
): Promise<string | Streamed> {
  const [head, ...rest] = first
  const blocks = head === undefined ? rest : [{ ...head, block_id: toBlockId(key) }, ...rest]
  try {
    const { ts } = await paced('stream', () => chat.startStream({ ...place, chunks: [{ type: 'blocks', blocks }] }))
    if (ts !== undefined && ts !== '') return ts
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { kind: 'refused', isForGood: !error.retryable }
  }
  const message = `Slack did not say where it shows reply ${key}.`
  throw new ChannelError(message, { retryable: true, isAmbiguous: true })
}

/** Whether Slack said no, so that nothing has happened. */
function isRefusal(error: unknown): error is ChannelError {
  return error instanceof Error && 'isAmbiguous' in error && error.isAmbiguous === false
}
