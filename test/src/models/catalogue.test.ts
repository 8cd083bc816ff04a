import { expect, test } from 'vitest'
import type { ModelPrices, ModelSpec, PriceBand } from '../../../src/core/model.ts'
import { dearestOf, ratesFor, retiringOf } from '../../../src/models/catalogue.ts'

const rates = (input: number, output = input) => ({ input, cached: input, cacheWrite: input, output })
const band = (input: number, from: string, aboveTokens = 0): PriceBand => ({ from, aboveTokens, rates: rates(input) })
const pricesOf = (...bands: PriceBand[]): ModelPrices => ({ id: 'x', asOf: '2026-11-21', source: 'by hand', bands })

const list = pricesOf(
  band(30, '2027-01-01'),
  band(20, '2026-01-01', 200_000),
  band(10, '2026-01-01'),
  band(15, '2026-01-01', 100_000),
)

test.each([
  ['2026-01-01', 0, 10],
  ['2026-11-21', 100_000, 10],
  ['2026-11-21', 100_001, 15],
  ['2026-11-21', 200_000, 15],
  ['2026-12-31', 200_001, 20],
  // the list of 2027 knows one price: the longer bands of 2026 ended with their list
  ['2027-01-01', 1, 30],
  ['2027-01-01', 500_000, 30],
])('on %s a prompt of %i tokens costs %i', (on, tokens, input) => {
  expect(ratesFor(list, on, tokens)?.input).toBe(input)
})

test('before the first price there is none', () => {
  expect(ratesFor(list, '2025-12-31', 1)).toBe(undefined)
})

const spec = (alias: string, more: Partial<ModelSpec>): ModelSpec => ({
  alias,
  provider: 'openai',
  wireName: `wire-${alias}`,
  tier: 2,
  capabilities: [],
  baseUrl: undefined,
  apiKeyEnv: undefined,
  contextTokens: 1,
  maxOutputTokens: 1,
  minimumCacheTokens: undefined,
  requestsPerMinute: undefined,
  timeoutMs: 1,
  expectedLatencyMs: 1,
  fallbacks: [],
  prices: undefined,
  retiresOn: undefined,
  ...more,
})

test('models that end within thirty days or have ended are told, the soonest first', () => {
  const ends = ['2026-12-21', '2026-12-22', '2026-11-21', '2026-11-01', undefined]
  const models = ends.map((retiresOn, index) => spec(`m${index}`, { retiresOn }))

  // late in the evening, still the same calendar day
  expect(retiringOf(models, new Date('2026-11-21T23:59:59Z'))).toEqual([
    { alias: 'm3', retiresOn: '2026-11-01', days: -20 },
    { alias: 'm2', retiresOn: '2026-11-21', days: 0 },
    { alias: 'm0', retiresOn: '2026-12-21', days: 30 },
  ])
})

test('the dearest model is the one whose ordinary answer costs most', () => {
  const priced = (alias: string, input: number, output: number) =>
    spec(alias, { prices: pricesOf({ from: '1970-01-01', aboveTokens: 0, rates: rates(input, output) }) })
  // 900 tokens in and 300 out: 900 × 4 + 300 × 20 = 9600 beats 900 × 10 = 9000 and 300 × 31 = 9300
  const models = [
    priced('in', 10_000_000, 0),
    priced('both', 4_000_000, 20_000_000),
    priced('out', 0, 31_000_000),
    spec('unknown', {}),
    priced('again', 4_000_000, 20_000_000),
  ]

  expect(dearestOf(models, '2026-11-21')).toEqual({
    model: 'wire-both',
    rates: rates(4_000_000, 20_000_000),
    asOf: '2026-11-21',
    source: 'by hand',
  })
})

test('where nothing has a price on the day, nothing is the dearest', () => {
  const models = [spec('later', { prices: pricesOf(band(5, '2027-01-01')) }), spec('unknown', {})]

  expect(dearestOf(models, '2026-11-21')).toMatchObject({ model: 'none', rates: rates(0) })
})
