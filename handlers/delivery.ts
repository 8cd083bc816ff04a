import { ChannelError } from '../src/core/errors.ts'
import type { ChannelName } from '../src/core/message.ts'
import type { Channel, ConversationKey, Now, Observer, Outbox, OutboxItem, Queue } from '../src/core/ports.ts'

export interface DeliveryParts {
  readonly outbox: Outbox
  readonly queue: Queue
  /** The channels of this process that are running. */
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly now: Now
}

/** After this many tries, over about a day, a reply is given up and an error is logged. */
const mostAttempts = 30
const longestWaitMs = 3_600_000

/** Shows what the outbox owes a conversation of this process's channels, in order. A reply that cannot be shown now holds the later ones back. */
export async function deliver(key: ConversationKey, parts: DeliveryParts): Promise<void> {
  for (;;) {
    const item = await parts.outbox.next(key, [...parts.channels.keys()])
    if (item === undefined) return
    try {
      const platformId = await show(item, parts)
      await parts.outbox.delivered(item, platformId)
      parts.observer.event({
        name: 'reply.delivered',
        level: 'debug',
        fields: { reply: item.reply.id, channel: item.channel },
      })
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      const mayGoOn = await keepOrGiveUp(item, error, parts)
      if (!mayGoOn) return
    }
  }
}

/** A second try looks for the first: its answer may have been lost after the platform had acted. */
async function show(item: OutboxItem, parts: DeliveryParts): Promise<string> {
  const channel = parts.channels.get(item.channel)
  // Cannot happen: only replies of these channels were asked for, and none is taken out of the map.
  if (channel === undefined) throw new TypeError(`reply ${item.reply.id} is for ${item.channel}, which does not run`)
  const { address, reply, attempt } = item
  return await channel.send({ kind: 'post', key: reply.id, address, reply, mayExist: attempt > 1 })
}

async function keepOrGiveUp(item: OutboxItem, error: ChannelError, parts: DeliveryParts): Promise<boolean> {
  const fields = { reply: item.reply.id, channel: item.channel, attempt: item.attempt }
  if (!error.retryable || item.attempt >= mostAttempts) {
    await parts.outbox.failed(item, error.message, undefined)
    parts.observer.event({ name: 'reply.abandoned', level: 'error', fields, error })
    return true
  }
  const waitMs = error.retryAfterMs ?? Math.min(longestWaitMs, 1000 * 2 ** Math.min(item.attempt, 12))
  const retryAt = new Date(parts.now().getTime() + waitMs)
  await parts.outbox.failed(item, error.message, retryAt)
  parts.observer.event({ name: 'reply.postponed', level: 'warn', fields: { ...fields, waitMs }, error })
  await parts.queue.wake(item.key, retryAt)
  return false
}
