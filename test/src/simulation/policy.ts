import type { Classification } from '../../../src/core/intent.ts'
import type { ModelSpec } from '../../../src/core/model.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { ReplayParts, ReplayPolicy } from '../../../src/simulation/replay.ts'

/** A model that can do everything, at dollars per million tokens in and out. */
export function model(alias: string, tier: ModelSpec['tier'], [input, output]: readonly [number, number]): ModelSpec {
  const rates = { input: input * 1e6, cached: input * 1e6, cacheWrite: input * 1e6, output: output * 1e6 }
  return {
    alias,
    provider: tier === 1 ? 'ollama' : 'openai',
    wireName: `${alias}-1`,
    tier,
    capabilities: ['classify', 'answer'],
    baseUrl: undefined,
    apiKeyEnv: undefined,
    contextTokens: 100_000,
    maxOutputTokens: 1000,
    minimumCacheTokens: undefined,
    requestsPerMinute: undefined,
    timeoutMs: 1000,
    expectedLatencyMs: 1000,
    fallbacks: [],
    prices: {
      id: alias,
      asOf: '2026-11-21',
      source: 'test',
      bands: [{ from: '2026-01-01', aboveTokens: 0, rates }],
    },
    retiresOn: undefined,
  }
}

/** A cheap, a middle and a large model; nothing local. */
export const policy: ReplayPolicy = {
  freeThreshold: 0.8,
  profile: 'hybrid',
  models: [model('cheap', 2, [0.1, 0.5]), model('middle', 3, [2, 10]), model('large', 4, [4, 20])],
  unusable: new Map(),
  defaultModel: undefined,
  budgetMode: 'free',
  weights: { cost: 0.6, latency: 0.4 },
  budgetSteps: { qualityFirstBelow: 0.3, preferLocalFrom: 0.9 },
  tierGate: 0.7,
  dailyLimit: 1_000_000 as MicroDollars,
  requestLimit: 10_000 as MicroDollars,
  advancedRequestLimit: 50_000 as MicroDollars,
  cloudCallsPerDay: undefined,
}

/** Forty bytes each, which are ten tokens: one message the classifier is sure of, one it is not, one it cannot place. */
export const sure = 'sure'.padEnd(40, ' x')
export const unsure = 'unsure'.padEnd(40, ' x')
export const strange = 'strange'.padEnd(40, ' x')

const meanings: Readonly<Record<string, Pick<Classification, 'intent' | 'confidence'>>> = {
  [sure]: { intent: 'general.greeting', confidence: 0.9 },
  [unsure]: { intent: 'general.shipping', confidence: 0.6 },
}

export const parts: ReplayParts = {
  classify: (text) => {
    const { intent, confidence } = meanings[text] ?? { intent: 'unknown', confidence: 0.3 }
    const likeliest = intent === 'unknown' ? 'account.plan' : intent
    return { intent, confidence, stage: 'tfidf', candidates: [{ intent: likeliest, confidence }], evidence: [] }
  },
  hasArticle: () => false,
  coverageOf: () => 0.5,
  adjustTier: (_, tier) => tier,
  agentOf: () => 'general',
  timeZone: 'UTC',
  pricesOn: '2026-11-21',
}
