import {
  alertLevels,
  alertTargets,
  type Alert,
  type Alerts,
  type AlertTarget,
  type HourOfSpending,
  type OwedAlert,
} from '../../src/core/alert.ts'
import type { BudgetDay } from '../../src/core/budget.ts'
import type { Now } from '../../src/core/ports.ts'
import {
  acrossTenants,
  integer,
  json,
  optionalText,
  text,
  toJson,
  type Database,
  type Row,
  type Statements,
} from './database.ts'

/** An alert that a target did not take is offered again after this, doubled each time, at most hourly. */
const firstWaitSeconds = 15
/** So many are sent in one go, so that a receiver that hangs cannot hold up the others for long. */
const mostAtOnce = 5

/** @param zone the budget's time zone, in which hours are counted */
export function createAlerts(database: Database, options: { readonly now: Now; readonly zone: string }): Alerts {
  return {
    raise: (alert, targets) => raise(database, alert, { targets, at: options.now() }),
    owed: () => owed(database, options.now()),
    delivered: async (alert, target) => {
      await database.query(
        'update alerts set targets = targets - $5::text where tenant = $1 and day = $2 and scope = $3 and level = $4',
        [...keyOf(alert), target],
      )
    },
    hour: () => thisHour(database, options.now(), options.zone),
  }
}

function keyOf({ tenant, day, scope, level }: Alert): readonly [string, string, string, string] {
  return [tenant, day, scope, level]
}

// In: an alert. Out: one row when it was stored. Invariant: one alert for each tenant, day, scope and level.
const raiseStatement = `
  insert into alerts (tenant, day, scope, level, text, targets, at, due_at)
  values ($1, $2, $3, $4, $5, $6::jsonb, $7::timestamptz, $7::timestamptz)
  on conflict (tenant, day, scope, level) do nothing
  returning 1 as stored`

/** Has an alert sent to each target, unless it was raised before. */
export async function raise(
  statements: Statements,
  alert: Alert,
  { targets, at }: { readonly targets: readonly AlertTarget[]; readonly at: Date },
): Promise<'new' | 'seen'> {
  const rows = await statements.query(raiseStatement, [...keyOf(alert), alert.text, toJson(targets), at])
  return rows.length > 0 ? 'new' : 'seen'
}

// In: the instant. Out: alerts with targets left that are due, each with its attempt counted and its next try put off.
// Invariant: two processes never take the same try.
const owedStatement = `
  with due as materialized (
    select tenant, day, scope, level from alerts
    where targets <> '[]'::jsonb and due_at <= $1::timestamptz order by due_at, at limit ${mostAtOnce} for update skip locked
  )
  update alerts a set attempt = a.attempt + 1,
    due_at = $1::timestamptz + make_interval(secs => least(3600, ${firstWaitSeconds} * power(2, least(a.attempt, 10))))
  from due d where (a.tenant, a.day, a.scope, a.level) = (d.tenant, d.day, d.scope, d.level)
  returning a.*`

async function owed(database: Database, at: Date): Promise<readonly OwedAlert[]> {
  const rows = await database.query(owedStatement, [at])
  return rows.map((row) => ({ alert: toAlert(row), targets: toTargets(row), attempt: integer(row, 'attempt') }))
}

function toAlert(row: Row): Alert {
  const level = text(row, 'level')
  return {
    tenant: text(row, 'tenant'),
    day: text(row, 'day') as BudgetDay,
    scope: text(row, 'scope'),
    level: alertLevels.find((known) => known === level) ?? 'warning',
    text: text(row, 'text'),
  }
}

function toTargets(row: Row): readonly AlertTarget[] {
  const stored = json<readonly string[]>(row, 'targets')
  return alertTargets.filter((target) => stored.includes(target))
}

/** What a paid call costs, or may cost while it is under way. */
const charge = `case when c.state in ('settled', 'forfeited') then c.cost else c.bound end`
const isPaid = `c.tier > 1 and c.state <> 'released'`

// In: the instant, the zone. Out: one row: this hour, and the same hour on those of the last 14 days that had paid calls.
// Every hour is sixty minutes of real time, also where the clocks change, and is read by an index alone.
const hourStatement = `
  with here as (
    select hour, $1::timestamptz - (local - hour) as begun
    from (select local, date_trunc('hour', local) as hour from (select $1::timestamptz at time zone $2 as local) l) h
  ), present as materialized (
    select c.tenant, c.message, c.channel, c.author, c.tier, ${charge} as charge
    from here, model_calls c
    where c.reserved_at >= begun and c.reserved_at < begun + interval '1 hour' and ${isPaid}
  ), days as (
    select day at time zone $2 as begun, (day + interval '1 day') at time zone $2 as ended,
      (day + (hour - date_trunc('day', hour))) at time zone $2 as hour_begun
    from here, generate_series(
      date_trunc('day', hour) - interval '14 days', date_trunc('day', hour) - interval '1 day', interval '1 day') as day
  ), usual as materialized (
    select d.begun, s.cost, s.calls, s.tiers from days d
      cross join lateral (
        select coalesce(sum(${charge}), 0) as cost, count(*) as calls, coalesce(sum(c.tier), 0) as tiers from model_calls c
        where c.reserved_at >= d.hour_begun and c.reserved_at < d.hour_begun + interval '1 hour' and ${isPaid}
      ) s
    where exists (select from model_calls c where c.reserved_at >= d.begun and c.reserved_at < d.ended and ${isPaid})
  )
  select to_char(here.hour, 'YYYY-MM-DD') as day, extract(hour from here.hour)::int as hour,
    (select coalesce(sum(charge), 0) from present)::text as cost,
    (select count(*) from present)::int as calls,
    (select coalesce(jsonb_agg(cost::bigint order by begun), '[]') from usual) as usual,
    coalesce((select max(of_user) / nullif(sum(of_user), 0)
      from (select sum(charge) as of_user from present group by tenant, channel, author) users), 0)::float8 as top_user_share,
    coalesce((select 1 - count(distinct lower(i.text))::float8 / nullif(count(*), 0)
      from (select distinct tenant, message from present) p join inbox i on i.tenant = p.tenant and i.id = p.message), 0) as repeat_share,
    coalesce((select avg(tier) from present), 0)::float8 as mean_tier,
    (select (sum(tiers) / nullif(sum(calls), 0))::float8::text from usual) as usual_mean_tier
  from here`

async function thisHour(database: Database, at: Date, zone: string): Promise<HourOfSpending> {
  const [row = {}] = await acrossTenants(database, (statements) => statements.query(hourStatement, [at, zone]))
  const usualMeanTier = optionalText(row, 'usual_mean_tier')
  return {
    day: text(row, 'day') as BudgetDay,
    hour: integer(row, 'hour'),
    cost: integer(row, 'cost'),
    calls: integer(row, 'calls'),
    usual: json<readonly number[]>(row, 'usual'),
    topUserShare: Number(row['top_user_share']),
    repeatShare: Number(row['repeat_share']),
    meanTier: Number(row['mean_tier']),
    usualMeanTier: usualMeanTier === undefined ? undefined : Number(usualMeanTier),
  }
}
