import { afterEach, expect, test } from 'vitest'
import { createAnthropicProvider } from '../../../adapters/models/anthropic.ts'
import { Secret } from '../../../src/core/secret.ts'
import { providerContract } from '../../contracts/provider.ts'
import { ask, failureOf, schema, ways } from '../../contracts/provider-asking.ts'
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../servers/models.ts'

const key = 'sk-canary-8d1f0c2b7a'
const at = (baseUrl: string) => createAnthropicProvider({ name: 'anthropic', apiKey: new Secret(key), baseUrl })

providerContract('anthropic', {
  key,
  at,
  start: async (options) => {
    const server = await startModelServer({ ...options, protocol: 'anthropic' })
    return { server, provider: at(server.url) }
  },
})

const open: ModelServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function started(options: Partial<ModelServerOptions> = {}) {
  const server = await startModelServer({ ...options, protocol: 'anthropic' })
  open.push(server)
  return { server, provider: at(server.url) }
}

test.each(ways)('%s: exactly the documented fields are sent', async (way) => {
  const { provider, server } = await started()

  await ask(provider, way, { schema, thinking: 'low' })

  expect(server.requests[0]?.body).toEqual({
    model: 'small-model',
    max_tokens: 100,
    system: 'You help customers.',
    messages: [{ role: 'user', content: 'my card 4111 1111 1111 1111 was charged twice' }],
    output_config: { effort: 'low', format: { type: 'json_schema', schema: schema.shape } },
    stream: way === 'stream',
  })
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${key}`,
    'anthropic-version': '2026-10-21',
  })
})

test('thinking that is off is disabled, and effort is not spoken of', async () => {
  const { provider, server } = await started()

  await ask(provider, 'complete', { thinking: 'off' })

  expect(server.requests[0]?.body).toMatchObject({ thinking: { type: 'disabled' } })
  expect(server.requests[0]?.body).not.toHaveProperty('output_config')
})

test('instructions to keep are marked, written to the cache once and read from it afterwards', async () => {
  const { provider, server } = await started({ answer: () => 'Yes.' })
  const asked = { instructions: 'x'.repeat(8_000), messages: [{ role: 'user', text: 'y'.repeat(40) }] } as const

  const first = await ask(provider, 'complete', { ...asked, keepsInstructions: true })
  const second = await ask(provider, 'stream', { ...asked, keepsInstructions: true })
  const unmarked = await ask(provider, 'complete', { ...asked, keepsInstructions: false })

  // 8,000 / 4 of instructions, 40 / 4 of the question, 4 / 4 of the answer.
  expect(first.usage).toEqual({ input: 10, cached: 0, cacheWrite: 2_000, output: 1 })
  expect(second.usage).toEqual({ input: 10, cached: 2_000, cacheWrite: 0, output: 1 })
  expect(unmarked.usage).toEqual({ input: 2_010, cached: 0, cacheWrite: 0, output: 1 })
  expect(server.meter).toEqual({ input: 2_030, cached: 2_000, cacheWrite: 2_000, output: 3 })
  expect(server.requests[0]?.body['system']).toEqual([
    { type: 'text', text: asked.instructions, cache_control: { type: 'ephemeral' } },
  ])
})

test.each(ways)('%s: a refusal is an answer that is refused, not an empty one', async (way) => {
  const { provider } = await started({ answer: () => ({ text: '', finish: 'refused' }) })

  expect(await ask(provider, way)).toMatchObject({ text: '', finish: 'refused' })
})

test('a long answer may come in one piece: its own limit ends it, not the SDK', async () => {
  const { provider, server } = await started()

  await ask(provider, 'complete', { maxOutputTokens: 100_000 })

  expect(server.requests[0]?.maxOutputTokens).toBe(100_000)
})

test.each([
  [400, 'Your credit balance is too low to access the Anthropic API.', 'no-credit'],
  [403, 'You have reached your specified API usage limits.', 'no-credit'],
  [400, 'input length and `max_tokens` exceed context limit: 199000 + 4096 > 200000', 'too-long'],
] as const)('status %i, "%s" is %s', async (status, message, fault) => {
  const { provider, server } = await started()
  const body = { type: 'error', error: { type: 'invalid_request_error', message } }
  server.faults.push({ kind: 'status', status, body })

  expect(await failureOf(ask(provider, 'complete'))).toMatchObject({ fault, charge: 'none' })
})

test('a customer who speaks of credit does not switch the provider off', async () => {
  const { provider, server } = await started()
  const message = 'messages.0: "your credit balance is too low" is not valid here'
  server.faults.push({ kind: 'status', status: 400, body: { error: { type: 'invalid_request_error', message } } })

  expect((await failureOf(ask(provider, 'complete'))).fault).toBe('rejected')
})

test('a stream that has every word and lacks only message_stop is cut', async () => {
  const { provider, server } = await started()
  server.faults.push({ kind: 'end-unmarked' })

  expect(await failureOf(ask(provider, 'stream'))).toMatchObject({ fault: 'cut', charge: 'unknown' })
})

test('an error told in the middle of a stream is named', async () => {
  const { provider, server } = await started({ fault: () => ({ kind: 'error-midway' }) })

  const failure = await failureOf(ask(provider, 'stream'))

  expect(failure).toMatchObject({ fault: 'server', charge: 'unknown' })
  expect(failure.message).toContain('api_error')
  expect(server.requests).toHaveLength(1)
})

test.each(ways)(
  '%s: a refused key is named by the variable of its entry, not by the provider’s usual one',
  async (way) => {
    const { server } = await started()
    const settings = { apiKey: new Secret(key), keyName: 'TOOLS_KEY', baseUrl: server.url }
    const provider = createAnthropicProvider({ name: 'anthropic', ...settings })
    server.faults.push({ kind: 'unauthorized' })

    const failure = await failureOf(ask(provider, way))

    expect(failure.message).toContain('Check the key in TOOLS_KEY.')
    expect(failure.message).not.toContain('_API_KEY')
  },
)
