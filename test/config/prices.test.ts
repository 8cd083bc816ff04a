import { readFileSync } from 'node:fs'
import { calcPrice } from '@pydantic/genai-prices'
import { expect, test } from 'vitest'
import { parseDecimal, parseDollars } from '../../config/dollars.ts'
import { packagePrices, packageVersion } from '../../config/package-prices.ts'
import { pricesOfName } from '../../config/prices.ts'
import type { ModelPrices } from '../../src/core/model.ts'
import { costOf } from '../../src/core/money.ts'
import { ratesFor } from '../../src/models/catalogue.ts'
import { faultsOfOwn, loadOwn, modelOf, modelsYaml, pricesYaml } from './own-models.ts'

const band = { input: 1, cached: 0.1, cacheWrite: 1.25, output: 5 }
const entry = { provider: 'openai', model: 'gpt-6-luna', asOf: '2026-11-21', source: 'by hand', bands: [band] }
const luna = { alias: 'a', provider: 'openai', model: 'gpt-6-luna', tier: 2 }

const inputOf = (prices: ModelPrices | undefined) => prices?.bands.map(({ rates }) => rates.input)

test.each([
  ['0', 6, 0],
  ['100', 6, 100_000_000],
  ['0.01', 6, 10_000],
  ['0.0375', 6, 37_500],
  ['0.000001', 6, 1],
  ['1.10', 6, 1_100_000],
  ['0.1', 9, 100_000_000],
  ['999999999', 6, 999_999_999_000_000],
])('%s, moved by %i places, is exactly %i', (text, places, whole) => {
  expect(parseDecimal(text, places)).toBe(whole)
})

test.each([
  '-1',
  '+1',
  '1e3',
  'abc',
  '1.0000001',
  '',
  ' 1',
  '1.',
  '.5',
  '1,5',
  '1.2.3',
  '0x10',
  '٣',
  'NaN',
  '1234567890',
])('"%s" is no amount of dollars', (text) => {
  expect(parseDollars(text)).toBe(undefined)
})

test('an own price wins over the package, and no part of the older price stays', () => {
  const files = { 'models.yaml': modelsYaml(luna), 'prices.yaml': pricesYaml(entry) }

  expect(modelOf(loadOwn(files), 'a').prices).toMatchObject({
    asOf: '2026-11-21',
    source: 'by hand',
    // without the package's second band for long prompts
    bands: [{ aboveTokens: 0, rates: { input: 1_000_000, cached: 100_000, cacheWrite: 1_250_000, output: 5_000_000 } }],
  })
})

test('an own price adds to the shipped ones', () => {
  const config = loadOwn({ 'prices.yaml': pricesYaml(entry) })

  expect(inputOf(modelOf(config, 'mini').prices)).toEqual([1_000_000])
  expect(inputOf(modelOf(config, 'haiku').prices)).toEqual([100_000, 500_000])
})

test('a price may be written as a text, and may begin on a day', () => {
  const bands = [
    { ...band, input: '0.0375' },
    { ...band, validFrom: '2027-01-01', input: '0.000001' },
  ]
  const files = { 'models.yaml': modelsYaml(luna), 'prices.yaml': pricesYaml({ ...entry, force: true, bands }) }

  const list = modelOf(loadOwn(files), 'a').prices

  expect(list?.bands.map(({ from, rates }) => [from, rates.input])).toEqual([
    ['1970-01-01', 37_500],
    ['2027-01-01', 1],
  ])
})

test('another rate gives a price list another name', () => {
  const idOf = (input: number) => {
    const prices = pricesYaml({ ...entry, bands: [{ ...band, input }] })
    return modelOf(loadOwn({ 'models.yaml': modelsYaml(luna), 'prices.yaml': prices }), 'a').prices?.id
  }

  expect(idOf(1)).toMatch(/^openai\/gpt-6-luna@2026-11-21#[0-9a-f]{8}$/)
  expect(idOf(1)).toBe(idOf(1))
  expect(idOf(1)).not.toBe(idOf(2))
})

const { output: _, ...withoutOutput } = band
const faulty: readonly (readonly [string, Readonly<Record<string, unknown>>, string, string])[] = [
  ['half a price', { bands: [withoutOutput] }, 'prices.0.bands.0.output', 'write a decimal number'],
  ['no price', { bands: [] }, 'prices.0.bands', 'here: []'],
  ['no source', { source: '' }, 'prices.0.source', 'here: ""'],
  ['no day', { asOf: undefined }, 'prices.0.asOf', '2027-01-14'],
  ['an unknown provider', { provider: 'google' }, 'prices.0.provider', 'known: openai'],
  ['an unknown key', { batch: 0.5 }, 'prices.0.batch', 'unknown setting'],
  ['a negative price', { bands: [{ ...band, input: -1 }] }, 'prices.0.bands.0.input', '0 or more'],
  ['too many decimals', { bands: [{ ...band, input: '0.0000001' }] }, 'prices.0.bands.0.input', '6 decimals'],
  ['a price for one token', { bands: [{ ...band, input: 0.000_25 }] }, 'prices.openai/gpt-6-luna', 'input is $0.00025'],
  ['a price beyond all', { bands: [{ ...band, output: 1000.01 }] }, 'prices.openai/gpt-6-luna', 'output is $1000.01'],
  [
    'only a price of long prompts',
    { bands: [{ ...band, aboveTokens: 9 }] },
    'prices.openai/gpt-6-luna',
    'aboveTokens: 0',
  ],
  ['one length twice', { bands: [band, { ...band, input: 2 }] }, 'prices.openai/gpt-6-luna', 'two bands'],
]
test.each(faulty)('%s is a fault', (_, ...[change, path, problem]) => {
  const found = faultsOfOwn({ 'prices.yaml': pricesYaml({ ...entry, ...change }) })

  expect(found.map((fault) => `${fault.file} ${fault.path}`)).toEqual([`prices.yaml ${path}`])
  expect(found[0]?.problem).toContain(problem)
})

test('a price that looks like a slip is taken when the operator insists', () => {
  const bands = [{ input: 0.0001, cached: 0, cacheWrite: 0.0001, output: 2000 }]

  expect(faultsOfOwn({ 'prices.yaml': pricesYaml({ ...entry, force: true, bands }) })).toEqual([])
})

test('a model twice in one file is a fault', () => {
  expect(faultsOfOwn({ 'prices.yaml': pricesYaml(entry, entry) })).toMatchObject([
    { problem: 'stands twice; keep one entry' },
  ])
})

test('a price for a local model of tier 1 is a fault of its tier', () => {
  const files = {
    'models.yaml': modelsYaml({ alias: 'l', provider: 'ollama', model: 'qwen', tier: 1 }),
    'prices.yaml': pricesYaml({ ...entry, provider: 'ollama', model: 'qwen' }),
  }

  expect(faultsOfOwn(files)).toMatchObject([{ path: 'models.l.tier' }])
})

test('the package is the version whose name stands in the receipts', () => {
  const path = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url)

  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: packageVersion })
})

test.each([
  // The package answers each of these with the price of another model.
  ['anthropic', 'claude-sonnet-5-5'],
  ['anthropic', 'claude-haiku-4-5-batch'],
  ['gemini', 'gemini-1.5-flash-8b'],
  ['gemini', 'gemini-3.8-flash-next'],
] as const)('%s %s is not taken for a model whose name begins alike', (provider, name) => {
  const providerId = provider === 'gemini' ? 'google' : provider

  expect(calcPrice({ input_tokens: 1 }, name, { providerId })?.model.id).not.toBe(name)
  expect(packagePrices(provider, name)).toBe(undefined)
})

test('a name that the package lists in full is taken', () => {
  expect(packagePrices('openai', 'gpt-4o-2024-08-06')?.id).toContain('openai/gpt-4o@')
})

test.each([
  ['ollama', 'llama3.2:3b'],
  ['openai', 'no-such-model'],
  // priced by the hour of sound, with nothing for a token that is written
  ['openai', 'whisper-1'],
] as const)('%s %s has no price in the package', (provider, name) => {
  expect(packagePrices(provider, name)).toBe(undefined)
})

const asked = [
  ['openai', 'openai', 'gpt-6-luna', 1000, '2026-11-21'],
  ['openai', 'openai', 'gpt-6-luna', 272_000, '2026-11-21'],
  ['openai', 'openai', 'gpt-6-luna', 272_001, '2026-11-21'],
  ['openai', 'openai', 'gpt-5.6-luna', 272_000, '2026-11-21'],
  ['openai', 'openai', 'gpt-5.6-luna', 5000, '2026-07-29'],
  ['openai', 'openai', 'gpt-5.6-luna', 5000, '2026-07-30'],
  ['gemini', 'google', 'gemini-3.8-flash', 5000, '2026-12-31'],
  ['gemini', 'google', 'gemini-3.8-flash', 5000, '2027-01-01'],
  ['gemini', 'google', 'gemini-3.1-pro-preview', 200_000, '2026-11-21'],
  ['gemini', 'google', 'gemini-3.1-pro-preview', 200_001, '2026-11-21'],
  ['anthropic', 'anthropic', 'claude-opus-5-5', 5000, '2026-11-21'],
] as const
test.each(asked)('%s (%s) %s with %i tokens on %s costs what the package itself works out', (...row) => {
  const [provider, providerId, name, tokens, on] = row
  const usage = { input_tokens: tokens, cache_read_tokens: 100, output_tokens: 300 }
  const timestamp = new Date(`${on}T12:00:00Z`)

  const theirs = calcPrice(usage, name, { providerId, timestamp })?.total_price ?? NaN
  const prices = packagePrices(provider, name)
  const rates = prices === undefined ? undefined : ratesFor(prices, on, tokens)

  const none = { input: NaN, cached: NaN, cacheWrite: NaN, output: NaN }
  const ours = costOf({ input: tokens - 100, cached: 100, cacheWrite: 0, output: 300 }, rates ?? none)
  expect(ours - theirs * 1_000_000).toBeGreaterThan(-0.001)
  expect(ours - theirs * 1_000_000).toBeLessThan(1)
})

test('a response is priced under the id, a listed name or a dated copy of an entry, and under nothing else', () => {
  const config = loadOwn({
    'models.yaml': modelsYaml(
      { alias: 'haiku', provider: 'anthropic', model: 'claude-haiku-5-5', tier: 2 },
      { alias: 'own', provider: 'openai', model: 'acme-1', tier: 2, cost_per_1k: 0.003 },
      { alias: 'free', provider: 'openai', model: 'acme-1', tier: 1, baseUrl: 'http://127.0.0.1:1' },
    ),
  })
  const { models, ownPrices } = config.modelList
  const inputs = (provider: 'openai' | 'anthropic', wireName: string) =>
    inputOf(pricesOfName(models, ownPrices, { provider, wireName }))

  expect(inputs('anthropic', 'claude-haiku-5-5')).toEqual([100_000, 500_000])
  expect(inputs('anthropic', 'claude-haiku-5-5-20261007')).toEqual([100_000, 500_000])
  expect(inputs('anthropic', 'claude-haiku-5-5-2026-10-07')).toEqual([100_000, 500_000])
  // two servers have it: the one that costs something counts
  expect(inputs('openai', 'acme-1')).toEqual([3_000_000])
  expect(inputs('openai', 'acme-1-2026-10-07')).toEqual([3_000_000])
  // the package lists these in full
  expect(inputs('openai', 'gpt-4o-mini-2024-07-18')).toEqual([150_000])
  for (const name of [
    'claude-haiku-5-5-fast',
    'claude-haiku-5',
    'claude-haiku-5-5-2026',
    'claude-haiku-5-520261007',
    'xclaude-haiku-5-5',
    'acme-1',
  ])
    expect(inputs('anthropic', name)).toBe(undefined)
})
