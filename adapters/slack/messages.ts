import { ChannelError } from '../../src/core/errors.ts'
import { plain } from '../../src/core/markup.ts'
import type { Address } from '../../src/core/message.ts'
import type { Delivery } from '../../src/core/ports.ts'
import type { StoredReply } from '../../src/core/reply.ts'
import { type SlackPart, type SlackRules, toBlocks } from './blocks.ts'
import type { SlackClient } from './bolt.ts'
import { reasonOf } from './failure.ts'
import {
  asWritten,
  listOwn,
  type Mark,
  type Own,
  partKey,
  partOf,
  placeOf,
  toMetadata,
  unknownKey,
  withoutPreviews,
} from './metadata.ts'
import type { PacedCall } from './pace.ts'
import { isDirect } from './status.ts'
import { blocksAfter, type Script, stream, toScript } from './stream.ts'

export interface MessagesOptions extends SlackRules {
  readonly client: SlackClient
  readonly paced: (channel: string, what: string) => PacedCall
  /** Whether direct messages have threads in which messages can be streamed. */
  readonly agentView: boolean
}

type Of<Kind extends Delivery['kind']> = Extract<Delivery, { kind: Kind }>

const mostRemembered = 5000

/**
 * A reply as messages of Slack, the name of the person who wrote it above: the bot speaks in its own name, and only a
 * scope more would let it take another.
 */
export function toParts(reply: StoredReply, rules: SlackRules): readonly SlackPart[] {
  const { from, text } = reply
  return toBlocks(from === undefined ? reply : { ...reply, text: `**${plain(from)}**\n\n${text}` }, rules)
}

/**
 * The messages of one workspace. A reply is one message or several parts, each under a key of its own, and its id is the
 * timestamp of the first.
 */
export class Messages {
  readonly #options: MessagesOptions
  /** The timestamps of all parts of a reply, by `CHANNEL TS` of the first; a reply that is not here is looked for. */
  readonly #parts = new Map<string, readonly string[]>()
  #canStream = true

  constructor(options: MessagesOptions) {
    this.#options = options
  }

  async post(delivery: Of<'post'>): Promise<string> {
    const parts = toParts(delivery.reply, this.#options)
    const ids = delivery.mayExist ? await this.#complete(delivery, parts) : await this.#show(delivery, parts)
    const [first = ''] = ids
    if (first === '') {
      const message = `Slack did not say where it shows reply ${delivery.key}.`
      throw new ChannelError(message, { retryable: true, isAmbiguous: true })
    }
    this.#remember(delivery.address, ids)
    return first
  }

  /** The first part is changed first: where Slack will not, nothing has changed. */
  async edit({ address, key, platformId, reply }: Of<'edit'>): Promise<string> {
    const { ids, was } = await this.#partsOf(address, { key, platformId })
    const parts = toParts(reply, this.#options)
    const shown: string[] = []
    for (const [index, part] of parts.entries()) {
      const before = index === 0 && was !== undefined && was !== key ? { was } : {}
      const message = { address, part, mark: { key: partKey(key, index + 1), ...before } }
      const ts = ids[index]
      const isChanged = ts !== undefined && (await this.#change(ts, message, index === 0))
      shown.push(isChanged ? ts : await this.#postPart(message))
    }
    for (const ts of ids.slice(parts.length).toReversed()) await this.#delete(address, ts)
    this.#remember(address, shown)
    return platformId
  }

  async remove({ address, key, platformId }: Of<'remove'>): Promise<string> {
    const { ids } = await this.#partsOf(address, { key, platformId })
    for (const ts of ids.toReversed()) await this.#delete(address, ts)
    this.#parts.delete(nameOf(address, platformId))
    return platformId
  }

  /** Keeps `keep` and the oldest of each other part; gives how many messages were removed. */
  async tidy({ address, key, keep }: Of<'tidy'>): Promise<string> {
    const kept = new Set<number>()
    let removed = 0
    for (const message of await this.#look(address)) {
      const part = partOf(message, key)
      if (part === undefined || message.ts === keep) continue
      if (part > 1 && !kept.has(part)) kept.add(part)
      else {
        await this.#take(address, message)
        removed += 1
      }
    }
    return String(removed)
  }

  async find(key: string, address: Address): Promise<string | undefined> {
    const own = await this.#look(address)
    return own.find((message) => message.key === key && !message.isUnfinished)?.ts
  }

  async #show(delivery: Of<'post'>, parts: readonly SlackPart[]): Promise<readonly string[]> {
    const streamed = await this.#streamed(delivery, parts)
    if (streamed !== undefined) return streamed
    const ids: string[] = []
    const { address, key } = delivery
    for (const [index, part] of parts.entries())
      ids.push(await this.#postPart({ address, part, mark: { key: partKey(key, index + 1) } }))
    return ids
  }

  /** Sends what is missing of a reply that may have been shown, and takes away streams of it that never ended. */
  async #complete({ address, key }: Of<'post'>, parts: readonly SlackPart[]): Promise<readonly string[]> {
    // Replies of a conversation are sent one after the other, so a stream of unknown key is an earlier try of this one;
    // in a channel it may be another app's.
    const isOurs = isDirect(placeOf(address).channel)
    const own = (await this.#lookWhereAllowed(address)).filter(
      (message) => partOf(message, key) !== undefined || (isOurs && message.key === unknownKey),
    )
    for (const message of own) if (message.isUnfinished) await this.#take(address, message)
    const finished = own.filter((message) => !message.isUnfinished)
    const until = finished.find((message) => message.key === key)?.until
    const ids: string[] = []
    for (const [index, part] of (until === undefined ? parts : continued(parts, until)).entries()) {
      const mark = { key: partKey(key, index + 1) }
      const there = finished.find((message) => message.key === mark.key)?.ts
      ids.push(there ?? (await this.#postPart({ address, part, mark })))
    }
    return ids
  }

  /** Shows a text that a model wrote piece by piece, where Slack can; undefined where it is better posted. */
  async #streamed(
    { address, key, reply }: Of<'post'>,
    [only, ...others]: readonly SlackPart[],
  ): Promise<readonly string[] | undefined> {
    const { client, agentView } = this.#options
    const { channel, thread_ts: thread } = placeOf(address)
    const isWanted = agentView && this.#canStream && reply.isWritten === true && others.length === 0
    if (!isWanted || only === undefined || thread === undefined || !isDirect(channel)) return undefined
    const script = toScript(only)
    if (script === undefined) return undefined
    const paced = this.#options.paced(channel, `Slack did not show reply ${key}`)
    const streamed = await stream(client, { place: { channel, thread_ts: thread }, key, script }, paced)
    if (streamed.kind === 'refused') {
      this.#canStream &&= !streamed.isForGood
      return undefined
    }
    const rest = streamed.kind === 'cut' ? restOf(only, script, streamed.until) : undefined
    if (rest === undefined) return [streamed.ts]
    return [streamed.ts, await this.#postPart({ address, part: rest, mark: { key: partKey(key, 2) } })]
  }

  async #postPart({ address, part, mark }: Sent): Promise<string> {
    const place = placeOf(address)
    const message = { ...place, ...part, ...asWritten, ...withoutPreviews, metadata: toMetadata(mark) }
    const paced = this.#options.paced(place.channel, `Slack did not post reply ${mark.key}`)
    return (await paced('message', () => this.#options.client.post(message))) ?? ''
  }

  /** False when the message is gone and is not the first of its reply. */
  async #change(ts: string, { address, part, mark }: Sent, isFirst: boolean): Promise<boolean> {
    const { channel } = placeOf(address)
    const message = { channel, ts, ...part, ...asWritten, metadata: toMetadata(mark) }
    try {
      const paced = this.#options.paced(channel, `Slack did not edit reply ${mark.key}`)
      await paced('other', () => this.#options.client.chat.update(message))
      return true
    } catch (error) {
      if (isFirst || !isGone(error)) throw error
      return false
    }
  }

  /** Removes a message of ours. Slack lets nobody change one that is still streamed, so that is ended first. */
  async #take(address: Address, { ts, isUnfinished }: Own): Promise<void> {
    const { channel } = placeOf(address)
    if (isUnfinished) {
      const paced = this.#options.paced(channel, `Slack did not end the stream ${ts}`)
      await paced('other', () => this.#options.client.chat.stopStream({ channel, ts })).catch((error: unknown) => {
        if (error instanceof ChannelError && error.retryable) throw error // otherwise it has ended already
      })
    }
    await this.#delete(address, ts)
  }

  async #delete(address: Address, ts: string): Promise<void> {
    const { channel } = placeOf(address)
    const paced = this.#options.paced(channel, `Slack did not remove message ${ts}`)
    await paced('other', () => this.#options.client.chat.delete({ channel, ts })).catch((error: unknown) => {
      if (!isGone(error)) throw error
    })
  }

  /** All parts of a reply that is shown, in order, and the key it had before, where that had to be looked for. */
  async #partsOf(
    address: Address,
    { key, platformId }: { key: string; platformId: string },
  ): Promise<{ readonly ids: readonly string[]; readonly was?: string }> {
    const known = this.#parts.get(nameOf(address, platformId))
    if (known !== undefined) return { ids: known }
    const own = await this.#lookWhereAllowed(address)
    const first = own.find(({ ts }) => ts === platformId)
    const keys = [key, first?.key, first?.was].filter((name) => name !== undefined)
    const ids = new Map<number, string>([[1, platformId]])
    for (const message of own)
      for (const part of keys.map((name) => partOf(message, name)))
        if (part !== undefined && !ids.has(part)) ids.set(part, message.ts)
    const inOrder = [...ids].toSorted(([one], [other]) => one - other).map(([, ts]) => ts)
    return { ids: inOrder, ...(first === undefined ? {} : { was: first.was ?? first.key }) }
  }

  async #look(address: Address): Promise<readonly Own[]> {
    const { client, paced } = this.#options
    const { channel } = placeOf(address)
    return await paced(channel, `Slack could not be searched in ${channel}`)('other', () => listOwn(client, address))
  }

  /** Nothing where Slack lets the bot not read: then a reply may be shown twice, but it is never lost. */
  async #lookWhereAllowed(address: Address): Promise<readonly Own[]> {
    return await this.#look(address).catch((error: unknown) => {
      if (error instanceof ChannelError && !error.retryable) return []
      throw error
    })
  }

  #remember(address: Address, ids: readonly string[]): void {
    this.#parts.set(nameOf(address, ids[0] ?? ''), ids)
    const [oldest] = this.#parts.keys()
    if (this.#parts.size > mostRemembered && oldest !== undefined) this.#parts.delete(oldest)
  }
}

/** A part and where it goes. */
interface Sent {
  readonly address: Address
  readonly part: SlackPart
  readonly mark: Mark
}

function nameOf(address: Address, ts: string): string {
  return `${placeOf(address).channel} ${ts}`
}

/** A reply whose stream was cut after so many pieces: its first message, and the one that goes on. */
function continued(parts: readonly SlackPart[], until: number): readonly SlackPart[] {
  const [only] = parts
  const script = only === undefined ? undefined : toScript(only)
  const rest = only === undefined || script === undefined ? undefined : restOf(only, script, until)
  return only === undefined || rest === undefined ? parts : [only, rest]
}

function restOf({ text }: SlackPart, script: Script, until: number): SlackPart | undefined {
  const blocks = blocksAfter(script, until)
  return blocks.length === 0 ? undefined : { text, blocks }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && reasonOf(error.cause) === 'message_not_found'
}
