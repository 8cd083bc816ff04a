import { expect, onTestFinished, test, vi } from 'vitest'
import type { MicroDollars } from '../../src/core/money.ts'
import type { ModelPerformance } from '../../src/core/spending.ts'
import { qualitiesOf, startWatching } from '../../src/watch-models.ts'
import { anyQuestion, openModelRig, startTestServer } from '../models.ts'

function didAs(model: string, did: Partial<ModelPerformance>): ModelPerformance {
  return {
    model,
    tier: 2,
    purposes: ['answer', 'classification'],
    calls: 100,
    successRate: 1,
    latencyMs: { p50: 500, p95: 900 },
    score: undefined,
    scored: 0,
    cost: 0 as MicroDollars,
    answered: 0,
    resolved: 0,
    ...did,
  }
}

test('a model is judged by twenty written answers, not by one among many classifications', () => {
  const qualities = qualitiesOf([
    didAs('classifies', { answered: 20, scored: 1, score: 0 }),
    didAs('just too few', { answered: 19, scored: 19, score: 0.9 }),
    didAs('enough', { answered: 20, scored: 20, score: 0.9 }),
    didAs('never written', { answered: 400 }),
  ])

  expect([...qualities]).toEqual([['enough', 0.9]])
})

test('a writer all of whose answers were rejected is known to be poor', () => {
  expect([...qualitiesOf([didAs('poor', { successRate: 0, answered: 0, scored: 25, score: 0.4 })])]).toEqual([
    ['poor', 0.4],
  ])
})

test('what is learnt replaces what was known: a model nobody can judge any more is unmeasured again', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  const price = { input: 1, output: 1 }
  const rig = await openModelRig(
    [
      // Between equals the larger context goes first.
      { alias: 'one', provider: 'openai', server, tier: 3, price, more: { contextTokens: 50_000 } },
      { alias: 'two', provider: 'openai', server, tier: 3, price, more: { contextTokens: 100_000 } },
    ],
    { models: { profile: 'hybrid' } },
  )

  rig.models.learn(new Map([['one', 0.3]]))
  rig.models.learn(new Map([['two', 0.4]]))
  await rig.models.ask(anyQuestion, rig.allowance())

  expect(server.requests.map(({ model }) => model)).toEqual(['one-1']) // 0.5 for the unmeasured one against 0.4
})

test('a stop does not wait for a local model that is still being loaded', async () => {
  const server = await startTestServer({ protocol: 'ollama' })
  const loading = Promise.withResolvers<void>()
  onTestFinished(() => loading.resolve())
  let loads = 0
  server.memory.whenLoading = () => {
    loads += 1
    return loading.promise
  }
  const { models, store, config, events } = await openModelRig(
    [
      { alias: 'slow', provider: 'ollama', server, tier: 1 },
      { alias: 'next', provider: 'ollama', server, tier: 1 },
    ],
    { models: { ollama: { preload: ['slow', 'next'] } } },
  )
  const observer = { receipt: () => {}, event: (event: (typeof events)[number]) => void events.push(event) }
  const stop = startWatching(config, { store, models, channels: new Map(), observer })
  await vi.waitFor(() => expect(loads).toBe(1))

  const begun = performance.now()
  await stop()

  expect(performance.now() - begun).toBeLessThan(1000)
  expect([loads, events.map(({ name }) => name)]).toEqual([1, []])
})
