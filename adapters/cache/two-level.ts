import type { Cache } from '../../src/core/ports.ts'
import { createReach, type OutageWatch } from '../../src/core/reach.ts'

/** So long a value is taken from this process without a look at the others': what another process removes is gone by then. */
const nearSeconds = 60
/** Removals that are owed to a cache that is away. Beyond that it was away for so long that its values have aged too. */
const mostOwed = 1000

/**
 * A cache that several processes share, behind one of this process alone, which answers while the shared one is away.
 * Never fails. What is removed here is read here no more, and elsewhere for a minute at most, also when the shared cache
 * was away meanwhile. What was set while it was away stays in this process.
 */
export function createTwoLevelCache(near: Cache, far: Cache, watch: OutageWatch): Cache {
  /** Keys that the far cache should not have any more. */
  const owed = new Set<string>()
  let paying: Promise<void> | undefined
  let isStopped = false
  const reach = createReach(watch)
  const nowMs = (): number => watch.now().getTime()

  const pay = async (key: string): Promise<boolean> => {
    if ((await reach(() => far.set(key, '', 0))) === undefined) return false
    owed.delete(key)
    return true
  }

  const payAll = async (): Promise<void> => {
    for (const key of owed) {
      if (isStopped || !(await pay(key))) break
    }
    paying = undefined
  }

  return {
    async get(key) {
      const known = await near.get(key)
      if (known !== undefined) return known
      if (owed.has(key)) return void (await pay(key))
      const reached = await reach(() => far.get(key))
      // Nobody waits for what is owed for other keys: it never fails, and ends with the next fault of the far cache.
      if (reached !== undefined && owed.size > 0) paying ??= payAll()
      const found = readShared(reached?.value, nowMs())
      if (found === undefined || owed.has(key)) return undefined
      await near.set(key, found.value, Math.min(found.leftSeconds, nearSeconds))
      return found.value
    },
    async set(key, value, ttlSeconds) {
      const isRemoval = !(ttlSeconds > 0)
      const shared = isRemoval ? '' : writeShared(value, nowMs() + ttlSeconds * 1000)
      await near.set(key, value, isRemoval ? 0 : Math.min(ttlSeconds, nearSeconds))
      if ((await reach(() => far.set(key, shared, ttlSeconds))) !== undefined) return void owed.delete(key)
      if (owed.size < mostOwed) owed.add(key)
      if (!isRemoval) await near.set(key, value, ttlSeconds)
    },
    async stop() {
      isStopped = true
      await paying
      await near.stop()
      await far.stop()
    },
  }
}

/** The instant stands beside the value, because a copy must not outlive it. */
function writeShared(value: string, untilMs: number): string {
  return `${Math.round(untilMs)} ${value}`
}

function readShared(text: string | undefined, nowMs: number) {
  const [, until, value] = /^(\d{1,16}) ([^]*)$/.exec(text ?? '') ?? []
  if (until === undefined || value === undefined) return undefined
  const leftSeconds = (Number(until) - nowMs) / 1000
  return leftSeconds > 0 ? { value, leftSeconds } : undefined
}
