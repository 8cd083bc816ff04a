import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createInProcessLimits } from '../../../adapters/cache/limits-in-process.ts'
import { createRedisLimits } from '../../../adapters/cache/limits-redis.ts'
import { createTwoLevelLimits } from '../../../adapters/cache/limits-two-level.ts'
import { RedisError } from '../../../src/core/errors.ts'
import type { MessageLimits } from '../../../src/core/ports.ts'
import { byOne, limitsContract } from '../../contracts/limits.ts'
import { startWay } from '../../servers/way.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
let prefixes = 0
const ownPrefix = (): string => `test-${process.pid}-${Date.now()}-${(prefixes += 1)}:`
const limit = { most: 3, windowMs: 60_000 }

const openTwoLevels = async (prefix: string, at = url): Promise<MessageLimits> =>
  createTwoLevelLimits(createInProcessLimits(), await createRedisLimits({ url: at, prefix }), {
    now: () => new Date(),
    onAway: () => {},
    onBack: () => {},
  })

limitsContract('Redis', () => createRedisLimits({ url, prefix: ownPrefix() }))
limitsContract('two levels with Redis', () => openTwoLevels(ownPrefix()))

test('three processes together let through what one may', async () => {
  const prefix = ownPrefix()
  const processes = await Promise.all([1, 2, 3].map(() => openTwoLevels(prefix)))

  const places = await Promise.all(
    processes.flatMap((limits, which) =>
      Array.from({ length: 20 }, (_, index) => byOne(limits)('{one}:anna', `m${which}-${index}`, limit)),
    ),
  )

  expect(places.filter(({ kind }) => kind === 'within')).toHaveLength(3)
  expect(places.filter(({ kind }) => kind === 'first-over')).toHaveLength(1)
  for (const limits of processes) await limits.stop()
})

test('a Redis that hangs costs a message less than 400 ms and the next ones nothing', async () => {
  const way = await startWay(url)
  const limits = await openTwoLevels(ownPrefix(), way.url)
  const places = [await byOne(limits)('{one}:anna', '1', limit)]
  way.hang()
  const before = Date.now()

  for (const message of ['2', '3', '4', '5']) places.push(await byOne(limits)('{one}:anna', message, limit))

  expect(Date.now() - before).toBeLessThan(400)
  expect(places.map(({ kind }) => kind)).toEqual(['within', 'within', 'within', 'first-over', 'over'])
  await limits.stop()
  way.close()
})

test('a Redis that is away is a RedisError at once', async () => {
  const way = await startWay(url)
  const limits = await createRedisLimits({ url: way.url, prefix: ownPrefix() })
  way.cut()
  const before = Date.now()

  await expect(byOne(limits)('{one}:anna', '1', limit)).rejects.toBeInstanceOf(RedisError)

  expect(Date.now() - before).toBeLessThan(300)
  await limits.stop()
  way.close()
})

test.each([
  ['nothing for two limits', '*0\r\n'],
  ['a place for the first of two alone', '*2\r\n:0\r\n:0\r\n'],
  ['half of a place', '*1\r\n:0\r\n'],
  ['more places than were asked', '*6\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n:0\r\n'],
  ['a word', '+OK\r\n'],
  ['an unknown verdict', '*4\r\n:0\r\n:0\r\n:7\r\n:0\r\n'],
])('a server that answers %s is not taken for one that lets everybody in', async (_what, answer) => {
  const server = createServer((socket) => {
    // Each command begins with the number of its words; what is not the script only has to be answered.
    socket.on('data', (data) => {
      for (const command of data.toString().split(/(?=\*\d+\r\n\$)/))
        socket.write(/evalsha/i.test(command) ? answer : /info/i.test(command) ? '$0\r\n\r\n' : '+OK\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = server.address()
  const address = `redis://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`
  const limits = await createRedisLimits({ url: address, prefix: ownPrefix() })

  const both = ['{one}:anna', '{one}:all'].map((key) => ({ key, limit, endsWith: 'over' }) as const)
  await expect(limits.take('1', both)).rejects.toThrow('Is it a Redis?')

  await limits.stop()
  server.close()
})
