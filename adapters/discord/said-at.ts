import type { Address, Author } from '../../src/core/message.ts'
import { isThread, type Place } from './places.ts'
import { isInGuild, property, snowflake } from './shape.ts'

/** What is known about the place of a payload. */
export interface PlaceReader {
  readonly place: (channel: string) => Place | undefined
}

/** Where something was said. */
export interface SaidAt {
  readonly conversation: string
  readonly address: Address
  readonly isPrivate: boolean
  /** Whether other people's conversations are in the same channel. */
  readonly isShared: boolean
}

/**
 * A thread and a direct message are one conversation each. In a channel everybody writes below one another, so there each
 * author has a conversation of their own and two customers never fill each other's forms.
 */
export function readSaidAt(data: unknown, author: Author['id'] | undefined, reader: PlaceReader): SaidAt | undefined {
  const channel = snowflake(data, 'channel_id')
  if (channel === undefined) return undefined
  const shown = property(data, 'channel')
  const type = property(shown, 'type') ?? property(data, 'channel_type')
  const known = reader.place(channel)
  const kind = typeof type === 'number' ? type : known?.type
  const guild = snowflake(data, 'guild_id') ?? known?.guild
  const isPrivate = !isInGuild(data) && guild === undefined && (kind === undefined || kind === 1)
  const isInThread = isThread({ type: kind })
  const parent = isInThread ? (snowflake(shown, 'parent_id') ?? known?.parent) : undefined
  const isShared = !isPrivate && !isInThread
  return {
    conversation: isShared ? `discord:${channel}:${author}` : `discord:${channel}`,
    address: {
      channel,
      ...(guild === undefined ? {} : { guild }),
      ...(parent === undefined ? {} : { parent }),
    },
    isPrivate,
    isShared,
  }
}
