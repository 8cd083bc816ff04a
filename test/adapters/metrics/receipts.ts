import { zeroDollars, type MicroDollars } from '../../../src/core/money.ts'
import type { ModelCall, Receipt } from '../../../src/core/receipt.ts'

/** 2026-11-28 12:00:00 UTC. */
export const noonMs = Date.UTC(2026, 10, 28, 12)

/** A message accepted at noon, taken up 100 ms later, and decided after 2.1 s; nobody was asked. */
export function receiptOf(changes: Partial<Receipt> = {}): Receipt {
  return {
    message: 'T1/C1/1.2',
    classification: {
      intent: 'general.return-policy',
      confidence: 0.93,
      stage: 'tfidf',
      candidates: [],
      evidence: ['canary-word'],
    },
    effort: 4,
    tier: 0,
    route: { kind: 'agent', agent: 'general', intent: 'general.return-policy', because: 'canary-reason' },
    calls: [],
    cost: zeroDollars,
    wouldHaveCost: 24_190 as MicroDollars,
    wouldHaveCostModel: 'large',
    durationsMs: { understand: 2, answer: 1998 },
    moments: { accepted: noonMs, claimed: noonMs + 100, decided: noonMs + 2100 },
    ...changes,
  }
}

/** A call of 1.2 s, sent 300 ms after noon, of which the provider's cache had most of the prompt. */
export function callOf(changes: Partial<ModelCall> = {}): ModelCall {
  return {
    model: 'cheap',
    provider: 'gemini',
    wireName: 'some-model-2026-01-01',
    requestedName: 'some-model',
    tier: 2,
    purpose: 'classification',
    inputTokens: 100,
    cachedTokens: 900,
    cacheWriteTokens: 0,
    outputTokens: 20,
    cost: 135 as MicroDollars,
    bound: 500 as MicroDollars,
    durationMs: 1200,
    sentAtMs: noonMs + 300,
    outcome: 'answered',
    ...changes,
  }
}
