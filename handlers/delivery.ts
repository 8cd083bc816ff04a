import { ChannelError } from '../src/core/errors.ts'
import { cutText, type ChannelName } from '../src/core/message.ts'
import type { Channel, ConversationKey, Now, Observer, Outbox, OutboxItem, Queue } from '../src/core/ports.ts'
import type { Say } from '../src/core/wording.ts'
import type { TurnDesk } from './desk/turns.ts'
import { lookAt, waitAfter, type Pace } from './pace.ts'

export interface DeliveryParts {
  readonly outbox: Outbox
  readonly queue: Queue
  /** The channels of this process that are running. */
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly say: Say
  /** The team's desk; left out where the team has no channel. */
  readonly desk?: TurnDesk | undefined
  readonly now: Now
  /** Left out, the usual one. */
  readonly pace?: Pace
}

/**
 * After this many tries, over about a day, a reply is given up and the team is told. What the team was to read waits for
 * about five days: longer than a weekend.
 */
const mostAttempts = { customer: 30, staff: 120 } as const

/**
 * Shows what the outbox owes a conversation of this process's channels, in order. A reply that cannot be shown now holds the later ones back. Gives how many were tried.
 * @param begun the first, where the outbox has given it already
 */
export async function deliver(key: ConversationKey, parts: DeliveryParts, begun?: OutboxItem): Promise<number> {
  for (let tried = 0; ; tried += 1) {
    const item = (tried === 0 ? begun : undefined) ?? (await parts.outbox.next(key, [...parts.channels.keys()]))
    if (item === undefined) return tried
    const begunAt = parts.now()
    try {
      const { platformId, mayHaveTwin } = await show(item, parts)
      const firstLook = mayHaveTwin ? lookAt(0, parts.now(), parts.pace) : undefined
      const isMoreOwed = await parts.outbox.delivered(item, platformId, firstLook)
      if (item.reply.audience === 'staff') await parts.desk?.shown(item, platformId)
      tellDelivered(item, begunAt, parts)
      if (!isMoreOwed) return tried + 1
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      const mayGoOn = await keepOrGiveUp(item, error, parts)
      if (!mayGoOn) return tried + 1
    }
  }
}

/** Of a customer's answer also how it was understood, and how long whoever wrote had waited for it. */
function tellDelivered({ reply, channel, attempt, answers }: OutboxItem, begunAt: Date, parts: DeliveryParts): void {
  const nowMs = parts.now().getTime()
  const told = { reply: reply.id, channel, attempt, durationMs: Math.max(0, nowMs - begunAt.getTime()) }
  const answered =
    answers === undefined || reply.audience === 'staff'
      ? {}
      : {
          message: answers.message,
          intent: answers.intent,
          stage: answers.stage,
          sinceAcceptedMs: Math.max(0, nowMs - answers.receivedAt.getTime()),
        }
  parts.observer.event({ name: 'reply.delivered', level: 'debug', fields: { ...told, ...answered } })
}

interface Shown {
  readonly platformId: string
  /** Another try may have been shown beside this one. A change has no twin, however often it is made. */
  readonly mayHaveTwin: boolean
}

/** A second try looks for the first: its answer may have been lost after the platform had acted. */
async function show(item: OutboxItem, parts: DeliveryParts): Promise<Shown> {
  const channel = parts.channels.get(item.channel)
  // Cannot happen: only replies of these channels were asked for, and none is taken out of the map.
  if (channel === undefined) throw new TypeError(`reply ${item.reply.id} is for ${item.channel}, which does not run`)
  const { address, reply, attempt, replaces } = item
  const key = reply.id
  if (replaces !== undefined) {
    const changed = await change(channel, { kind: 'edit', key, address, platformId: replaces, reply })
    if (changed !== undefined) return { platformId: changed, mayHaveTwin: false }
  }
  const platformId = await channel.send({ kind: 'post', key, address, reply, mayExist: attempt > 1 })
  return { platformId, mayHaveTwin: true }
}

/** Changes an earlier message; undefined when the platform will not, as when it was removed: then it is written anew. */
async function change(
  channel: Channel,
  delivery: Extract<Parameters<Channel['send']>[0], { kind: 'edit' }>,
): Promise<string | undefined> {
  try {
    return await channel.send(delivery)
  } catch (error) {
    if (error instanceof ChannelError && !error.retryable) return undefined
    throw error
  }
}

/** Whether the later replies may go on. */
async function keepOrGiveUp(item: OutboxItem, error: ChannelError, parts: DeliveryParts): Promise<boolean> {
  const { attempt, channel, key, reply } = item
  // The team's channel stays the same, and whoever runs the bot can let it in; so a refusal there is not the last word.
  const isMendable = error.retryable || reply.audience === 'staff'
  if (!isMendable || attempt >= mostAttempts[reply.audience]) {
    await giveUp(item, error, parts)
    return true
  }
  const waitMs = waitAfter(attempt, error.retryAfterMs, parts.pace)
  const retryAt = new Date(parts.now().getTime() + waitMs)
  await parts.outbox.failed(item, { reason: error.message, retryAt, isAmbiguous: error.isAmbiguous })
  const fields = { reply: reply.id, channel, attempt, waitMs, isAmbiguous: error.isAmbiguous }
  const level = !error.retryable && attempt === 1 ? 'error' : 'warn'
  parts.observer.event({ name: 'reply.postponed', level, fields, error })
  await parts.queue.wake(key, retryAt)
  return false
}

/** What a customer was to read does not vanish: the team gets it, in the same step. What the team was to read does. */
async function giveUp(item: OutboxItem, error: ChannelError, parts: DeliveryParts): Promise<void> {
  const { outbox, observer, say, desk } = parts
  const { attempt, channel, reply } = item
  const fields = { reply: reply.id, channel, attempt }
  if (reply.audience === 'staff') {
    await outbox.failed(item, { reason: error.message, retryAt: undefined, isAmbiguous: error.isAmbiguous })
    observer.event({ name: 'reply.abandoned', level: 'error', fields, error })
    return
  }
  const subject = say('delivery.undeliverable.subject')
  const text = say('delivery.undeliverable.text', { reason: cutText(error.message, 300), reply: reply.text })
  const ticket = await outbox.abandon(item, error.message, { subject, text })
  if (ticket === undefined) return // another process has shown it, or given it up
  observer.event({ name: 'reply.abandoned', level: 'error', fields: { ...fields, ticket }, error })
  await desk?.undelivered(item)
}
