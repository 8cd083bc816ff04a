import { describe, expect, test } from 'vitest'
import type { MicroDollars } from '../../../src/core/money.ts'
import { isWireSpend, toWireSpend } from '../../../src/simulation/wire-spend.ts'
import { budget, nothing, report } from './spend-report.ts'

describe('what was spent, as JSON', () => {
  test('sums stay whole micro-dollars, and what is divided is exact to nine decimals', () => {
    const spend = toWireSpend(report, budget)

    expect(spend.total).toEqual({
      calls: 4,
      costMicroDollars: 9600,
      heldMicroDollars: 250,
      unconfirmedMicroDollars: 400,
      inputTokens: 4000,
      outputTokens: 400,
    })
    expect(spend.per).toEqual({
      messageUsd: '0.0012', // 9600 / 8
      userUsd: '0.0024', // 9600 / 4
      conversationUsd: '0.00192', // 9600 / 5
      resolutionUsd: '0.0032', // 9600 / 3
    })
    expect([spend.wouldHaveCostMicroDollars, spend.saved]).toEqual([200_000, 0.952])
  })

  test('the day stands beside it with what is left and used', () => {
    expect(toWireSpend(report, budget).today).toEqual({
      day: '2026-11-21',
      limitMicroDollars: 100_000,
      spentMicroDollars: 9600,
      heldMicroDollars: 250,
      unconfirmedMicroDollars: 400,
      leftMicroDollars: 90_150,
      calls: 4,
      shareUsed: 0.0985,
    })
    const spent = { ...budget, limit: 0 as MicroDollars }
    expect(toWireSpend(report, spent).today).toMatchObject({ shareUsed: null, leftMicroDollars: 0 })
  })

  test('every tier has a line, and its share is of all messages', () => {
    expect(toWireSpend(report, budget).tiers).toEqual([
      { tier: 0, messages: 5, share: 0.625 },
      { tier: 1, messages: 0, share: 0 },
      { tier: 2, messages: 2, share: 0.25 },
      { tier: 3, messages: 0, share: 0 },
      { tier: 4, messages: 1, share: 0.125 },
    ])
  })

  test('rates of complaint are told for each intent and tier', () => {
    expect(toWireSpend(report, budget).misroutes[1]).toEqual({
      intent: 'payments.refund',
      tier: 2,
      messages: 2,
      disliked: 1,
      dislikedRate: 0.5,
      advanced: 1,
      advancedRate: 0.5,
    })
  })

  test('verdicts know quality and time where they were measured', () => {
    expect(toWireSpend(report, budget).verdicts.map(({ name, value, pass }) => [name, value, pass])).toEqual([
      ['costPerMessage', '$0.0012', false],
      ['modelCallRate', '37.5 %', false],
      ['lowTierShare', '87.5 %', true],
      ['saving', '95.2 %', true],
      ['quality', '0.90', true],
      ['simpleSeconds', '1.25 s', true],
    ])
  })

  test('without a message nothing is divided and nothing is judged', () => {
    const spend = toWireSpend(nothing, budget)

    expect(spend.per).toEqual({ messageUsd: null, userUsd: null, conversationUsd: null, resolutionUsd: null })
    expect([spend.saved, ...spend.verdicts.map(({ pass }) => pass)]).toEqual(Array.from({ length: 7 }, () => null))
    expect(spend.tiers.map(({ share }) => share)).toEqual([null, null, null, null, null])
  })

  test('survives the wire, and is told from anything else', () => {
    const spend = toWireSpend(report, budget)

    expect(JSON.parse(JSON.stringify(spend))).toEqual(spend)
    expect([spend, {}, null, 'spend', { ...spend, by: undefined }].map((each) => isWireSpend(each))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
  })
})
