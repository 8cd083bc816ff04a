import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refusalError } from '../../../adapters/models/failure.ts'
import { providerNames } from '../../../src/core/model.ts'

const asked = { provider: 'openai', model: 'gpt-6-luna' } as const

test('a failure says who was asked, what came, and what to do', () => {
  const body = {
    error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
  }

  const { message } = refusalError(
    { ...asked, keyName: 'OPENAI_API_KEY' },
    { status: 401, headers: new Headers(), body },
  )

  expect(message).toBe('openai, model gpt-6-luna: status 401 invalid_api_key. Check the key in OPENAI_API_KEY.')
})

test.each([
  [401, 'TOOLS_KEY', 'Check the key in TOOLS_KEY.'],
  [403, 'TOOLS_KEY', 'The key in TOOLS_KEY may not use this model'],
  [401, undefined, 'name it in apiKeyEnv'],
  [403, undefined, 'name it in apiKeyEnv'],
])('a status %i sends the owner to the key of that entry, %s', (status, keyName, remedy) => {
  const { message } = refusalError({ ...asked, keyName }, { status, headers: new Headers(), body: {} })

  expect(message).toContain(remedy)
  expect(message).not.toContain('OPENAI_API_KEY')
})

test.each([
  ['vLLM', 400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."],
  ['llama.cpp', 400, 'the request exceeds the available context size. try increasing the context size'],
  ['Gemini', 400, 'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).'],
  ['Together', 422, 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.'],
  ['Anthropic', 400, 'prompt is too long: 210000 tokens > 200000 maximum'],
])('%s says in a sentence that the prompt is too long', (_, status, message) => {
  const failure = refusalError(asked, { status, headers: new Headers(), body: { error: { message } } })

  expect(failure).toMatchObject({ fault: 'too-long', charge: 'none' })
})

test('Ollama gives the sentence alone', () => {
  const body = { error: 'model "qwen" not found, try pulling it first' }

  expect(refusalError(asked, { status: 404, headers: new Headers(), body }).fault).toBe('model-gone')
})

test('a project that may not use a model is told so as if there were none', () => {
  const body = { error: { code: 'model_not_found', message: 'Project does not have access to model.' } }

  expect(refusalError(asked, { status: 403, headers: new Headers(), body }).fault).toBe('model-gone')
})

test.each([
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1_500],
  [{ 'retry-after-ms': '12.2' }, 13],
  [{ 'retry-after-ms': 'x', 'retry-after': '3' }, 3_000],
  [{ 'retry-after-ms': '-1', 'retry-after': '3' }, 3_000],
  [{ 'retry-after': '601' }, 600_000],
  [{ 'retry-after': '1e9' }, undefined],
  [{ 'retry-after': 'NaN' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'Sat, 21 Nov 2026 10:01:00 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 60_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 0],
  [{ 'retry-after': 'Sat, 21 Nov 2099 10:00:00 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' }, 600_000],
])('%o waits %s ms', (headers, ms) => {
  const failure = refusalError(asked, { status: 429, headers: new Headers(headers), body: undefined })

  expect(failure.retryAfterMs).toBe(ms)
})

test('whatever a server says, a refusal is a fault with a wait of at most ten minutes, and repeats no sentence of it', () => {
  const secret = 'Sentence 4111 of sk-proj-1a2b3c'
  const text = fc.oneof(fc.string(), fc.constant(secret))
  const body = fc.oneof(
    fc.anything(),
    fc.record({
      error: fc.oneof(text, fc.record({ message: text, code: text, type: text, param: text, status: text })),
    }),
  )
  const status = fc.integer({ min: 300, max: 599 })

  fc.assert(
    fc.property(fc.constantFrom(...providerNames), fc.record({ status, body, told: text }), (provider, refusal) => {
      const { status, body, told } = refusal
      const headers = new Headers()
      headers.set('retry-after', encodeURIComponent(told))
      const failure = refusalError({ provider, model: 'small' }, { status, headers, body })
      expect(failure.message).not.toContain('4111')
      expect(failure.message).not.toContain('1a2b3c')
      expect(failure.retryAfterMs ?? 0).toBeLessThanOrEqual(600_000)
      expect(failure.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0)
      // Only a server that broke may have billed.
      expect(failure.charge).toBe(status >= 500 && status !== 503 && status !== 529 ? 'unknown' : 'none')
    }),
    { numRuns: 500 },
  )
})
