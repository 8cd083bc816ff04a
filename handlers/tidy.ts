import { ChannelError } from '../src/core/errors.ts'
import type { ChannelName } from '../src/core/message.ts'
import type { Channel, Now, Observer, Twins, TwinSearch } from '../src/core/ports.ts'
import { lookAt, type Pace, usualPace } from './pace.ts'

export interface TidyParts {
  readonly twins: Twins
  /** The channels of this process that are running. */
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly now: Now
  /** Left out, the usual one. */
  readonly pace?: Pace
}

/** Looks again at replies whose sending once ended in the dark, and removes what the platform shows twice. */
export async function tidy(parts: TidyParts): Promise<void> {
  try {
    const { lookLeaseMs } = parts.pace ?? usualPace
    for (const search of await parts.twins.due([...parts.channels.keys()], lookLeaseMs)) await look(search, parts)
  } catch (error) {
    parts.observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  }
}

async function look(search: TwinSearch, parts: TidyParts): Promise<void> {
  const { address, channel, looks, platformId: keep, reply: key } = search
  const now = parts.now()
  try {
    const removed = Number(await parts.channels.get(channel)?.send({ kind: 'tidy', key, address, keep }))
    if (removed > 0)
      parts.observer.event({ name: 'reply.tidied', level: 'info', fields: { reply: key, channel, removed } })
    await parts.twins.looked(search, { looks: looks + 1, removed, lookAt: lookAt(looks + 1, now, parts.pace) })
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    // A look that failed is made again; a channel that is gone shows nothing.
    const again =
      error.retryAfterMs === undefined ? lookAt(0, now, parts.pace) : new Date(now.getTime() + error.retryAfterMs)
    await parts.twins.looked(search, { looks, removed: 0, lookAt: error.retryable ? again : undefined })
  }
}
