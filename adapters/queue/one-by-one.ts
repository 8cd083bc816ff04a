import type { ConversationKey } from '../../src/core/ports.ts'

type Handle = (key: ConversationKey) => Promise<void>

/** A handler that runs a conversation once at a time, whoever asks for it. */
export interface OneByOne {
  readonly handle: Handle
  /** Resolves when nothing runs. */
  idle(): Promise<void>
}

/** A run begins when those of its conversation that were asked for before have ended, whether or not they threw. */
export function oneByOne(handler: Handle): OneByOne {
  /** The newest run of each conversation; it ends after the earlier ones. */
  const runs = new Map<string, Promise<void>>()
  return {
    async handle(key) {
      const name = JSON.stringify([key.tenant, key.conversation])
      const before = runs.get(name)
      const work = (async () => {
        await before?.catch(() => undefined) // whoever asked for that run is told
        await handler(key)
      })()
      runs.set(name, work)
      try {
        await work
      } finally {
        if (runs.get(name) === work) runs.delete(name)
      }
    },
    async idle() {
      while (runs.size > 0) await Promise.allSettled(runs.values())
    },
  }
}
