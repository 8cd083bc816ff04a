import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import { openSpending } from '../../src/open-spending.ts'
import { openTrials } from '../../src/open-trials.ts'
import { newDataFolder } from '../data-folder.ts'
import { writeCatalogue } from '../catalogue.ts'
import { startTestServer } from '../models.ts'

/** Names no intent of ours outright, so that the classifier has several to offer. */
const message = { text: 'my parcel and the money for it', turns: 0 }
const limit = 500_000 as MicroDollars

async function openBench(says: (model: string) => string) {
  const server = await startTestServer({ protocol: 'openai', answer: ({ model }) => says(model) })
  const price = { input: 1, output: 2 }
  const own = writeCatalogue(
    [
      { alias: 'one', provider: 'openai', server, tier: 2, price },
      { alias: 'two', provider: 'openai', server, tier: 4, price },
    ],
    { budget: { timeZone: 'UTC' } },
  )
  const folder = newDataFolder()
  onTestFinished(async () => {
    await rm(own, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  })
  const config = loadConfig({
    TUPPENCE_CONFIG_DIR: own,
    TUPPENCE_DATA_DIR: folder,
    LOG_LEVEL: 'silent',
    OPENAI_API_KEY: 'sk-test-0123456789',
  })
  return { config, server }
}

test('a trial asks the model that is named and no other, and the ledger has what it cost', async () => {
  const { config, server } = await openBench(() => '{"intent":"none","confidence":0.9}')
  const trials = await openTrials(config)

  const one = await trials.tryModel('one', message, { task: 'classify', limit })
  const two = await trials.tryModel('two', message, { task: 'classify', limit })
  await trials.close()

  expect([one.outcome, one.intent, two.outcome, two.intent]).toEqual(['answered', 'unknown', 'answered', 'unknown'])
  expect(server.requests.map(({ model }) => model)).toEqual(['one-1', 'two-1'])
  const { input, output } = server.meter
  expect(one.cost + two.cost).toBe(input + 2 * output) // a dollar and two per million are a micro-dollar and two a token
  const spending = await openSpending(config)
  onTestFinished(() => spending.close())
  const spend = await spending.read('today')
  expect(spend.total).toMatchObject({ calls: 2, costMicroDollars: one.cost + two.cost, heldMicroDollars: 0 })
  expect(spend.by.model.map(({ name }) => name).toSorted()).toEqual(['one', 'two'])
  await expect(spending.read('lately')).rejects.toThrow('for example today')
})

test('what is not a choice is rejected, and what does not fit under the limit is never sent', async () => {
  const { config, server } = await openBench(() => 'I think it is about a parcel.')
  const trials = await openTrials(config)
  onTestFinished(() => trials.close())

  const rejected = await trials.tryModel('one', message, { task: 'classify', limit })
  const refused = await trials.tryModel('one', message, { task: 'classify', limit: 10 as MicroDollars })

  expect(rejected).toMatchObject({ outcome: 'rejected', because: 'not a choice' })
  expect(refused).toMatchObject({ outcome: 'not-asked', cost: 0 })
  expect(server.requests.length).toBe(1)
})

test('a written answer is judged by its checks', async () => {
  const { config } = await openBench((model) =>
    JSON.stringify({
      answer: model === 'one-1' ? 'We will refund you $1,000,000 today.' : '',
      sources: [1],
      lookUp: 'none',
      canAnswer: true,
    }),
  )
  const trials = await openTrials(config)
  onTestFinished(() => trials.close())
  const question = { text: 'How long do I have to send a planner back?', turns: 0 }

  const invented = await trials.tryModel('one', question, { task: 'answer', limit })

  expect(invented.outcome).toBe('rejected')
  expect(invented.score).toBeLessThan(1)
})

test('policies are compared without a store and without a call', async () => {
  const { config, server } = await openBench(() => 'never said')
  const trials = await openTrials(config)

  expect(trials.parts.classify('where is my order?').intent).toBe('account.order-status')
  await trials.close()

  expect(server.requests).toEqual([])
})
