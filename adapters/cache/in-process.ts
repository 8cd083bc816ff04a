import type { Cache, Now } from '../../src/core/ports.ts'

/** Enough for some 10,000 short values. */
const usualBytes = 8_000_000
/** A value that would push out more than this share of all others is not kept. */
const largestShare = 1 / 8
/** What the map, the entry and the two strings' headers take beside the characters. */
const bytesPerEntry = 150
/** At most: a string of Latin letters alone takes half of it. */
const bytesPerUnit = 2

/**
 * A cache in this process: when it is full, the values that were not read for the longest time make room. A value that
 * alone would take an eighth of all the room is not kept.
 *
 * @param options.maximumBytes of keys and values with what surrounds them, counted upwards; 8 million when left out
 */
export function createInProcessCache(options: { readonly maximumBytes?: number; readonly now?: Now } = {}): Cache {
  const { maximumBytes = usualBytes, now = () => new Date() } = options
  /** In the order of their last use, because a Map keeps the order in which keys were set. */
  const entries = new Map<string, { readonly value: string; readonly until: number }>()
  let bytes = 0

  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    bytes -= bytesOf(key, entry.value)
  }

  return {
    async get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      if (entry.until <= now().getTime()) {
        remove(key)
        return undefined
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    async set(key, value, ttlSeconds) {
      remove(key)
      const added = bytesOf(key, value)
      if (!(ttlSeconds > 0) || added > maximumBytes * largestShare) return
      entries.set(key, { value, until: now().getTime() + ttlSeconds * 1000 })
      bytes += added
      for (const oldest of entries.keys()) {
        if (bytes <= maximumBytes) return
        remove(oldest)
      }
    },
    async stop() {
      entries.clear()
      bytes = 0
    },
  }
}

function bytesOf(key: string, value: string): number {
  return bytesPerEntry + bytesPerUnit * (key.length + value.length)
}
