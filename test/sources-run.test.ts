import { expect, onTestFinished, test } from 'vitest'
import { createOllamaProvider } from '../adapters/models/ollama.ts'
import { createSpending } from '../adapters/store/spending.ts'
import { createClassifier } from '../src/classification/classify.ts'
import { examplesFromIntents, train } from '../src/classification/training.ts'
import { findSpike } from '../src/budget/spike.ts'
import { parsePeriod } from '../src/budget/period.ts'
import type { MicroDollars } from '../src/core/money.ts'
import { budgetLevel } from '../src/routing/budget-level.ts'
import { proposeAdjustments } from '../src/routing/proposals.ts'
import { replay } from '../src/simulation/replay.ts'
import { summarizeReplay } from '../src/simulation/summarize-replay.ts'
import { toWireModels } from '../src/simulation/wire-models.ts'
import { toWireSpend } from '../src/simulation/wire-spend.ts'
import { known, LedgerBench, scope } from './contracts/ledger-bench.ts'
import { ask } from './contracts/provider-asking.ts'
import { type TestModel } from './catalogue.ts'
import { anyQuestion, openModelRig, startTestServer } from './models.ts'
import { openEmptyDatabase } from './store.ts'
import { model, parts, policy, strange } from './src/simulation/policy.ts'
import { smallIntents, strangeMessages } from './src/classification/messages.ts'

/*
 * The faults of test/sources.test.ts that take a store, a provider or a classifier to show.
 */

async function openBench(zone = 'UTC'): Promise<LedgerBench> {
  const database = await openEmptyDatabase()
  onTestFinished(() => database.close())
  return new LedgerBench(database, zone)
}

const steps = { qualityFirstBelow: 0.3, preferLocalFrom: 0.9 }

test('a day’s money ends at midnight of the budget’s zone, however late the last call was, and budget mode ends with it', async () => {
  const bench = await openBench('Europe/Berlin')
  bench.at = new Date('2026-11-21T08:00:00Z')
  await bench.ledger.settle(await bench.send({ amount: 600 }), known(600))
  bench.at = new Date('2026-11-21T22:59:50Z') // ten seconds to midnight in Berlin: nothing begins to count anew here
  await bench.ledger.settle(await bench.send({ amount: 400 }), known(400))
  const evening = await bench.ledger.on()
  bench.pass(60_000)
  const morning = await bench.ledger.on()

  expect([evening.day, evening.spent, budgetLevel(evening, false, steps)]).toEqual(['2026-11-21', 1000, 'free-only'])
  expect([morning.day, morning.spent, budgetLevel(morning, false, steps)]).toEqual(['2026-11-22', 0, 'quality-first'])
  bench.pass(40 * 86_400_000)
  expect((await bench.ledger.on(evening.day)).spent).toBe(1000)
})

test('calls of the cloud are counted by the day: the limit of one day is not used up for ever', async () => {
  const bench = await openBench()
  const scopes = [{ ...scope(1000), callLimit: 1 }]
  await bench.ledger.settle(await bench.send({ amount: 1, scopes }), known(1))
  const second = await bench.ledger.reserve(bench.request({ amount: 1, scopes }))
  bench.at = new Date('2026-11-22T00:00:00Z')
  const next = await bench.ledger.reserve(bench.request({ amount: 1, scopes }))

  expect([second.kind, next.kind]).toEqual(['refused', 'reserved'])
})

test('a replay counts them by the day too', () => {
  const at = (day: string) => ({ text: strange, turns: 0, at: new Date(`${day}T10:00:00Z`) })
  const days = [at('2026-11-20'), at('2026-11-20'), at('2026-11-21')]

  const replayed = replay(days, { ...policy, cloudCallsPerDay: 1 }, parts)

  expect(replayed.map(({ calls }) => calls.length)).toEqual([1, 0, 1])
})

const price = { input: 2, output: 10 }

test('the retry by the large model is reserved like any call: in budget mode nothing is sent, and nothing is spent', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  const large: TestModel = { alias: 'large', provider: 'openai', server, tier: 4, price }
  const retry = { ...anyQuestion, purpose: 'advanced', tier: 4 } as const
  const open = async (dailyUsd: number) => await openModelRig([large], { budget: { dailyUsd } })
  const [poor, rich] = [await open(0.0001), await open(1)] // the bound of the retry is $0.001238

  const refused = await poor.models.ask(retry, poor.allowance())
  const answered = await rich.models.ask(retry, rich.allowance())

  expect(refused).toMatchObject({ kind: 'unanswered', because: 'budget' })
  expect(answered.kind).toBe('answered')
  expect(server.requests.length).toBe(1)
  const [ofPoor, ofRich] = [await poor.models.ledger.on(), await rich.models.ledger.on()]
  expect([ofPoor.spent + ofPoor.held, ofRich.spent]).toEqual([
    0,
    Math.ceil(server.meter.input * 2 + server.meter.output * 10),
  ])
})

test('a path of $0.25 is refused under the cap of a message, and taken only where the cap was raised by hand', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  const maxOutputTokens = 25_000 // at $10 per million a quarter of a dollar
  const large: TestModel = { alias: 'large', provider: 'openai', server, tier: 4, price, maxOutputTokens }
  const long: typeof anyQuestion = {
    ...anyQuestion,
    purpose: 'advanced',
    tier: 4,
    maxOutputTokens,
    prompt: () => ({ instructions: 'Answer.', messages: [{ role: 'user', text: 'Why?' }], maxOutputTokens }),
  }
  const usual = await openModelRig([large])
  const raised = await openModelRig([large], { budget: { advancedRequestUsd: 0.3 } })
  const { limitFor } = usual.allowance()

  const refused = await usual.models.ask(long, usual.allowance())
  const sentBefore = server.requests.length
  const allowed = await raised.models.ask(long, raised.allowance())

  expect([limitFor(3, 'answer'), limitFor(4, 'advanced')]).toEqual([10_000, 50_000]) // $0.01, and $0.05 for the large model
  expect([refused, sentBefore]).toMatchObject([{ kind: 'unanswered', because: 'budget' }, 0])
  expect([allowed.kind, server.requests.length]).toEqual(['answered', 1])
})

test('below a provider’s minimum nothing is asked to be kept, and the receipt shows no saving', async () => {
  const server = await startTestServer({ protocol: 'anthropic', minimumCacheTokens: 1 })
  const rig = await openModelRig([
    { alias: 'haiku', provider: 'anthropic', server, tier: 3, price, more: { minimumCacheTokens: 4096 } },
  ])
  const asking = (instructions: string): typeof anyQuestion => ({
    ...anyQuestion,
    prompt: () => ({ instructions, messages: [{ role: 'user', text: 'Which is it?' }], maxOutputTokens: 100 }),
  })
  const allowance = rig.allowance()

  await rig.models.ask(asking('Sort it. '.repeat(90)), allowance) // about 200 tokens, as to tell an intent
  await rig.models.ask(asking('Sort it. '.repeat(90)), rig.allowance())

  expect(server.requests.map(({ keepsInstructions }) => keepsInstructions)).toEqual([false, false])
  expect(allowance.calls).toMatchObject([{ cachedTokens: 0, cacheWriteTokens: 0 }])
  expect([server.meter.cached, server.meter.cacheWrite]).toEqual([0, 0])
})

test('a text without a known word is not two thirds likely to be anything', () => {
  const classifier = createClassifier({
    fitted: train(examplesFromIntents(smallIntents, strangeMessages), smallIntents),
  })

  for (const text of ['hello world xyz', 'xyz qqq zzz', '🦄🦄']) {
    const { candidates } = classifier.classify(text)
    const likely = candidates.map(({ confidence }) => confidence)

    expect([text, likely.length > 0]).toEqual([text, true])
    expect([text, new Set(likely.filter((one) => Math.abs(one - 0.667) < 0.01))]).toEqual([text, new Set()])
  }
  expect(classifier.classify('xyz qqq zzz').intent).toBe('unknown')
})

test('of nothing there is no rate: no zero, no verdict, no alert and no proposal', async () => {
  const { database, ledger } = await openBench()
  const spending = createSpending(database)
  const today = parsePeriod('today', { now: new Date('2026-11-21T12:00:00Z'), timeZone: 'UTC' })
  const report = await spending.report('tenant', today)

  const spend = toWireSpend(report, await ledger.on())
  const { verdicts, perMessage, agreement } = summarizeReplay(replay([], policy, parts), policy.models, parts)
  const models = toWireModels({
    days: 1,
    models: await spending.performance('tenant', today.begins),
    proposals: [],
    decisions: [],
  })

  expect([spend.saved, Object.values(spend.per), spend.tiers.map(({ share }) => share)]).toEqual([
    null,
    [null, null, null, null],
    [null, null, null, null, null],
  ])
  expect(spend.verdicts.map(({ value, pass }) => [value, pass])).toEqual(Array.from({ length: 6 }, () => [null, null]))
  expect([perMessage, agreement, new Set(verdicts.map(({ isKept }) => isKept))]).toEqual([
    undefined,
    undefined,
    new Set([undefined]),
  ])
  expect(models.models).toEqual([])
  expect(
    proposeAdjustments([{ intent: 'x', tier: 2, messages: 0, disliked: 0, advanced: 0, cost: 0 as MicroDollars }]),
  ).toEqual([])
  const limits = { factor: 2, floor: 0 as MicroDollars, floorCalls: 0 }
  const quiet = { day: today.from, hour: 12, cost: 0, calls: 0, usual: [], meanTier: 0, usualMeanTier: undefined }
  expect(findSpike({ ...quiet, topUserShare: 0, repeatShare: 0 }, limits)).toBeUndefined()
})

test('the least used local model makes room twice in a row, and is loaded again afterwards', async () => {
  const server = await startTestServer({ protocol: 'ollama' })
  const elapsedMs = (): number => performance.now()
  const provider = createOllamaProvider({ name: 'ollama', apiKey: undefined, baseUrl: server.url, elapsedMs })

  for (const name of ['a', 'b', 'c', 'd', 'a']) await ask(provider, 'complete', { model: name })

  expect(server.memory.log).toEqual(
    ['load a', 'load b', 'unload a', 'load c', 'unload b', 'load d', 'unload c', 'load a'].map(
      (step) => `${step}:latest`,
    ),
  )
})

test('a larger model is not asked where the policy has none: a list that ends is no fault', () => {
  const only = { ...policy, models: [model('cheap', 2, [0.1, 0.5])] }

  const [replayed] = replay([{ text: strange, turns: 0 }], only, parts)

  expect([replayed?.calls.map((call) => call.model), replayed?.route.kind]).toEqual([['cheap'], 'person'])
})
