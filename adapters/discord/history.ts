import type { REST } from 'discord.js'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Now } from '../../src/core/ports.ts'
import type { Body } from './body.ts'
import { toChannelError } from './failure.ts'
import { nonceOf, type Shown } from './shown.ts'
import { firstIdAt, instantOf, isSnowflake, listed, property, snowflake, textAt } from './shape.ts'

/** What deliveries stand on. */
export interface Searching {
  readonly rest: REST
  readonly shown: Shown
  readonly botId: () => string
  readonly now: Now
}

const pageSize = 100
/** https://docs.discord.com/developers/resources/message, "Message Flags": written without a sound. */
export const silent = 1 << 12
/** A twin came at most so long before or after the message that is kept. */
const twinsWithinMs = 10 * 60_000
/** At most so many pages of 100 messages that came after an id, the oldest first. */
export async function readAfter(rest: REST, channel: string, { after, pages }: Stretch): Promise<readonly unknown[]> {
  const found: unknown[] = []
  let from = after
  for (let page = 0; page < pages; page += 1) {
    const query = new URLSearchParams({ after: from, limit: String(pageSize) })
    const answer = await rest.get(`/channels/${channel}/messages`, { query })
    const given: readonly unknown[] = Array.isArray(answer) ? answer : []
    const messages = given
      .filter((message) => snowflake(message, 'id') !== undefined)
      .toSorted((one, other) => (BigInt(idOf(one)) < BigInt(idOf(other)) ? -1 : 1))
    found.push(...messages)
    if (messages.length < pageSize) break
    from = idOf(messages.at(-1))
  }
  return found
}

export interface Stretch {
  readonly after: string
  readonly pages: number
}

/** What is looked for among messages: the very same text and buttons, in answer to the same message. */
export interface Wanted {
  readonly key: string
  readonly body: Body
  /** The message it answers. */
  readonly reference: string | undefined
}

/**
 * A message that was sent with this key. Discord does not keep nonces in a channel's history (Rapptz/discord.py#2451), so
 * one of ours with the same content and the same reference counts too, unless it is known to be another reply's.
 */
export function findWanted(
  messages: readonly unknown[],
  { key, body, reference }: Wanted,
  searching: Searching,
): string | undefined {
  const nonce = nonceOf(key)
  const print = fingerprint(body)
  const found = messages.find((message) => {
    if (property(message, 'nonce') === nonce) return true
    return (
      isOurs(message, searching) &&
      !searching.shown.isOther(idOf(message), key) &&
      referenceOf(message) === reference &&
      fingerprint(message) === print
    )
  })
  return found === undefined ? undefined : idOf(found)
}

function isOurs(message: unknown, { botId }: Searching): boolean {
  return property(property(message, 'author'), 'id') === botId()
}

/** The message that a message answers. */
function referenceOf(message: unknown): string | undefined {
  return snowflake(property(message, 'message_reference'), 'message_id')
}

/** What a message shows, however Discord repeats it: its text, and the texts and ids of its parts. */
export function fingerprint(message: unknown): string {
  const found: string[] = [textAt(message, 'content').trim()]
  const waiting = [...listed(message, 'components')]
  for (let seen = 0; waiting.length > 0 && seen < 200; seen += 1) {
    const component = waiting.shift()
    for (const name of ['custom_id', 'content', 'label', 'url']) {
      const text = textAt(component, name).trim()
      if (text !== '') found.push(text)
    }
    waiting.push(...listed(component, 'components'), ...listed(component, 'options'), property(component, 'accessory'))
  }
  return JSON.stringify(found)
}

/** The further parts of a reply, by its first: they answer it without a sound, as nothing else of ours does. */
export async function findParts(first: string, channel: string, searching: Searching): Promise<readonly string[]> {
  const known = searching.shown.partsOf(first)
  if (known !== undefined) return known.slice(1)
  const messages = await readAfter(searching.rest, channel, { after: first, pages: 1 })
  const parts = messages.filter((message) => {
    const flags = property(message, 'flags')
    const isSilent = typeof flags === 'number' && (flags & silent) !== 0
    return isSilent && referenceOf(message) === first && isOurs(message, searching)
  })
  return parts.map(idOf)
}

/** The message sent with a key, as far as this process or Discord remembers the key. */
export async function findByKey(key: string, address: Address, searching: Searching): Promise<string | undefined> {
  const known = searching.shown.idOf(key)
  const channel = address['thread'] ?? address['channel']
  if (known !== undefined || channel === undefined) return known
  const after = address['message'] ?? String(firstIdAt(searching.now().getTime() - twinsWithinMs))
  const messages = await searchAfter(searching.rest, channel, { after, pages: 5 })
  const ours = messages.find((message) => property(message, 'nonce') === nonceOf(key))
  return ours === undefined ? undefined : idOf(ours)
}

/** @throws ChannelError */
async function searchAfter(rest: REST, channel: string, stretch: Stretch): Promise<readonly unknown[]> {
  try {
    return await readAfter(rest, channel, stretch)
  } catch (error) {
    throw toChannelError('Discord could not be searched for a reply', error)
  }
}

/** A message that may have twins. */
export interface Kept {
  readonly key: string
  readonly keep: string
  readonly channel: string
}

/**
 * Messages that show the same as the one that is kept, in answer to the same, unless they are known to be another reply's.
 * Where nothing was answered, the same may have been said twice: there only a known nonce counts.
 */
export async function findTwins({ key, keep, channel }: Kept, searching: Searching): Promise<readonly string[]> {
  const from = String(firstIdAt(instantOf(keep) - twinsWithinMs))
  const messages = await readAfter(searching.rest, channel, { after: from, pages: 2 })
  const kept = messages.find((message) => idOf(message) === keep)
  if (kept === undefined) return []
  const twins = messages.filter(
    (message) =>
      idOf(message) !== keep &&
      Math.abs(instantOf(idOf(message)) - instantOf(keep)) <= twinsWithinMs &&
      isOurs(message, searching) &&
      !searching.shown.isOther(idOf(message), key) &&
      (referenceOf(kept) !== undefined || searching.shown.isSame(idOf(message), key)) &&
      referenceOf(message) === referenceOf(kept) &&
      fingerprint(message) === fingerprint(kept),
  )
  return twins.map(idOf)
}

/** The first words of a message, wherever they stand. */
export function firstTextOf(message: unknown): string {
  const waiting: unknown[] = [message]
  for (let seen = 0; waiting.length > 0 && seen < 200; seen += 1) {
    const part = waiting.shift()
    const text = textAt(part, 'content').trim()
    if (text !== '') return text
    waiting.unshift(...listed(part, 'components'))
  }
  return ''
}

/** @throws ChannelError when Discord's answer holds no id */
export function idOf(message: unknown): string {
  const id = property(message, 'id')
  if (isSnowflake(id)) return id
  throw new ChannelError('Discord answered without the id of the message.', { retryable: true, isAmbiguous: true })
}
