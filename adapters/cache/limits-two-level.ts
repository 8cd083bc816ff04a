import type { MessageLimits } from '../../src/core/ports.ts'
import { createReach, type OutageWatch } from '../../src/core/reach.ts'

/**
 * Limits that several processes share. Never fail: those of this process count along, and say who may be answered while
 * the shared ones are away. What they have not seen, because another process answered it, they let through once more.
 */
export function createTwoLevelLimits(near: MessageLimits, far: MessageLimits, watch: OutageWatch): MessageLimits {
  const reach = createReach(watch)
  return {
    async take(message, asked) {
      const shared = (await reach(() => far.take(message, asked)))?.value
      if (shared === undefined) return await near.take(message, asked)
      // Each by itself: what this process alone would say does not end it.
      for (const one of asked.slice(0, shared.length)) await near.take(message, [one])
      return shared
    },
    async stop() {
      await near.stop()
      await far.stop()
    },
  }
}
