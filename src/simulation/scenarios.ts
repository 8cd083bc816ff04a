import type { Tier } from '../core/route.ts'
import { decimal, fraction, zero } from './exact.ts'
import { historicPrice } from './historic-prices.ts'
import type { Path, PathCost, Scenario } from './scenario.ts'

const asOf = '2026-11-21'
const listPrices = 'planning figures with the list prices of their time (@pydantic/genai-prices 0.1.8)'

function priced(model: string): PathCost {
  return { kind: 'tokens', rates: historicPrice(model).rates }
}

function atTokens(model: string, tier: Tier, share: string): Path {
  return { name: model, tier, share: decimal(share), cost: priced(model) }
}

function perMessage(name: string, tier: Tier, [share, dollars]: readonly [string, string]): Path {
  return { name, tier, share: decimal(share), cost: { kind: 'message', dollars: decimal(dollars) } }
}

function perDay(name: string, tier: Tier, [share, dollars]: readonly [string, string]): Path {
  const atShare = decimal(share)
  return { name, tier, share: atShare, cost: { kind: 'day', dollars: decimal(dollars), atShare } }
}

function local(name: string, share: string, [shortest, longest]: readonly [number, number]): Path {
  return {
    name,
    tier: 1,
    share: decimal(share),
    cost: { kind: 'message', dollars: zero },
    seconds: { shortest: fraction(shortest), longest: fraction(longest) },
  }
}

/** The scenarios `simulate --scenario` knows. */
export const scenarios: readonly Scenario[] = [
  {
    name: 's0',
    title: 'A model for every message, chosen by difficulty: 70 % small, 20 % middle, 10 % large',
    asOf,
    source: listPrices,
    notes: ['Embeddings are an own line: they are no answers, and no strategy changes them.'],
    users: fraction(10_000),
    messages: fraction(20),
    tokens: { input: fraction(500), output: fraction(100) },
    mix: 'multi-model',
    paths: [atTokens('gpt-4o-mini', 2, '0.7'), atTokens('claude-3.5-haiku', 3, '0.2'), atTokens('gpt-4o', 4, '0.1')],
    extra: {
      name: 'text-embedding-3-small',
      kind: 'embedding',
      itemsPerUser: fraction(5),
      tokensPerItem: fraction(50),
      rate: historicPrice('text-embedding-3-small').rates.input,
    },
  },
  {
    name: 's1',
    title: 'Classification only: rules first, a small model for the 30 % that rules are unsure of',
    asOf,
    source: listPrices,
    notes: [],
    users: undefined,
    messages: fraction(10_000),
    tokens: { input: fraction(200), output: fraction(10) },
    mix: 'hybrid',
    paths: [
      perMessage('rules', 0, ['0.7', '0']),
      atTokens('claude-3-haiku', 2, '0.3'),
      { name: 'claude-3.5-sonnet', tier: 3, share: zero, cost: priced('claude-3.5-sonnet') },
    ],
  },
  {
    name: 's2',
    title: 'Five tiers by difficulty, each with what it costs a day',
    asOf,
    source: 'planning figures: dollars of each tier and day, without the number of messages',
    notes: [
      'The comparison of $20.00 a day is stated, not worked out: by the table itself, everything on tier 4 is $66.67.',
    ],
    users: undefined,
    messages: undefined,
    tokens: undefined,
    mix: 'five tiers',
    paths: [
      perDay('tier0', 0, ['0.40', '0']),
      perDay('tier1', 1, ['0.25', '0']),
      perDay('tier2', 2, ['0.20', '0.10']),
      perDay('tier3', 3, ['0.12', '0.50']),
      perDay('tier4', 4, ['0.03', '2.00']),
    ],
    stated: { name: 'one large model, as stated', perDay: fraction(20) },
  },
  {
    name: 's3',
    title: 'Four paths of an analytics question, from the cache to a full analysis',
    asOf,
    source: 'planning figures: dollars of each path and question',
    notes: [],
    users: undefined,
    messages: undefined,
    tokens: undefined,
    mix: 'four paths',
    paths: [
      perMessage('cache', 0, ['0.60', '0.0001']),
      perMessage('phi-sql', 2, ['0.25', '0.001']),
      perMessage('mistral-search', 3, ['0.10', '0.01']),
      perMessage('llama-full', 4, ['0.05', '0.25']),
    ],
    also: 's3-models',
  },
  {
    name: 's3-models',
    title: 'The same three models at 70/20/10 by their price for a thousand tokens',
    asOf,
    source: 'planning figures: one price for a thousand tokens, in and out alike; a question is taken as 1,000 tokens',
    notes: [],
    users: undefined,
    messages: undefined,
    tokens: { input: fraction(1000), output: zero },
    mix: '70/20/10',
    paths: [atTokens('phi-3.5-mini', 2, '0.7'), atTokens('mistral-7b', 3, '0.2'), atTokens('llama-3.1-70b', 4, '0.1')],
  },
  {
    name: 's4',
    title: 'Two local models: 70 % on the fast one, 30 % on the one for look-ups',
    asOf,
    source: 'planning figures of answering times on one machine; money is not the measure, the machine is paid for',
    notes: ['The API price of a local model is zero; power and the machine are not counted.'],
    users: undefined,
    messages: undefined,
    tokens: undefined,
    mix: 'two local models',
    paths: [local('llama-8b', '0.7', [1, 3]), local('qwen-32b', '0.3', [8, 15])],
  },
]
