import type { Locks } from '../../src/core/ports.ts'
import { createReach, type OutageWatch } from '../../src/core/reach.ts'

/**
 * Locks that several processes share. Never fail: while the shared ones are away, those of this process are all there are,
 * and another process may do the same as well.
 */
export function createTwoLevelLocks(near: Locks, far: Locks, watch: OutageWatch): Locks {
  const reach = createReach(watch)
  return {
    async take(key, holdMs) {
      const unlockNear = await near.take(key, holdMs)
      if (unlockNear === undefined) return undefined
      const reached = await reach(() => far.take(key, holdMs))
      const unlockFar = reached?.value
      if (reached !== undefined && unlockFar === undefined) {
        await unlockNear()
        return undefined
      }
      return async () => {
        await unlockNear()
        if (unlockFar !== undefined) await reach(unlockFar)
      }
    },
    async stop() {
      await near.stop()
      await far.stop()
    },
  }
}
