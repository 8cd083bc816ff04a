import { setTimeout as pause } from 'node:timers/promises'
import type { Store } from '../../../adapters/store/store.ts'
import type { Trial } from '../../../src/trial.ts'
import type { Platform } from '../../../src/channels.ts'
import type { Channel, ConversationKey, Inbox, Outbox, OutboxItem } from '../../../src/core/ports.ts'

/** What the promise rests on: each can be taken away, and then the suite must fail. */
export const safeguards = {
  look: 'a second try looks for the first before it sends',
  tidy: 'what the platform takes late is removed',
  order: 'a reply that cannot be shown now holds the later ones back',
  commit: 'the platform hears "got it" only when the message is stored',
} as const
export type Safeguard = keyof typeof safeguards

export function isSafeguard(name: string): name is Safeguard {
  return Object.hasOwn(safeguards, name)
}

/** The bot without one safeguard. */
export function without(safeguard: Safeguard): NonNullable<Trial['around']> {
  switch (safeguard) {
    case 'look':
      return { platform: (platform) => around(platform, sendBlindly) }
    case 'tidy':
      return { store: (store) => ({ ...store, twins: { ...store.twins, due: async () => [] } }) }
    case 'order':
      return { store: letOthersPass }
    case 'commit':
      return { platform: (platform) => around(platform, acknowledgeFirst) }
  }
}

function around(platform: Platform, change: (real: Channel) => Partial<Channel>): Platform {
  return {
    ...platform,
    open: async () => {
      const { channel: real, ...opened } = await platform.open()
      const channel: Channel = {
        name: real.name,
        start: (onEvent) => real.start(onEvent),
        send: (delivery) => real.send(delivery),
        find: (key, address) => real.find(key, address),
        stop: () => real.stop(),
        ...change(real),
      }
      return { ...opened, channel }
    },
  }
}

function sendBlindly(real: Channel): Partial<Channel> {
  return { send: (delivery) => real.send(delivery.kind === 'post' ? { ...delivery, mayExist: false } : delivery) }
}

/** As bots do that work in memory: the event is stored once there is time for it. */
function acknowledgeFirst(real: Channel): Partial<Channel> {
  return {
    start: (onEvent) =>
      real.start(async (event) => {
        void pause(300)
          .then(() => onEvent?.(event))
          .catch(() => undefined) // nobody is left to be told: the platform believes that all is well
        return { kind: 'new' }
      }),
  }
}

const aloneMs = 500

/** A reply that failed takes its time on its own, whatever its conversation says meanwhile. */
function letOthersPass(store: Store): Store {
  const waiting = new Map<string, { readonly item: OutboxItem; readonly at: Date }>()
  const due = ({ tenant, conversation }: ConversationKey): OutboxItem | undefined => {
    const own = [...waiting.values()].filter(
      ({ item: { key } }) => key.tenant === tenant && key.conversation === conversation,
    )
    return own.find(({ at }) => at <= new Date())?.item
  }
  const take = (key: ConversationKey): OutboxItem | undefined => {
    const item = due(key)
    if (item === undefined) return undefined
    waiting.delete(item.reply.id)
    return { ...item, attempt: item.attempt + 1 }
  }
  const inbox: Inbox = {
    ...store.inbox,
    claim: async (key, channels) => (due(key) === undefined ? await store.inbox.claim(key, channels) : undefined),
  }
  const outbox: Outbox = {
    ...store.outbox,
    next: async (key, channels) => take(key) ?? (await store.outbox.next(key, channels)),
    failed: async (item, failure) => {
      await store.outbox.failed(item, { ...failure, retryAt: undefined })
      if (failure.retryAt !== undefined)
        waiting.set(item.reply.id, { item, at: new Date(failure.retryAt.getTime() + aloneMs) })
    },
  }
  return { ...store, inbox, outbox }
}
