import type * as ioredis from 'ioredis'
import { PackageMissingError, RedisError } from '../../src/core/errors.ts'
import { readRedisAddress } from '../../src/core/redis-address.ts'

/** What answers later than this is worth less than what this process knows alone. */
const commandLimitMs = 250
const firstConnectionLimitMs = 2000

/**
 * A connection on which every command ends within 250 ms, also while Redis is away, and which comes back by itself.
 *
 * @param options.url several addresses with commas between are nodes of one cluster
 * @param options.prefix first part of every key
 * @throws PackageMissingError without `ioredis`
 */
export async function openConnection({ url, prefix }: Opening): Promise<Connection> {
  const connection = connect({ url, prefix }, await loadPackage())
  // Without a listener an outage would end the process; each command reports it to its own caller.
  connection.on('error', () => {})
  await connected(connection)
  return connection
}

interface Opening {
  readonly url: string
  readonly prefix: string
}

/** To one server, or to a cluster. */
type Connection = ioredis.Redis | ioredis.Cluster

const retryStrategy = (times: number): number => Math.min(times * 100, 1000)

function connect({ url, prefix: keyPrefix }: Opening, { Redis, Cluster }: typeof ioredis): Connection {
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

/** The same, with its failure in our words. @param what it does, for the message */
export async function orRedisError<T>(what: string, command: Promise<T>): Promise<T> {
  try {
    return await command
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RedisError(
      `Redis could not ${what}: ${reason}. Check its address and that it runs; the bot goes on without it.`,
      error,
    )
  }
}

async function loadPackage(): Promise<typeof ioredis> {
  try {
    return await import('ioredis')
  } catch (error) {
    throw new PackageMissingError('What processes share on Redis needs a package: npm install ioredis', error)
  }
}
