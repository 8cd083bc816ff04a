import { ChannelError } from '../src/core/errors.ts'
import type { ChannelName } from '../src/core/message.ts'
import type { Channel, Now, Observer, Twins, TwinSearch } from '../src/core/ports.ts'
import { lookAt, type Pace } from './pace.ts'

export interface TidyParts {
  readonly twins: Twins
  /** The channels of this process that are running. */
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly now: Now
  /** Left out, the usual one. */
  readonly pace?: Pace
}

/**
 * Looks again at replies whose sending once ended in the dark, and removes what the platform shows twice. A look that fails
 * is made again in a minute.
 */
export async function tidy(parts: TidyParts): Promise<void> {
  try {
    for (const search of await parts.twins.due([...parts.channels.keys()])) await look(search, parts)
  } catch (error) {
    parts.observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  }
}

async function look(search: TwinSearch, parts: TidyParts): Promise<void> {
  const { address, channel, platformId: keep, reply: key } = search
  const removed = await removeTwins()
  if (removed === undefined) return
  if (removed > 0)
    parts.observer.event({ name: 'reply.tidied', level: 'info', fields: { reply: key, channel, removed } })
  await parts.twins.looked(search, removed, lookAt(search.looks + 1, parts.now(), parts.pace))

  async function removeTwins(): Promise<number | undefined> {
    try {
      return Number(await parts.channels.get(channel)?.send({ kind: 'tidy', key, address, keep }))
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      return error.retryable ? undefined : 0 // a channel that is gone shows nothing
    }
  }
}
