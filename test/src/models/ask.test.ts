import { expect, test } from 'vitest'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { Question } from '../../../src/models/question.ts'
import { type TestModel } from '../../catalogue.ts'
import { anyQuestion, openModelRig, startTestServer, type ModelRig } from '../../models.ts'
import type { ModelServer } from '../../servers/models.ts'

const price = { input: 2, output: 10 }

/** What the provider's own meter says, at $2 and $10 per million tokens: rounded up for each call. */
function metered({ requests }: ModelServer): number {
  return requests.reduce((sum, { charged }) => {
    return charged === undefined
      ? sum
      : sum + Math.ceil((charged.input + charged.cached + charged.cacheWrite) * 2 + charged.output * 10)
  }, 0)
}

const spent = async ({ models }: ModelRig): Promise<MicroDollars> => (await models.ledger.on()).spent

test('a call costs what the provider metered, and leaves nothing held', async () => {
  const server = await startTestServer({ protocol: 'anthropic', answer: () => 'Forty-two.' })
  const rig = await openModelRig([{ alias: 'one', provider: 'anthropic', server, tier: 3, price }])
  const allowance = rig.allowance()

  const asked = await rig.models.ask(anyQuestion, allowance)

  expect(asked).toMatchObject({ kind: 'answered', value: 'Forty-two.' })
  expect(metered(server)).toBeGreaterThan(0)
  expect(await rig.models.ledger.on()).toMatchObject({ spent: metered(server), held: 0, unconfirmed: 0, calls: 1 })
  expect(allowance.calls).toMatchObject([{ model: 'one', outcome: 'answered', cost: metered(server), tier: 3 }])
})

test('when a model fails the next one answers, and only what was billed is paid', async () => {
  const first = await startTestServer({ protocol: 'openai', fault: () => ({ kind: 'overloaded' }) })
  const second = await startTestServer({ protocol: 'anthropic', answer: () => 'From the other one.' })
  const rig = await openModelRig([
    { alias: 'one', provider: 'openai', server: first, tier: 3, price, fallbacks: ['two'] },
    { alias: 'two', provider: 'anthropic', server: second, tier: 2, price },
  ])
  const allowance = rig.allowance()

  const asked = await rig.models.ask(anyQuestion, allowance)

  expect(asked).toMatchObject({ kind: 'answered', value: 'From the other one.' })
  expect(allowance.calls.map(({ model, outcome, because }) => [model, outcome, because])).toEqual([
    ['one', 'failed', 'overloaded'],
    ['two', 'answered', undefined],
  ])
  expect(await spent(rig)).toBe(metered(second))
})

test('a call whose end is unknown is charged at its bound', async () => {
  const server = await startTestServer({ protocol: 'openai', fault: () => ({ kind: 'cut' }) })
  const rig = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }])
  const allowance = rig.allowance()

  const asked = await rig.models.ask(anyQuestion, allowance)

  // 7 + 28 bytes of text, 16 and 4 for one message of a user, 64 for the prompt: 119 tokens at $2, and 100 at $10
  expect(asked).toMatchObject({ kind: 'unanswered', because: 'failed' })
  expect(await rig.models.ledger.on()).toMatchObject({ spent: 1238, unconfirmed: 1238, held: 0 })
  expect(metered(server)).toBeLessThanOrEqual(1238)
})

test('an answer that does not pass its checks is paid for, and followed by nobody', async () => {
  const server = await startTestServer({ protocol: 'openai', answer: () => 'Nonsense.' })
  const other = await startTestServer({ protocol: 'openai' })
  const rig = await openModelRig([
    { alias: 'one', provider: 'openai', server, tier: 3, price, fallbacks: ['two'] },
    { alias: 'two', provider: 'openai', server: other, tier: 2, price },
  ])
  const allowance = rig.allowance()
  const question: Question<string> = { ...anyQuestion, read: () => ({ kind: 'bad', because: 'numbers', score: 0.9 }) }

  const asked = await rig.models.ask(question, allowance)

  expect(asked).toMatchObject({ kind: 'unanswered', because: 'rejected' })
  expect(allowance.calls).toMatchObject([
    { outcome: 'rejected', because: 'numbers', score: 0.9, cost: metered(server) },
  ])
  expect(other.requests).toEqual([])
})

test('without room in the day nothing is sent, and the want of money is told', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  // The bound is 1,238 micro-dollars; answers may use nine tenths of the day.
  const rig = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }], {
    budget: { dailyUsd: 0.001375 },
  })
  const allowance = rig.allowance()

  const asked = await rig.models.ask(anyQuestion, allowance)

  expect(asked).toMatchObject({ kind: 'unanswered', because: 'budget' })
  expect(allowance.isShortOfMoney).toBe(true)
  expect(server.requests).toEqual([])
  expect(await spent(rig)).toBe(0)
})

test('one micro-dollar more, and the same call is made', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  // nine tenths of 1,376 micro-dollars are 1,238.4
  const rig = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }], {
    budget: { dailyUsd: 0.001376 },
  })

  const asked = await rig.models.ask(anyQuestion, rig.allowance())

  expect(asked.kind).toBe('answered')
})

test('one message never spends more than its own limit, however often it asks', async () => {
  const servers = await Promise.all(
    [1, 2, 3].map(() => startTestServer({ protocol: 'openai', fault: () => ({ kind: 'server' }) })),
  )
  const models = servers.map((server, index): TestModel => {
    return { alias: `m${index}`, provider: 'openai', server, tier: 3, price }
  })
  // Two bounds of 1,238 fit, a third does not.
  const rig = await openModelRig(models, { budget: { requestUsd: 0.003 } })
  const allowance = rig.allowance()

  await rig.models.ask(anyQuestion, allowance)

  expect(allowance.calls).toHaveLength(2)
  expect(await spent(rig)).toBe(2476)
  expect(allowance.notAsked.join()).toContain('the limit of the request')
})

test('a message asks no more models than its fallbacks allow, and none twice', async () => {
  const server = await startTestServer({ protocol: 'openai', fault: () => ({ kind: 'overloaded' }) })
  const models = ['a', 'b', 'c', 'd', 'e'].map((alias): TestModel => ({
    alias,
    provider: 'openai',
    server,
    tier: 3,
    price,
  }))
  const rig = await openModelRig(models)
  const allowance = rig.allowance()

  await rig.models.ask(anyQuestion, allowance)
  await rig.models.ask(anyQuestion, allowance)

  // MAX_FALLBACK_ATTEMPTS is 2: three models for each question.
  const asked = server.requests.map(({ model }) => model)
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked).toHaveLength(5)
})

test('the model that the response names is the one that is paid', async () => {
  const server = await startTestServer({ protocol: 'openai', answer: () => ({ text: 'Yes.', model: 'two-1' }) })
  const rig = await openModelRig([
    { alias: 'one', provider: 'openai', server, tier: 3, price },
    { alias: 'two', provider: 'openai', server, tier: 2, price: { input: 20, output: 100 } },
  ])
  const allowance = rig.allowance()

  await rig.models.ask(anyQuestion, allowance)

  expect(await spent(rig)).toBe(10 * metered(server))
  expect(allowance.calls).toMatchObject([{ model: 'one', wireName: 'two-1' }])
})

test('a model that bills more than its bound is told of and not asked again that day', async () => {
  const usage = { input: 1000, cached: 0, cacheWrite: 0, output: 100 } // $0.003, against a bound of $0.001238
  const server = await startTestServer({ protocol: 'openai', answer: () => ({ text: 'Yes.', usage }) })
  const rig = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }])

  await rig.models.ask(anyQuestion, rig.allowance())
  const again = await rig.models.ask(anyQuestion, rig.allowance({ id: 'anna/2' }))

  expect(await spent(rig)).toBe(3000)
  expect(again).toMatchObject({ kind: 'unanswered', because: 'no-model' })
  expect(rig.events.map(({ name }) => name)).toContain('budget.overrun')
  expect(server.requests).toHaveLength(1)
})

test('a name nobody can price is paid at the bound', async () => {
  const server = await startTestServer({
    protocol: 'openai',
    answer: () => ({ text: 'Yes.', model: 'something-else' }),
  })
  const rig = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }])

  await rig.models.ask(anyQuestion, rig.allowance())

  expect(await rig.models.ledger.on()).toMatchObject({ spent: 1238, unconfirmed: 1238 })
})

test('a stopped message asks nobody', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  const rig = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }])

  const asked = await rig.models.ask(anyQuestion, { ...rig.allowance(), signal: AbortSignal.abort() })

  expect(asked).toMatchObject({ kind: 'unanswered', because: 'too-late' })
  expect(server.requests).toEqual([])
})

test('in the profile local-only no cloud model is ever asked, whatever happens to the local one', async () => {
  const local = await startTestServer({ protocol: 'ollama', fault: () => ({ kind: 'server' }) })
  const cloud = await startTestServer({ protocol: 'openai' })
  const rig = await openModelRig(
    [
      { alias: 'here', provider: 'ollama', server: local, tier: 1, fallbacks: [] },
      { alias: 'cheap', provider: 'openai', server: cloud, tier: 2, price },
      { alias: 'large', provider: 'openai', server: cloud, tier: 4, price },
    ],
    { models: { profile: 'local-only' } },
  )

  for (const purpose of ['classification', 'answer', 'advanced'] as const)
    await rig.models.ask({ ...anyQuestion, purpose, tier: 4 }, rig.allowance({ id: `anna/${purpose}` }))

  expect(local.requests.length).toBeGreaterThan(0)
  expect(cloud.requests).toEqual([])
})

test('a server on the owner’s machines sends no bill, whatever it calls its model', async () => {
  const server = await startTestServer({ protocol: 'openai', answer: () => ({ text: 'Yes.', model: 'gpt-4o-mini' }) })
  const rig = await openModelRig([{ alias: 'here', provider: 'openai', server, tier: 1 }], {
    models: { profile: 'local-only' },
  })

  await rig.models.ask(anyQuestion, rig.allowance())
  const again = await rig.models.ask(anyQuestion, rig.allowance({ id: 'anna/2' }))

  expect(again.kind).toBe('answered')
  expect(await spent(rig)).toBe(0)
  expect(rig.events.map(({ name }) => name)).not.toContain('budget.overrun')
})

test('a prompt that is too long for a model’s context is no want of money', async () => {
  const server = await startTestServer({ protocol: 'ollama' })
  const model = { alias: 'here', provider: 'ollama', server, tier: 1, more: { contextTokens: 1000 } } as const
  const rig = await openModelRig([model], { models: { profile: 'local-only' } })
  const allowance = rig.allowance()
  const long: Question<string> = {
    ...anyQuestion,
    prompt: ({ promptBytes }) => (promptBytes < 5000 ? undefined : anyQuestion.prompt({ promptBytes })),
  }

  const asked = await rig.models.ask(long, allowance)

  expect(asked).toMatchObject({ kind: 'unanswered', because: 'failed' })
  expect(allowance.isShortOfMoney).toBe(false)
  expect(allowance.notAsked).toEqual(['here: its context is too small'])
})

test('a model that hangs as long as it may leaves time for the next one', async () => {
  const hung = await startTestServer({ protocol: 'openai', fault: () => ({ kind: 'hang' }) })
  const well = await startTestServer({ protocol: 'openai', answer: () => 'well' })
  const rig = await openModelRig([
    { alias: 'one', provider: 'openai', server: hung, tier: 3, price, timeoutSeconds: 60 },
    { alias: 'two', provider: 'openai', server: well, tier: 2, price },
  ])
  // Three seconds are left: the first may take 1.8 of them.
  const allowance = { ...rig.allowance(), deadlineMs: performance.now() + 3000 }

  const asked = await rig.models.ask(anyQuestion, allowance)

  expect(asked).toMatchObject({ kind: 'answered', value: 'well' })
})

test('when the bot stops, a call under way ends at once, and nobody else is asked', async () => {
  const hung = await startTestServer({ protocol: 'openai', fault: () => ({ kind: 'hang' }) })
  const other = await startTestServer({ protocol: 'openai' })
  const rig = await openModelRig([
    { alias: 'one', provider: 'openai', server: hung, tier: 3, price, timeoutSeconds: 60 },
    { alias: 'two', provider: 'openai', server: other, tier: 2, price },
  ])
  const asking = rig.models.ask(anyQuestion, rig.allowance())
  await expect.poll(() => hung.requests.length).toBe(1)

  rig.models.hangUp()

  expect(await asking).toMatchObject({ kind: 'unanswered', because: 'too-late' })
  expect(other.requests).toEqual([])
})
