import type { ModelSpec } from '../../../src/core/model.ts'
import { usualWeights } from '../../../src/routing/candidate-order.ts'
import type { ModelNeed, ModelSituation } from '../../../src/routing/choose-model.ts'

/** A model with prices in micro-dollars per million tokens; the rest is what most entries say. */
export function model(
  alias: string,
  tier: ModelSpec['tier'],
  { input = 0, output = 0, ...rest }: Partial<ModelSpec> & { input?: number; output?: number } = {},
): ModelSpec {
  const rates = { input, cached: input, cacheWrite: input, output }
  return {
    alias,
    provider: tier === 1 ? 'ollama' : 'openai',
    wireName: `wire-${alias}`,
    tier,
    capabilities: ['classify', 'answer', 'json-schema', 'stream'],
    baseUrl: undefined,
    apiKeyEnv: tier === 1 ? undefined : 'OPENAI_API_KEY',
    contextTokens: 100_000,
    maxOutputTokens: 4000,
    minimumCacheTokens: undefined,
    requestsPerMinute: undefined,
    timeoutMs: 7000,
    expectedLatencyMs: 1000,
    fallbacks: [],
    prices: {
      id: `${alias}-prices`,
      asOf: '2026-11-21',
      source: 'test',
      bands: [{ from: '2026-01-01', aboveTokens: 0, rates }],
    },
    retiresOn: undefined,
    ...rest,
  }
}

/** A ladder with two models at the cheap tier. */
const ladder: readonly ModelSpec[] = [
  model('local', 1, { contextTokens: 8000 }),
  model('haiku', 2, { input: 100_000, output: 500_000, provider: 'anthropic' }),
  model('mini', 2, { input: 200_000, output: 1_200_000 }),
  model('sonnet', 3, { input: 2_000_000, output: 10_000_000, provider: 'anthropic' }),
  model('opus', 4, { input: 4_000_000, output: 20_000_000, provider: 'anthropic' }),
]

export const need: ModelNeed = {
  purpose: 'answer',
  needs: ['answer'],
  tier: 2,
  promptTokens: 1000,
  outputTokens: 300,
  asksForCloud: false,
}

/** Half of the day's money is left and everything is well. */
export const calm: ModelSituation = {
  models: ladder,
  unusable: new Map(),
  profile: 'hybrid',
  level: 'balanced',
  budgetMode: 'free',
  circuits: new Map(),
  waitsMs: new Map(),
  latenciesMs: new Map(),
  qualities: new Map(),
  today: '2026-11-21',
  asked: new Set(),
  defaultModel: undefined,
  weights: usualWeights,
  cloudCallsLeft: undefined,
}

export const down = { kind: 'no', because: 'it failed too often, last: server', untilMs: 5000 } as const
