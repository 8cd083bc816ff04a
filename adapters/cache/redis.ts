import type * as ioredis from 'ioredis'
import { PackageMissingError, RedisError } from '../../src/core/errors.ts'
import type { Cache } from '../../src/core/ports.ts'
import { readRedisAddress } from '../../src/core/redis-address.ts'

/** A cache that answers later than this is worth less than no cache. */
const commandLimitMs = 250
const firstConnectionLimitMs = 2000

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
  const connection = connect(url, prefix, await loadPackage())
  // Without a listener an outage would end the process; each command reports it to its own caller.
  connection.on('error', () => {})
  await connected(connection)

  return {
    async get(key) {
      return (await orRedisError('read', connection.get(key))) ?? undefined
    },
    async set(key, value, ttlSeconds) {
      if (!(ttlSeconds > 0)) await orRedisError('remove', connection.del(key))
      else await orRedisError('write', connection.set(key, value, 'PX', Math.max(1, Math.round(ttlSeconds * 1000))))
    },
    async stop() {
      connection.disconnect()
    },
  }
}

const retryStrategy = (times: number): number => Math.min(times * 100, 1000)

function connect(url: string, keyPrefix: string, { Redis, Cluster }: typeof ioredis): ioredis.Redis | ioredis.Cluster {
  const { nodes, entry } = readRedisAddress(url)
  const settings = {
    maxRetriesPerRequest: 0,
    commandTimeout: commandLimitMs,
    connectTimeout: firstConnectionLimitMs,
  } as const
  const all = { keyPrefix, enableOfflineQueue: false } as const
  if (nodes.length === 1) return new Redis(nodes[0], { ...settings, ...all, retryStrategy })
  return new Cluster([...nodes], {
    ...all,
    clusterRetryStrategy: retryStrategy,
    redisOptions: { ...settings, ...entry },
  })
}

/** Waits for the first connection, but starts without one too: a cache is never a reason not to start. */
async function connected(connection: { once(event: 'ready', listener: () => void): unknown }): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, firstConnectionLimitMs)
    connection.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

async function orRedisError<T>(what: string, command: Promise<T>): Promise<T> {
  try {
    return await command
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RedisError(
      `Redis could not ${what} a value: ${reason}. Check its address and that it runs; the bot goes on without it.`,
      error,
    )
  }
}

async function loadPackage(): Promise<typeof ioredis> {
  try {
    return await import('ioredis')
  } catch (error) {
    throw new PackageMissingError('The cache on Redis needs a package: npm install ioredis', error)
  }
}
