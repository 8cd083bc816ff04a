import type { Address } from '../../../src/core/message.ts'
import type { Channel, ChannelEvent, Delivery, Intake } from '../../../src/core/ports.ts'
import type { StoredReply } from '../../../src/core/reply.ts'

/** What a person in the channel gets to see, read from the platform's own record by its published rules. */
export interface Shown {
  readonly id: string
  readonly text: string
  /** Everybody this message would notify. */
  readonly notifies: readonly string[]
  /** Every address one could click, fetch or preview. */
  readonly links: readonly string[]
  /** The ids of its buttons. */
  readonly buttons: readonly string[]
}

/**
 * A channel in front of a stand-in for its platform. Links may lead to `help.example`. Whatever paces the messages of the
 * platform waits for no real time.
 */
export interface PlatformStand {
  readonly channel: Channel
  /** Where the customer of this stand writes. */
  readonly address: Address
  /** The customer writes one message, and the platform delivers it twice. */
  writeTwice(text: string): void
  /** The customer presses a button; the result tells whether the platform has heard "got it" by now. */
  press(action: string): () => boolean
  failNextSend(fault: 'lost-answer' | 'wait-7-seconds' | 'channel-gone' | 'platform-down'): void
  shown(): readonly Shown[]
  readonly connections: () => number
  close(): Promise<void>
}

export const limit = { timeout: 10_000, interval: 5 }

export function replyOf(id: string, text: string): StoredReply {
  return { id, text, actions: [], audience: 'customer', at: new Date('2026-11-21T10:00:00Z') }
}

/** An inbox that knows which messages it has stored. */
export function storeInto(events: ChannelEvent[]): (event: ChannelEvent) => Promise<Intake> {
  const seen = new Set<string>()
  return async (event): Promise<Intake> => {
    if (event.kind !== 'message' && event.kind !== 'action') return { kind: 'ignored', because: 'not-handled' }
    if (seen.has(event.message.id)) return { kind: 'seen' }
    seen.add(event.message.id)
    events.push(event)
    return { kind: 'new' }
  }
}

/** A reply of this key at the stand's address. */
export function postOf(
  { address }: Pick<PlatformStand, 'address'>,
  key: string,
  said: Partial<Pick<StoredReply, 'text' | 'actions' | 'from'>> & { readonly mayExist?: boolean } = {},
): Extract<Delivery, { kind: 'post' }> {
  const { mayExist = false, ...more } = said
  return { kind: 'post', key, address, reply: { ...replyOf(key, 'Hello.'), ...more }, mayExist }
}
