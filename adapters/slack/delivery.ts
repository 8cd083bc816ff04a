import type { webApi } from '@slack/bolt'
import type { Address } from '../../src/core/message.ts'
import type { Delivery } from '../../src/core/ports.ts'
import { toBlocks } from './blocks.ts'
import { reasonOf, toChannelError } from './failure.ts'

export type SlackClient = InstanceType<typeof webApi.WebClient>

/** Searching goes back 10 pages of 200 messages. */
const pageSize = 200
const mostPages = 10
const eventType = 'tuppence_reply'
/** Never read by Slack as anything but the text it is: no names and no links. */
const asWritten = { parse: 'none', link_names: false } as const
const withoutPreviews = { unfurl_links: false, unfurl_media: false } as const

/** Carries out one delivery; gives Slack's timestamp of the message, which is its name in the channel. */
export async function deliver(client: SlackClient, delivery: Delivery): Promise<string> {
  try {
    if (delivery.kind === 'home' || delivery.kind === 'ephemeral') return await showOne(client, delivery)
    return await showAll(client, delivery)
  } catch (error) {
    if (delivery.kind === 'remove' && reasonOf(error) === 'message_not_found') return delivery.platformId
    throw toChannelError(`Slack did not ${delivery.kind} reply ${delivery.key}`, error)
  }
}

/** To everybody in the channel. */
async function showAll(
  { chat }: SlackClient,
  delivery: Delivery & { kind: 'post' | 'edit' | 'remove' },
): Promise<string> {
  const place = placeOf(delivery.address)
  if (delivery.kind === 'remove') {
    await chat.delete({ channel: place.channel, ts: delivery.platformId })
    return delivery.platformId
  }
  const metadata = { event_type: eventType, event_payload: { key: delivery.key } }
  const message = { ...toBlocks(delivery.reply), ...asWritten, metadata }
  if (delivery.kind === 'post') {
    const posted = await chat.postMessage({ ...place, ...message, ...withoutPreviews })
    return posted.ts ?? ''
  }
  const updated = await chat.update({ channel: place.channel, ts: delivery.platformId, ...message })
  return updated.ts ?? delivery.platformId
}

/** To one person only. */
async function showOne(
  { chat, views }: SlackClient,
  delivery: Delivery & { kind: 'ephemeral' | 'home' },
): Promise<string> {
  // Our author is `team:user`; Slack wants the user.
  const user = delivery.author.id.split(':').at(-1) ?? ''
  const message = toBlocks(delivery.reply)
  if (delivery.kind === 'ephemeral') {
    const shown = await chat.postEphemeral({ ...placeOf(delivery.address), user, ...message, ...asWritten })
    return shown.message_ts ?? ''
  }
  const published = await views.publish({ user_id: user, view: { type: 'home', blocks: message.blocks } })
  return published.view?.id ?? ''
}

/** The oldest message that carries our key, in the thread or, where there is none, in the whole direct message. */
export async function findByKey(
  { conversations }: SlackClient,
  key: string,
  address: Address,
): Promise<string | undefined> {
  const { channel, thread_ts: thread } = placeOf(address)
  let cursor: string | undefined
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const range = {
        channel,
        limit: pageSize,
        include_all_metadata: true,
        ...(cursor === undefined ? {} : { cursor }),
      }
      const found =
        thread === undefined
          ? await conversations.history(range)
          : await conversations.replies({ ...range, ts: thread })
      const ours = found.messages?.filter((message) => keyOf(message) === key).map(({ ts }) => ts ?? '') ?? []
      if (ours.length > 0) return ours.toSorted()[0]
      cursor = found.response_metadata?.next_cursor
      if (cursor === undefined || cursor === '') return undefined
    }
    return undefined
  } catch (error) {
    throw toChannelError(`Slack could not be searched for reply ${key}`, error)
  }
}

function keyOf(message: { metadata?: { event_type?: string; event_payload?: unknown } }): unknown {
  const payload = message.metadata?.event_type === eventType ? message.metadata.event_payload : undefined
  return typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined
}

function placeOf(address: Address): { channel: string; thread_ts?: string } {
  const { channel = '', thread } = address
  return thread === undefined ? { channel } : { channel, thread_ts: thread }
}

/** The conversation that event.ts gives to whatever is written at this address. */
export function conversationOf({ team = '', channel = '', thread }: Address): string {
  return ['slack', team, channel, ...(thread === undefined ? [] : [thread])].join(':')
}
