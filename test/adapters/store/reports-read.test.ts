import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, Parameter, Row } from '../../../adapters/store/database.ts'
import { createAlerts } from '../../../adapters/store/alerts.ts'
import { createSpending } from '../../../adapters/store/spending.ts'
import { parsePeriod } from '../../../src/budget/period.ts'
import { openEmptyDatabase } from '../../store.ts'

const tenant = 'default'
const messages = 1200
const now = new Date('2026-11-28T12:00:00Z')

let database: Database
beforeAll(async () => {
  database = await openEmptyDatabase()
  for (const statement of planting) await database.query(statement, [tenant, messages, now])
})
afterAll(() => database.close())

test('what models did is learnt from few looks at each message, however many there are', async () => {
  const { spending, rowsRead } = reading()

  const performance = await spending.performance(tenant, new Date('2026-11-21T12:00:00Z'))

  expect(performance).toMatchObject([
    { model: 'fast', calls: messages, answered: messages, resolved: messages / 2, cost: 12_000 },
  ])
  expect((await rowsRead()) / messages).toBeLessThan(mostLooks)
})

test('and so is the report of a day', async () => {
  const { spending, rowsRead } = reading()

  const report = await spending.report(tenant, parsePeriod('today', { now, timeZone: 'UTC' }))

  expect(report).toMatchObject({ messages, conversations: messages / 3, resolved: messages / 6 })
  expect((await rowsRead()) / messages).toBeLessThan(mostLooks)
})

test('and so is the hour that alerts look at', async () => {
  const { watched, rowsRead } = reading()

  const hour = await createAlerts(watched, { now: () => new Date('2026-11-28T12:30:00Z'), zone: 'UTC' }).hour()

  expect(hour.calls).toBe(messages)
  expect((await rowsRead()) / messages).toBeLessThan(mostLooks)
})

/** A join of each with each is more than a thousand. */
const mostLooks = 40

/** A database that keeps what it was asked, and how many rows all steps of that touch. */
function reading() {
  const asked: { readonly sql: string; readonly parameters: readonly Parameter[] }[] = []
  const query: Database['query'] = async (sql, parameters = []) => {
    asked.push({ sql, parameters })
    return await database.query(sql, parameters)
  }
  const watched: Database = {
    query,
    transaction: async (work) => await work({ query }),
    close: async () => {},
  }
  const rowsRead = async (): Promise<number> => {
    let sum = 0
    for (const { sql, parameters } of asked.filter((one) => /^\s*(?:with|select \w+,)/.test(one.sql))) {
      const [row = {}] = await database.query(`explain (analyze, timing off, format json) ${sql}`, parameters)
      sum += touched(planOf(row))
    }
    return sum
  }
  return { watched, spending: createSpending(watched), rowsRead }
}

interface Plan {
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Join Filter'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

function planOf(row: Row): Plan {
  const explained = row['QUERY PLAN']
  const [{ Plan: plan }] = (typeof explained === 'string' ? JSON.parse(explained) : explained) as [{ Plan: Plan }]
  return plan
}

function touched(plan: Plan): number {
  const { 'Rows Removed by Join Filter': unjoined = 0, 'Rows Removed by Filter': unwanted = 0, Plans = [] } = plan
  const own = (plan['Actual Rows'] + unjoined + unwanted) * plan['Actual Loops']
  return Plans.reduce((sum, one) => sum + touched(one), own)
}

const numbers = 'generate_series(1, $2::integer) m'
const at = `$3::timestamptz - interval '1 second' * (m % 600 + 1)`

// In: the tenant, how many messages, the instant. Out: nothing. Three messages a conversation, each answered by a paid model;
// every second conversation disliked its answers.
const planting = [
  `insert into conversations (tenant, id, channel, address, author_id, state, turns, opened_at)
   select $1, 'c' || m, 'slack', '{}', 'u' || m, 'bot', 3, $3::timestamptz from ${numbers} where m <= $2 / 3`,
  `insert into inbox (tenant, id, conversation, address, author_id, text, is_private, received_at, state, attempt, due_at)
   select $1, 'm' || m, 'c' || (m - 1) / 3 + 1, '{}', 'u' || (m - 1) / 3 + 1, 'hello', true, ${at}, 'done', 1, ${at} from ${numbers}`,
  `insert into receipts (tenant, message, conversation, channel, at, intent, stage, confidence, tier, cost_micro_dollars,
     would_have_cost_micro_dollars, body)
   select $1, 'm' || m, 'c' || (m - 1) / 3 + 1, 'slack', ${at}, 'general.shipping', 'keywords', 0.9, 2, 10, 900,
     jsonb_build_object('route', jsonb_build_object('kind', 'model'), 'durationsMs', jsonb_build_object('answer', 5), 'calls',
       jsonb_build_array(jsonb_build_object('model', 'fast', 'tier', 2, 'purpose', 'answer', 'outcome', 'answered', 'durationMs', 9)))
   from ${numbers}`,
  `insert into feedback (tenant, message, conversation, value, intent, tier, effort, confidence, at)
   select $1, 'm' || m, 'c' || (m - 1) / 3 + 1, case when ((m - 1) / 3) % 2 = 0 then 'helpful' else 'not_helpful' end,
     'general.shipping', 2, 0.5, 0.9, $3::timestamptz from ${numbers}`,
  `insert into model_calls (id, tenant, day, scope_kinds, scope_ids, message, channel, author, conversation, intent, purpose,
     model, provider, wire_name, tier, prices, state, bound, cost, lease_ms, lease_until, reserved_at)
   select 'call' || m, $1, ($3::timestamptz)::date, '{}', '{}', 'm' || m, 'slack', 'u' || (m - 1) / 3 + 1, 'c' || (m - 1) / 3 + 1,
     'general.shipping', 'answer', 'fast', 'openai', 'fast-1', 2, '{}', 'settled', 20, 10, 1000, $3::timestamptz,
     $3::timestamptz + interval '1 minute' from ${numbers}`,
]
