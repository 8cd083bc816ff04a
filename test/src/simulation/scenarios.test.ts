import { describe, expect, test } from 'vitest'
import { changeScenario, wholeOfShares, type ScenarioChanges } from '../../../src/simulation/change-scenario.ts'
import { fraction, toDecimal, toNumber, type Exact } from '../../../src/simulation/exact.ts'
import { historicPrice, historicPrices } from '../../../src/simulation/historic-prices.ts'
import { priceScenario, savingAgainst, type Pricing } from '../../../src/simulation/price-scenario.ts'
import { scenarios } from '../../../src/simulation/scenarios.ts'
import type { Scenario } from '../../../src/simulation/scenario.ts'

const unchanged: ScenarioChanges = { shares: [], prices: [], costs: [] }

function scenario(name: string): Scenario {
  const found = scenarios.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no scenario ${name}`)
  return found
}

function priced(name: string, changes: Partial<ScenarioChanges> = {}): Pricing {
  return priceScenario(changeScenario(scenario(name), { ...unchanged, ...changes }))
}

function dollars(value: Exact | undefined): string | undefined {
  return value && toDecimal(value, { least: 2, places: 9 })
}

/** Cheapest, mix, dearest. */
function amounts(pricing: Pricing, of: 'perMessage' | 'perDay' | 'perMonth' | 'perUserMonth') {
  return pricing.strategies.map((strategy) => dollars(strategy[of]))
}

function saving({ strategies: [, mix, dearest] }: Pricing): number | undefined {
  const exact = savingAgainst(mix, dearest)
  return exact && toNumber(exact)
}

function verdict(pricing: Pricing, name: string) {
  const found = pricing.verdicts.find((each) => each.name === name)
  return [found?.value, found?.isKept]
}

describe('s0: a model for every message', () => {
  test('200,000 messages of 500 and 100 tokens are $27.00, $95.90 and $450.00 a day', () => {
    const pricing = priced('s0')

    // By hand: mini 500 × $0.15 + 100 × $0.60 per million = $0.000135; haiku $0.0008; gpt-4o $0.00225. Times 200,000:
    // $27 and $450; 140,000 × 0.000135 + 40,000 × 0.0008 + 20,000 × 0.00225 = 18.90 + 32.00 + 45.00 = $95.90.
    expect(amounts(pricing, 'perDay')).toEqual(['27.00', '95.90', '450.00'])
    expect(amounts(pricing, 'perMonth')).toEqual(['810.00', '2877.00', '13500.00'])
    expect(amounts(pricing, 'perUserMonth')).toEqual(['0.081', '0.2877', '1.35'])
    expect(pricing.strategies[1].lines.map((line) => dollars(line.perDay))).toEqual(['18.90', '32.00', '45.00'])
  })

  test('the mix saves 78.7 % against the dearest and costs 3.55 times the cheapest', () => {
    const [cheapest, mix] = priced('s0').strategies

    expect(saving(priced('s0'))).toBe(0.786889) // 1 − 95.90 / 450
    expect(toNumber(savingAgainst(mix, cheapest) ?? fraction(0), 3)).toBe(-2.552) // 1 − 95.90 / 27
  })

  test('embeddings are a line of their own: 10,000 × 5 × 50 tokens at $0.02 are $0.05 a day and $1.50 a month', () => {
    const { extra } = priced('s0')

    expect([dollars(extra?.perDay), dollars(extra?.perMonth)]).toEqual(['0.05', '1.50'])
  })

  test('verdicts name value, target and result, and what nobody knows stays unknown', () => {
    const pricing = priced('s0')

    expect(verdict(pricing, 'costPerMessage')).toEqual(['$0.0004795', false]) // 95.90 / 200,000
    expect(verdict(pricing, 'modelCallRate')).toEqual(['100 %', false])
    expect(verdict(pricing, 'lowTierShare')).toEqual(['70 %', true]) // "at least 70 %" holds at 70 %
    expect(verdict(pricing, 'saving')).toEqual(['78.69 %', true])
    expect(verdict(pricing, 'quality')).toEqual([undefined, undefined])
    expect(verdict(pricing, 'simpleSeconds')).toEqual([undefined, undefined])
  })
})

describe('s1: classification only', () => {
  test('10,000 classifications of 200 and 10 tokens are $0.625, $0.1875 and $7.50 a day', () => {
    const pricing = priced('s1')

    // By hand: haiku 200 × 0.25 + 10 × 1.25 = 62.5 millionths; sonnet 200 × 3 + 10 × 15 = 750; hybrid 0.3 × 62.5 = 18.75.
    expect(amounts(pricing, 'perMessage')).toEqual(['0.0000625', '0.00001875', '0.00075'])
    expect(amounts(pricing, 'perDay')).toEqual(['0.625', '0.1875', '7.50'])
    expect(amounts(pricing, 'perMonth')).toEqual(['18.75', '5.625', '225.00'])
    expect(saving(pricing)).toBe(0.975)
  })

  test('haiku is twelve times cheaper than sonnet', () => {
    const { strategies } = priced('s1')

    expect(
      toNumber(strategies[2].perMessage ?? fraction(0)) / toNumber(strategies[0].perMessage ?? fraction(1), 9),
    ).toBe(12)
  })

  test('a call rate of exactly 30 % is not below 30 %', () => {
    expect(verdict(priced('s1'), 'modelCallRate')).toEqual(['30 %', false])
    expect(verdict(priced('s1', { shares: ['rules=0.71'] }), 'modelCallRate')).toEqual(['29 %', true])
    expect(verdict(priced('s1'), 'costPerMessage')).toEqual(['$0.00001875', true])
  })
})

describe('s2: five tiers with what each costs a day', () => {
  test('$0, $0, $0.10, $0.50 and $2.00 are $2.60 against the $20.00 stated: 87 % saved', () => {
    const pricing = priced('s2')

    expect(amounts(pricing, 'perDay').slice(1)).toEqual(['2.60', '20.00'])
    expect(saving(pricing)).toBe(0.87)
    expect(verdict(pricing, 'lowTierShare')).toEqual(['85 %', true])
    expect(verdict(pricing, 'costPerMessage')).toEqual([undefined, undefined]) // nobody says how many messages
  })

  test('a changed share changes what its tier costs in proportion', () => {
    const pricing = priced('s2', { shares: ['tier4=0.06', 'tier0=0.37'] })

    // Tier 4 at twice its share is $4.00; the other three keep theirs, since 1 − 0.43 is the 0.57 they had: 4 + 0.5 + 0.1.
    expect(amounts(pricing, 'perDay')[1]).toBe('4.60')
  })
})

describe('s3: four paths, and the same models by tokens', () => {
  test('60/25/10/5 at $0.0001, $0.001, $0.01 and $0.25 are $0.01381 a question', () => {
    const pricing = priced('s3')

    expect(amounts(pricing, 'perMessage')).toEqual(['0.001', '0.01381', '0.25']) // 0.00006 + 0.00025 + 0.001 + 0.0125
    expect(saving(pricing)).toBe(0.94476)
    expect(amounts(pricing, 'perDay')).toEqual([undefined, undefined, undefined])
  })

  test('with a number of questions it has a day as well', () => {
    expect(amounts(priced('s3', { messages: '1000' }), 'perDay')).toEqual(['1.00', '13.81', '250.00'])
  })

  test('70/20/10 of $0.0001, $0.0002 and $0.0008 for a thousand tokens saves 76 %, not 85 %', () => {
    const pricing = priced('s3-models')

    expect(amounts(pricing, 'perMessage')).toEqual(['0.0001', '0.00019', '0.0008']) // 0.00007 + 0.00004 + 0.00008
    expect(saving(pricing)).toBe(0.7625)
  })
})

describe('s4: two local models', () => {
  test('70/30 of 1-3 s and 8-15 s takes 3.1 to 6.6 s and costs nothing', () => {
    const pricing = priced('s4')

    const { seconds } = pricing.strategies[1]
    expect([seconds?.shortest, seconds?.longest].map((each) => toNumber(each ?? fraction(0)))).toEqual([3.1, 6.6])
    expect(amounts(pricing, 'perMessage')).toEqual(['0.00', '0.00', '0.00'])
    expect(saving(pricing)).toBe(undefined) // nothing cannot be saved against nothing
    expect(verdict(pricing, 'simpleSeconds')).toEqual(['3 s', false])
  })
})

describe('changed assumptions', () => {
  test('users, messages and tokens', () => {
    const pricing = priced('s0', { users: '100', messages: '10', inputTokens: '1000', outputTokens: '200' })

    // 1,000 messages of twice the tokens: mini $0.00027, haiku $0.0016, gpt-4o $0.0045; 0.189 + 0.32 + 0.45.
    expect(amounts(pricing, 'perDay')).toEqual(['0.27', '0.959', '4.50'])
  })

  test('a share is kept, and the others share the rest in their proportions', () => {
    const pricing = priced('s0', { shares: ['tier4=0.2'] })

    // Left for the others is 0.8 of the 0.9 they had: 140,000 × 8/9 and 40,000 × 8/9 messages, 16.80 + 28.444… + 90.
    expect(pricing.strategies[1].lines.map((line) => dollars(line.perDay))).toEqual(['16.80', '28.444444444', '90.00'])
    expect(toNumber(wholeOfShares(pricing.scenario))).toBe(1)
  })

  test('a price may turn round which model is the dearest', () => {
    const pricing = priced('s0', { prices: ['gpt-4o=0.10/0.50', 'text-embedding-3-small=0.04'] })

    // gpt-4o is then 500 × 0.10 + 100 × 0.50 = 100 millionths: $20 for 200,000 messages. Haiku: $160.
    expect(pricing.strategies.map(({ name }) => name)).toEqual(['gpt-4o', 'multi-model', 'claude-3.5-haiku'])
    expect(amounts(pricing, 'perDay')).toEqual(['20.00', '52.90', '160.00']) // 18.90 + 32 + 2
    expect(dollars(pricing.extra?.perMonth)).toBe('3.00')
  })

  test('a cost of a day or a message', () => {
    expect(amounts(priced('s2', { costs: ['tier3=1', 'stated=31'] }), 'perDay').slice(1)).toEqual(['3.10', '31.00'])
    expect(amounts(priced('s3', { costs: ['cache=0'] }), 'perMessage')[1]).toBe('0.01375')
  })

  test.each<[string, Partial<ScenarioChanges>, string]>([
    ['s0', { shares: ['tier4=0.8', 'tier3=0.3'] }, 'more than 1'],
    ['s0', { shares: ['tier4=0.8', 'tier3=0.1', 'tier2=0.05'] }, 'less than 1'],
    ['s0', { shares: ['tier4=0.2', 'gpt-4o=0.2'] }, 'names gpt-4o twice'],
    ['s0', { shares: ['tier4=-0.2'] }, '"-0.2"'],
    ['s0', { shares: ['tier4'] }, '--share tier4=0.2'],
    ['s0', { shares: ['opus=0.2'] }, 'gpt-4o (tier4)'],
    ['s4', { shares: ['tier1=0.5'] }, 'llama-8b (tier1), qwen-32b (tier1)'],
    ['s0', { prices: ['gpt-4o=cheap'] }, 'NAME=0.15/0.60'],
    ['s0', { prices: ['gpt-4o=1/2/3'] }, 'in and out'],
    ['s0', { users: '1.5' }, 'whole number'],
    ['s0', { messages: '1e3' }, '--queries is "1e3"'],
    ['s3', { inputTokens: '100' }, '--cost PATH=DOLLARS'],
    ['s3', { prices: ['cache=1/1'] }, '--cost cache=DOLLARS'],
  ])('%s with %j is refused, and the message says how to write it', (name, changes, named) => {
    expect(() => priced(name, changes)).toThrow(named)
  })
})

describe('the data', () => {
  test('shares of every scenario are 1 together, and each names its day and source', () => {
    for (const each of scenarios) {
      expect([each.name, toNumber(wholeOfShares(each))]).toEqual([each.name, 1])
      expect(each.asOf).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(each.source.length).toBeGreaterThan(20)
    }
  })

  test.each([
    ['phi-2', '0.00'],
    ['codellama-7b', '0.00'],
    ['mistral-7b', '0.20'],
    ['mixtral-8x7b', '0.60'],
    ['claude-3-opus', '15.00'],
    ['gpt-4-turbo', '10.00'],
    ['phi-3.5-mini', '0.10'],
    ['llama-3.1-70b', '0.80'],
  ])('%s, given for a thousand tokens, is $%s per million in and out', (model, perMillion) => {
    const { rates } = historicPrice(model)

    expect([dollars(rates.input), dollars(rates.output)]).toEqual([perMillion, perMillion])
  })

  test('no model has two historic prices, and an unknown one is named', () => {
    expect(new Set(historicPrices.map(({ model }) => model)).size).toBe(historicPrices.length)
    expect(() => historicPrice('gpt-9')).toThrow('gpt-9')
  })
})
