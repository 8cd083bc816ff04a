import { describe, expect, test } from 'vitest'
import type { AdjustmentDecision } from '../../../src/core/adjustment.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { Misroute } from '../../../src/core/spending.ts'
import { adjustedTier, openProposals, proposeAdjustments } from '../../../src/routing/proposals.ts'

function misroute(changes: Partial<Misroute>): Misroute {
  return {
    intent: 'payments.refund-request',
    tier: 2,
    messages: 20,
    disliked: 0,
    advanced: 0,
    cost: 0 as MicroDollars,
    ...changes,
  }
}

function ids(...misroutes: readonly Partial<Misroute>[]): readonly string[] {
  return proposeAdjustments(misroutes.map(misroute)).map(({ id }) => id)
}

describe('a change of tier', () => {
  test('upwards is proposed from 30 % of 20 answers on', () => {
    expect(ids({ disliked: 6 })).toEqual(['payments.refund-request:2-3']) // exactly 30 %
    expect(ids({ disliked: 5 })).toEqual([])
    expect(ids({ messages: 19, disliked: 19 })).toEqual([])
    expect(ids({ tier: 3, messages: 40, disliked: 12 })).toEqual(['payments.refund-request:3-4'])
  })

  test('downwards is proposed up to 2 % of 100 answers', () => {
    expect(ids({ tier: 4, messages: 100, disliked: 2 })).toEqual(['payments.refund-request:4-3'])
    expect(ids({ tier: 3, messages: 100, disliked: 0 })).toEqual(['payments.refund-request:3-2'])
    expect(ids({ tier: 4, messages: 100, disliked: 3 })).toEqual([])
    expect(ids({ tier: 4, messages: 99, disliked: 0 })).toEqual([])
  })

  test('is never proposed for rules, for a local model, above the largest tier or below the cheapest', () => {
    expect(ids({ tier: 0, disliked: 20 }, { tier: 1, disliked: 20 }, { tier: 4, disliked: 20 })).toEqual([])
    expect(ids({ tier: 2, messages: 500 }, { tier: 1, messages: 500 })).toEqual([])
  })

  test('comes with its evidence and with what messages of the other tier cost', () => {
    const [proposal] = proposeAdjustments([
      misroute({ disliked: 9, advanced: 4, messages: 30, cost: 1800 as MicroDollars }),
      misroute({ intent: 'account.plan', tier: 3, messages: 10, cost: 30_000 as MicroDollars }),
      misroute({ intent: 'general.shipping', tier: 3, messages: 5, cost: 18_000 as MicroDollars }),
    ])

    expect(proposal).toEqual({
      id: 'payments.refund-request:2-3',
      intent: 'payments.refund-request',
      from: 2,
      to: 3,
      messages: 30,
      disliked: 9,
      advanced: 4,
      cost: { present: { microDollars: 1800, messages: 30 }, proposed: { microDollars: 48_000, messages: 15 } },
      because:
        '9 of 30 answers (30 %) to payments.refund-request at tier 2 were disliked, 4 of them asked of the large model',
    })
    expect(proposeAdjustments([misroute({ disliked: 9 })])[0]?.cost.proposed).toBe(undefined)
  })

  test('the unhappiest intent stands first, and what was decided is not proposed again', () => {
    const proposals = proposeAdjustments([
      misroute({ intent: 'b', disliked: 8 }),
      misroute({ intent: 'a', disliked: 8 }),
      misroute({ intent: 'c', disliked: 18 }),
    ])
    const rejected: AdjustmentDecision = {
      id: 'a:2-3',
      intent: 'a',
      from: 2,
      to: 3,
      state: 'rejected',
      because: '',
      by: 'ada',
      at: new Date(0),
    }

    expect(proposals.map(({ id }) => id)).toEqual(['c:2-3', 'a:2-3', 'b:2-3'])
    expect(openProposals(proposals, [rejected]).map(({ id }) => id)).toEqual(['c:2-3', 'b:2-3'])
  })
})

describe('what was approved', () => {
  const adjustments = [
    { intent: 'a', from: 2, to: 3 },
    { intent: 'a', from: 3, to: 4 },
    { intent: 'b', from: 4, to: 3 },
    { intent: 'b', from: 3, to: 4 },
  ] as const

  test('moves its own intent at its own tier, by one step and never round in a circle', () => {
    const at = (intent: string, tier: 1 | 2 | 3 | 4) => adjustedTier(adjustments, { intent, tier })

    expect([at('a', 2), at('a', 3), at('a', 4), at('a', 1), at('c', 2)]).toEqual([3, 4, 4, 1, 2])
    expect([at('b', 4), at('b', 3)]).toEqual([3, 4])
  })
})
