import { randomUUID } from 'node:crypto'
import type { Locks } from '../../src/core/ports.ts'
import { openConnection, orRedisError } from './connection.ts'

// In: KEYS[1] the lock, ARGV[1] what its holder wrote into it. Out: 1 when it was given back, 0 when it was not theirs any more.
// Invariant: nobody gives back the lock of another who took it after its time had ended.
const unlockScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`

/**
 * Locks that several processes share. Every failure is a RedisError within 250 ms. A holder that dies has its lock until the
 * time it was taken for.
 *
 * @param options.prefix first part of every key
 * @throws PackageMissingError without `ioredis`
 */
export async function createRedisLocks(options: { readonly url: string; readonly prefix?: string }): Promise<Locks> {
  const { url, prefix = 'tuppence:lock:' } = options
  const connection = await openConnection({ url, prefix })
  return {
    async take(key, holdMs) {
      const token = randomUUID()
      const taken = connection.set(key, token, 'PX', Math.max(1, Math.round(holdMs)), 'NX')
      if ((await orRedisError('take a lock', taken)) === null) return undefined
      return async () => {
        await orRedisError('give back a lock', connection.eval(unlockScript, 1, key, token))
      }
    },
    async stop() {
      connection.disconnect()
    },
  }
}
