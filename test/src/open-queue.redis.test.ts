import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { createObserver } from '../../src/observe.ts'
import { Secret } from '../../src/core/secret.ts'
import { openQueue, openSchedule } from '../../src/open-queue.ts'

const redisUrl = new Secret(process.env['TEST_REDIS_URL'] ?? '')
const { observer } = createObserver({ logLevel: 'silent', version: '0', tracing: undefined })
const limit = { timeout: 10_000, interval: 10 }

/** Two tenants of this test alone. */
const tenants = [`a-${randomUUID()}`, `b-${randomUUID()}`] as const

test('of two tenants that share a Redis each is woken for its own conversations alone', async () => {
  const woken: Record<string, string[]> = {}
  const queues = await Promise.all(tenants.map((tenant) => openQueue({ tenant, redisUrl }, observer)))
  for (const [index, queue] of queues.entries()) {
    onTestFinished(() => queue.stop())
    const tenant = tenants[index] ?? ''
    woken[tenant] = []
    await queue.work(async (key) => void woken[tenant]?.push(key.tenant))
  }

  for (let number = 0; number < 20; number += 1)
    for (const [index, tenant] of tenants.entries()) await queues[index]?.wake({ tenant, conversation: `c${number}` })

  await expect.poll(() => Object.values(woken).map((keys) => keys.length), limit).toEqual([20, 20])
  for (const tenant of tenants) expect(new Set(woken[tenant])).toEqual(new Set([tenant]))
})

test('of two tenants that share a Redis none does the tasks of the other', async () => {
  const done = [0, 0]
  for (const [index, everyMs] of [50, 3_600_000].entries()) {
    const schedule = await openSchedule({ tenant: tenants[index] ?? '', redisUrl }, observer)
    onTestFinished(() => schedule.stop())
    await schedule.every('sweep', everyMs, async () => void (done[index] = (done[index] ?? 0) + 1))
  }

  await expect.poll(() => done[0], limit).toBeGreaterThan(20)

  expect(done[1]).toBeLessThan(2) // its own is due once within the hour
})
