import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundOf, bytesOf, roomFor } from '../../../src/budget/bound.ts'
import type { ModelPrices, PriceBand, Prompt } from '../../../src/core/model.ts'
import { costOf, type MicroDollars, type Rates, type Usage } from '../../../src/core/money.ts'
import { ratesFor } from '../../../src/models/catalogue.ts'

/** $1 in, $0.10 from the cache, $1.25 into it, $5 out. */
const usual = { input: 1_000_000, cached: 100_000, cacheWrite: 1_250_000, output: 5_000_000 }
const twice = { input: 2_000_000, cached: 200_000, cacheWrite: 2_500_000, output: 10_000_000 }
const half = { input: 500_000, cached: 50_000, cacheWrite: 625_000, output: 2_500_000 }

const band = (rates: PriceBand['rates'], from = '1970-01-01', aboveTokens = 0): PriceBand => ({
  from,
  aboveTokens,
  rates,
})
const pricesOf = (...bands: PriceBand[]): ModelPrices => ({ id: 'test', asOf: '2026-11-21', source: 'by hand', bands })
const model = (prices: ModelPrices | undefined) => ({ alias: 'm', prices, contextTokens: 1000, maxOutputTokens: 100 })
const on = '2026-11-21'

/** One question of so many letters. */
const question = (letters: number): Prompt => ({
  instructions: '',
  messages: [{ role: 'user', text: 'x'.repeat(letters) }],
  maxOutputTokens: 100,
})

test.each([
  ['Be kind.', 'Hello', 13],
  ['Be kind.', 'Grüße', 15],
  ['', '😀', 4],
  ['', '', 0],
])('“%s” and “%s” are %i bytes', (instructions, text, bytes) => {
  expect(bytesOf({ instructions, messages: [{ role: 'user', text }], maxOutputTokens: 1 })).toBe(bytes)
})

test('the shape of the answer counts with its name', () => {
  // 13 + "ab" 2 + {"type":"object"} 17
  const schema = { name: 'ab', shape: { type: 'object' } }

  expect(bytesOf({ ...question(13), schema })).toBe(32)
})

test('a bound is all bytes at the dearest way in, and the whole answer, rounded up once', () => {
  // 15 bytes, 64 for the prompt, 16 + "user" 4 for the message: 99 × $1.25 + 100 × $5 = 123.75 + 500
  const prompt = {
    instructions: 'Be kind.',
    messages: [{ role: 'user', text: 'Grüße' }],
    maxOutputTokens: 100,
  } as const

  expect(boundOf(prompt, { model: model(pricesOf(band(usual))), on })).toBe(624)
})

test('each message adds its role and its marks', () => {
  const messages = [
    { role: 'user', text: 'Hi' },
    { role: 'assistant', text: 'Hi' },
    { role: 'user', text: 'Hi' },
  ] as const

  // 6 + 64 + 3 × 16 + 4 + 9 + 4 = 135; 135 × 1.25 = 168.75
  expect(boundOf({ instructions: '', messages, maxOutputTokens: 0 }, { model: model(pricesOf(band(usual))), on })).toBe(
    169,
  )
})

test('a model without a price has no bound and no room', () => {
  expect(() => boundOf(question(1), { model: model(undefined), on })).toThrow('m has no price')
  expect(roomFor(10_000 as MicroDollars, { model: model(undefined), on })).toBe(0)
})

test('a local model costs nothing, and its room is its context', () => {
  const free = model(pricesOf(band({ input: 0, cached: 0, cacheWrite: 0, output: 0 })))

  expect(boundOf(question(5000), { model: free, on })).toBe(0)
  // 1000 − 100 of answer − 64 − 16 − "user" 4
  expect(roomFor(0 as MicroDollars, { model: free, on })).toBe(816)
})

test.each([
  // 84 tokens of framing: 116 letters are 200 tokens, one more is above them
  [116, 750], // 200 × 1.25 + 500
  [117, 1503], // 201 × 2.5 + 1000 = 1502.5
])('a question of %i letters is bound by the dearest band that it may fall into', (letters, bound) => {
  const prices = pricesOf(band(usual), band(twice, '1970-01-01', 200))

  expect(boundOf(question(letters), { model: model(prices), on })).toBe(bound)
})

test('a band that is cheaper for long prompts does not lower the bound', () => {
  const prices = pricesOf(band(usual), band(half, '1970-01-01', 200))

  expect(boundOf(question(416), { model: model(prices), on })).toBe(1125) // 500 × 1.25 + 500
})

const turns: readonly (readonly [string, Rates, string, number])[] = [
  ['a rise counts the day before, because a call may pass midnight', twice, '2026-12-31', 1000],
  ['a rise does not count two days before', twice, '2026-12-30', 500],
  ['a rise counts on its day', twice, '2027-01-01', 1000],
  ['a fall does not count the day before', half, '2026-12-31', 500],
  ['a fall counts on its day', half, '2027-01-01', 250],
  ['before any price the dearest one counts', twice, '2019-12-31', 1000],
]
test.each(turns)('%s', (_, ...[then, day, bound]) => {
  // 400 tokens in: 316 letters, 84 of framing
  const prices = pricesOf(band(usual, '2020-06-01'), band(then, '2027-01-01'))

  expect(boundOf({ ...question(316), maxOutputTokens: 0 }, { model: model(prices), on: day })).toBe(bound)
})

test.each([
  [10_000, 816], // the context: 900 tokens cost 1625
  [1625, 816],
  [1624, 815], // 899 × 1.25 + 500 = 1623.75
  [626, 16], // 100 × 1.25 + 500 = 625, 84 of them framing
  [625, 16],
  [624, 15],
  [605, 0], // 84 × 1.25 + 500
  [500, 0],
  [0, 0],
])('%i micro-dollars have room for %i bytes', (limit, bytes) => {
  expect(roomFor(limit as MicroDollars, { model: model(pricesOf(band(usual))), on })).toBe(bytes)
})

test('a price from a package of models is met: a cent lets haiku read 76 kB', () => {
  // $0.10 in, $0.125 into the cache, $0.50 out; five times above 100,000 tokens
  const haiku = { input: 100_000, cached: 10_000, cacheWrite: 125_000, output: 500_000 }
  const prices = pricesOf(band(haiku))
  const of = { model: { alias: 'haiku', prices, contextTokens: 1_000_000, maxOutputTokens: 1024 }, on }

  // (10,000 − 1024 × 0.5) ÷ 0.125 = 75,904, less 84
  expect(roomFor(10_000 as MicroDollars, of)).toBe(75_820)
})

const rate = fc.integer({ min: 0, max: 1_000_000_000 })
const rates = fc.record({ input: rate, cached: rate, cacheWrite: rate, output: rate })
/** The second list of `bandsGiven` begins on the last of them. */
const days = ['2026-11-20', '2026-11-21', '2026-11-22'] as const

test('no usage that a prompt can cause costs more than its bound, today or past midnight', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const given = fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 9000 }),
    share,
    other: share,
    answer: share,
  })
  fc.assert(
    fc.property(given, bandsGiven(), fc.constantFrom(...days), ({ text, share, other, answer }, bands, day) => {
      const prompt: Prompt = { instructions: '', messages: [{ role: 'user', text }], maxOutputTokens: 500 }
      const priced = pricesOf(...bands)
      const bound = boundOf(prompt, { model: model(priced), on: day })

      const tokens = bytesOf(prompt) + 84
      const cached = Math.floor(tokens * share)
      const cacheWrite = Math.floor((tokens - cached) * other)
      const usage: Usage = { input: tokens - cached - cacheWrite, cached, cacheWrite, output: Math.floor(500 * answer) }
      for (const date of [day, days[days.indexOf(day) + 1] ?? day]) {
        const inForce = ratesFor(priced, date, tokens)
        expect(inForce === undefined ? NaN : costOf(usage, inForce)).toBeLessThanOrEqual(bound)
      }
    }),
  )
})

test('whatever fits into the room costs no more than the limit, and one byte more would', () => {
  fc.assert(
    fc.property(bandsGiven(), fc.integer({ min: 0, max: 5_000_000 }), (bands, amount) => {
      const limit = amount as MicroDollars
      const of = { model: { ...model(pricesOf(...bands)), contextTokens: 20_000 }, on }
      const full = (bytes: number): Prompt => ({
        instructions: 'x'.repeat(bytes),
        messages: [{ role: 'user', text: '' }],
        maxOutputTokens: 100,
      })

      const room = roomFor(limit, of)

      const most = 20_000 - 100 - 84
      expect(room).toBeLessThanOrEqual(most)
      expect(room === 0 || boundOf(full(room), of) <= limit).toBe(true)
      expect(room === most || boundOf(full(room + 1), of) > limit).toBe(true)
    }),
  )
})

/** Two price lists, each with a band for longer prompts. */
function bandsGiven(): fc.Arbitrary<PriceBand[]> {
  return fc
    .tuple(rates, rates, rates, rates)
    .map(([a, b, c, d]) => [band(a), band(b, '1970-01-01', 200), band(c, '2026-11-22'), band(d, '2026-11-22', 5000)])
}
