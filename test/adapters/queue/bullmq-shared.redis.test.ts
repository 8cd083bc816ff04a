import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test, type TestContext } from 'vitest'
import { createBullmqQueue } from '../../../adapters/queue/bullmq.ts'
import type { Queue } from '../../../src/core/ports.ts'
import { endProcess } from '../../servers/redis.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
const limit = { timeout: 20_000, interval: 20 }
let prefixes = 0
const ownPrefix = (): string => `test-shared-${process.pid}-${Date.now()}-${(prefixes += 1)}`

/** What a test that runs beside others has instead of the functions of that name. */
type Own = Pick<TestContext, 'expect' | 'onTestFinished'>

/** Stops the queue when the test ends. */
function keep(queue: Queue, { onTestFinished }: Own): Queue {
  onTestFinished(() => queue.stop())
  return queue
}

test.concurrent('what comes by Redis is shared out, and no two processes run a conversation at a time', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const running = new Set<string>()
  const overlaps: string[] = []
  let runs = 0
  for (let index = 0; index < 2; index += 1) {
    const worker = keep(await createBullmqQueue({ url, prefix, concurrency: 4 }), own)
    await worker.work(async (key) => {
      if (running.has(key.conversation)) overlaps.push(key.conversation)
      running.add(key.conversation)
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(key.conversation)
      runs += 1
    })
  }

  const elsewhere = [0, 1].map(() => createBullmqQueue({ url, prefix }))
  const [one, two] = (await Promise.all(elsewhere)).map((queue) => keep(queue, own))
  for (let index = 0; index < 100; index += 1)
    await (index % 2 === 0 ? one : two)?.wake({ tenant: 'acme', conversation: `c${index % 3}` })

  await expect.poll(() => runs, limit).toBeGreaterThanOrEqual(3)
  await expect.poll(() => running.size, limit).toBe(0)
  expect(overlaps).toEqual([])
})

test.concurrent('a process runs at once what it is woken for, and the rest runs where there is room', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const [here, elsewhere]: [string[], string[]] = [[], []]
  const { promise: isLet, resolve: end } = Promise.withResolvers<void>()
  const queue = keep(await createBullmqQueue({ url, prefix, concurrency: 1 }), own)
  await queue.work(async (key) => {
    here.push(key.conversation)
    await isLet
  })
  const other = keep(await createBullmqQueue({ url, prefix }), own)
  await other.work(async (key) => void elsewhere.push(key.conversation))

  const wake = (conversation: string, at?: Date) => queue.wake({ tenant: 'acme', conversation }, at)
  await wake('first')
  expect(here).toEqual(['first'])
  // The second may come back to this process, which runs one more of those that come by Redis.
  for (const name of ['second', 'third', 'fourth']) await wake(name)
  await expect.poll(() => [...here, ...elsewhere].length, limit).toBeGreaterThanOrEqual(3)
  await wake('first')
  end()

  await expect.poll(() => here.filter((name) => name === 'first'), limit).toEqual(['first', 'first'])
  await expect
    .poll(() => [...here, ...elsewhere].filter((name) => name !== 'first').toSorted(), limit)
    .toEqual(['fourth', 'second', 'third'])
  expect(elsewhere.length).toBeGreaterThanOrEqual(2)
})

test.concurrent('what is for an instant that has passed stands in line with all others', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const queue = keep(await createBullmqQueue({ url, prefix, concurrency: 1 }), own)
  const runs: string[] = []
  let rest = 20
  await queue.work(async ({ tenant, conversation }) => {
    runs.push(conversation)
    if (conversation === 'much' && (rest -= 1) > 0) await queue.wake({ tenant, conversation }, new Date())
  })

  await queue.wake({ tenant: 'acme', conversation: 'much' })
  for (let index = 0; index < 10; index += 1) await queue.wake({ tenant: 'acme', conversation: `other ${index}` })

  await expect.poll(() => runs.filter((name) => name.startsWith('other')).length, limit).toBe(10)
  expect(runs.filter((name) => name === 'much').length).toBeLessThan(15)
})

test.concurrent('a stop waits for what runs here no longer than for what came by Redis', async (own) => {
  const { expect } = own
  const queue = await createBullmqQueue({ url, prefix: ownPrefix() })
  const runs: string[] = []
  await queue.work(async (key) => {
    runs.push(key.conversation)
    await new Promise(() => {})
  })
  await queue.wake({ tenant: 'acme', conversation: 'endless' })
  await expect.poll(() => runs, limit).toEqual(['endless'])
  const begun = performance.now()

  await queue.stop()

  expect(performance.now() - begun).toBeLessThan(8000)
})

test.concurrent('the conversation of a killed process is run by another within 15 seconds', async (own) => {
  const { expect } = own
  const prefix = ownPrefix()
  const queueFile = new URL('../../../adapters/queue/bullmq.ts', import.meta.url).href
  const script = `
    const { createBullmqQueue } = await import(${JSON.stringify(queueFile)})
    const queue = await createBullmqQueue(${JSON.stringify({ url, prefix })})
    await queue.work(async () => { console.log('running'); await new Promise(() => {}) })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  own.onTestFinished(() => endProcess(child))
  const queue = keep(await createBullmqQueue({ url, prefix }), own)
  await queue.wake({ tenant: 'acme', conversation: 'orphan' })
  await once(child.stdout, 'data')
  await endProcess(child)
  const runs: string[] = []
  const killed = Date.now()

  await queue.work(async (key) => void runs.push(key.conversation))

  await expect.poll(() => runs, limit).toEqual(['orphan'])
  expect(Date.now() - killed).toBeLessThan(15_000)
})
