import { expect, onTestFinished, test } from 'vitest'
import { createInProcessQueue } from '../../../adapters/queue/in-process.ts'
import { createNearFirstQueue } from '../../../adapters/queue/near-first.ts'
import type { Queue } from '../../../src/core/ports.ts'
import { queueContract } from '../../contracts/queue.ts'

const limit = { timeout: 10_000, interval: 5 }

queueContract('near first', async () =>
  createNearFirstQueue(createInProcessQueue({ concurrency: 4 }), createInProcessQueue({ concurrency: 4 })),
)

/** Two processes: their queues, and what each has run of what it got from the other. */
function openTwo() {
  const far = createInProcessQueue()
  const queue = createNearFirstQueue(createInProcessQueue({ concurrency: 1 }), withoutWork(far))
  const elsewhere: string[] = []
  onTestFinished(async () => void (await Promise.all([queue.stop(), far.stop()])))
  return { queue, elsewhere, workElsewhere: () => far.work(async (key) => void elsewhere.push(key.conversation)) }
}

/** All that comes by this queue is another's work. */
function withoutWork(far: Queue): Queue {
  return { ...far, wake: (key, at) => far.wake(key, at), work: async () => {}, stop: async () => {} }
}

const wakeIn = (queue: Queue) => (conversation: string, at?: Date) => queue.wake({ tenant: 'acme', conversation }, at)

test('what there is room for runs in this process, and the rest wherever there is', async () => {
  const { queue, elsewhere, workElsewhere } = openTwo()
  const { promise: isLet, resolve: end } = Promise.withResolvers<void>()
  const here: string[] = []
  await queue.work(async (key) => {
    here.push(key.conversation)
    await isLet
  })
  await workElsewhere()

  for (const name of ['first', 'second', 'third']) await wakeIn(queue)(name)

  await expect.poll(() => elsewhere, limit).toEqual(['second', 'third'])
  expect(here).toEqual(['first'])
  end()
})

test('a conversation that runs here is woken here again', async () => {
  const { queue, elsewhere, workElsewhere } = openTwo()
  const { promise: isLet, resolve: end } = Promise.withResolvers<void>()
  const here: string[] = []
  await queue.work(async (key) => {
    here.push(key.conversation)
    await isLet
  })
  await workElsewhere()
  const wake = wakeIn(queue)

  await wake('talk')
  await wake('talk')
  await wake('other')
  end()

  await expect.poll(() => here, limit).toEqual(['talk', 'talk'])
  await expect.poll(() => elsewhere, limit).toEqual(['other'])
})

test('what is for later, and all before the work begins, is for whoever is free then', async () => {
  const { queue, elsewhere, workElsewhere } = openTwo()
  const here: string[] = []
  const wake = wakeIn(queue)
  await wake('early')
  await queue.work(async (key) => void here.push(key.conversation))
  await wake('late', new Date(Date.now() + 20))

  await workElsewhere()

  await expect.poll(() => elsewhere, limit).toEqual(['early', 'late'])
  expect(here).toEqual([])
})
