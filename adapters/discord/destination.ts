import type { REST } from 'discord.js'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Reply } from '../../src/core/reply.ts'
import { hasCode } from './failure.ts'
import { firstTextOf, idOf } from './history.ts'
import { isForum, type Place, type Places } from './places.ts'

/** What finding a place to write stands on. */
export interface Reaching {
  readonly rest: REST
  readonly places: Places
}

/** The longest Discord knows, in minutes: a week. */
export const archiveAfter = 10_080
const longestName = 100

/** The channel or thread an address leads to. `isForum`: there each message becomes a post of its own. */
export interface Destination {
  readonly channel: string
  readonly isForum: boolean
}

/** @throws ChannelError when the address names no channel */
export function destinationOf(address: Address, reaching: Pick<Reaching, 'places'>): Destination {
  const { channel, thread } = address
  if (channel === undefined) throw new ChannelError('A Discord address without a channel.', { retryable: false })
  if (thread !== undefined) return { channel: thread, isForum: false }
  return { channel, isForum: isForum(reaching.places.get(channel)) }
}

/**
 * Writes, and mends once what kept it from being written: a thread that was not begun, or was archived.
 * @param write given anew whether the channel is a forum after all
 */
export async function writeTo<Result>(
  address: Address,
  write: (destination: Destination) => Promise<Result>,
  reaching: Reaching,
): Promise<Result> {
  const destination = destinationOf(address, reaching)
  try {
    return await write(destination)
  } catch (error) {
    if (hasCode(error, 40_058)) return await write({ ...destination, isForum: true })
    if (hasCode(error, 10_003) && address['thread'] !== undefined) await beginThread(address, reaching.rest)
    else if (hasCode(error, 50_083)) await unarchive(destination.channel, reaching.rest)
    else throw error
    return await write(destination)
  }
}

/** Opens an archived thread again. */
export async function unarchive(thread: string, rest: REST): Promise<void> {
  await rest.patch(`/channels/${thread}`, { body: { archived: false } })
}

/** A thread below a message. It has the message's id; one that somebody began before is used. */
async function beginThread({ channel, thread: starter }: Address, rest: REST): Promise<void> {
  try {
    const message = await rest.get(`/channels/${channel}/messages/${starter}`)
    await rest.post(`/channels/${channel}/messages/${starter}/threads`, {
      body: { name: nameOf(firstTextOf(message)), auto_archive_duration: archiveAfter },
    })
  } catch (error) {
    if (!hasCode(error, 160_004)) throw error
  }
}

/** The channel of somebody's direct messages with the bot. */
export async function directMessagesOf(user: string, rest: REST): Promise<string> {
  return idOf(await rest.post('/users/@me/channels', { body: { recipient_id: user } }))
}

/**
 * What a thread is called after the words of its card: the ticket's number, if the first line tells one, and whom it is
 * about. `**A customer waits** · ticket **T-142**`, then `**Ann** on Discord: …` is `T-142 Ann on Discord`.
 */
export function nameOf(text: string): string {
  const [first = '', second = ''] = text
    .split('\n')
    .map((line) =>
      line
        .replace(/[*_~`|>#\\\u200B]/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '')
  const ticket = /\b[A-Z]{1,4}-\d{1,9}\b/.exec(first)?.[0]
  const about = (ticket === undefined || second === '' ? first : `${ticket} ${second}`).split(/: |: ?$/, 1)[0] ?? ''
  return about === '' ? 'Conversation' : Array.from(about).slice(0, longestName).join('')
}

/** Tags of a forum that say the state of a card, as far as the forum has them, by the button that such a card has. */
const stateTags = [
  ['waiting', 'desk:claim:'],
  ['claimed', 'desk:resolve:'],
] as const

const resolvedTag = 'resolved'

/** Those of a forum's tags that are given and taken by the states of cards. */
export function stateTagsOf({ tags }: Pick<Place, 'tags'>): readonly string[] {
  const names: readonly string[] = [...stateTags.map(([name]) => name), resolvedTag]
  return tags.filter(({ name }) => names.includes(name.toLowerCase())).map(({ id }) => id)
}

/** The tag that says in which state a card is: its buttons tell. A card that had some and has none any more is resolved. */
export function tagsFor(
  actions: Reply['actions'],
  { tags }: Pick<Place, 'tags'>,
  isChanged: boolean,
): readonly string[] {
  const shown = stateTags.find(([, button]) => actions.some(({ id }) => id.startsWith(button)))?.[0]
  const state = shown ?? (isChanged && actions.length === 0 ? resolvedTag : undefined)
  return tags.filter(({ name }) => name.toLowerCase() === state).map(({ id }) => id)
}
