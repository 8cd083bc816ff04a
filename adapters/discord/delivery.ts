import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Delivery } from '../../src/core/ports.ts'
import { bodiesOf, hidden, isCard } from './body.ts'
import { destinationOf, directMessagesOf, unarchive } from './destination.ts'
import { hasCode, isDone } from './failure.ts'
import { retag } from './forum.ts'
import { findParts, findTwins, idOf } from './history.ts'
import { canWhisper } from './placeholder.ts'
import { isForum } from './places.ts'
import { post } from './post.ts'
import { webhookOf } from './respond.ts'
import { furtherPart, send, type Sending } from './send.ts'
import { keyOfPart } from './shown.ts'

type Kind<Name extends Delivery['kind']> = Extract<Delivery, { kind: Name }>

/** Carries out one delivery; gives Discord's id of the message, of several parts the first one's. */
export async function deliver(delivery: Exclude<Delivery, { kind: 'status' }>, sending: Sending): Promise<string> {
  switch (delivery.kind) {
    case 'post':
      return await post(delivery, sending)
    case 'edit':
      return await edit(delivery, sending)
    case 'remove':
      return await remove(delivery, sending)
    case 'tidy':
      return String(await tidy(delivery, sending))
    case 'ephemeral':
      return await whisper(delivery, sending)
    case 'home':
      throw new ChannelError('Discord has no home page for apps; send a message instead.', { retryable: false })
  }
}

/** Changes the messages of a reply; what is missing is sent, what is left over removed. */
async function edit({ key, address, platformId, reply }: Kind<'edit'>, sending: Sending): Promise<string> {
  const { rest, shown } = sending
  const channel = await channelOf(platformId, address, sending)
  const bodies = bodiesOf(reply, { linkHosts: sending.linkHosts, isCard: isCard(reply, address) })
  const old = [platformId, ...(await findParts(platformId, channel, sending))]
  const ids: [string, ...string[]] = [platformId]
  for (const [index, body] of bodies.entries()) {
    const id = old[index]
    if (id === undefined) ids.push(await send(channel, furtherPart(keyOfPart(key, index), body, platformId), sending))
    else {
      await opened(channel, () => rest.patch(`/channels/${channel}/messages/${id}`, { body }), sending)
      if (index > 0) ids.push(id)
    }
  }
  for (const id of old.slice(bodies.length)) await removeOne(channel, id, sending)
  shown.keepParts(ids, channel)
  const { channel: forum } = address
  if (channel === platformId && forum !== undefined && forum !== channel)
    await retag(channel, { forum, actions: reply.actions }, sending)
  return platformId
}

async function remove({ address, platformId }: Kind<'remove'>, sending: Sending): Promise<string> {
  const channel = await channelOf(platformId, address, sending)
  for (const id of [...(await findParts(platformId, channel, sending)), platformId])
    await removeOne(channel, id, sending)
  return platformId
}

/** Removes twins of a reply's messages, if Discord made any; gives how many there were. */
async function tidy({ key, address, keep }: Kind<'tidy'>, sending: Sending): Promise<number> {
  const channel = await channelOf(keep, address, sending)
  const parts = [keep, ...(await findParts(keep, channel, sending))]
  let removed = 0
  for (const [index, part] of parts.entries()) {
    for (const twin of await findTwins({ key: keyOfPart(key, index), keep: part, channel }, sending)) {
      const ids = [...(await findParts(twin, channel, sending)), twin]
      for (const id of ids) await removeOne(channel, id, sending)
      removed += ids.length
    }
  }
  return removed
}

/** Only an answer to a command can be hidden from others; without one a direct message is what only they see. */
async function whisper({ key, address, author, reply }: Kind<'ephemeral'>, sending: Sending): Promise<string> {
  const { interaction: token = '', application = '' } = address
  const isHidden = await canWhisper(address, sending)
  const channel = isHidden ? '' : await directMessagesOf(author.id, sending.rest)
  const ids: string[] = []
  for (const [index, body] of bodiesOf(reply, sending).entries()) {
    const part = { key: keyOfPart(key, index), body, reference: undefined }
    const path = webhookOf({ application, token })
    ids.push(
      isHidden
        ? idOf(await sending.rest.post(path, { body: hidden(body), auth: false }))
        : await send(channel, part, sending),
    )
  }
  return ids[0] ?? ''
}

/** Where a message of ours stands: known, or the post it began, or where its address leads. */
async function channelOf(id: string, address: Address, sending: Sending): Promise<string> {
  const known = sending.shown.channelOf(id)
  if (known !== undefined) return known
  const destination = destinationOf(address, sending)
  const isPost = address['thread'] === undefined && isForum(await sending.places.find(destination.channel))
  return isPost ? id : destination.channel
}

async function removeOne(channel: string, id: string, sending: Sending): Promise<void> {
  try {
    await opened(channel, () => sending.rest.delete(`/channels/${channel}/messages/${id}`), sending)
  } catch (error) {
    if (!isDone(error)) throw error
  }
}

/** Does something in a thread that may be archived. */
async function opened<Result>(channel: string, step: () => Promise<Result>, { rest }: Sending): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    if (!hasCode(error, 50_083)) throw error
  }
  await unarchive(channel, rest)
  return await step()
}
