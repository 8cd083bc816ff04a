import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { createBullmqSchedule } from '../../../adapters/queue/bullmq-schedule.ts'
import { scheduleContract } from '../../contracts/schedule.ts'
import { endProcess, freePort, startRedis } from '../../servers/redis.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
const limit = { timeout: 15_000, interval: 5 }
let prefixes = 0
const ownPrefix = (): string => `test-${process.pid}-${Date.now()}-${(prefixes += 1)}`

scheduleContract('BullMQ', () => createBullmqSchedule({ url, prefix: ownPrefix(), onError: () => {} }))

test('of three processes one does the task each time it is due', async ({ onTestFinished }) => {
  const prefix = ownPrefix()
  let runs = 0
  const before = Date.now()
  for (let process = 0; process < 3; process += 1) {
    const schedule = await createBullmqSchedule({ url, prefix, onError: () => {} })
    onTestFinished(() => schedule.stop())
    await schedule.every('sweep', 200, async () => void (runs += 1))
  }

  await expect.poll(() => runs, limit).toBeGreaterThanOrEqual(8)

  // Each by itself would have done it three times as often.
  expect(runs).toBeLessThanOrEqual((Date.now() - before) / 200 + 2)
})

test('a task goes on when Redis is emptied, killed, and back again', async (own) => {
  const port = await freePort()
  const server = await startRedis(port, own)
  const redis = new Redis(port, { lazyConnect: true, retryStrategy: () => null })
  const schedule = await createBullmqSchedule({ url: `redis://127.0.0.1:${port}`, onError: () => {} })
  own.onTestFinished(() => schedule.stop())
  let runs = 0
  await schedule.every('sweep', 100, async () => void (runs += 1))
  const goesOn = async (): Promise<void> => {
    const reached = runs
    await expect.poll(() => runs, limit).toBeGreaterThan(reached + 2)
  }

  await goesOn()
  await redis.flushall()
  redis.disconnect()
  await goesOn()
  await endProcess(server)
  await goesOn()
  await startRedis(port, own)
  await goesOn()
})

test('a plan whose job is gone is made anew', async ({ onTestFinished }) => {
  const prefix = ownPrefix()
  const schedule = await createBullmqSchedule({ url, prefix, onError: () => {} })
  onTestFinished(() => schedule.stop())
  const redis = new Redis(url)
  onTestFinished(() => redis.disconnect())
  const delayed = `{${prefix}}:tasks:delayed`
  let runs = 0
  await schedule.every('sweep', 500, async () => void (runs += 1))
  await expect.poll(() => redis.zcard(delayed), limit).toBe(1)

  // As a worker leaves it that dies between two steps, or a disk from yesterday.
  await redis.del(delayed)

  await expect.poll(() => redis.zcard(delayed), limit).toBe(1)
  const reached = runs
  await expect.poll(() => runs, limit).toBeGreaterThan(reached + 2)
})
