import { expect, test } from 'vitest'
import { createInProcessLocks } from '../../../adapters/cache/locks-in-process.ts'
import { createRedisLocks } from '../../../adapters/cache/locks-redis.ts'
import { createTwoLevelLocks } from '../../../adapters/cache/locks-two-level.ts'
import { RedisError } from '../../../src/core/errors.ts'
import type { Locks } from '../../../src/core/ports.ts'
import { locksContract } from '../../contracts/locks.ts'
import { startWay } from '../../servers/way.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
let prefixes = 0
const ownPrefix = (): string => `test-${process.pid}-${Date.now()}-${(prefixes += 1)}:`
const openTwoLevels = async (prefix: string, at = url): Promise<Locks> =>
  createTwoLevelLocks(createInProcessLocks(), await createRedisLocks({ url: at, prefix }), {
    now: () => new Date(),
    onAway: () => {},
    onBack: () => {},
  })

locksContract('Redis', () => createRedisLocks({ url, prefix: ownPrefix() }))
locksContract('two levels with Redis', () => openTwoLevels(ownPrefix()))

test('of three processes one has the lock', async () => {
  const prefix = ownPrefix()
  const processes = await Promise.all([1, 2, 3].map(() => openTwoLevels(prefix)))

  const taken = await Promise.all(processes.map((locks) => locks.take('key', 60_000)))

  expect(taken.filter((unlock) => unlock !== undefined)).toHaveLength(1)
  for (const locks of processes) await locks.stop()
})

test('a Redis that hangs costs less than 400 ms once, and the lock of this process stands', async () => {
  const way = await startWay(url)
  const locks = await openTwoLevels(ownPrefix(), way.url)
  way.hang()
  const before = Date.now()

  const taken = [await locks.take('key', 60_000), await locks.take('key', 60_000), await locks.take('other', 60_000)]

  expect(Date.now() - before).toBeLessThan(400)
  expect(taken.map((unlock) => typeof unlock)).toEqual(['function', 'undefined', 'function'])
  await locks.stop()
  way.close()
})

test('a Redis that is away is a RedisError', async () => {
  const way = await startWay(url)
  const locks = await createRedisLocks({ url: way.url, prefix: ownPrefix() })
  way.cut()

  await expect(locks.take('key', 60_000)).rejects.toBeInstanceOf(RedisError)

  await locks.stop()
  way.close()
})
