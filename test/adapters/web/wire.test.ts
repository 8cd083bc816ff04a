import { expect, test } from 'vitest'
import { toWireReceipt, toWireReply } from '../../../adapters/web/wire.ts'
import { zeroDollars } from '../../../src/core/money.ts'

const reply = {
  id: 'r1',
  text: 'Hello',
  actions: [],
  audience: 'customer',
  at: new Date('2026-11-27T12:00:00Z'),
} as const

test.each([
  ['a person is named', { ...reply, from: 'Ann' }, { kind: 'person', name: 'Ann' }],
  ['what answers no message is the bot’s unless somebody is named', reply, { kind: 'bot' }],
  ['an answer names nobody', { ...reply, message: 'cookie/m1' }, undefined],
])('%s', (_name, given, by) => {
  expect(toWireReply(given, false)).toMatchObject({ text: 'Hello', ...(by === undefined ? {} : { by }) })
  expect('by' in toWireReply(given, false)).toBe(by !== undefined)
})

test('of eight candidates the best five are told', () => {
  const candidates = Array.from({ length: 8 }, (_, place) => ({ intent: `intent-${place}`, confidence: 0.1 }))
  const receipt = {
    message: 'cookie/m1',
    classification: { intent: 'intent-0', confidence: 0.1, stage: 'tfidf', candidates, evidence: [] },
    effort: 0,
    tier: 0,
    route: { kind: 'person', because: 'a test' },
    calls: [],
    cost: zeroDollars,
    wouldHaveCost: zeroDollars,
    wouldHaveCostModel: 'none',
    durationsMs: { understand: 0, answer: 0 },
  } as const

  expect(toWireReceipt(receipt, () => 'unknown')).toMatchObject({ candidates: candidates.slice(0, 5) })
})
