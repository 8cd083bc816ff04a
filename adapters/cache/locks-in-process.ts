import type { Locks, Now } from '../../src/core/ports.ts'

/** Locks of this process alone. */
export function createInProcessLocks(options: { readonly now?: Now } = {}): Locks {
  const { now = () => new Date() } = options
  const held = new Map<string, { readonly untilMs: number }>()
  return {
    async take(key, holdMs) {
      const nowMs = now().getTime()
      if ((held.get(key)?.untilMs ?? 0) > nowMs) return undefined
      const mine = { untilMs: nowMs + holdMs }
      held.set(key, mine)
      return async () => {
        if (held.get(key) === mine) held.delete(key)
      }
    },
    async stop() {
      held.clear()
    },
  }
}
