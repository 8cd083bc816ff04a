import type { ModelAlias } from '../core/model.ts'

/** Keeps a model's requests within what its entry allows in a minute. */
export interface RateLimits {
  /** Takes one request when there is one left. */
  take(alias: ModelAlias): boolean
  /** How long until one is left, in milliseconds; 0 when there is one. Takes nothing. */
  waitMs(alias: ModelAlias): number
}

export interface RateLimitOptions {
  /** Whole requests a minute, at least 1; undefined for as many as wanted. Read at each request, because entries change. */
  readonly requestsPerMinute: (alias: ModelAlias) => number | undefined
  /** Milliseconds from some fixed point; never goes back. */
  readonly elapsedMs: () => number
}

/** One request in the bucket's own whole units, so that no fraction is ever lost: a gain of one unit per request a minute and millisecond. */
const request = 60_000

interface Bucket {
  units: number
  filledAtMs: number
}

/**
 * A token bucket for each model. A tenth of the minute's requests may come at once, and the rest one by one, so that no
 * minute, wherever it begins, holds more than the entry allows.
 */
export function createRateLimits({ requestsPerMinute, elapsedMs }: RateLimitOptions): RateLimits {
  const buckets = new Map<ModelAlias, Bucket>()

  /** The bucket as full as it is at this moment, and what it gains in a millisecond. */
  const fill = (alias: ModelAlias, limit: number): { readonly bucket: Bucket; readonly gain: number } => {
    const burst = Math.max(1, Math.floor(limit / 10))
    const gain = limit - burst + 1
    const nowMs = Math.floor(elapsedMs())
    const bucket = buckets.get(alias) ?? { units: burst * request, filledAtMs: nowMs }
    bucket.units = Math.min(burst * request, bucket.units + (nowMs - bucket.filledAtMs) * gain)
    bucket.filledAtMs = nowMs
    buckets.set(alias, bucket)
    return { bucket, gain }
  }

  return {
    take: (alias) => {
      const limit = requestsPerMinute(alias)
      if (limit === undefined) return true
      const { bucket } = fill(alias, limit)
      if (bucket.units < request) return false
      bucket.units -= request
      return true
    },
    waitMs: (alias) => {
      const limit = requestsPerMinute(alias)
      if (limit === undefined) return 0
      const { bucket, gain } = fill(alias, limit)
      return Math.max(0, Math.ceil((request - bucket.units) / gain))
    },
  }
}
