import { createHash } from 'node:crypto'
import type { REST } from 'discord.js'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Delivery } from '../../src/core/ports.ts'
import { toDiscord } from './components.ts'
import { property } from './event.ts'
import { toChannelError } from './failure.ts'

/** Searching goes forward 5 pages of 100 messages from the question. */
const pageSize = 100
const mostPages = 5
const suppressEmbeds = 1 << 2

/** Discord knows a repeated nonce for a few minutes and answers with the first message; 25 characters at most. */
export function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 25)
}

/** Carries out one delivery; gives Discord's id of the message. */
export async function deliver(rest: REST, delivery: Delivery): Promise<string> {
  switch (delivery.kind) {
    case 'post':
      return post(rest, delivery.address, bodyOf(delivery))
    case 'edit':
      return idOf(
        await rest.patch(`/channels/${delivery.address['channel']}/messages/${delivery.platformId}`, {
          body: bodyOf(delivery),
        }),
      )
    case 'remove':
      await rest.delete(`/channels/${delivery.address['channel']}/messages/${delivery.platformId}`)
      return delivery.platformId
    case 'ephemeral': {
      // Only an answer to a command can be hidden from others; without one a direct message is what only they see.
      const channel = idOf(await rest.post('/users/@me/channels', { body: { recipient_id: delivery.author.id } }))
      return post(rest, { channel }, bodyOf(delivery))
    }
    case 'status':
      await rest.post(`/channels/${delivery.address['channel']}/typing`)
      return delivery.key
    case 'tidy':
      return '0'
    case 'home':
      throw new ChannelError('Discord has no home page for apps; send a message instead.', { retryable: false })
  }
}

async function post(rest: REST, address: Address, body: object): Promise<string> {
  const { channel, message } = address
  const reference =
    message === undefined ? {} : { message_reference: { message_id: message, fail_if_not_exists: false } }
  return idOf(await rest.post(`/channels/${channel}/messages`, { body: { ...body, ...reference } }))
}

/** Nobody is notified, not even by the reply itself, and nothing is previewed. */
function bodyOf(delivery: Extract<Delivery, { kind: 'post' | 'edit' | 'ephemeral' }>): object {
  const shared = {
    ...toDiscord(delivery.reply),
    allowed_mentions: { parse: [], replied_user: false },
    flags: suppressEmbeds,
  }
  return delivery.kind === 'edit' ? shared : { ...shared, nonce: nonceOf(delivery.key), enforce_nonce: true }
}

/**
 * Looks through what was written after the question. Discord is not known to keep nonces for long (Rapptz/discord.py#2451):
 * then the echo on the gateway and the enforced nonce are what prevents a second message.
 */
export async function findByNonce(rest: REST, nonce: string, address: Address): Promise<string | undefined> {
  let after = address['message'] ?? '0'
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const query = new URLSearchParams({ after, limit: String(pageSize) })
      const found = await rest.get(`/channels/${address['channel']}/messages`, { query })
      const messages: readonly unknown[] = Array.isArray(found) ? found : []
      const ours = messages.find((message) => property(message, 'nonce') === nonce)
      if (ours !== undefined) return idOf(ours)
      if (messages.length < pageSize) return undefined
      after = messages.map(idOf).reduce((newest, id) => (BigInt(id) > BigInt(newest) ? id : newest))
    }
    return undefined
  } catch (error) {
    throw toChannelError('Discord could not be searched for a reply', error)
  }
}

function idOf(message: unknown): string {
  const id = property(message, 'id')
  if (typeof id === 'string' && /^\d{1,20}$/.test(id)) return id
  throw new ChannelError('Discord answered without the id of the message.', { retryable: true })
}
