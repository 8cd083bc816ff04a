import type { Body } from './body.ts'
import type { Reaching } from './destination.ts'
import { idOf, type Searching, silent } from './history.ts'
import { nonceOf } from './shown.ts'

/** What deliveries stand on. */
export interface Sending extends Searching, Reaching {
  readonly linkHosts: ReadonlySet<string>
}

/** One message to be sent. */
export interface Part {
  readonly key: string
  readonly body: Body
  /** The message it answers; of a further part of a reply, the first part. */
  readonly reference: string | undefined
}

/** Sends one message. Discord answers a nonce it knows with the message it belongs to. */
export async function send(channel: string, { key, body, reference }: Part, { rest, shown }: Sending): Promise<string> {
  const referring =
    reference === undefined ? {} : { message_reference: { message_id: reference, fail_if_not_exists: false } }
  const answer = await rest.post(`/channels/${channel}/messages`, {
    body: { ...body, ...referring, nonce: nonceOf(key), enforce_nonce: true },
  })
  const id = idOf(answer)
  shown.add(nonceOf(key), id, channel)
  return id
}

/** A further part of a reply: it answers the first without a sound, by which it is found again. */
export function furtherPart(key: string, body: Body, first: string): Part {
  return { key, body: { ...body, flags: body.flags | silent }, reference: first }
}
