import { createInProcessCache } from '../adapters/cache/in-process.ts'
import { createInProcessLimits } from '../adapters/cache/limits-in-process.ts'
import { createInProcessLocks } from '../adapters/cache/locks-in-process.ts'
import type { Config } from '../config/config.ts'
import type { Cache, Locks, MessageLimits, Now, Observer } from './core/ports.ts'
import type { OutageWatch } from './core/reach.ts'

/** What processes share where there is a Redis for it. None of it fails: without Redis each process goes on alone. */
export interface Shared {
  readonly cache: Cache
  readonly limits: MessageLimits
  readonly locks: Locks
  stop(): Promise<void>
}

interface SharedParts {
  readonly observer: Observer
  readonly now: Now
}

/** Of this process alone, and behind it in Redis where there is one. */
export async function openShared(redisCacheUrl: Config['redisCacheUrl'], parts: SharedParts): Promise<Shared> {
  const near = {
    cache: createInProcessCache(parts),
    limits: createInProcessLimits(parts),
    locks: createInProcessLocks(parts),
  }
  const shared = redisCacheUrl === undefined ? near : await openRedis(redisCacheUrl.reveal(), near, parts)
  return {
    ...shared,
    stop: async () => {
      await shared.locks.stop()
      await shared.limits.stop()
      await shared.cache.stop()
    },
  }
}

type Near = Omit<Shared, 'stop'>

async function openRedis(url: string, near: Near, parts: SharedParts): Promise<Near> {
  const { createRedisCache } = await import('../adapters/cache/redis.ts')
  const { createTwoLevelCache } = await import('../adapters/cache/two-level.ts')
  const { createRedisLimits } = await import('../adapters/cache/limits-redis.ts')
  const { createTwoLevelLimits } = await import('../adapters/cache/limits-two-level.ts')
  const { createRedisLocks } = await import('../adapters/cache/locks-redis.ts')
  const { createTwoLevelLocks } = await import('../adapters/cache/locks-two-level.ts')
  // Together, because each waits for its first connection, and a start must not wait for that several times.
  const opening = [createRedisCache({ url }), createRedisLimits({ url }), createRedisLocks({ url })] as const
  const [cache, limits, locks] = await Promise.all(opening)
  return {
    cache: createTwoLevelCache(near.cache, cache, watch('intents', parts)),
    limits: createTwoLevelLimits(near.limits, limits, watch('limits', parts)),
    locks: createTwoLevelLocks(near.locks, locks, watch('locks', parts)),
  }
}

function watch(what: string, { observer, now }: SharedParts): OutageWatch {
  return {
    now,
    onAway: (error) => observer.event({ name: 'cache.failed', level: 'warn', fields: { what }, error }),
    onBack: () => observer.event({ name: 'cache.returned', level: 'info', fields: { what } }),
  }
}
