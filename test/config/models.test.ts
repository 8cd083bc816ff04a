import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { retiringOf } from '../../src/models/catalogue.ts'
import { faultsOfOwn, loadOwn, modelOf, modelsYaml, ownFolder } from './own-models.ts'

const shipped = loadConfig({})
const plain = { alias: 'a', provider: 'openai', model: 'gpt-6-luna', tier: 2 }

test('the shipped catalogue can be used without a doubt', () => {
  expect(shipped.modelList.warnings).toEqual([])
  expect(shipped.modelList.models.map(({ alias }) => alias)).toEqual(
    expect.arrayContaining(['local', 'mini', 'flash-lite', 'haiku', 'medium', 'large']),
  )
})

test('no shipped model ends within thirty days of the day its id was read', () => {
  expect(retiringOf(shipped.modelList.models, new Date('2026-11-21T12:00:00Z'))).toEqual([])
})

/** Dollars per million tokens: input, from the cache, into the cache, output; by prompt length and first day. */
const prices = [
  // @pydantic/genai-prices 0.1.8; gpt-6-luna's page of developers.openai.com says the same
  ['mini', 0, '1970-01-01', [100_000, 10_000, 125_000, 500_000]],
  ['mini', 272_000, '1970-01-01', [200_000, 20_000, 250_000, 750_000]],
  // @pydantic/genai-prices 0.1.8; Google bills no writing to a cache it keeps by itself
  ['flash-lite', 0, '1970-01-01', [250_000, 25_000, 250_000, 1_500_000]],
  // platform.claude.com/docs/en/models/haiku-5-5/overview, November 2026
  ['haiku', 0, '1970-01-01', [100_000, 10_000, 125_000, 500_000]],
  ['haiku', 100_000, '1970-01-01', [500_000, 50_000, 625_000, 2_500_000]],
  // @pydantic/genai-prices 0.1.8: introductory until the end of 2026
  ['flash', 0, '1970-01-01', [750_000, 75_000, 750_000, 3_750_000]],
  ['flash', 0, '2027-01-01', [1_500_000, 150_000, 1_500_000, 7_500_000]],
  // platform.claude.com/docs/en/models/sonnet-5-5/overview, November 2026
  ['medium', 0, '1970-01-01', [2_000_000, 200_000, 2_500_000, 10_000_000]],
  // @pydantic/genai-prices 0.1.8
  ['sol', 0, '1970-01-01', [2_000_000, 200_000, 2_500_000, 10_000_000]],
  ['sol', 272_000, '1970-01-01', [4_000_000, 400_000, 5_000_000, 15_000_000]],
  // @pydantic/genai-prices 0.1.8; its cache costs a twentieth of the input
  ['large', 0, '1970-01-01', [4_000_000, 200_000, 5_000_000, 20_000_000]],
  // @pydantic/genai-prices 0.1.8
  ['dearest', 0, '1970-01-01', [10_000_000, 250_000, 12_500_000, 50_000_000]],
  ['local', 0, '1970-01-01', [0, 0, 0, 0]],
] as const

test.each(prices)('%s costs, for prompts above %i tokens from %s on, what its source says', (...row) => {
  const [alias, aboveTokens, from, [input, cached, cacheWrite, output]] = row

  const bands = modelOf(shipped, alias).prices?.bands

  expect(bands).toContainEqual({ from, aboveTokens, rates: { input, cached, cacheWrite, output } })
  expect(bands).toHaveLength(prices.filter(([name]) => name === alias).length)
})

test('every shipped model is priced above, with a source and its day', () => {
  expect(shipped.modelList.models.map(({ alias }) => alias).toSorted()).toEqual(
    [...new Set(prices.map(([alias]) => alias))].toSorted(),
  )
  for (const { tier, prices: list } of shipped.modelList.models) {
    const isOwn = tier === 1
    expect(list?.source).toMatch(isOwn ? /your own/ : /^https:|^@pydantic\/genai-prices 0\.1\.8$/)
    expect(list?.asOf).toMatch(isOwn ? /^undated$/ : /^2026-\d\d-\d\d$/)
  }
})

test('receipts compare with the dearest model of the catalogue', () => {
  expect(shipped.reference).toMatchObject({
    model: 'claude-fable-5-1',
    rates: { input: 10_000_000, cached: 250_000, output: 50_000_000 },
  })
})

test('a catalogue without models compares with nothing', () => {
  expect(loadOwn({ 'models.yaml': modelsYaml() }).reference).toMatchObject({ model: 'none', rates: { output: 0 } })
})

test('an entry of four lines has a value for everything else', () => {
  expect(modelOf(loadOwn({ 'models.yaml': modelsYaml(plain) }), 'a')).toMatchObject({
    wireName: 'gpt-6-luna',
    capabilities: ['classify', 'answer', 'json-schema', 'stream'],
    baseUrl: undefined,
    apiKeyEnv: 'OPENAI_API_KEY',
    contextTokens: 8192,
    maxOutputTokens: 1024,
    timeoutMs: 5000,
    fallbacks: [],
    retiresOn: undefined,
  })
})

test.each([
  [1, 30_000],
  [2, 5_000],
  [3, 8_000],
  [4, 10_000],
])('at tier %i one attempt takes at most %i ms, the shipped entries’ among them', (tier, timeoutMs) => {
  const entry = tier === 1 ? { ...plain, tier, provider: 'ollama' } : { ...plain, tier }

  expect(modelOf(loadOwn({ 'models.yaml': modelsYaml(entry) }), 'a').timeoutMs).toBe(timeoutMs)
  const ofTier = shipped.modelList.models.filter((model) => model.tier === tier)
  expect(ofTier.map((model) => model.timeoutMs)).toEqual(ofTier.map(() => timeoutMs))
  expect(ofTier.length).toBeGreaterThan(0)
})

test('two servers of one protocol stand side by side, and one with its own address needs no key unless it says so', () => {
  const own = { provider: 'openai', model: 'qwen2.5', tier: 1 }
  const config = loadOwn({
    'models.yaml': modelsYaml(
      plain,
      { ...own, alias: 'small', baseUrl: 'http://127.0.0.1:8081/v1' },
      { ...own, alias: 'tools', baseUrl: 'http://10.0.0.7:8080/v1', apiKeyEnv: 'TOOLS_KEY' },
    ),
  })

  expect(modelOf(config, 'small').apiKeyEnv).toBe(undefined)
  expect(modelOf(config, 'tools')).toMatchObject({ apiKeyEnv: 'TOOLS_KEY', baseUrl: 'http://10.0.0.7:8080/v1' })
})

test('six models under older names are read as they were meant', () => {
  const folder = readFileSync(new URL('../fixtures/models/older-names.yaml', import.meta.url), 'utf8')
  const config = loadOwn({ 'models.yaml': folder })

  const rows = config.modelList.models.map(({ alias, provider, tier, maxOutputTokens, apiKeyEnv, prices: list }) => {
    const rates = list?.bands[0]?.rates
    return [alias, provider, tier, maxOutputTokens, apiKeyEnv, rates?.input, rates?.output]
  })
  expect(rows).toEqual([
    ['phi-2', 'ollama', 1, 2048, undefined, 0, 0],
    ['codellama-7b', 'ollama', 1, 4096, undefined, 0, 0],
    // $0.0002 for a thousand tokens is $0.20 for a million
    ['mistral-7b', 'together', 2, 1024, 'TOGETHER_API_KEY', 200_000, 200_000],
    ['mixtral-8x7b', 'together', 3, 1024, 'TOGETHER_API_KEY', 600_000, 600_000],
    ['claude-3-opus', 'anthropic', 4, 1024, 'ANTHROPIC_API_KEY', 15_000_000, 15_000_000],
    ['gpt-4-turbo', 'openai', 4, 1024, 'OPENAI_API_KEY', 10_000_000, 10_000_000],
  ])
  expect(config.modelList.warnings).toMatchObject([{ path: 'models.phi-2.path' }])
})

test('a model whose price nobody knows is a warning, not a fault', () => {
  const config = loadOwn({ 'models.yaml': modelsYaml({ ...plain, model: 'gpt-7-nova' }) })

  expect(modelOf(config, 'a').prices).toBe(undefined)
  expect(config.modelList.warnings).toEqual([
    { file: 'models.yaml', path: 'models.a', problem: expect.stringContaining('nobody knows what gpt-7-nova costs') },
  ])
})

const local = { alias: 'l', provider: 'ollama', model: 'llama3.2:3b', tier: 1 }
type Entries = readonly Readonly<Record<string, unknown>>[]
const faulty: readonly (readonly [string, Entries, string, string])[] = [
  ['an unknown provider', [{ ...plain, provider: 'olama' }], 'models.0.provider', 'known: openai, anthropic, gemini'],
  ['an unknown key', [{ ...plain, price: 1 }], 'models.0.price', 'unknown setting'],
  ['a tier that does not exist', [{ ...plain, tier: 5 }], 'models.0.tier', 'write 1 (local), 2 (cheap)'],
  ['an entry without an id', [{ alias: 'a', provider: 'openai', tier: 2 }], 'models.0.model', 'missing'],
  ['an entry without an alias', [{ ...plain, alias: undefined }], 'models.0.alias', 'missing'],
  ['an alias twice', [plain, { ...plain, model: 'gpt-6-sol' }], 'models.a', 'stands twice'],
  ['a model twice', [plain, { ...plain, alias: 'b' }], 'models.b.model', 'is the model of a'],
  ['an unknown fallback', [{ ...plain, fallbacks: ['b'] }], 'models.a.fallbacks', 'unknown model "b"; known: a'],
  ['a fallback on itself', [{ ...plain, fallbacks: ['a'] }], 'models.a.fallbacks', 'a circle: a → a'],
  [
    'fallbacks in a circle',
    [
      { ...plain, fallbacks: ['b'] },
      { ...plain, alias: 'b', model: 'gpt-6-sol', fallbacks: ['c'] },
      { ...plain, alias: 'c', model: 'gpt-5.6-luna', fallbacks: ['b'] },
    ],
    'models.b.fallbacks',
    'a circle: b → c → b',
  ],
  ['tier 1 in a cloud', [{ ...plain, tier: 1 }], 'models.a.tier', 'machines of your own'],
  ['tier 1 at a public address', [{ ...plain, tier: 1, baseUrl: 'https://a.example' }], 'models.a.tier', 'your own'],
  [
    'a model of Ollama’s cloud at tier 1',
    [{ ...local, model: 'gpt-oss:120b-cloud' }],
    'models.l.model',
    'write tier 2',
  ],
  [
    'one behind another protocol',
    [{ ...plain, tier: 1, baseUrl: 'http://127.0.0.1:11434/v1', model: 'gemma4:cloud' }],
    'models.a.model',
    'its price',
  ],
  ['tier 1 with a price', [{ ...local, cost_per_1k: 0.001 }], 'models.l.tier', 'cost nothing'],
  ['a longer answer than the context', [{ ...plain, maxOutputTokens: 9000 }], 'models.a.maxOutputTokens', '8192'],
  ['a variable that cannot be one', [{ ...plain, apiKeyEnv: 'MY KEY' }], 'models.0.apiKeyEnv', 'environment variable'],
  ['an address of a file', [{ ...plain, baseUrl: 'file:///etc' }], 'models.0.baseUrl', 'http://127.0.0.1:8080/v1'],
  ['no address at all', [{ ...plain, baseUrl: 'localhost:80' }], 'models.0.baseUrl', 'http://127.0.0.1:8080/v1'],
  ['a day that does not exist', [{ ...plain, retiresOn: '2027-02-30' }], 'models.0.retiresOn', '2027-01-14'],
  ['an older name beside the present one', [{ ...plain, name: 'x' }], 'models.a.name', 'keep one of them'],
  [
    'a price per thousand that is one per million',
    [{ ...plain, cost_per_1k: 2.5 }],
    'models.a.cost_per_1k',
    '$2500.00',
  ],
  ['a price below nothing', [{ ...plain, cost_per_1k: -1 }], 'models.0.cost_per_1k', '0 or more'],
  ['a price that is no number', [{ ...plain, cost_per_1k: 'free' }], 'models.0.cost_per_1k', 'at most 9 decimals'],
]
test.each(faulty)('%s is a fault that says where and what to write', (_, ...[entries, path, problem]) => {
  const found = faultsOfOwn({ 'models.yaml': modelsYaml(...entries) })

  expect(found.map((fault) => `${fault.file} ${fault.path}`)).toEqual([`models.yaml ${path}`])
  expect(found[0]?.problem).toContain(problem)
})

test('many ways to many models are followed once each', () => {
  // 40 entries, each falling back on all after it: 2^39 ways, no circle
  const names = Array.from({ length: 40 }, (_, index) => `m${index}`)
  const entries = names.map((alias, index) => {
    const fallbacks = names.slice(index + 1)
    return { alias, provider: 'ollama', model: alias, tier: 1, fallbacks }
  })

  expect(loadOwn({ 'models.yaml': modelsYaml(...entries) }).modelList.models).toHaveLength(40)
})

test.each(['http://localhost:1', 'http://127.9.9.9', 'http://[::1]:1', 'http://[fd00::1]', 'http://llama:8080'])(
  '%s is an address of one’s own',
  (baseUrl) => {
    expect(faultsOfOwn({ 'models.yaml': modelsYaml({ ...plain, tier: 1, baseUrl }) })).toEqual([])
  },
)

test.each(['http://172.32.0.1', 'http://8.8.8.8', 'http://[2001:db8::1]', 'http://localhost.example.com'])(
  '%s is not',
  (baseUrl) => {
    expect(faultsOfOwn({ 'models.yaml': modelsYaml({ ...plain, tier: 1, baseUrl }) })).toHaveLength(1)
  },
)

test('a name of a model in the settings must be one of the catalogue', () => {
  const bot = 'models: { defaultModel: x, ollama: { preload: [y] } }\nbudget: { modelDailyUsd: { z: 1 } }\n'

  expect(faultsOfOwn({ 'bot.yaml': bot })).toMatchObject([
    { path: expect.stringContaining('models.defaultModel'), problem: expect.stringContaining('"x"') },
    { path: 'models.ollama.preload', problem: expect.stringContaining('"y"; models.yaml has local, mini') },
    { path: 'budget.modelDailyUsd', problem: expect.stringContaining('"z"') },
  ])
  expect(faultsOfOwn({}, { DEFAULT_MODEL: 'gpt-4' })).toHaveLength(1)
})

test('a key of a variable that an entry names is read, also from its file, and never printed', () => {
  const folder = ownFolder({ key: 'sesame\n', 'models.yaml': modelsYaml({ ...plain, apiKeyEnv: 'ACME_KEY' }) })

  const config = loadConfig({ TUPPENCE_CONFIG_DIR: folder, ACME_KEY_FILE: `${folder}/key` })

  expect(config.apiKeys.get('ACME_KEY')?.reveal()).toBe('sesame')
  expect(JSON.stringify([...config.apiKeys])).not.toContain('sesame')
  expect(
    faultsOfOwn({ 'models.yaml': modelsYaml({ ...plain, apiKeyEnv: 'ACME_KEY' }) }, { ACME_KEY: 'open sesame' }),
  ).toEqual([{ file: 'environment', path: 'ACME_KEY', problem: '[secret] is not a key without spaces' }])
})
