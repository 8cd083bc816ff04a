import { spawn } from 'node:child_process'
import { once } from 'node:events'
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

test.concurrent('after a killed and emptied Redis is back, new wake-ups run again within 10 seconds', async (own) => {
  const { expect } = own
  const port = await freePort()
  const first = await startRedis(port, own)
  const runs: string[] = []
  const queue = keep(await createBullmqQueue({ url: `redis://127.0.0.1:${port}`, concurrency: 4 }), own)
  await queue.work(async (key) => void runs.push(key.conversation))
  await queue.wake({ tenant: 'acme', conversation: 'before' })
  await expect.poll(() => runs, limit).toEqual(['before'])

  await endProcess(first)
  await startRedis(port, own)
  const back = Date.now()
  // The sweep of the inbox wakes whatever is owed again and again; so does this test.
  await expect.poll(() => wakeQuietly(queue, 'after').then(() => runs.includes('after')), limit).toBe(true)

  expect(Date.now() - back).toBeLessThan(10_000)
})

async function wakeQuietly(queue: Queue, conversation: string): Promise<void> {
  try {
    await queue.wake({ tenant: 'acme', conversation })
  } catch (error) {
    if (!(error instanceof RedisError)) throw error
  }
}

test.concurrent('a conversation that ran while Redis was killed and emptied can be woken again', async (own) => {
  const { expect } = own
  const port = await freePort()
  const first = await startRedis(port, own)
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  let runs = 0
  const queue = keep(await createBullmqQueue({ url: `redis://127.0.0.1:${port}` }), own)
  await queue.work(async () => {
    runs += 1
    if (runs === 1) await opened
  })
  await queue.wake({ tenant: 'acme', conversation: 'interrupted' })
  await expect.poll(() => runs, limit).toBe(1)

  await endProcess(first)
  await startRedis(port, own)
  open()

  await expect.poll(() => wakeQuietly(queue, 'interrupted').then(() => runs), limit).toBeGreaterThan(1)
})

test.concurrent('a wake-up while Redis is away fails with a RedisError within 3 seconds', async (own) => {
  const { expect } = own
  const port = await freePort()
  const server = await startRedis(port, own)
  const queue = keep(await createBullmqQueue({ url: `redis://127.0.0.1:${port}` }), own)
  await queue.work(async () => {})
  await endProcess(server)
  const before = Date.now()

  await expect(queue.wake({ tenant: 'acme', conversation: 'c' })).rejects.toBeInstanceOf(RedisError)

  expect(Date.now() - before).toBeLessThan(3000)
})

test.concurrent('a wake-up to a Redis that hangs fails with a RedisError within 3 seconds', async (own) => {
  const { expect } = own
  const port = await freePort()
  const server = await startRedis(port, own)
  const queue = keep(await createBullmqQueue({ url: `redis://127.0.0.1:${port}` }), own)
  server.kill('SIGSTOP')
  const before = Date.now()

  await expect(queue.wake({ tenant: 'acme', conversation: 'c' })).rejects.toBeInstanceOf(RedisError)

  expect(Date.now() - before).toBeLessThan(3000)
  server.kill('SIGCONT')
})

test.concurrent('stop ends within 6 seconds although Redis is away', async (own) => {
  const { expect } = own
  const port = await freePort()
  const server = await startRedis(port, own)
  const queue = await createBullmqQueue({ url: `redis://127.0.0.1:${port}` })
  await queue.work(async () => {})
  await endProcess(server)
  const before = Date.now()

  await queue.stop()

  expect(Date.now() - before).toBeLessThan(6000)
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

test.concurrent('two processes share the work and still run a conversation once at a time', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const running = new Set<string>()
  const overlaps: string[] = []
  const workers: Queue[] = []
  let runs = 0
  for (let index = 0; index < 2; index += 1) {
    const worker = keep(await createBullmqQueue({ url, prefix, concurrency: 4 }), own)
    workers.push(worker)
    await worker.work(async (key) => {
      if (running.has(key.conversation)) overlaps.push(key.conversation)
      running.add(key.conversation)
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(key.conversation)
      runs += 1
    })
  }

  const [one, two] = workers
  for (let index = 0; index < 100; index += 1)
    await (index % 2 === 0 ? one : two)?.wake({ tenant: 'acme', conversation: `c${index % 3}` })

  await expect.poll(() => runs, limit).toBeGreaterThanOrEqual(3)
  await expect.poll(() => running.size, limit).toBe(0)
  expect(overlaps).toEqual([])
})

test.concurrent('the conversation of a killed process is run by another within 15 seconds', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const queueFile = new URL('../../../adapters/queue/bullmq.ts', import.meta.url).href
  const script = `
    const { createBullmqQueue } = await import(${JSON.stringify(queueFile)})
    const queue = await createBullmqQueue(${JSON.stringify({ url, prefix })})
    await queue.work(async () => { console.log('running'); await new Promise(() => {}) })
    await queue.wake({ tenant: 'acme', conversation: 'orphan' })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  own.onTestFinished(() => endProcess(child))
  await once(child.stdout, 'data')
  await endProcess(child)
  const runs: string[] = []
  const queue = keep(await createBullmqQueue({ url, prefix }), own)
  const killed = Date.now()

  await queue.work(async (key) => void runs.push(key.conversation))

  await expect.poll(() => runs, limit).toEqual(['orphan'])
  expect(Date.now() - killed).toBeLessThan(15_000)
})
