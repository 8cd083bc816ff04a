import { expect, test } from 'vitest'
import { createInProcessCache } from '../../../adapters/cache/in-process.ts'
import { createInProcessLocks } from '../../../adapters/cache/locks-in-process.ts'
import { createRedisCache } from '../../../adapters/cache/redis.ts'
import { createTwoLevelCache } from '../../../adapters/cache/two-level.ts'
import { createIntentCache } from '../../../src/classification/intent-cache.ts'
import { createIntentKey } from '../../../src/classification/intent-key.ts'
import { RedisError } from '../../../src/core/errors.ts'
import type { Cache } from '../../../src/core/ports.ts'
import { cacheContract } from '../../contracts/cache.ts'
import { startWay } from '../../servers/way.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
let prefixes = 0
const ownPrefix = (): string => `test-${process.pid}-${Date.now()}-${(prefixes += 1)}:`

cacheContract('Redis', () => createRedisCache({ url, prefix: ownPrefix() }))

const openTwoLevels = async (prefix: string): Promise<Cache> =>
  createTwoLevelCache(createInProcessCache(), await createRedisCache({ url, prefix }), {
    now: () => new Date(),
    onAway: () => {},
    onBack: () => {},
  })

cacheContract('two levels with Redis', () => openTwoLevels(ownPrefix()))

test('what one process found another is told, until somebody forgets it', async () => {
  const prefix = ownPrefix()
  const processes = await Promise.all([openTwoLevels(prefix), openTwoLevels(prefix), openTwoLevels(prefix)])
  const known = processes.map((cache) =>
    createIntentCache({
      cache,
      locks: createInProcessLocks(),
      keyOf: createIntentKey('one'),
      isIntent: (name) => name === 'payments.refund',
    }),
  )
  const candidates = [{ intent: 'payments.refund', confidence: 0.5 }]
  const classification = {
    intent: 'payments.refund',
    confidence: 0.9,
    stage: 'model',
    candidates,
    evidence: [],
  } as const
  const message = {
    tenant: 'default',
    text: 'My name is Eve, what of my money',
    classification,
    signal: new AbortController().signal,
    leftMs: () => 10_000,
  }
  const ask = async (which: number): Promise<string | undefined> =>
    (await known[which]?.understand(message, async () => ({ classification, worth: 'settled' })))?.result

  const results = [await ask(0), await ask(1)]
  await known[0]?.forget('default', message.text)
  results.push(await ask(0), await ask(2))

  expect(results).toEqual(['miss', 'hit', 'miss', 'hit'])
  for (const cache of processes) await cache.stop()
})

test('a Redis that goes away costs a caller less than 300 ms, and its return is noticed', async () => {
  const way = await startWay(url)
  const cache = await createRedisCache({ url: way.url, prefix: ownPrefix() })
  await cache.set('key', 'value', 60)

  way.cut()
  const before = Date.now()
  await expect(cache.get('key')).rejects.toBeInstanceOf(RedisError)
  const waited = Date.now() - before
  way.restore()

  expect(waited).toBeLessThan(300)
  await expect.poll(() => cache.get('key').catch(() => 'still away'), { timeout: 10_000, interval: 20 }).toBe('value')
  await cache.stop()
  way.close()
})

test('a Redis that no longer answers costs a caller less than 400 ms', async () => {
  const way = await startWay(url)
  const cache = await createRedisCache({ url: way.url, prefix: ownPrefix() })
  way.hang()
  const before = Date.now()

  await expect(cache.set('key', 'value', 60)).rejects.toBeInstanceOf(RedisError)

  expect(Date.now() - before).toBeLessThan(400)
  await cache.stop()
  way.close()
})

test('a bot starts within 3 seconds although its cache cannot be reached', async () => {
  const way = await startWay(url)
  way.cut()
  const before = Date.now()

  const cache = await createRedisCache({ url: way.url })

  expect(Date.now() - before).toBeLessThan(3000)
  await expect(cache.get('key')).rejects.toBeInstanceOf(RedisError)
  await cache.stop()
  way.close()
})

test('two prefixes in one Redis do not see each other', async () => {
  const [one, two] = [
    await createRedisCache({ url, prefix: ownPrefix() }),
    await createRedisCache({ url, prefix: ownPrefix() }),
  ]

  await one.set('key', 'of one', 60)

  expect(await two.get('key')).toBeUndefined()
  await one.stop()
  await two.stop()
})
