import { expect, test } from 'vitest'
import { endpointOf, usableModels } from '../../config/usable.ts'
import { loadOwn, modelOf, modelsYaml } from './own-models.ts'

test('every model that cannot be asked says what it lacks', () => {
  const config = loadOwn(
    {
      'models.yaml': modelsYaml(
        { alias: 'keyed', provider: 'openai', model: 'gpt-6-luna', tier: 2 },
        { alias: 'keyless', provider: 'anthropic', model: 'claude-haiku-5-5', tier: 2 },
        { alias: 'unpriced', provider: 'openai', model: 'gpt-7', tier: 2 },
        { alias: 'silent', provider: 'openai', model: 'gpt-6-sol', tier: 3, capabilities: [] },
        { alias: 'nowhere', provider: 'ollama', model: 'a', tier: 1 },
        { alias: 'here', provider: 'ollama', model: 'b', tier: 1, baseUrl: 'http://127.0.0.1:9' },
      ),
    },
    { OPENAI_API_KEY: 'sk-1' },
  )

  const states = usableModels(config.modelList.models, config).map(({ model, because }) => [model.alias, because])

  expect(states).toEqual([
    ['keyed', undefined],
    ['keyless', expect.stringContaining('ANTHROPIC_API_KEY is not set')],
    ['unpriced', expect.stringContaining('prices.yaml')],
    ['silent', expect.stringContaining('compared')],
    ['nowhere', expect.stringContaining('OLLAMA_HOST')],
    ['here', undefined],
  ])
})

test.each([
  ['https://ollama.com', 'ollama.com is no machine of your own; write tier 2 or above, and its price'],
  ['http://8.8.8.8:11434', '8.8.8.8 is no machine of your own; write tier 2 or above, and its price'],
  ['http://10.0.0.7:11434', undefined],
  ['http://ollama:11434', undefined],
])('with OLLAMA_HOST=%s what is local and free is asked only on a machine of one’s own', (host, because) => {
  const config = loadOwn(
    {
      'bot.yaml': 'models: { profile: local-only }',
      'models.yaml': modelsYaml(
        { alias: 'small', provider: 'ollama', model: 'a', tier: 1 },
        { alias: 'big', provider: 'ollama', model: 'b', tier: 3 },
        { alias: 'here', provider: 'ollama', model: 'a', tier: 1, baseUrl: 'http://127.0.0.1:9' },
        { alias: 'priced', provider: 'ollama', model: 'c', tier: 3, cost_per_1k: 0.001 },
      ),
    },
    { OLLAMA_HOST: host },
  )

  const states = usableModels(config.modelList.models, config)

  expect(states.map(({ model, because: reason }) => [model.alias, reason])).toEqual([
    ['small', because],
    ['big', because],
    ['here', undefined],
    ['priced', undefined],
  ])
})

test.each([
  ['http://127.0.0.1:11434', 'llama3.1:70b', 0],
  ['https://ollama.com', 'llama3.1:70b', undefined],
  ['http://127.0.0.1:11434', 'gpt-oss:120b-cloud', undefined],
  [undefined, 'gemma4:cloud', undefined],
])('Ollama at %s serves %s at tier 3 for %s', (baseUrl, model, rate) => {
  const { modelList } = loadOwn({
    'models.yaml': modelsYaml({ alias: 'o', provider: 'ollama', model, tier: 3, baseUrl }),
  })

  expect(modelList.models.map(({ prices }) => prices?.bands[0]?.rates.output)).toEqual([rate])
  expect(modelList.warnings).toHaveLength(rate === undefined ? 1 : 0)
})

test('an entry is reached at its own address, else at its provider’s, with the key it names', () => {
  const config = loadOwn(
    {
      'models.yaml': modelsYaml(
        { alias: 'usual', provider: 'gemini', model: 'gemini-3.8-flash', tier: 3 },
        { alias: 'own', provider: 'openai', model: 'x', tier: 1, baseUrl: 'http://127.0.0.1:9/v1' },
      ),
    },
    { GEMINI_API_KEY: 'g-1', GEMINI_BASE_URL: 'http://127.0.0.1:8/openai' },
  )

  const [usual, own] = ['usual', 'own'].map((alias) => endpointOf(modelOf(config, alias), config))

  expect([usual?.baseUrl, usual?.apiKey?.reveal()]).toEqual(['http://127.0.0.1:8/openai', 'g-1'])
  expect(own).toEqual({ baseUrl: 'http://127.0.0.1:9/v1', apiKey: undefined })
})
