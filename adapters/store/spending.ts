import type { Purpose } from '../../src/core/budget.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { Tier } from '../../src/core/route.ts'
import {
  spendGroups,
  type Misroute,
  type ModelPerformance,
  type SpendGroup,
  type Spending,
  type SpendLine,
  type SpendRange,
  type SpendReport,
  type TierHour,
} from '../../src/core/spending.ts'
import { integer, json, optionalText, text, type Database, type Row } from './database.ts'

/** Reads what the ledger and the receipts tell; it never writes. */
export function createSpending(database: Database): Spending {
  return {
    report: async (tenant, range) => {
      const lines = await database.query(ledgerStatement, [tenant, range.from, range.to, range.timeZone])
      const answers = await database.query(receiptStatement, [tenant, range.begins, range.ends])
      return toReport(range, lines, answers)
    },
    hours: (tenant, range) => hours(database, tenant, range),
    performance: (tenant, since) => performance(database, tenant, since),
  }
}

// In: tenant, first and last day, time zone of the hours. Out: one row for everything and one for each value of each group,
// of the 100 most expensive. Invariant: every call that was not released counts once, on the day it was reserved.
const ledgerStatement = `
  with calls as (
    select tier::text as tier, model, intent, channel, channel || ':' || author as "user",
      to_char(reserved_at at time zone $4, 'HH24') as hour, purpose,
      case when state in ('settled', 'forfeited') then cost else 0 end as charged,
      case when state in ('reserved', 'dispatched') then bound else 0 end as held,
      case when state = 'forfeited' then cost else 0 end as unconfirmed,
      coalesce(input_tokens, 0) + coalesce(cached_tokens, 0) + coalesce(cache_write_tokens, 0) as input,
      coalesce(output_tokens, 0) as output
    from model_calls
    where tenant = $1 and day between $2::date and $3::date and state <> 'released'
  ), sums as (
    select case
        when grouping(tier) = 0 then 'tier' when grouping(model) = 0 then 'model' when grouping(intent) = 0 then 'intent'
        when grouping(channel) = 0 then 'channel' when grouping("user") = 0 then 'user'
        when grouping(hour) = 0 then 'hour' when grouping(purpose) = 0 then 'purpose' else 'all' end as kind,
      coalesce(tier, model, intent, channel, "user", hour, purpose, '') as name,
      count(*) as calls, coalesce(sum(charged), 0) as charged, coalesce(sum(held), 0) as held,
      coalesce(sum(unconfirmed), 0) as unconfirmed, coalesce(sum(input), 0) as input, coalesce(sum(output), 0) as output
    from calls
    group by grouping sets ((), (tier), (model), (intent), (channel), ("user"), (hour), (purpose))
  ), ranked as (
    select *, row_number() over (partition by kind order by charged + held desc, calls desc, name) as place from sums
  )
  select kind, name, calls::text, charged::text, held::text, unconfirmed::text, input::text, output::text
  from ranked where place <= 100
  order by kind, case when kind = 'hour' then name end, place`

// In: tenant, first and last day, time zone of the hours. Out: what was charged in each hour and tier.
// Invariant: the calls are those of the statement above, so both have the same sum.
const hoursStatement = `
  select extract(hour from reserved_at at time zone $4)::int as hour, tier, sum(cost)::text as charged
  from model_calls
  where tenant = $1 and day between $2::date and $3::date and state in ('settled', 'forfeited') and cost > 0
  group by 1, 2 order by 1, 2`

async function hours(database: Database, tenant: TenantId, range: SpendRange): Promise<readonly TierHour[]> {
  const rows = await database.query(hoursStatement, [tenant, range.from, range.to, range.timeZone])
  return rows.map((row) => ({
    hour: integer(row, 'hour'),
    tier: toTier(row),
    charged: integer(row, 'charged') as MicroDollars,
  }))
}

// In: $1 tenant, $2 first instant, $3 the instant after the last, or null. Out: messages answered between them, with what was
// said of their answers. Invariant: of 👍 and 👎 on one answer only the later counts; a conversation is resolved when its last
// message was not handed to a person and nobody disliked an answer or asked for the large model. Each message looks up what
// was said of it, and rows are joined with nothing that has no index: Postgres cannot know how much of that there is, and
// may compare each with each.
const answeredTable = `
  answered as (
    select *, not bool_or(disliked) over of_conversation
      and not bool_or(by_person and from_end = 1) over of_conversation as is_resolved
    from (
      select r.message, r.intent, r.tier, r.conversation, r.channel || ':' || i.author_id as "user",
        r.cost_micro_dollars as cost, r.would_have_cost_micro_dollars as otherwise,
        coalesce(r.body -> 'calls', '[]') as calls,
        (select sum(value::float8) from jsonb_each_text(coalesce(r.body -> 'durationsMs', '{}'))) as took,
        coalesce(f.advanced, false) as advanced,
        coalesce(f.advanced or f.disliked, false) as disliked,
        r.body -> 'route' ->> 'kind' = 'person' as by_person,
        row_number() over (partition by r.conversation order by r.at desc, i.seq desc) as from_end
      from receipts r
      join inbox i on i.tenant = r.tenant and i.id = r.message
      left join lateral (
        select bool_or(value = 'try_advanced') as advanced,
          coalesce((array_agg(value order by seq desc) filter (where value <> 'try_advanced'))[1] = 'not_helpful', false) as disliked
        from feedback where tenant = $1 and message = r.message
      ) f on true
      where r.tenant = $1 and r.at >= $2::timestamptz and ($3::timestamptz is null or r.at < $3::timestamptz)
    ) message
    window of_conversation as (partition by conversation)
  )`

// In: as above. Out: one row for all messages, one for each tier, and one for each intent and tier.
const receiptStatement = `
  with ${answeredTable}
  select intent, tier, grouping(intent)::text as all_intents, grouping(tier)::text as all_tiers,
    count(*)::text as messages, count(*) filter (where disliked)::text as disliked,
    count(*) filter (where advanced)::text as advanced,
    count(*) filter (where jsonb_array_length(calls) > 0)::text as asked_model,
    coalesce(sum(cost), 0)::text as cost, coalesce(sum(otherwise), 0)::text as otherwise,
    count(distinct "user")::text as users, count(distinct conversation)::text as conversations,
    count(distinct conversation) filter (where is_resolved)::text as resolved,
    (avg(took) filter (where tier <= 2))::text as easy_ms,
    (select avg((c.value ->> 'score')::float8) from answered a, jsonb_array_elements(a.calls) c)::text as score
  from answered
  group by grouping sets ((), (tier), (intent, tier))
  order by all_intents desc, all_tiers desc, count(*) desc, intent, tier`

function toReport(range: SpendRange, lines: readonly Row[], answers: readonly Row[]): SpendReport {
  const of = (kind: string): readonly SpendLine[] => lines.filter((row) => row['kind'] === kind).map(toLine)
  const [all = {}] = answers.filter((row) => row['all_tiers'] === '1')
  const count = (column: string): number => (all[column] === undefined ? 0 : integer(all, column))
  const by = Object.fromEntries(spendGroups.map((group) => [group, of(group)])) as Record<SpendGroup, SpendLine[]>
  const [total = noLine] = of('all')
  return {
    range,
    total,
    by,
    messages: count('messages'),
    users: count('users'),
    conversations: count('conversations'),
    resolved: count('resolved'),
    modelMessages: count('asked_model'),
    wouldHaveCost: count('otherwise') as MicroDollars,
    tiers: answers
      .filter((row) => row['all_intents'] === '1' && row['all_tiers'] === '0')
      .map((row) => ({ tier: toTier(row), messages: integer(row, 'messages') }))
      .toSorted((a, b) => a.tier - b.tier),
    score: optionalNumber(all, 'score'),
    easyMs: optionalNumber(all, 'easy_ms'),
    misroutes: answers.filter((row) => row['all_intents'] === '0').map(toMisroute),
    // No part of the bot asks for embeddings of a paid model; the line is there so that nobody takes them for forgotten.
    embeddings: 0 as MicroDollars,
  }
}

const noLine: SpendLine = {
  name: '',
  calls: 0,
  charged: 0 as MicroDollars,
  held: 0 as MicroDollars,
  unconfirmed: 0 as MicroDollars,
  inputTokens: 0,
  outputTokens: 0,
}

function toLine(row: Row): SpendLine {
  return {
    name: text(row, 'name'),
    calls: integer(row, 'calls'),
    charged: integer(row, 'charged') as MicroDollars,
    held: integer(row, 'held') as MicroDollars,
    unconfirmed: integer(row, 'unconfirmed') as MicroDollars,
    inputTokens: integer(row, 'input'),
    outputTokens: integer(row, 'output'),
  }
}

function toMisroute(row: Row): Misroute {
  return {
    intent: text(row, 'intent'),
    tier: toTier(row),
    messages: integer(row, 'messages'),
    disliked: integer(row, 'disliked'),
    advanced: integer(row, 'advanced'),
    cost: integer(row, 'cost') as MicroDollars,
  }
}

/** The tables' own checks and the writers allow nothing else. */
function toTier(row: Row): Tier {
  return integer(row, 'tier') as Tier
}

// In: as above, $3 null. Out: one row for each model of the ledger or the receipts since then.
// Invariant: money is the ledger's; how a call went, how long it took and what its answer was worth is the receipts'.
const performanceStatement = `
  with ${answeredTable}, used as (
    select c.value ->> 'model' as model, max((c.value ->> 'tier')::smallint) as tier,
      jsonb_agg(distinct c.value ->> 'purpose') as purposes, count(*) as calls,
      avg(case when c.value ->> 'outcome' = 'answered' then 1.0 else 0.0 end)::float8 as success,
      percentile_cont(0.5) within group (order by (c.value ->> 'durationMs')::float8) as p50,
      percentile_cont(0.95) within group (order by (c.value ->> 'durationMs')::float8) as p95,
      avg((c.value ->> 'score')::float8) as score, count(c.value ->> 'score') as scored,
      count(distinct a.message) filter (where c.value ->> 'outcome' = 'answered') as answered,
      count(distinct a.message) filter (where c.value ->> 'outcome' = 'answered' and a.is_resolved) as resolved
    from answered a
    cross join lateral jsonb_array_elements(a.calls) c
    group by c.value ->> 'model'
  ), paid as (
    select model, max(tier) as tier, count(*) as calls, sum(cost) as cost
    from model_calls where tenant = $1 and reserved_at >= $2::timestamptz and state in ('settled', 'forfeited')
    group by model
  )
  select coalesce(u.model, p.model) as model, coalesce(u.tier, p.tier) as tier,
    coalesce(u.purposes, '[]') as purposes, coalesce(u.calls, p.calls)::text as calls,
    u.success::text as success, u.p50::text as p50, u.p95::text as p95, u.score::text as score,
    coalesce(u.scored, 0)::text as scored, coalesce(p.cost, 0)::text as cost,
    coalesce(u.answered, 0)::text as answered, coalesce(u.resolved, 0)::text as resolved
  from used u full join paid p on p.model = u.model
  order by coalesce(u.calls, p.calls) desc, model`

async function performance(database: Database, tenant: TenantId, since: Date): Promise<readonly ModelPerformance[]> {
  const rows = await database.query(performanceStatement, [tenant, since, null])
  return rows.map((row) => {
    return {
      model: text(row, 'model'),
      tier: toTier(row),
      purposes: json<readonly Purpose[]>(row, 'purposes'),
      calls: integer(row, 'calls'),
      successRate: optionalNumber(row, 'success'),
      latencyMs: toLatency(row),
      score: optionalNumber(row, 'score'),
      scored: integer(row, 'scored'),
      cost: integer(row, 'cost') as MicroDollars,
      answered: integer(row, 'answered'),
      resolved: integer(row, 'resolved'),
    }
  })
}

function toLatency(row: Row): ModelPerformance['latencyMs'] {
  const [p50, p95] = [optionalNumber(row, 'p50'), optionalNumber(row, 'p95')]
  return p50 === undefined || p95 === undefined ? undefined : { p50, p95 }
}

function optionalNumber(row: Row, column: string): number | undefined {
  const value = optionalText(row, column)
  return value === undefined ? undefined : Number(value)
}
