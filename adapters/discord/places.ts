import type { REST } from 'discord.js'
import { toChannelError } from './failure.ts'
import { Recent } from './memory.ts'
import { listed, property, snowflake, textAt } from './shape.ts'

/** A tag of a forum. */
export interface ForumTag {
  readonly id: string
  readonly name: string
}

/** What is known about a channel, thread or direct message. */
export interface Place {
  /** https://docs.discord.com/developers/resources/channel, "Channel Types"; undefined where Discord did not say. */
  readonly type: number | undefined
  readonly guild: string | undefined
  /** Of a thread: the channel it belongs to. */
  readonly parent: string | undefined
  readonly tags: readonly ForumTag[]
}

const remembered = 20_000
const threadTypes: readonly unknown[] = [10, 11, 12]
const forumTypes: readonly unknown[] = [15, 16]

/** The dispatches that tell about places. */
export const placeDispatches: readonly unknown[] = [
  'GUILD_CREATE',
  'CHANNEL_CREATE',
  'CHANNEL_UPDATE',
  'THREAD_CREATE',
  'THREAD_UPDATE',
  'THREAD_LIST_SYNC',
]

export function isThread(place: Pick<Place, 'type'> | undefined): boolean {
  return threadTypes.includes(place?.type)
}

/** Whether only threads can be written in it, each with a first message of its own. */
export function isForum(place: Pick<Place, 'type'> | undefined): boolean {
  return forumTypes.includes(place?.type)
}

/** Remembers channels and threads by what the gateway tells of them, and asks for each other one once. */
export class Places {
  readonly #known = new Recent<Place>(remembered)
  readonly #rest: REST

  constructor(rest: REST) {
    this.#rest = rest
  }

  get(channel: string): Place | undefined {
    return this.#known.get(channel)
  }

  /** Takes a dispatch of the gateway; whatever it holds, it never throws. */
  learn(type: unknown, data: unknown): void {
    if (!placeDispatches.includes(type)) return
    const isOne = type !== 'GUILD_CREATE' && type !== 'THREAD_LIST_SYNC'
    const guild = type === 'GUILD_CREATE' ? snowflake(data, 'id') : snowflake(data, 'guild_id')
    for (const channel of isOne ? [data] : [...listed(data, 'channels', 1000), ...listed(data, 'threads', 5000)])
      this.#keep(channel, guild)
  }

  /** @throws ChannelError when Discord does not say */
  async find(channel: string): Promise<Place> {
    const known = this.#known.get(channel)
    if (known !== undefined) return known
    try {
      const found = await this.#rest.get(`/channels/${channel}`)
      return this.#keep(found, snowflake(found, 'guild_id')) ?? nowhere
    } catch (error) {
      throw toChannelError(`Discord did not say what the channel ${channel} is`, error)
    }
  }

  #keep(channel: unknown, guild: string | undefined): Place | undefined {
    const id = snowflake(channel, 'id')
    const type = property(channel, 'type')
    if (id === undefined) return undefined
    const place: Place = {
      type: typeof type === 'number' ? type : undefined,
      guild,
      parent: threadTypes.includes(type) ? snowflake(channel, 'parent_id') : undefined,
      tags: listed(channel, 'available_tags', 20).flatMap((tag) => {
        const tagId = snowflake(tag, 'id')
        return tagId === undefined ? [] : [{ id: tagId, name: textAt(tag, 'name', 20) }]
      }),
    }
    this.#known.set(id, place)
    return place
  }
}

const nowhere: Place = { type: undefined, guild: undefined, parent: undefined, tags: [] }
