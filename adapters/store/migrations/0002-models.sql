-- Money is a whole number of micro-dollars and never below nothing.
create domain micro_dollars as bigint check (value >= 0);

-- One row: the day this installation spends on, and the time zone that says when the next one begins. The day never goes
-- back. Every step of the ledger locks this row first and holds it to its end, so that all steps of all processes happen
-- one after the other, a change of the day among them.
create table budget_days (
  is_only boolean primary key default true check (is_only),
  day date,
  zone text
);
insert into budget_days default values;

-- What is left of every limit on every day, kept for ever. The tenant is empty where a scope is the installation's own.
-- straddle: what calls that an earlier day sent were still costing when this one began; it is in no other column.
-- unconfirmed: the part of spent and straddle that is charged at its bound because nobody knows how the call ended.
create table budget_scopes (
  tenant text not null,
  day date not null,
  kind text not null
    check (kind in ('request', 'user', 'channel', 'workspace', 'model', 'purpose', 'installation')),
  id text not null,
  limited micro_dollars not null,
  held micro_dollars not null default 0,
  spent micro_dollars not null default 0,
  straddle micro_dollars not null default 0,
  unconfirmed micro_dollars not null default 0,
  calls integer not null default 0 check (calls >= 0),
  primary key (tenant, day, kind, id),
  check (unconfirmed <= spent + straddle)
);

-- Every attempt to ask a model, kept for ever. What a row costs is counted in each of its scopes on its day and, once,
-- on each day in also_on: those that began before its end was known.
create table model_calls (
  id text primary key,
  tenant text not null,
  day date not null,
  also_on date[] not null default '{}',
  scope_kinds text[] not null,
  scope_ids text[] not null,
  message text not null,
  channel text not null,
  author text not null,
  conversation text not null,
  intent text not null,
  purpose text not null check (purpose in ('classification', 'answer', 'advanced')),
  model text not null,
  provider text not null,
  wire_name text not null,
  tier smallint not null check (tier between 0 and 4),
  prices text not null,
  state text not null check (state in ('reserved', 'dispatched', 'settled', 'released', 'forfeited')),
  bound micro_dollars not null,
  cost micro_dollars not null default 0,
  billed_model text,
  input_tokens bigint check (input_tokens >= 0),
  cached_tokens bigint check (cached_tokens >= 0),
  cache_write_tokens bigint check (cache_write_tokens >= 0),
  output_tokens bigint check (output_tokens >= 0),
  lease_ms integer not null check (lease_ms > 0),
  lease_until timestamptz not null,
  reserved_at timestamptz not null,
  dispatched_at timestamptz,
  settled_at timestamptz,
  duration_ms bigint,
  check (state in ('settled', 'forfeited') or cost = 0)
);
create index model_calls_by_day on model_calls (tenant, day, model, tier);
create index model_calls_by_time on model_calls (reserved_at) where tier > 1;
create index model_calls_by_message on model_calls (tenant, message);
create index model_calls_leased on model_calls (lease_until) where state in ('reserved', 'dispatched');
create index model_calls_open on model_calls (day) where state in ('dispatched', 'forfeited');

-- What customers said of an answer. try_advanced asks for a larger model.
create table feedback (
  tenant text not null,
  seq bigint generated always as identity,
  message text not null,
  conversation text not null,
  value text not null check (value in ('helpful', 'not_helpful', 'try_advanced')),
  intent text not null,
  tier smallint not null check (tier between 0 and 4),
  effort double precision not null,
  confidence double precision not null,
  model text,
  text text,
  at timestamptz not null,
  primary key (tenant, seq)
);
create index feedback_by_message on feedback (tenant, message);
create index feedback_by_time on feedback (tenant, at);

-- What the owner is told of the budget: once for each day, scope and level, whatever several processes see.
create table alerts (
  tenant text not null,
  day text not null,
  scope text not null,
  level text not null check (level in ('warning', 'prefer-local', 'budget-mode', 'spike')),
  text text not null,
  -- Who has not taken it yet.
  targets jsonb not null,
  attempt integer not null default 0,
  due_at timestamptz not null,
  at timestamptz not null,
  primary key (tenant, day, scope, level)
);
create index alerts_owed on alerts (due_at) where targets <> '[]'::jsonb;

-- In: a call's tenant and the kind of one of its scopes. Out: the tenant under which that scope is counted.
create function budget_owner(tenant text, kind text) returns text language sql immutable as $$
  select case when kind in ('model', 'purpose', 'installation') then '' else tenant end
$$;

-- In: a call, and by how much what it holds, spends and leaves unconfirmed grows; calls by how many calls.
-- Invariant: every scope of the call is changed alike, on its day and on the days it reaches into; what is held or spent
-- counts as straddle there.
create function budget_count(call model_calls, held bigint, spent bigint, unconfirmed bigint, calls integer)
returns void language sql as $$
  update budget_scopes b set
    held = b.held + case when b.day = call.day then $2 else 0 end,
    spent = b.spent + case when b.day = call.day then $3 else 0 end,
    straddle = b.straddle + case when b.day = call.day then 0 else $2 + $3 end,
    unconfirmed = b.unconfirmed + $4,
    calls = b.calls + $5
  from unnest(call.scope_kinds, call.scope_ids) as s (kind, id)
  where b.tenant = budget_owner(call.tenant, s.kind) and b.kind = s.kind and b.id = s.id
    and b.day = any (call.day || call.also_on)
$$;

-- In: a call whose attempt is over, its new state, and what it costs.
-- Invariant: it no longer holds anything, and its scopes have spent exactly its cost, whatever they had spent for it
-- before. A call that cost nothing because it never was one is not counted as a call either.
create function budget_end(call model_calls, ended text, charge bigint, at timestamptz, was_billed boolean)
returns void language plpgsql as $$
begin
  perform budget_count(
    call,
    case when call.state in ('reserved', 'dispatched') then -call.bound else 0 end,
    charge - call.cost,
    case when ended = 'forfeited' then charge else 0 end - case when call.state = 'forfeited' then call.cost else 0 end,
    was_billed::integer - (call.state <> 'released')::integer
  );
  update model_calls c set
    state = ended,
    cost = charge,
    settled_at = at,
    duration_ms = (extract(epoch from at - call.dispatched_at) * 1000)::bigint
  where c.id = call.id;
end $$;

-- In: a new day, and the zone in which it begins. What an earlier day sent and nobody has seen the end of counts on the
-- new one as well, where its lease reaches into it: the provider may bill it on either side of midnight.
create function budget_straddle(new_day date, day_zone text, at timestamptz) returns void language plpgsql as $$
declare
  call model_calls;
begin
  for call in
    select * from model_calls c
    where c.state in ('dispatched', 'forfeited') and c.day < new_day and not new_day = any (c.also_on)
      and (c.lease_until > at or (c.lease_until at time zone day_zone)::date >= new_day)
    order by c.id
  loop
    insert into budget_scopes as b (tenant, day, kind, id, limited, straddle, unconfirmed, calls)
    select o.tenant, new_day, o.kind, o.id, o.limited,
      case when call.state = 'forfeited' then call.cost else call.bound end,
      case when call.state = 'forfeited' then call.cost else 0 end,
      1
    from unnest(call.scope_kinds, call.scope_ids) as s (kind, id)
    join budget_scopes o
      on o.tenant = budget_owner(call.tenant, s.kind) and o.day = call.day and o.kind = s.kind and o.id = s.id
    on conflict (tenant, day, kind, id) do update set
      straddle = b.straddle + excluded.straddle,
      unconfirmed = b.unconfirmed + excluded.unconfirmed,
      calls = b.calls + 1;
    update model_calls c set also_on = c.also_on || new_day where c.id = call.id;
  end loop;
end $$;

-- In: the instant for tests, null for the database's own clock, and the configured zone. Out: the instant and the day.
-- The first step of every other. Invariant: until the transaction ends nobody else takes a step; the day is the latest
-- there has been; whatever reaches into it is counted on it; no lease is over. Another zone counts from the next day on.
create function budget_open(test_at timestamptz, new_zone text, out at timestamptz, out today date)
language plpgsql as $$
declare
  last budget_days;
  call model_calls;
begin
  select * into last from budget_days for update;
  -- Read after the lock: who waited for it must not believe in an instant before it.
  at := coalesce(test_at, clock_timestamp());
  today := greatest(last.day, (at at time zone coalesce(last.zone, new_zone))::date);
  if last.day is distinct from today then
    perform budget_straddle(today, coalesce(last.zone, new_zone), at);
    update budget_days set day = today, zone = new_zone;
  end if;
  for call in
    select * from model_calls c where c.state in ('reserved', 'dispatched') and c.lease_until <= at order by c.id
  loop
    if call.state = 'reserved' then
      perform budget_end(call, 'released', 0, at, false);
    else
      perform budget_end(call, 'forfeited', call.bound, at, true);
    end if;
  end loop;
end $$;

-- In: the request as ports.ts has it, and for how long it may stay unsent. Out: the day when its amount is held, else
-- the number of the first scope without room, and what that has left.
-- Invariant: held + spent + straddle of a scope only grow here, and never beyond the limit named in the request.
create function budget_reserve(
  test_at timestamptz, new_zone text, request jsonb, unsent_ms integer,
  out reserved_on text, out scope integer, out room bigint
) language plpgsql as $$
declare
  opened record;
  facts jsonb := request -> 'facts';
  amount bigint := (request ->> 'amount')::bigint;
  ids text[];
  kinds text[];
begin
  select * into opened from budget_open(test_at, new_zone);
  select c.day into reserved_on from model_calls c where c.id = request ->> 'id';
  if found then return; end if;

  select s.number, greatest(0, s.limited - coalesce(b.held + b.spent + b.straddle, 0)) into scope, room
  from rows from (jsonb_to_recordset(request -> 'scopes') as (kind text, id text, "limit" bigint, "callLimit" integer))
    with ordinality as s (kind, id, limited, call_limit, number)
  left join budget_scopes b
    on b.tenant = budget_owner(facts ->> 'tenant', s.kind) and b.day = opened.today and b.kind = s.kind and b.id = s.id
  where (amount > 0 and coalesce(b.held + b.spent + b.straddle, 0) + amount > s.limited)
    or coalesce(b.calls, 0) + 1 > s.call_limit
  order by s.number limit 1;
  if found then return; end if;

  with scopes as (
    select s.kind, s.id, min(s."limit") as limited
    from jsonb_to_recordset(request -> 'scopes') as s (kind text, id text, "limit" bigint) group by s.kind, s.id
  ), counted as (
    insert into budget_scopes as b (tenant, day, kind, id, limited, held, calls)
    select budget_owner(facts ->> 'tenant', kind), opened.today, kind, id, limited, amount, 1 from scopes
    on conflict (tenant, day, kind, id)
      do update set limited = excluded.limited, held = b.held + excluded.held, calls = b.calls + 1
  )
  select array_agg(kind), array_agg(id) into kinds, ids from scopes;
  insert into model_calls (
    id, tenant, day, scope_kinds, scope_ids, message, channel, author, conversation, intent, purpose, model, provider,
    wire_name, tier, prices, state, bound, lease_ms, lease_until, reserved_at
  ) values (
    request ->> 'id', facts ->> 'tenant', opened.today, coalesce(kinds, '{}'), coalesce(ids, '{}'), facts ->> 'message',
    facts ->> 'channel', facts ->> 'author', facts ->> 'conversation', facts ->> 'intent', facts ->> 'purpose',
    facts ->> 'model', facts ->> 'provider', facts ->> 'wireName', (facts ->> 'tier')::smallint, facts ->> 'prices',
    'reserved', amount, (request ->> 'leaseMs')::integer,
    opened.at + least(unsent_ms, (request ->> 'leaseMs')::integer) * interval '1 millisecond', opened.at
  );
  reserved_on := opened.today;
end $$;

-- In: a reservation. Out: whether it may be sent now. Invariant: that is said once, on the day of the reservation and
-- before its lease is over; what may not be sent holds nothing.
create function budget_dispatch(test_at timestamptz, new_zone text, call_id text) returns boolean language plpgsql as $$
declare
  opened record;
  call model_calls;
begin
  select * into opened from budget_open(test_at, new_zone);
  select * into call from model_calls c where c.id = call_id;
  if call.state is distinct from 'reserved' then return false; end if;
  if call.day <> opened.today then
    perform budget_end(call, 'released', 0, opened.at, false);
    return false;
  end if;
  update model_calls c set
    state = 'dispatched',
    dispatched_at = opened.at,
    lease_until = opened.at + c.lease_ms * interval '1 millisecond'
  where c.id = call_id;
  return true;
end $$;

-- In: a call and its bill. Out: what is charged for it, null when there is no such call.
-- Invariant: a call that was settled stays as it is. One that was forfeited is corrected by what is known. A bill for a
-- call that was never dispatched is charged all the same: money that was spent is never left out.
create function budget_settle(test_at timestamptz, new_zone text, call_id text, bill jsonb)
returns bigint language plpgsql as $$
declare
  opened record;
  call model_calls;
  kind text := bill ->> 'kind';
  charge bigint := coalesce((bill ->> 'cost')::bigint, 0);
begin
  select * into opened from budget_open(test_at, new_zone);
  select * into call from model_calls c where c.id = call_id;
  if not found then return null; end if;
  if call.state = 'settled' then return call.cost; end if;
  if kind = 'known' then
    perform budget_end(call, 'settled', charge, opened.at, true);
    update model_calls c set
      billed_model = bill -> 'usage' ->> 'model',
      input_tokens = (bill -> 'usage' ->> 'input')::bigint,
      cached_tokens = (bill -> 'usage' ->> 'cached')::bigint,
      cache_write_tokens = (bill -> 'usage' ->> 'cacheWrite')::bigint,
      output_tokens = (bill -> 'usage' ->> 'output')::bigint
    where c.id = call_id;
    return charge;
  end if;
  if call.state = 'released' or (call.state = 'forfeited' and kind = 'unknown') then return call.cost; end if;
  if kind = 'unknown' then
    perform budget_end(call, 'forfeited', call.bound, opened.at, true);
    return call.bound;
  end if;
  perform budget_end(call, case when call.state = 'reserved' then 'released' else 'settled' end, 0, opened.at, false);
  return 0;
end $$;

-- In: a reservation. Invariant: what may have been sent is not given back.
create function budget_release(test_at timestamptz, new_zone text, call_id text) returns void language plpgsql as $$
declare
  opened record;
  call model_calls;
begin
  select * into opened from budget_open(test_at, new_zone);
  select * into call from model_calls c where c.id = call_id and c.state = 'reserved';
  if found then perform budget_end(call, 'released', 0, opened.at, false); end if;
end $$;

-- In: a day, null for today's. Out: how the installation stands on it; zeros and no limit for a day without calls.
create function budget_on(
  test_at timestamptz, new_zone text, asked date,
  out day text, out is_today boolean, out limited bigint, out held bigint, out spent bigint, out unconfirmed bigint,
  out calls integer
) language plpgsql as $$
declare
  opened record;
begin
  select * into opened from budget_open(test_at, new_zone);
  asked := coalesce(asked, opened.today);
  day := asked;
  is_today := asked = opened.today;
  select b.limited, b.held, b.spent + b.straddle, b.unconfirmed, b.calls
  into limited, held, spent, unconfirmed, calls
  from budget_scopes b where b.tenant = '' and b.day = asked and b.kind = 'installation' and b.id = '';
end $$;
