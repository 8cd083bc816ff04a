import { afterEach, expect, test } from 'vitest'
import { createOpenaiProvider, type OpenaiOptions } from '../../../adapters/models/openai.ts'
import { Secret } from '../../../src/core/secret.ts'
import { providerContract } from '../../contracts/provider.ts'
import { ask, failureOf, schema, ways } from '../../contracts/provider-asking.ts'
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../servers/models.ts'

const key = 'sk-canary-8d1f0c2b7a'

for (const name of ['openai', 'gemini', 'together'] as const) {
  const at = (baseUrl: string) => createOpenaiProvider({ name, apiKey: new Secret(key), baseUrl })
  providerContract(name, {
    key,
    at,
    start: async (options) => {
      const server = await startModelServer({ ...options, protocol: 'openai' })
      return { server, provider: at(server.url) }
    },
  })
}

const open: ModelServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function started(options: Partial<OpenaiOptions> = {}, server: Partial<ModelServerOptions> = {}) {
  const stand = await startModelServer({ ...server, protocol: 'openai' })
  open.push(stand)
  const provider = createOpenaiProvider({ name: 'openai', apiKey: new Secret(key), baseUrl: stand.url, ...options })
  return { server: stand, provider }
}

test('servers other than OpenAI itself are bounded by max_tokens, which none of them passes over', async () => {
  const { provider, server } = await started()

  await ask(provider, 'complete', { maxOutputTokens: 50 })

  expect(server.requests[0]?.body).toMatchObject({ max_tokens: 50 })
  expect(server.requests[0]?.body).not.toHaveProperty('max_completion_tokens')
})

test('the field that bounds the answer can be told', async () => {
  const { provider, server } = await started({ boundedBy: 'max_completion_tokens' })

  await ask(provider, 'complete', { maxOutputTokens: 50 })

  expect(server.requests[0]?.body).toMatchObject({ max_completion_tokens: 50 })
  expect(server.requests[0]?.body).not.toHaveProperty('max_tokens')
})

test.each(ways)('%s: exactly the documented fields are sent', async (way) => {
  const { provider, server } = await started()

  await ask(provider, way, { schema, thinking: 'off' })

  expect(server.requests[0]?.body).toEqual({
    model: 'small-model',
    messages: [
      { role: 'system', content: 'You help customers.' },
      { role: 'user', content: 'my card 4111 1111 1111 1111 was charged twice' },
    ],
    max_tokens: 100,
    reasoning_effort: 'none',
    response_format: { type: 'json_schema', json_schema: { name: 'intent', strict: true, schema: schema.shape } },
    stream: way === 'stream',
    ...(way === 'stream' ? { stream_options: { include_usage: true } } : {}),
  })
})

test.each([
  ['off', 'none'],
  ['minimal', 'minimal'],
  ['low', 'low'],
  [undefined, undefined],
] as const)('thinking %s is said as %s', async (thinking, effort) => {
  const { provider, server } = await started()

  await ask(provider, 'complete', { thinking })

  expect(server.requests[0]?.body['reasoning_effort']).toBe(effort)
})

test('without a key none is taken from the environment, and no other setting either', async () => {
  const { provider, server } = await started({ apiKey: undefined })
  const names = ['OPENAI_API_KEY', 'OPENAI_ADMIN_KEY', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID', 'OPENAI_CUSTOM_HEADERS']
  const before = names.map((name) => process.env[name])
  for (const name of names) process.env[name] = name === 'OPENAI_CUSTOM_HEADERS' ? 'x-leak: env' : 'leak'
  process.env['OPENAI_BASE_URL'] = 'http://127.0.0.1:1/v1'

  await ask(provider, 'complete').finally(() => {
    delete process.env['OPENAI_BASE_URL']
    names.forEach((name, index) => {
      if (before[index] === undefined) delete process.env[name]
      else process.env[name] = before[index]
    })
  })

  expect(server.requests[0]?.headers.authorization).toBe('Bearer none')
  expect(JSON.stringify(server.requests[0]?.headers)).not.toContain('leak')
})

test.each(ways)('%s: an answer stopped by the content filter is refused, not empty', async (way) => {
  const { provider } = await started({}, { answer: () => ({ text: '', finish: 'refused' }) })

  expect(await ask(provider, way)).toMatchObject({ text: '', finish: 'refused' })
})

test('a stream that ends after its last word, before its usage, is a whole answer without usage', async () => {
  const { provider, server } = await started()
  server.faults.push({ kind: 'end-unmarked' })

  expect(await ask(provider, 'stream')).toMatchObject({
    text: 'Hello from the model.',
    finish: 'stop',
    usage: undefined,
  })
})

test('hidden thinking that is only part of the total is paid as output', async () => {
  const { provider, server } = await started({ name: 'gemini' })
  // As Gemini reports: 20 tokens of prompt, 198 of answer, 405 of thinking.
  const usage = { prompt_tokens: 20, completion_tokens: 198, total_tokens: 623 }
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Yes.' } }]
  server.faults.push({ kind: 'status', status: 200, body: { model: 'gemini-3.8-flash', choices, usage } })

  expect((await ask(provider, 'complete')).usage).toEqual({ input: 20, cached: 0, cacheWrite: 0, output: 603 })
})

test('a total that is smaller than its parts is no usage', async () => {
  const { provider, server } = await started()
  const usage = { prompt_tokens: 20, completion_tokens: 198, total_tokens: 100 }
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Yes.' } }]
  server.faults.push({ kind: 'status', status: 200, body: { model: 'small-model', choices, usage } })

  expect((await ask(provider, 'complete')).usage).toBeUndefined()
})

test('Gemini wraps its refusals into a list, and says there when to come back', async () => {
  const { provider, server } = await started({ name: 'gemini' })
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }]
  const error = { code: 429, message: 'You exceeded your current quota.', status: 'RESOURCE_EXHAUSTED', details }
  server.faults.push({ kind: 'status', status: 429, body: [{ error }] })

  const failure = await failureOf(ask(provider, 'complete'))

  expect(failure).toMatchObject({ fault: 'rate-limited', charge: 'none', retryAfterMs: 34_500 })
  expect(failure.message).toContain('RESOURCE_EXHAUSTED')
})

test('Gemini refuses a wrong key with status 400', async () => {
  const { provider, server } = await started({ name: 'gemini', keyName: 'GEMINI_API_KEY' })
  const error = { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' }
  server.faults.push({ kind: 'status', status: 400, body: [{ error }] })

  const failure = await failureOf(ask(provider, 'complete'))

  expect(failure.fault).toBe('unauthorized')
  expect(failure.message).toContain('GEMINI_API_KEY')
})

test('a refused parameter is named, so that the owner can correct the entry', async () => {
  const { provider, server } = await started()
  const error = {
    message: 'Use another.',
    type: 'invalid_request_error',
    param: 'max_tokens',
    code: 'unsupported_parameter',
  }
  server.faults.push({ kind: 'status', status: 400, body: { error } })

  const failure = await failureOf(ask(provider, 'complete'))

  expect(failure.message).toBe(
    'openai, model small-model: status 400 unsupported_parameter (max_tokens). The server does not take this request: check the model’s entry in models.yaml.',
  )
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
