import { createInProcessCache } from '../adapters/cache/in-process.ts'
import type { Config } from '../config/config.ts'
import type { Cache, Now, Observer } from './core/ports.ts'

/** The cache of this process, and behind it the one in Redis where there is one. Never fails. */
export async function openCache(
  redisCacheUrl: Config['redisCacheUrl'],
  { observer, now }: { readonly observer: Observer; readonly now: Now },
): Promise<Cache> {
  const near = createInProcessCache({ now })
  if (redisCacheUrl === undefined) return near
  const { createRedisCache } = await import('../adapters/cache/redis.ts')
  const { createTwoLevelCache } = await import('../adapters/cache/two-level.ts')
  return createTwoLevelCache(near, await createRedisCache({ url: redisCacheUrl.reveal() }), {
    now,
    onAway: (error) => observer.event({ name: 'cache.failed', level: 'warn', fields: {}, error }),
    onBack: () => observer.event({ name: 'cache.returned', level: 'info', fields: {} }),
  })
}
