import { describe, expect, test } from 'vitest'
import { scoreAmong } from '../../../src/routing/candidate-order.ts'
import { chooseModels, type ModelNeed, type ModelSituation } from '../../../src/routing/choose-model.ts'
import { calm, down, model, need } from './catalogue.ts'

/** The aliases in the order in which they are asked. */
function asks(change: Partial<ModelNeed> = {}, situation: Partial<ModelSituation> = {}): string[] {
  return chooseModels({ ...need, ...change }, { ...calm, ...situation }).candidates.map(({ alias }) => alias)
}

/** Why one model is not asked. */
function whyNot(alias: string, change: Partial<ModelNeed> = {}, situation: Partial<ModelSituation> = {}) {
  const { notAsked } = chooseModels({ ...need, ...change }, { ...calm, ...situation })
  return notAsked.find((entry) => entry.alias === alias)?.because
}

describe('the order of tiers', () => {
  test.each([
    [1, ['local']],
    [2, ['haiku', 'mini', 'local']],
    [3, ['sonnet', 'haiku', 'mini', 'local']],
    [4, ['opus', 'sonnet', 'haiku', 'mini', 'local']],
  ] as const)('a search from tier %i goes down, never up', (tier, aliases) => {
    expect(asks({ tier })).toEqual(aliases)
  })

  test('what a model names as its fallbacks comes before other models of lower tiers', () => {
    const models = [
      model('big', 4, { input: 9, output: 9, fallbacks: ['plain', 'small'] }),
      model('middle', 3, { input: 9, output: 9 }),
      model('plain', 3, { input: 99_000, output: 99_000, fallbacks: ['tiny', 'big'] }),
      model('small', 2, { input: 9, output: 9 }),
      model('tiny', 2, { input: 99_000, output: 99_000 }),
    ]

    expect(asks({ tier: 4 }, { models })).toEqual(['big', 'plain', 'small', 'tiny', 'middle'])
  })

  test('a fallback of a higher tier is not followed', () => {
    const models = [model('small', 2, { input: 9, fallbacks: ['big'] }), model('big', 4, { input: 9 })]

    expect(asks({ tier: 2 }, { models })).toEqual(['small'])
  })

  test('fallbacks in a circle end', () => {
    const models = [model('a', 2, { input: 9, fallbacks: ['b'] }), model('b', 2, { input: 9, fallbacks: ['a'] })]

    expect(asks({}, { models })).toEqual(['a', 'b'])
  })

  test('the default model leads its tier and no other', () => {
    expect(asks({ tier: 3 }, { defaultModel: 'mini' })).toEqual(['sonnet', 'mini', 'haiku', 'local'])
  })
})

describe('who is not asked', () => {
  test.each<[string, Partial<ModelNeed>, Partial<ModelSituation>, string]>([
    [
      'unusable',
      {},
      { unusable: new Map([['haiku', 'ANTHROPIC_API_KEY is not set']]) },
      'ANTHROPIC_API_KEY is not set',
    ],
    ['without a price', {}, { models: [model('haiku', 2, { prices: undefined })] }, 'nobody knows what it costs'],
    ['whose price begins later', {}, { today: '2025-12-31' }, 'nobody knows what it costs'],
    ['retired today', {}, { models: [model('haiku', 2, { retiresOn: '2026-11-21' })] }, 'it retired on 2026-11-21'],
    ['without the capability', {}, { models: [model('haiku', 2, { capabilities: ['classify'] })] }, 'it cannot answer'],
    ['too small', { promptTokens: 99_701 }, {}, 'the prompt needs 100001 tokens, it holds 100000'],
    ['with an open circuit', {}, { circuits: new Map([['haiku', down]]) }, 'it failed too often, last: server'],
    ['at its own limit', {}, { waitsMs: new Map([['haiku', 1]]) }, 'its requests of this minute are used up'],
    ['of the cloud without calls left', {}, { cloudCallsLeft: 0 }, 'the cloud calls of today are used up'],
    ['that costs, without money', {}, { level: 'free-only' }, 'only free models are asked now'],
    ['that the profile excludes', {}, { profile: 'local-only' }, 'the profile local-only asks no cloud model'],
  ])('a model %s', (_, ...[change, situation, because]) => {
    expect(asks(change, situation)).not.toContain('haiku')
    expect(whyNot('haiku', change, situation)).toBe(because)
  })

  test('a model that retires tomorrow is asked today', () => {
    expect(asks({}, { models: [model('haiku', 2, { input: 9, retiresOn: '2026-11-22' })] })).toEqual(['haiku'])
  })

  test('a prompt that fits exactly is asked', () => {
    expect(asks({ promptTokens: 99_700 })).toContain('haiku')
  })

  test('a model whose circuit waits for a probe is asked', () => {
    expect(asks({}, { circuits: new Map([['haiku', { kind: 'probe' }]]) })).toContain('haiku')
  })

  test('two entries for the same model are one', () => {
    const twin = { input: 9, wireName: 'same' }
    const models = [
      model('first', 2, twin),
      model('second', 2, twin),
      model('far', 2, { ...twin, baseUrl: 'http://b/' }),
    ]

    expect(asks({}, { models })).toEqual(['far', 'first'])
    expect(whyNot('second', {}, { models })).toBe('it is the same model as first')
    expect(asks({}, { models, asked: new Set(['first']) })).toEqual(['far'])
  })

  test('models above the tier are no part of the report', () => {
    expect(whyNot('opus', { tier: 2 }, { level: 'free-only' })).toBeUndefined()
  })

  test('only a lack of money is called one', () => {
    const shortOf = (situation: Partial<ModelSituation>) => chooseModels(need, { ...calm, ...situation }).isShortOfMoney

    expect(shortOf({ level: 'free-only' })).toBe(true)
    expect(shortOf({ cloudCallsLeft: 0 })).toBe(true)
    expect(shortOf({ circuits: new Map([['haiku', down]]) })).toBe(false)
    expect(shortOf({})).toBe(false)
  })
})

describe('the order within a tier', () => {
  const cheapSlow = model('cheap-slow', 2, { input: 100_000, output: 100_000, expectedLatencyMs: 3000 })
  const dearQuick = model('dear-quick', 2, { input: 900_000, output: 900_000, expectedLatencyMs: 500 })

  test('cost weighs 0.6 and latency 0.4: the cheap and slow one goes before the dear and quick one', () => {
    expect(asks({}, { models: [dearQuick, cheapSlow] })).toEqual(['cheap-slow', 'dear-quick']) // 0.4 before 0.6
  })

  test('the weights are the operator’s', () => {
    const weights = { cost: 0.3, latency: 0.7 }

    expect(asks({}, { models: [dearQuick, cheapSlow], weights })).toEqual(['dear-quick', 'cheap-slow'])
  })

  test('what was measured counts instead of what was expected', () => {
    const between = model('between', 2, { input: 500_000, output: 500_000 })
    const latenciesMs = new Map([['between', 500]])

    // cheap-slow 0.6 × 0 + 0.4 × 1 = 0.4 · between 0.6 × 0.5 + 0.4 × 0 = 0.3 · dear-quick 0.6 × 1 + 0.4 × 0 = 0.6
    expect(asks({}, { models: [dearQuick, cheapSlow, between], latenciesMs })).toEqual([
      'between',
      'cheap-slow',
      'dear-quick',
    ])
  })

  test('equals are ordered by alias', () => {
    expect(asks({}, { models: [model('b', 2), model('a', 2), model('c', 2)] })).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['one alone has the score 0', [[5, 7]], [0]],
    [
      'equal ones have the score 0',
      [
        [5, 7],
        [5, 7],
      ],
      [0, 0],
    ],
    [
      'the dearest and slowest has 1',
      [
        [1, 10],
        [2, 20],
      ],
      [0, 1],
    ],
    [
      'a third of the way in cost, half in latency',
      [
        [1, 10],
        [2, 15],
        [4, 20],
      ],
      [0, 0.4, 1],
    ],
  ])('%s', (_, figures, scores) => {
    const candidates = figures.map(([cost = 0, latencyMs = 0], index) => ({
      spec: model(String(index), 2),
      cost,
      latencyMs,
      quality: undefined,
    }))

    const rounded = candidates.map((candidate) => Math.round(1000 * scoreAmong(candidate, candidates)) / 1000)

    expect(rounded).toEqual(scores)
  })

  test('quality-first asks the one whose answers passed more checks', () => {
    const qualities = new Map([
      ['haiku', 0.7],
      ['mini', 0.9],
    ])

    expect(asks({}, { qualities, level: 'quality-first' })).toEqual(['mini', 'haiku', 'local'])
    expect(asks({}, { qualities, level: 'balanced' })).toEqual(['haiku', 'mini', 'local'])
  })

  test('without measurements quality-first asks the larger context, then the longer answer', () => {
    const models = [
      model('small', 2, { input: 9 }),
      model('long-answer', 2, { input: 99_999, maxOutputTokens: 8000 }),
      model('large', 2, { input: 99_999, contextTokens: 200_000 }),
    ]

    expect(asks({}, { models, level: 'quality-first' })).toEqual(['large', 'long-answer', 'small'])
  })

  test('a search for something hard asks the larger local model first, an easy one the quicker', () => {
    const models = [
      model('local-quick', 1, { expectedLatencyMs: 1500 }),
      model('local-large', 1, { expectedLatencyMs: 9000, contextTokens: 200_000 }),
    ]

    expect(asks({ tier: 2 }, { models, profile: 'local-only' })).toEqual(['local-quick', 'local-large'])
    expect(asks({ tier: 3 }, { models, profile: 'local-only' })).toEqual(['local-large', 'local-quick'])
  })
})

describe('levels of the budget', () => {
  test('prefer-local asks the local model first, then as ever', () => {
    expect(asks({ tier: 3 }, { level: 'prefer-local' })).toEqual(['local', 'sonnet', 'haiku', 'mini'])
  })

  test('free-only asks the local model alone', () => {
    expect(asks({ tier: 4 }, { level: 'free-only' })).toEqual(['local'])
  })

  test('free-only with the cheapest as last resort keeps one that costs, at the end', () => {
    expect(asks({ tier: 4 }, { level: 'free-only', budgetMode: 'cheapest' })).toEqual(['local', 'haiku'])
    expect(whyNot('opus', { tier: 4 }, { level: 'free-only', budgetMode: 'cheapest' })).toBe(
      'only the cheapest paid model is asked now',
    )
  })

  test('the cheapest is the cheapest of those that can be asked', () => {
    const situation = { level: 'free-only', budgetMode: 'cheapest', circuits: new Map([['haiku', down]]) } as const

    expect(asks({ tier: 4 }, situation)).toEqual(['local', 'mini'])
  })
})

describe('when the cheaper model is also the better one', () => {
  // RouterArena, 809 questions: 0.6901 at $0.0475 per thousand against 0.523 at $0.176.
  const better = model('better', 2, { input: 75_000, output: 300_000, expectedLatencyMs: 2000 })
  const worse = model('worse', 2, { input: 250_000, output: 1_250_000, expectedLatencyMs: 200 })
  const qualities = new Map([
    ['better', 0.6901],
    ['worse', 0.523],
  ])

  test.each(['quality-first', 'balanced', 'prefer-local'] as const)('nothing goes to the other at %s', (level) => {
    for (const text of [1, 1000, 50_000])
      expect(asks({ promptTokens: text }, { models: [worse, better], qualities, level })[0]).toBe('better')
  })

  test('nothing goes to it either when it stands in the wished tier and the better one below', () => {
    const models = [{ ...worse, tier: 3 as const }, better]

    expect(asks({ tier: 3 }, { models, qualities })).toEqual(['better', 'worse'])
  })

  test('nor when it is the default model or the other’s fallback', () => {
    const models = [{ ...better, fallbacks: ['worse'] }, worse]

    expect(asks({}, { models, qualities, defaultModel: 'worse' })).toEqual(['better', 'worse'])
  })

  test('nor when both are as good and only the price differs', () => {
    const models = [{ ...worse, tier: 3 as const }, better]
    const equal = new Map([
      ['better', 0.7],
      ['worse', 0.7],
    ])

    expect(asks({ tier: 3 }, { models, qualities: equal })).toEqual(['better', 'worse'])
  })

  test('it still answers when the better one cannot', () => {
    expect(asks({}, { models: [worse, better], qualities, circuits: new Map([['better', down]]) })).toEqual(['worse'])
  })

  test('what was not measured beats nobody', () => {
    expect(asks({ tier: 3 }, { models: [{ ...worse, tier: 3 }, better], qualities: new Map() })[0]).toBe('worse')
  })

  test('who pressed the button for a large model gets it', () => {
    const models = [{ ...worse, tier: 4 as const }, better]

    expect(asks({ tier: 4, purpose: 'advanced' }, { models, qualities })[0]).toBe('worse')
  })
})

test('an empty catalogue is no error: nobody is asked', () => {
  expect(chooseModels(need, { ...calm, models: [] })).toEqual({
    candidates: [],
    notAsked: [],
    isShortOfMoney: false,
    cloudReason: undefined,
  })
})
