import type { Delivery } from '../../src/core/ports.ts'
import { bodiesOf, type Body, isCard } from './body.ts'
import { type Destination, writeTo } from './destination.ts'
import { beginPost, findPost } from './forum.ts'
import { findWanted, readAfter } from './history.ts'
import { isAlive, postInPlaceholder } from './placeholder.ts'
import { furtherPart, type Part, send, type Sending } from './send.ts'
import { firstIdAt } from './shape.ts'
import { keyOfPart } from './shown.ts'

export type Post = Extract<Delivery, { kind: 'post' }>

/** From the question on 5 pages of 100 messages are searched. */
const mostPages = 5
/** A clock of ours may be so much ahead of Discord's. */
const clockSkewMs = 30_000

/** Shows a reply, of which only the parts that are not shown yet are sent; gives the id of the first. */
export async function post(delivery: Post, sending: Sending): Promise<string> {
  const { address, reply } = delivery
  const [first, ...rest] = bodiesOf(reply, { linkHosts: sending.linkHosts, isCard: isCard(reply, address) })
  const held = isAlive(address, sending.now()) ? await postInPlaceholder(address, first, sending) : undefined
  const write = async (destination: Destination): Promise<string> => {
    const start = held ?? (await postFirst(delivery, first, { destination, sending }))
    const channel = destination.isForum ? start : destination.channel
    const ids = await postRest(delivery, rest, { start, channel, sending })
    sending.shown.keepParts([start, ...ids], channel)
    return start
  }
  return await writeTo(address, write, sending)
}

interface Aim {
  readonly destination: Destination
  readonly sending: Sending
}

async function postFirst(delivery: Post, body: Body, { destination, sending }: Aim): Promise<string> {
  const { key, address, reply, mayExist } = delivery
  const { channel } = destination
  if (destination.isForum) {
    const found = mayExist ? await findPost(channel, body, sending) : undefined
    return found ?? (await beginPost(channel, { body, actions: reply.actions }, sending))
  }
  const reference = channel === address['channel'] ? address['message'] : undefined
  const part: Part = { key, body, reference }
  const after = reference ?? String(firstIdAt(reply.at.getTime() - clockSkewMs))
  const found = mayExist ? await findPart(part, { channel, after }, sending) : undefined
  return found ?? (await send(channel, part, sending))
}

interface Start {
  readonly start: string
  readonly channel: string
  readonly sending: Sending
}

/** The further parts, in their order. */
async function postRest(
  delivery: Post,
  bodies: readonly Body[],
  { start, channel, sending }: Start,
): Promise<string[]> {
  const ids: string[] = []
  for (const [index, body] of bodies.entries()) {
    const part = furtherPart(keyOfPart(delivery.key, index + 1), body, start)
    const found = delivery.mayExist ? await findPart(part, { channel, after: start }, sending) : undefined
    ids.push(found ?? (await send(channel, part, sending)))
  }
  return ids
}

/** An earlier try: known from its echo, or found in what was written since. */
async function findPart(
  part: Part,
  { channel, after }: { readonly channel: string; readonly after: string },
  sending: Sending,
): Promise<string | undefined> {
  const known = sending.shown.idOf(part.key)
  if (known !== undefined) return known
  return findWanted(await readAfter(sending.rest, channel, { after, pages: mostPages }), part, sending)
}
