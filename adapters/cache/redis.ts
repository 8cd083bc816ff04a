import type { Cache } from '../../src/core/ports.ts'
import { openConnection, orRedisError } from './connection.ts'

/**
 * A cache that several processes share. Every failure is a RedisError within 250 ms, also while Redis is away, so that
 * a caller can go on without it; the connection comes back by itself.
 *
 * @param options.url `redis://host:6379/0`, or `rediss://` with TLS; several with commas between are nodes of one cluster
 * @param options.prefix first part of every key
 * @throws PackageMissingError without `ioredis`
 */
export async function createRedisCache(options: { readonly url: string; readonly prefix?: string }): Promise<Cache> {
  const { url, prefix = 'tuppence:cache:' } = options
  const connection = await openConnection({ url, prefix })

  return {
    async get(key) {
      return (await orRedisError('read a value', connection.get(key))) ?? undefined
    },
    async set(key, value, ttlSeconds) {
      if (!(ttlSeconds > 0)) await orRedisError('remove a value', connection.del(key))
      else
        await orRedisError(
          'write a value',
          connection.set(key, value, 'PX', Math.max(1, Math.round(ttlSeconds * 1000))),
        )
    },
    async stop() {
      connection.disconnect()
    },
  }
}
