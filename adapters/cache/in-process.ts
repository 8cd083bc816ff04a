import type { Cache, Now } from '../../src/core/ports.ts'

/**
 * A cache in this process: when it is full, the value that was not read for the longest time makes room.
 *
 * @param options.maximumEntries at least 1; 10,000 short labels are about 2 MB
 */
export function createInProcessCache(options: { readonly maximumEntries?: number; readonly now?: Now } = {}): Cache {
  const { maximumEntries = 10_000, now = () => new Date() } = options
  /** In the order of their last use, because a Map keeps the order in which keys were set. */
  const entries = new Map<string, { readonly value: string; readonly until: number }>()

  return {
    async get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      if (entry.until <= now().getTime()) return undefined
      entries.set(key, entry)
      return entry.value
    },
    async set(key, value, ttlSeconds) {
      entries.delete(key)
      if (!(ttlSeconds > 0)) return
      entries.set(key, { value, until: now().getTime() + ttlSeconds * 1000 })
      const [oldest] = entries.keys()
      if (entries.size > maximumEntries && oldest !== undefined) entries.delete(oldest)
    },
    async stop() {
      entries.clear()
    },
  }
}
