import { describe, expect, test } from 'vitest'
import { chooseModels } from '../../../src/routing/choose-model.ts'
import { estimateEffort } from '../../../src/routing/effort.ts'
import { tierFor, weighEffort } from '../../../src/routing/weigh-effort.ts'
import { calm, down, model, need } from './catalogue.ts'

/*
 * What the sources of the routing rules get wrong, one promise each, and the six messages by which one of them shows its
 * routing.
 */

function tierOf(text: string) {
  const classification = { intent: 'unknown', confidence: 0.6, candidates: [] }
  return tierFor(weighEffort({ text, turns: 0, classification, entities: 0, coverage: undefined })).tier
}

test('a message that none of the keyword lists knows has the effort 5, not 2', () => {
  expect(estimateEffort('Schedule meeting with John tomorrow at 3pm', 0)).toBe(5)
})

test.each([
  ['What’s the news?', 4],
  ['what is my old address?', 4],
  ['I forget my password', 5],
  ['the marketing remark', 5],
])('a keyword inside another word does not count: “%s” is %i', (text, effort) => {
  expect(estimateEffort(text, 0)).toBe(effort)
})

describe('cost and latency are compared on one scale', () => {
  // Dollars plus milliseconds, cut to whole numbers, would be 120 against 121: the price would not count.
  const cheap = model('cheap', 2, { input: 100_000, output: 500_000, expectedLatencyMs: 302 })
  const dear = model('dear', 2, { input: 4_000_000, output: 20_000_000, expectedLatencyMs: 300 })

  test('so that forty times the price is not bought for two milliseconds', () => {
    const { candidates } = chooseModels(need, { ...calm, models: [dear, cheap] })

    expect(candidates.map(({ alias }) => alias)).toEqual(['cheap', 'dear'])
  })
})

describe('a chain of models ends', () => {
  test('an empty catalogue gives no candidate instead of a fault', () => {
    expect(chooseModels(need, { ...calm, models: [] }).candidates).toEqual([])
  })

  test('when every model fails, each was asked once and then nobody', () => {
    const models = [
      model('a', 3, { fallbacks: ['b'], input: 9 }),
      model('b', 3, { fallbacks: ['a', 'c'], input: 9 }),
      model('c', 2, { fallbacks: ['a'], input: 9 }),
    ]
    const asked: string[] = []
    for (let turn = 0; turn < 10; turn += 1) {
      const [next] = chooseModels({ ...need, tier: 3 }, { ...calm, models, asked: new Set(asked) }).candidates
      if (next !== undefined) asked.push(next.alias)
    }

    expect(asked).toEqual(['a', 'b', 'c'])
  })

  test('a ladder whose every circuit is open says so of every model', () => {
    const circuits = new Map(calm.models.map(({ alias }) => [alias, down]))

    const { candidates, notAsked } = chooseModels({ ...need, tier: 4 }, { ...calm, circuits })

    expect(candidates).toEqual([])
    expect(notAsked.map(({ alias }) => alias)).toEqual(['haiku', 'local', 'mini', 'opus', 'sonnet'])
  })
})

test('a length counts as a number: a long text that matches no word is weighed like any other', () => {
  expect(tierOf('x'.repeat(201))).toBe(3)
  expect(tierOf('x'.repeat(20_001))).toBe(3)
})

test.each(['Do you know Docker?', 'Write a haiku about today'])(
  '“now” and “to” inside a word are no look-up: “%s”',
  (text) => {
    expect(tierOf(text)).toBe(2)
  },
)

test.each([
  ['Write a haiku about today', 2],
  ['What is 2+2?', 2],
  ['Explain Docker', 2],
  ['What’s the weather in London?', 3],
  ['What’s the latest news?', 3],
  ['Analyze the pros and cons of a monolith compared with microservices', 4],
] as const)('“%s” is for tier %i', (text, tier) => {
  expect(tierOf(text)).toBe(tier)
})

test('two local models share the six messages: the quick one what is easy, the larger one what is not', () => {
  const models = [
    model('fast', 1, { expectedLatencyMs: 2000, contextTokens: 8192 }),
    model('tool', 1, { expectedLatencyMs: 10_000, contextTokens: 32_768 }),
  ]
  const first = (text: string) =>
    chooseModels({ ...need, tier: tierOf(text) }, { ...calm, models, profile: 'local-first' }).candidates[0]?.alias

  expect(['Write a haiku about today', 'What is 2+2?', 'Explain Docker'].map(first)).toEqual(['fast', 'fast', 'fast'])
  expect(['What’s the weather in London?', 'What’s the latest news?'].map(first)).toEqual(['tool', 'tool'])
})
