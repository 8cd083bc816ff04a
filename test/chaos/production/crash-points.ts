import type { Store } from '../../../adapters/store/store.ts'
import type { Platform } from '../../../src/channels.ts'
import type { Channel } from '../../../src/core/ports.ts'
import type { Trial } from '../../../src/trial.ts'

/** What is done again and again even when nobody has said anything. */
const periodic = new Set(['owed', 'due'])

/**
 * A bot that ends itself at the border to the outside with this number: before and after each step of the store, before and
 * after each call of the platform, and before it tells the platform "got it". It counts from SIGUSR2 on.
 */
export function crashAt(number: number): NonNullable<Trial['around']> {
  let isArmed = false
  let passed = 0
  process.on('SIGUSR2', () => {
    isArmed = true
  })
  const pass = async (): Promise<void> => {
    if (!isArmed) return
    passed += 1
    if (passed !== number) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {}) // nothing more is done until the signal has come
  }
  const between = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await pass()
    const result = await work()
    await pass()
    return result
  }
  return {
    store: (store) => ({ ...store, ...guardedPorts(store, between) }),
    platform: (platform) => guardedPlatform(platform, { between, pass }),
  }
}

type Between = <Result>(work: () => Promise<Result>) => Promise<Result>

function guardedPorts(store: Store, between: Between): Partial<Store> {
  return {
    inbox: guarded(store.inbox, between),
    outbox: guarded(store.outbox, between),
    conversations: guarded(store.conversations, between),
    revisions: guarded(store.revisions, between),
    tickets: guarded(store.tickets, between),
    customers: guarded(store.customers, between),
  }
}

/** The port with a border around each of its functions. */
function guarded<Port extends object>(port: Port, between: Between): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver)
      if (typeof member !== 'function' || periodic.has(String(name))) return member
      return (...args: readonly unknown[]) =>
        between(async () => (await Reflect.apply(member, target, args)) as unknown)
    },
  })
}

function guardedPlatform(
  platform: Platform,
  { between, pass }: { readonly between: Between; readonly pass: () => Promise<void> },
): Platform {
  return {
    ...platform,
    open: async () => {
      const { channel: real, ...opened } = await platform.open()
      const channel: Channel = {
        name: real.name,
        start: (onEvent) =>
          real.start(async (event) => {
            const taken = (await onEvent?.(event)) ?? { kind: 'new' }
            await pass()
            return taken
          }),
        send: (delivery) => between(() => real.send(delivery)),
        find: (key, address) => between(() => real.find(key, address)),
        stop: () => real.stop(),
      }
      return { ...opened, channel }
    },
  }
}
