import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../adapters/store/database.ts'
import { createTierAdjustments } from '../../adapters/store/adjustments.ts'
import { migrate } from '../../adapters/store/migrate.ts'
import { createSpending } from '../../adapters/store/spending.ts'
import { parsePeriod } from '../../src/budget/period.ts'
import { plantDay, plantTrial } from './spending-day.ts'
import { spendGroups, type SpendRange, type SpendReport } from '../../src/core/spending.ts'

const now = new Date('2026-11-21T23:59:00Z')

function range(period: string, timeZone = 'UTC'): SpendRange {
  return parsePeriod(period, { now, timeZone })
}

function named(report: SpendReport, group: keyof SpendReport['by']) {
  return report.by[group].map(({ name, calls, charged, held }) => [name, calls, charged, held])
}

/** What every database promises about the reading of what was spent. */
export function spendingContract(name: string, open: () => Promise<Database>): void {
  describe(`spending contract: ${name}`, () => {
    const tenant = `test-${uuidv7()}`
    let database: Database
    beforeAll(async () => {
      database = await open()
      await migrate(database)
      await plantDay(database, tenant)
    })
    afterAll(() => database.close())
    const report = (period = 'today', zone = 'UTC') => createSpending(database).report(tenant, range(period, zone))

    test('the total holds settled and unproven money apart from what is under way, of this tenant and day only', async () => {
      expect((await report()).total).toEqual({
        name: '',
        calls: 4, // the released one never was a call
        charged: 9535, // 135 + 9000 + 400
        held: 250,
        unconfirmed: 400,
        inputTokens: 1500, // 500 + 600 + 300 + 100
        outputTokens: 300,
      })
    })

    test('every group is the total in parts, the most expensive first', async () => {
      const today = await report()

      expect(named(today, 'tier')).toEqual([
        ['4', 1, 9000, 0],
        ['2', 3, 535, 250],
      ])
      expect(named(today, 'model')).toEqual([
        ['large', 1, 9000, 0],
        ['haiku', 3, 535, 250],
      ])
      expect(named(today, 'intent')).toEqual([
        ['payments.refund', 2, 9135, 0],
        ['account.plan', 2, 400, 250],
      ])
      expect(named(today, 'channel')).toEqual([
        ['web', 2, 9135, 0],
        ['slack', 2, 400, 250],
      ])
      expect(named(today, 'user')).toEqual([
        ['web:U1', 2, 9135, 0],
        ['slack:U2', 2, 400, 250],
      ])
      expect(named(today, 'hour')).toEqual([
        ['09', 2, 9135, 0],
        ['23', 2, 400, 250],
      ])
      expect(named(today, 'purpose')).toEqual([
        ['advanced', 1, 9000, 0],
        ['answer', 2, 400, 250],
        ['classification', 1, 135, 0],
      ])
      for (const group of spendGroups)
        expect(today.by[group].reduce((sum, { charged }) => sum + charged, 0)).toBe(today.total.charged)
    })

    test('what was charged is told by hour and tier as well, with the same sum', async () => {
      const spending = createSpending(database)

      // 135 for the small model and 9000 for the large one in one hour; what is under way at 23:40 is not charged yet.
      expect(await spending.hours(tenant, range('today'))).toEqual([
        { hour: 9, tier: 2, charged: 135 },
        { hour: 9, tier: 4, charged: 9000 },
        { hour: 23, tier: 2, charged: 400 },
      ])
      expect((await spending.hours(tenant, range('2026-11-21', 'Asia/Kolkata'))).map(({ hour }) => hour)).toEqual([
        5, 14, 14,
      ])
      expect(await spending.hours(tenant, range('2026-11-01'))).toEqual([])
    })

    test('hours are those of the time zone', async () => {
      // 09:05 and 09:10 UTC are 14:35 and 14:40 in Kolkata; the ledger's own day says which calls belong to the 21st.
      expect(named(await report('2026-11-21', 'Asia/Kolkata'), 'hour').map(([hour]) => hour)).toEqual(['05', '14'])
    })

    test('free messages count, and a conversation is resolved when it ended without a person and without complaint', async () => {
      const today = await report()

      expect([today.messages, today.modelMessages, today.users, today.conversations]).toEqual([5, 3, 4, 4])
      expect(today.resolved).toBe(1) // C: its 👎 became a 👍. A asked for the large model, B ended with a person, D got a 👎.
      expect(today.tiers).toEqual([
        { tier: 0, messages: 2 },
        { tier: 1, messages: 1 },
        { tier: 2, messages: 1 },
        { tier: 4, messages: 1 },
      ])
      expect(today.wouldHaveCost).toBe(125_000)
      expect(today.score).toBeCloseTo(0.8, 9) // (0.9 + 0.5 + 1) / 3
      expect(today.easyMs).toBe(530) // (30 + 2000 + 40 + 50) / 4, without the message of tier 4
    })

    test('complaints and presses for the large model are told by intent and tier', async () => {
      expect(
        (await report()).misroutes.toSorted((a, b) => a.intent.localeCompare(b.intent) || a.tier - b.tier),
      ).toEqual([
        { intent: 'account.plan', tier: 2, messages: 1, disliked: 0, advanced: 0, cost: 400 },
        { intent: 'general.greeting', tier: 0, messages: 1, disliked: 1, advanced: 1, cost: 0 },
        { intent: 'general.shipping', tier: 0, messages: 1, disliked: 1, advanced: 0, cost: 0 },
        { intent: 'general.shipping', tier: 1, messages: 1, disliked: 0, advanced: 0, cost: 0 },
        { intent: 'payments.refund', tier: 4, messages: 1, disliked: 0, advanced: 0, cost: 9135 },
      ])
    })

    test('several days add up, and a day without anything is nothing', async () => {
      const both = await report('2026-11-20..2026-11-21')
      const none = await report('2026-11-01')

      expect([both.total.charged, both.messages, both.conversations]).toEqual([9612, 6, 5])
      expect([none.total.charged, none.total.calls, none.messages, none.resolved, none.by.model, none.tiers]).toEqual([
        0,
        0,
        0,
        0,
        [],
        [],
      ])
      expect([none.score, none.easyMs]).toEqual([undefined, undefined])
    })

    test('a decision about a tier is kept, replaced by a later one, and followed only while it is an approval', async () => {
      const adjustments = createTierAdjustments(database)
      const raise = { id: 'payments.refund:2-3', intent: 'payments.refund', from: 2, to: 3 } as const
      const lower = { id: 'account.plan:4-3', intent: 'account.plan', from: 4, to: 3 } as const
      const decided = { because: '9 of 30', by: 'terminal:ada', at: now }
      await adjustments.decide(tenant, { ...raise, ...decided, state: 'rejected' })
      await adjustments.decide(tenant, { ...lower, ...decided, state: 'approved' })
      await adjustments.decide(tenant, {
        ...raise,
        ...decided,
        state: 'approved',
        at: new Date('2026-11-22T00:00:00Z'),
      })

      expect((await adjustments.decisions(tenant)).map(({ id, state }) => [id, state])).toEqual([
        [raise.id, 'approved'],
        [lower.id, 'approved'],
      ])
      await adjustments.decide(tenant, { ...lower, ...decided, state: 'rejected' })
      expect(await adjustments.approved(tenant)).toEqual([
        { ...raise, ...decided, state: 'approved', at: new Date('2026-11-22T00:00:00Z') },
      ])
      expect(await adjustments.approved(`${tenant}-2`)).toEqual([])
    })

    test('the performance of a model has its money from the ledger and its conduct from the receipts', async () => {
      const models = await createSpending(database).performance(tenant, new Date('2026-11-21T00:00:00Z'))

      expect(models).toEqual([
        {
          model: 'haiku',
          tier: 2,
          purposes: ['answer', 'classification'],
          calls: 2,
          successRate: 0.5,
          latencyMs: { p50: 500, p95: 680 }, // between 300 and 700: 300 + 0.95 × 400
          score: 0.5,
          scored: 1, // of the two calls, the rejected answer; the classification has no score
          cost: 535, // 135 + 400; what is under way is no cost yet
          answered: 1,
          resolved: 0,
        },
        {
          model: 'large',
          tier: 4,
          purposes: ['advanced'],
          calls: 1,
          successRate: 1,
          latencyMs: { p50: 4000, p95: 4000 },
          score: 0.9,
          scored: 1,
          cost: 9000,
          answered: 1,
          resolved: 0,
        },
        {
          model: 'local',
          tier: 1,
          purposes: ['answer'],
          calls: 1,
          successRate: 1,
          latencyMs: { p50: 900, p95: 900 },
          score: 1,
          scored: 1,
          cost: 0,
          answered: 1,
          resolved: 1,
        },
      ])
    })

    test('a model that was paid for no message has no rate and no latency: of nothing there is no share', async () => {
      const other = `${tenant}-3`
      await plantTrial(database, other)

      const models = await createSpending(database).performance(other, new Date('2026-11-21T00:00:00Z'))

      expect(models).toMatchObject([{ model: 'tried', calls: 1, cost: 88, answered: 0, scored: 0 }])
      expect([models[0]?.successRate, models[0]?.latencyMs, models[0]?.score]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    })
  })
}
