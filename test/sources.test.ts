import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../config/load.ts'
import { ratesFor } from '../src/models/catalogue.ts'
import { toDecimal, toNumber, type Exact } from '../src/simulation/exact.ts'
import { historicPrices } from '../src/simulation/historic-prices.ts'
import { priceScenario, savingAgainst, type Pricing } from '../src/simulation/price-scenario.ts'
import { scenarios } from '../src/simulation/scenarios.ts'

/*
 * What the planning papers behind this bot say about models, money and routing, and get wrong: each fault has a promise
 * here, or its proof is named. test/sources-run.test.ts has those that take a store, a provider or a classifier to show.
 */

function priced(name: string): Pricing {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`no scenario ${name}`)
  return priceScenario(found)
}

function dollars(value: Exact | undefined): string | undefined {
  return value && toDecimal(value, { least: 2, places: 9 })
}

function shareOf(value: Exact | undefined): number | undefined {
  return value && Math.round(toNumber(value) * 1000) / 1000
}

describe('200,000 messages a day among three models', () => {
  const { strategies } = priced('s0')
  const [mini, mix, large] = strategies
  const perDay = (path: string) => dollars(mix.lines.find((line) => line.path === path)?.perDay)

  test('the middle share of 40,000 messages costs $32.00, not $23.20', () => {
    expect(perDay('claude-3.5-haiku')).toBe('32.00') // 40,000 × (500 × 0.80 + 100 × 4.00) / 1,000,000
  })

  test('the large share of 20,000 messages costs $45.00, not $46.00', () => {
    expect(perDay('gpt-4o')).toBe('45.00') // 20,000 × (500 × 2.50 + 100 × 10.00) / 1,000,000
  })

  test('the mix costs $95.90 a day, $2,877 a month and $0.2877 a user, not $88.10, $2,640 and $0.26', () => {
    expect([mix.perDay, mix.perMonth, mix.perUserMonth].map(dollars)).toEqual(['95.90', '2877.00', '0.2877'])
  })

  test('that is 255 % more than the cheapest and 78.7 % less than the dearest, not 226 % and 79 %', () => {
    expect(shareOf(savingAgainst(mix, mini))).toBe(-2.552) // 95.90 / 27 − 1 = 2.5519
    expect(shareOf(savingAgainst(mix, large))).toBe(0.787) // 1 − 95.90 / 450 = 0.7869
  })

  test('the large model alone costs $450 a day and $13,500 a month, not $410 and $12,300', () => {
    expect([large.perDay, large.perMonth].map(dollars)).toEqual(['450.00', '13500.00'])
  })
})

test('classifying with rules first costs $5.63 a month and saves $219.38, not $5.70 and $219.30', () => {
  const [, mix, dearest] = priced('s1').strategies

  expect([mix.perDay, mix.perMonth, dearest.perMonth].map(dollars)).toEqual(['0.1875', '5.625', '225.00'])
  expect(shareOf(savingAgainst(mix, dearest))).toBe(0.975) // 219.375 / 225
})

test('four paths cost $0.01381 a question on average, not about $0.015, and save 94.5 %, not 85 %', () => {
  const [, mix, dearest] = priced('s3').strategies

  expect(dollars(mix.perMessage)).toBe('0.01381') // 0.6 × 0.0001 + 0.25 × 0.001 + 0.1 × 0.01 + 0.05 × 0.25
  expect(shareOf(savingAgainst(mix, dearest))).toBe(0.945) // 1 − 0.01381 / 0.25 = 0.94476
})

test('three models at one price for all tokens save 76 %, not 85 %', () => {
  const [, mix, dearest] = priced('s3-models').strategies

  expect(shareOf(savingAgainst(mix, dearest))).toBe(0.763) // 1 − 0.00019 / 0.0008 = 0.7625
})

test('two local models take 3.1 to 6.6 seconds on average, so “below 5 seconds” is not promised', () => {
  const { seconds } = priced('s4').strategies[1]

  expect([dollars(seconds?.shortest), dollars(seconds?.longest)]).toEqual(['3.10', '6.60']) // 0.7 × (1..3) + 0.3 × (8..15)
})

describe('models and prices are data', () => {
  const { models } = loadConfig({}).modelList
  const sources = ['src', 'agents', 'handlers', 'adapters'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:ts|js)$/.test(path))
      .map((path) => ({ path: `${folder}/${path}`, code: readFileSync(`${folder}/${path}`, 'utf8') })),
  )
  const naming = (name: string) => sources.filter(({ code }) => code.includes(name)).map(({ path }) => path)

  test('no id of the catalogue stands in code', () => {
    expect([sources.length > 100, models.length]).toEqual([true, 9])
    for (const { wireName } of models) expect([wireName, naming(wireName)]).toEqual([wireName, []])
  })

  test('ids of models that are gone stand in the planning scenarios alone, each with the date and source of its price', () => {
    for (const { model, source } of historicPrices) {
      expect(naming(model).filter((path) => !path.startsWith('src/simulation/'))).toEqual([])
      expect(source).toMatch(/\d{4}-\d\d-\d\d$/)
    }
  })

  test('every price of the catalogue has its date and its source, and the cheap model’s depends on the prompt’s length', () => {
    const haiku = models.find(({ alias }) => alias === 'haiku')?.prices
    const inputAt = (promptTokens: number) => haiku && ratesFor(haiku, '2026-11-21', promptTokens)?.input

    for (const { alias, prices } of models.filter(({ tier }) => tier > 1))
      expect([alias, prices?.asOf, prices?.source]).toEqual([
        alias,
        expect.stringMatching(/^\d{4}-\d\d-\d\d/),
        expect.stringMatching(/\w/),
      ])
    expect([inputAt(100_000), inputAt(100_001)]).toEqual([100_000, 500_000]) // $0.10, and $0.50 for longer prompts
  })
})

/** Faults whose proof stands beside the code it is about. */
const elsewhere: readonly (readonly [fault: string, file: string, promise: string])[] = [
  [
    'a message without a keyword has the effort 5, not 2',
    'src/routing/sources.test.ts',
    'a message that none of the keyword lists knows has the effort 5, not 2',
  ],
  ['keywords count inside other words', 'src/routing/sources.test.ts', 'a keyword inside another word does not count'],
  [
    'reading, adding and writing back loses what others add meanwhile',
    'contracts/ledger-promises.ts',
    'of fifty reservations at once with room for thirty-three, thirty-three are held',
  ],
  [
    'an average of dollars and milliseconds, cut to whole numbers, leaves the price out',
    'src/routing/sources.test.ts',
    'so that forty times the price is not bought for two milliseconds',
  ],
  [
    'climbing to the next model never ends',
    'src/routing/sources.test.ts',
    'when every model fails, each was asked once and then nobody',
  ],
  [
    'an empty list of models stops the program',
    'src/routing/sources.test.ts',
    'an empty catalogue gives no candidate instead of a fault',
  ],
  ['a length stands among words', 'src/routing/sources.test.ts', 'a length counts as a number'],
  ['“now” is found in “know”', 'src/routing/sources.test.ts', '“now” and “to” inside a word are no look-up'],
  [
    'models end on a day that nobody notices',
    'src/models/catalogue.test.ts',
    'models that end within thirty days or have ended are told, the soonest first',
  ],
]

test.each(elsewhere)('%s: proven in %s', (_, file, promise) => {
  expect(readFileSync(`test/${file}`, 'utf8')).toContain(promise)
})
