import { execFileSync } from 'node:child_process'
import { Redis } from 'ioredis'
import { test, type TestContext } from 'vitest'
import { createBullmqQueue } from '../../../adapters/queue/bullmq.ts'
import { ConfigError, RedisError } from '../../../src/core/errors.ts'
import type { Queue } from '../../../src/core/ports.ts'
import { queueContract } from '../../contracts/queue.ts'
import { endProcess, freePort, startRedis } from '../../servers/redis.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
const limit = { timeout: 20_000, interval: 20 }
let prefixes = 0
const ownPrefix = (): string => `test-${process.pid}-${Date.now()}-${(prefixes += 1)}`

queueContract('BullMQ', () => createBullmqQueue({ url, prefix: ownPrefix(), concurrency: 4 }))

/** What a test that runs beside others has instead of the functions of that name. */
type Own = Pick<TestContext, 'expect' | 'onTestFinished'>

/** Stops the queue when the test ends. */
function keep(queue: Queue, { onTestFinished }: Own): Queue {
  onTestFinished(() => queue.stop())
  return queue
}

/** A queue on a Redis of the test's own, what it ran and what it told. */
async function openOwn(own: Own) {
  const port = await freePort()
  const server = await startRedis(port, own)
  const [runs, told]: [string[], string[]] = [[], []]
  const queue = await createBullmqQueue({
    url: `redis://127.0.0.1:${port}`,
    onError: (error) => told.push(`error: ${String(error)}`),
    onAway: () => told.push('away'),
    onBack: () => told.push('back'),
  })
  const wake = (conversation: string, at?: Date) => queue.wake({ tenant: 'acme', conversation }, at)
  return { port, server, runs, told, queue: keep(queue, own), wake }
}

/** The queue of a process that works on nothing there: whatever it wakes goes by Redis. */
async function openAnother(port: number, own: Own) {
  const queue = keep(await createBullmqQueue({ url: `redis://127.0.0.1:${port}` }), own)
  return { wake: (conversation: string) => queue.wake({ tenant: 'acme', conversation }) }
}

test.concurrent('wake-ups run on while Redis is away, for now and for later; its outage is told once', async (own) => {
  const { expect } = own
  const { port, server, runs, told, queue, wake } = await openOwn(own)
  await queue.work(async (key) => void runs.push(key.conversation))
  await wake('before')
  await expect.poll(() => runs, limit).toEqual(['before'])

  await endProcess(server)
  for (const name of ['one', 'two', 'three']) await wake(name)
  await wake('later', new Date(Date.now() + 50))
  await expect.poll(() => runs.toSorted(), limit).toEqual(['before', 'later', 'one', 'three', 'two'])
  await startRedis(port, own)
  await expect.poll(() => told, limit).toEqual(['away', 'back'])
  await wake('after')

  await expect.poll(() => runs.at(-1), limit).toBe('after')
  expect(told).toEqual(['away', 'back'])
})

test.concurrent('ten seconds after a killed and emptied Redis is back it wakes another process again', async (own) => {
  const { expect } = own
  const { port, server, runs, wake } = await openOwn(own) // works on nothing itself
  const other = keep(await createBullmqQueue({ url: `redis://127.0.0.1:${port}` }), own)
  await other.work(async (key) => void runs.push(key.conversation))
  await endProcess(server)
  await wake('left to the sweep')

  await startRedis(port, own)
  const back = Date.now()
  await expect.poll(() => wake('after').then(() => runs.includes('after')), limit).toBe(true)

  expect(Date.now() - back).toBeLessThan(10_000)
})

test.concurrent('a conversation that ran while Redis was killed and emptied can be woken again, and runs once at a time', async (own) => {
  const { expect } = own
  const { port, server, queue, wake } = await openOwn(own)
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  let [runs, running, most] = [0, 0, 0]
  await queue.work(async () => {
    runs += 1
    running += 1
    most = Math.max(most, running)
    if (runs === 1) await opened
    running -= 1
  })
  await wake('interrupted')
  await expect.poll(() => runs, limit).toBe(1)

  await endProcess(server)
  await wake('interrupted') // by this process, beside the job of Redis that still runs
  await startRedis(port, own)
  open()

  await expect.poll(() => wake('interrupted').then(() => runs), limit).toBeGreaterThan(2)
  expect(most).toBe(1)
})

test.concurrent('a process that works on nothing keeps no wake-ups while Redis is away', async (own) => {
  const { expect } = own
  const { server, runs, queue, wake } = await openOwn(own)
  await endProcess(server)
  for (let count = 0; count < 100; count += 1) await wake(`c-${count}`)
  await queue.work(async (key) => void runs.push(key.conversation))
  await wake('from now on')

  await expect.poll(() => runs, limit).toEqual(['from now on'])
})

test.concurrent('a Redis that is emptied under a running handler is there all the same', async (own) => {
  const { expect } = own
  const { port, runs, told, queue } = await openOwn(own)
  const { wake } = await openAnother(port, own)
  const { promise: isLet, resolve: end } = Promise.withResolvers<void>()
  await queue.work(async (key) => {
    runs.push(key.conversation)
    if (key.conversation === 'long') await isLet
  })
  await wake('long')
  await expect.poll(() => runs, limit).toEqual(['long'])

  execFileSync('redis-cli', ['-p', String(port), 'flushall'])
  end()
  await expect.poll(() => told.some((line) => line.startsWith('error: ')), limit).toBe(true)
  await wake('after')

  await expect.poll(() => runs, limit).toEqual(['long', 'after'])
  expect(told).not.toContain('away')
})

test.concurrent('a handler that throws while Redis is away is woken again', async (own) => {
  const { expect } = own
  const { server, runs, told, queue, wake } = await openOwn(own)
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  await queue.work(async (key) => {
    runs.push(key.conversation)
    if (runs.length > 1) return
    await opened
    throw new Error('the database is away')
  })
  await wake('failing')
  await expect.poll(() => runs.length, limit).toBe(1)

  await endProcess(server)
  open()

  await expect.poll(() => runs, limit).toEqual(['failing', 'failing'])
  expect(told).toContain('error: Error: the database is away')
})

test.concurrent('a wake-up runs within 4 seconds although Redis hangs', async (own) => {
  const { expect } = own
  const { server, runs, queue, wake } = await openOwn(own)
  await queue.work(async (key) => void runs.push(key.conversation))
  server.kill('SIGSTOP')
  const before = Date.now()

  await wake('c')
  await expect.poll(() => runs, limit).toEqual(['c'])

  expect(Date.now() - before).toBeLessThan(4000)
  server.kill('SIGCONT')
})

test.concurrent('stop waits for the running handler, and no longer, although Redis is away', async (own) => {
  const { expect } = own
  const { server, runs, told, queue, wake } = await openOwn(own)
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  await queue.work(async (key) => {
    runs.push(`begin ${key.conversation}`)
    await opened
    runs.push(`end ${key.conversation}`)
  })
  await wake('last')
  await expect.poll(() => runs.length, limit).toBe(1)
  await endProcess(server)
  await expect.poll(() => told, limit).toEqual(['away'])

  const stopping = queue.stop()
  open()
  const before = Date.now()
  await stopping

  expect(runs).toEqual(['begin last', 'end last'])
  expect(Date.now() - before).toBeLessThan(3000)
})

test.concurrent('stop ends within 6 seconds although a handler never does', async (own) => {
  const { expect } = own
  const queue = await createBullmqQueue({ url, prefix: ownPrefix() })
  let runs = 0
  await queue.work(async () => {
    runs += 1
    await new Promise(() => {})
  })
  await queue.wake({ tenant: 'acme', conversation: 'stuck' })
  await expect.poll(() => runs, limit).toBe(1)
  const before = Date.now()

  await queue.stop()

  expect(Date.now() - before).toBeLessThan(6000)
})

test.concurrent('a Redis that may throw keys away is refused by name of its setting', async (own) => {
  const { expect } = own
  const port = await freePort()
  await startRedis(port, own, ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'])

  const opening = createBullmqQueue({ url: `redis://127.0.0.1:${port}` })

  await expect(opening).rejects.toThrow(/REDIS_URL: this Redis has maxmemory-policy "allkeys-lru"/)
  await expect(opening).rejects.toBeInstanceOf(ConfigError)
})

test.concurrent('without any Redis the queue is refused within 3 seconds', async (own) => {
  const { expect } = own
  const port = await freePort()
  const before = Date.now()

  await expect(createBullmqQueue({ url: `redis://127.0.0.1:${port}` })).rejects.toBeInstanceOf(RedisError)

  expect(Date.now() - before).toBeLessThan(3000)
})

test.concurrent('finished jobs leave nothing behind, and no text of a customer is ever in Redis', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const queue = keep(await createBullmqQueue({ url, prefix }), own)
  let runs = 0
  await queue.work(async () => {
    runs += 1
    if (runs === 1) throw new Error('once')
  })
  await queue.wake({ tenant: 'acme', conversation: 'c1' })
  await queue.wake({ tenant: 'acme', conversation: 'c2' }, new Date(Date.now() + 30))
  await expect.poll(() => runs, limit).toBe(3)
  const redis = new Redis(url)

  const leftovers = async (): Promise<string[]> => {
    const keys = await redis.keys(`${prefix}:*`)
    return keys
      .map((key) => key.slice(prefix.length + 1))
      .filter((key) => /^conversations:(\d+|de:|dn:|completed|failed)/.test(key))
  }
  await expect.poll(leftovers, limit).toEqual([])

  redis.disconnect()
})
