import { afterEach, expect, test } from 'vitest'
import { createOllamaProvider, type OllamaOptions } from '../../../adapters/models/ollama.ts'
import { Secret } from '../../../src/core/secret.ts'
import { providerContract } from '../../contracts/provider.ts'
import { ask, failureOf, requestOf, schema, ways } from '../../contracts/provider-asking.ts'
import { type ModelServer, startModelServer } from '../../servers/models.ts'

const key = 'sk-canary-8d1f0c2b7a'
const limit = { timeout: 5_000, interval: 5 }
const elapsedMs = (): number => performance.now()
const at = (baseUrl: string, options: Partial<OllamaOptions> = {}) =>
  createOllamaProvider({ name: 'ollama', apiKey: new Secret(key), baseUrl, elapsedMs, ...options })

providerContract('ollama', {
  key,
  at,
  start: async (options) => {
    const server = await startModelServer({ ...options, protocol: 'ollama' })
    await server.memory.load('small-model')
    return { server, provider: at(server.url) }
  },
})

const open: ModelServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function started(options: Partial<OllamaOptions> = {}) {
  const server = await startModelServer({ protocol: 'ollama' })
  open.push(server)
  return { server, provider: at(server.url, options) }
}

test.each(ways)('%s: exactly the documented fields are sent', async (way) => {
  const { provider, server } = await started({ keepAlive: '10m', contextTokens: 8_192 })

  await ask(provider, way, { schema, thinking: 'off' })

  expect(server.requests[0]?.body).toEqual({
    model: 'small-model',
    messages: [
      { role: 'system', content: 'You help customers.' },
      { role: 'user', content: 'my card 4111 1111 1111 1111 was charged twice' },
    ],
    stream: way === 'stream',
    keep_alive: '10m',
    options: { num_ctx: 8_192, num_predict: 100 },
    format: schema.shape,
    think: false,
  })
})

test('each model may have a context of its own', async () => {
  const { provider, server } = await started({ contextTokens: (model) => (model === 'a' ? 16_384 : undefined) })

  await ask(provider, 'complete', { model: 'a' })
  await ask(provider, 'complete', { model: 'b' })

  expect(server.requests.map(({ body }) => body['options'])).toEqual([
    { num_ctx: 16_384, num_predict: 100 },
    { num_predict: 100 },
  ])
})

test('a model that is not loaded is loaded first, and the answer says how long that took', async () => {
  const clock = { ms: 0 }
  const { provider, server } = await started({ elapsedMs: () => clock.ms })
  server.memory.whenLoading = async () => void (clock.ms += 4_000)

  const cold = await ask(provider, 'complete')
  const warm = await ask(provider, 'stream')

  expect(cold.loadMs).toBe(4_020) // and 20 ms that Ollama tells itself
  expect(warm.loadMs).toBeUndefined()
  expect(server.memory.log).toEqual(['load small-model:latest'])
})

test('a model that was sent away behind our back says so itself', async () => {
  const { provider, server } = await started()
  await provider.preload('small-model', AbortSignal.timeout(5_000))
  server.faults.push({
    kind: 'status',
    status: 200,
    body: { model: 'small-model', message: { content: 'Yes.' }, done: true, load_duration: 2_500_000_000 },
  })

  expect((await ask(provider, 'complete')).loadMs).toBe(2_500)
})

test('ten first questions at once load their model once', async () => {
  const { provider, server } = await started()
  const gate = Promise.withResolvers<void>()
  server.memory.whenLoading = async () => await gate.promise

  const asking = Array.from({ length: 10 }, async (_, index) => await ask(provider, ways[index % 2] ?? 'complete'))
  await expect.poll(() => server.memory.lists, limit).toBeGreaterThanOrEqual(11) // each asked, and the load did
  gate.resolve()
  const answers = await Promise.all(asking)

  expect(server.memory.log).toEqual(['load small-model:latest'])
  expect(answers.every(({ loadMs }) => loadMs !== undefined)).toBe(true)
})

test('two models are in memory at most, and the one not used for longest makes room', async () => {
  const { provider, server } = await started()

  for (const model of ['a', 'b', 'a', 'c', 'a', 'd']) await ask(provider, 'complete', { model })

  expect(server.memory.most).toBe(2)
  expect(server.memory.log).toEqual([
    'load a:latest',
    'load b:latest',
    'unload b:latest',
    'load c:latest',
    'unload c:latest',
    'load d:latest',
  ])
})

test('how many models are in memory can be told', async () => {
  const { provider, server } = await started({ loadedModels: 1 })

  for (const model of ['a', 'b', 'c']) await ask(provider, 'stream', { model })

  expect(server.memory.most).toBe(1)
  expect(server.memory.loaded).toEqual(['c:latest'])
})

test('the server is asked what is loaded: its own unloading and other programs count', async () => {
  const { provider, server } = await started()
  await ask(provider, 'complete', { model: 'a' })
  await server.memory.load('foreign-old')
  server.memory.unload('a')
  await server.memory.load('foreign-new')

  await ask(provider, 'complete', { model: 'a' })

  expect(server.memory.most).toBe(2)
  expect(server.memory.loaded).toEqual(['foreign-new:latest', 'a:latest'])
})

test('a model that is answering is not sent away: the next one waits until it has finished', async () => {
  const { provider, server } = await started({ loadedModels: 1 })
  server.faults.push({ kind: 'hang-midway' })
  const parts = provider.stream(requestOf({ model: 'a' }), AbortSignal.timeout(10_000))[Symbol.asyncIterator]()
  await parts.next()

  const second = ask(provider, 'complete', { model: 'b' })
  await expect.poll(() => server.memory.lists, limit).toBe(4) // each before its question, and each before its load
  const loadedMeanwhile = server.memory.loaded
  await parts.return?.()

  expect((await second).text).toBe('Hello from the model.')
  expect(loadedMeanwhile).toEqual(['a:latest'])
  expect(server.memory.log).toEqual(['load a:latest', 'unload a:latest', 'load b:latest'])
  expect(server.memory.most).toBe(1)
})

test('many questions to many models end, with never more than two in memory', async () => {
  const { provider, server } = await started()
  const models = Array.from({ length: 40 }, (_, index) => `model-${(index * 7) % 5}`)

  const answers = await Promise.all(
    models.map(async (model, index) => await ask(provider, ways[index % 2] ?? 'complete', { model })),
  )

  expect(answers.map(({ model }) => model)).toEqual(models)
  expect(server.memory.most).toBe(2)
})

test('a load goes on when its asker has lost patience, and the next one finds it done', async () => {
  const { provider, server } = await started()
  const gate = Promise.withResolvers<void>()
  server.memory.whenLoading = async () => await gate.promise
  const impatient = new AbortController()
  const asking = failureOf(ask(provider, 'complete', { signal: impatient.signal }))
  await expect.poll(() => server.memory.lists, limit).toBe(2)

  impatient.abort(new DOMException('up', 'TimeoutError'))
  const failure = await asking
  gate.resolve()

  expect(failure).toMatchObject({ fault: 'timed-out', charge: 'none' }) // nothing was asked of the model
  expect((await ask(provider, 'complete')).text).toBe('Hello from the model.')
  expect(server.memory.log).toEqual(['load small-model:latest'])
})

test('stop ends a load', async () => {
  const { provider, server } = await started()
  const gate = Promise.withResolvers<void>()
  server.memory.whenLoading = async () => await gate.promise
  const asking = failureOf(provider.preload('small-model', AbortSignal.timeout(10_000)))
  await expect.poll(() => server.memory.lists, limit).toBe(2)

  provider.stop()

  expect(await asking).toMatchObject({ fault: 'stopped', charge: 'none' })
  gate.resolve()
})

test('a load that takes too long ends with its own limit', async () => {
  const { provider, server } = await started({ loadTimeoutMs: 50 })
  const gate = Promise.withResolvers<void>()
  server.memory.whenLoading = async () => await gate.promise

  const failure = await failureOf(provider.preload('small-model', AbortSignal.timeout(10_000)))

  expect(failure).toMatchObject({ fault: 'timed-out', charge: 'none' })
  gate.resolve()
})

test('preload says how long it took, and nothing when the model was loaded', async () => {
  const clock = { ms: 0 }
  const { provider, server } = await started({ elapsedMs: () => clock.ms })
  server.memory.whenLoading = async () => void (clock.ms += 7_000)

  const first = await provider.preload('small-model', AbortSignal.timeout(5_000))
  const second = await provider.preload('small-model', AbortSignal.timeout(5_000))

  expect([first, second]).toEqual([7_000, 0])
  expect(server.requests).toEqual([])
})

test.each(ways)(
  '%s: a refused key is named by the variable of its entry, not by the provider’s usual one',
  async (way) => {
    const { provider, server } = await started({ keyName: 'TOOLS_KEY' })
    server.faults.push({ kind: 'unauthorized' })

    const failure = await failureOf(ask(provider, way))

    expect(failure.message).toContain('Check the key in TOOLS_KEY.')
    expect(failure.message).not.toContain('_API_KEY')
  },
)
