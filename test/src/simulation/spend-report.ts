import { parsePeriod } from '../../../src/budget/period.ts'
import type { Budget, BudgetDay } from '../../../src/core/budget.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { SpendLine, SpendReport } from '../../../src/core/spending.ts'

function line(name: string, calls: number, [charged, held, unconfirmed]: readonly [number, number, number]): SpendLine {
  return {
    name,
    calls,
    charged: charged as MicroDollars,
    held: held as MicroDollars,
    unconfirmed: unconfirmed as MicroDollars,
    inputTokens: 1000 * calls,
    outputTokens: 100 * calls,
  }
}

const range = parsePeriod('today', { now: new Date('2026-11-21T12:00:00Z'), timeZone: 'UTC' })

/** Eight messages of four customers, three of them with a model: 9,000 + 600 micro-dollars, 250 under way. */
export const report: SpendReport = {
  range,
  total: line('', 4, [9600, 250, 400]),
  by: {
    tier: [line('4', 1, [9000, 0, 0]), line('2', 3, [600, 250, 400])],
    model: [line('large', 1, [9000, 0, 0]), line('cheap', 3, [600, 250, 400])],
    intent: [line('payments.refund', 4, [9600, 250, 400])],
    channel: [line('web', 4, [9600, 250, 400])],
    user: [line('web:U1', 4, [9600, 250, 400])],
    hour: [line('09', 4, [9600, 250, 400])],
    purpose: [line('advanced', 1, [9000, 0, 0]), line('answer', 3, [600, 250, 400])],
  },
  messages: 8,
  users: 4,
  conversations: 5,
  resolved: 3,
  modelMessages: 3,
  wouldHaveCost: 200_000 as MicroDollars,
  tiers: [
    { tier: 0, messages: 5 },
    { tier: 2, messages: 2 },
    { tier: 4, messages: 1 },
  ],
  misroutes: [
    { intent: 'general.shipping', tier: 0, messages: 5, disliked: 0, advanced: 0, cost: 0 as MicroDollars },
    { intent: 'payments.refund', tier: 2, messages: 2, disliked: 1, advanced: 1, cost: 600 as MicroDollars },
  ],
  score: 0.9,
  easyMs: 1250,
  embeddings: 0 as MicroDollars,
}

export const nothing: SpendReport = {
  ...report,
  total: line('', 0, [0, 0, 0]),
  by: { tier: [], model: [], intent: [], channel: [], user: [], hour: [], purpose: [] },
  messages: 0,
  users: 0,
  conversations: 0,
  resolved: 0,
  modelMessages: 0,
  wouldHaveCost: 0 as MicroDollars,
  tiers: [],
  misroutes: [],
  score: undefined,
  easyMs: undefined,
}

export const budget: Budget = {
  day: '2026-11-21' as BudgetDay,
  limit: 100_000 as MicroDollars,
  held: 250 as MicroDollars,
  spent: 9600 as MicroDollars,
  unconfirmed: 400 as MicroDollars,
  calls: 4,
}
