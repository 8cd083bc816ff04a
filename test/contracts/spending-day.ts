import { uuidv7 } from 'uuidv7'
import type { Database } from '../../adapters/store/database.ts'

const yesterday = new Date('2026-11-20T12:00:00Z')

/** Everything about one call of the ledger that a test wants to differ. */
interface Call {
  readonly tenant: string
  readonly state: string
  readonly at: Date
  readonly model: string
  readonly tier: number
  readonly purpose: string
  readonly intent: string
  readonly who: readonly [string, string]
  readonly bound: number
  readonly cost: number
  readonly tokens: readonly [number | null, number | null, number | null, number | null]
}

const haiku = { model: 'haiku', tier: 2 }
const large = { model: 'large', tier: 4 }
const refundOnWeb = { intent: 'payments.refund', who: ['web', 'U1'] as const }
const planOnSlack = { intent: 'account.plan', who: ['slack', 'U2'] as const }

async function addCall(database: Database, call: Call): Promise<void> {
  const [input, cached, cacheWrite, output] = call.tokens
  await database.query(
    `insert into model_calls (id, tenant, day, scope_kinds, scope_ids, message, channel, author, conversation, intent,
       purpose, model, provider, wire_name, tier, prices, state, bound, cost, input_tokens, cached_tokens,
       cache_write_tokens, output_tokens, lease_ms, lease_until, reserved_at)
     values ($1, $2, $3::date, '{}', '{}', 'm', $4, $5, 'c', $6, $7, $8, 'openai', $8, $9, 'p', $10, $11, $12, $13, $14,
       $15, $16, 1000, $17, $17)`,
    [
      uuidv7(),
      call.tenant,
      call.at.toISOString().slice(0, 10),
      ...call.who,
      call.intent,
      call.purpose,
      call.model,
      call.tier,
      call.state,
      call.bound,
      call.cost,
      input,
      cached,
      cacheWrite,
      output,
      call.at,
    ],
  )
}

interface Answered {
  readonly tenant: string
  readonly id: string
  readonly conversation: string
  readonly who: readonly [string, string]
  readonly at: Date
  readonly intent: string
  readonly tier: number
  readonly cost: number
  readonly took: readonly [number, number]
  readonly route: string
  readonly calls: readonly object[]
}

async function addAnswer(database: Database, answered: Answered): Promise<void> {
  const { tenant, id, conversation, at } = answered
  const [channel, author] = answered.who
  const [understand, answer] = answered.took
  const body = {
    calls: answered.calls,
    route: { kind: answered.route },
    durationsMs: { understand, answer },
  }
  await database.query(
    `insert into conversations (tenant, id, channel, address, author_id, opened_at) values ($1, $2, $3, '{}', $4, $5)
     on conflict do nothing`,
    [tenant, conversation, channel, author, at],
  )
  await database.query(
    `insert into inbox (tenant, id, conversation, address, author_id, text, is_private, received_at, state, due_at)
     values ($1, $2, $3, '{}', $4, 'text', true, $5, 'done', $5)`,
    [tenant, id, conversation, author, at],
  )
  await database.query(
    `insert into receipts (tenant, message, conversation, channel, at, intent, stage, confidence, tier,
       cost_micro_dollars, would_have_cost_micro_dollars, body)
     values ($1, $2, $3, $4, $5, $6, 'tfidf', 0.9, $7, $8, 25000, $9::jsonb)`,
    [tenant, id, conversation, channel, at, answered.intent, answered.tier, answered.cost, JSON.stringify(body)],
  )
}

type About = Pick<Answered, 'tenant' | 'id' | 'conversation'> & { readonly at?: Date }

async function rate(database: Database, { tenant, id, conversation, at }: About, value: string): Promise<void> {
  await database.query(
    `insert into feedback (tenant, message, conversation, value, intent, tier, effort, confidence, at)
     values ($1, $2, $3, $4, 'any', 0, 5, 0.9, $5)`,
    [tenant, id, conversation, value, at ?? new Date('2026-11-21T23:59:00Z')],
  )
}

/** A day on which four of five customers wrote, three models answered, and two people were not content. */
export async function plantDay(database: Database, tenant: string): Promise<void> {
  const at = (time: string): Date => new Date(`2026-11-21T${time}:00Z`)
  const call = { tenant, bound: 0, cost: 0, tokens: [null, null, null, null] as const }
  const calls: readonly Call[] = [
    {
      ...call,
      ...haiku,
      ...refundOnWeb,
      state: 'settled',
      at: at('09:05'),
      purpose: 'classification',
      cost: 135,
      tokens: [500, 0, 0, 100],
    },
    {
      ...call,
      ...large,
      ...refundOnWeb,
      state: 'settled',
      at: at('09:10'),
      purpose: 'advanced',
      cost: 9000,
      tokens: [600, 300, 100, 200],
    },
    {
      ...call,
      ...haiku,
      ...planOnSlack,
      state: 'forfeited',
      at: at('23:30'),
      purpose: 'answer',
      bound: 400,
      cost: 400,
    },
    { ...call, ...haiku, ...planOnSlack, state: 'dispatched', at: at('23:40'), purpose: 'answer', bound: 250 },
    { ...call, ...haiku, ...planOnSlack, state: 'released', at: at('23:41'), purpose: 'answer', bound: 999 },
    { ...call, ...haiku, ...planOnSlack, state: 'settled', at: yesterday, purpose: 'answer', cost: 77 },
    {
      ...call,
      ...large,
      ...refundOnWeb,
      state: 'settled',
      at: at('10:00'),
      purpose: 'answer',
      cost: 5000,
      tenant: `${tenant}-2`,
    },
  ]
  for (const each of calls) await addCall(database, each)

  const free = { tenant, at: at('09:00'), tier: 0, cost: 0, route: 'agent', calls: [] }
  const asked = (model: string, tier: number, rest: object) => ({ model, tier, outcome: 'answered', ...rest })
  const answers: readonly Answered[] = [
    { ...free, id: 'm1', conversation: 'A', who: ['web', 'U1'], intent: 'general.greeting', took: [10, 20] },
    {
      ...free,
      id: 'm2',
      conversation: 'A',
      who: ['web', 'U1'],
      at: at('09:10'),
      intent: 'payments.refund',
      tier: 4,
      cost: 9135,
      took: [400, 5000],
      route: 'model',
      calls: [
        asked('haiku', 2, { purpose: 'classification', durationMs: 300 }),
        asked('large', 4, { purpose: 'advanced', durationMs: 4000, score: 0.9 }),
      ],
    },
    {
      ...free,
      id: 'm3',
      conversation: 'B',
      who: ['slack', 'U2'],
      intent: 'account.plan',
      tier: 2,
      cost: 400,
      took: [1000, 1000],
      route: 'person',
      calls: [asked('haiku', 2, { purpose: 'answer', durationMs: 700, score: 0.5, outcome: 'rejected' })],
    },
    {
      ...free,
      id: 'm4',
      conversation: 'C',
      who: ['web', 'U3'],
      intent: 'general.shipping',
      tier: 1,
      took: [20, 20],
      calls: [asked('local', 1, { purpose: 'answer', durationMs: 900, score: 1 })],
    },
    { ...free, id: 'm5', conversation: 'D', who: ['web', 'U4'], intent: 'general.shipping', took: [25, 25] },
    {
      ...free,
      id: 'm6',
      conversation: 'E',
      who: ['web', 'U5'],
      at: yesterday,
      intent: 'general.shipping',
      took: [1, 1],
    },
    {
      ...free,
      id: 'm7',
      conversation: 'F',
      who: ['web', 'U6'],
      intent: 'general.shipping',
      took: [1, 1],
      tenant: `${tenant}-2`,
    },
  ]
  for (const each of answers) await addAnswer(database, each)
  await rate(database, { tenant, id: 'm1', conversation: 'A' }, 'try_advanced')
  await rate(database, { tenant, id: 'm4', conversation: 'C' }, 'not_helpful')
  await rate(database, { tenant, id: 'm4', conversation: 'C' }, 'helpful')
  await rate(database, { tenant, id: 'm5', conversation: 'D' }, 'helpful')
  await rate(database, { tenant, id: 'm5', conversation: 'D' }, 'not_helpful')
}

/** Answers of one intent at one tier by the model `cheap`, today, some of which the large model was asked for. */
export async function plantAnswers(
  database: Database,
  tenant: string,
  { intent, tier, answers, advanced }: { intent: string; tier: number; answers: number; advanced: number },
): Promise<void> {
  for (let number = 0; number < answers; number += 1) {
    const at = new Date()
    const about = { tenant, id: `${intent}/${number}`, conversation: `${intent}/${number}`, at }
    await addAnswer(database, {
      ...about,
      who: ['web', 'U1'],
      intent,
      tier,
      cost: 100,
      took: [10, 10],
      route: 'model',
      calls: [{ model: 'cheap', tier, outcome: 'answered', purpose: 'answer', durationMs: 500, score: 1 }],
    })
    if (number < advanced) await rate(database, about, 'try_advanced')
  }
}

/** One call of the model `tried` that answered no message, as a comparison of models makes it. */
export async function plantTrial(database: Database, tenant: string): Promise<void> {
  await addCall(database, {
    tenant,
    model: 'tried',
    tier: 2,
    ...refundOnWeb,
    state: 'settled',
    at: new Date('2026-11-21T10:00:00Z'),
    purpose: 'answer',
    bound: 90,
    cost: 88,
    tokens: [40, 0, 0, 10],
  })
}
