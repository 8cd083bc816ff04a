-- compatible-with: 7
-- A second line of defence behind the tenant in every statement: a connection whose setting app.tenant names a tenant reads
-- and writes that tenant's rows only, whatever its statements forget to say. Without the setting, or with an empty one, it
-- sees everything: migrations, upkeep, and whoever wrote before this version.

-- In: a table with a column tenant. Invariant: from then on it shows and takes only rows of the tenant of the connection,
-- also for its owner. The setting is read once in a statement, not once in a row.
create function protect_tenant(protected regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', protected);
  execute format('alter table %s force row level security', protected);
  execute format(
    'create policy own_tenant on %s using (%2$s) with check (%2$s)',
    protected,
    $policy$(select coalesce(current_setting('app.tenant', true), '')) in ('', tenant)$policy$
  );
end $$;

-- All tables with a tenant. Not here, because they have none: migrations; secrets, which are the installation's keys;
-- budget_days, the day on which the whole installation spends.
select protect_tenant(name::regclass) from unnest(array[
  'conversations', 'inbox', 'receipts', 'outbox', 'actions', 'ticket_numbers', 'tickets', 'ticket_notes',
  'identity_failures', 'sample_customers', 'sample_orders', 'sample_payments', 'sample_invoices', 'sample_refunds',
  'sample_mail', 'budget_scopes', 'model_calls', 'feedback', 'alerts', 'tier_adjustments', 'early_deletions',
  'early_edits', 'desk_cards', 'desk_acts', 'ticket_drafts', 'desk_strays', 'controls', 'audit', 'audit_heads'
]) as name;

-- The day's limit is common to all tenants: a step of the ledger ends what any of them left open, and carries what any of
-- them sent over midnight. So the steps of 0002 see everything, and what follows lets a tenant in at its own calls only.
-- The setting is local to the transaction: a step that fails leaves it as it was.
alter function budget_reserve(timestamptz, text, jsonb, integer) rename to budget_reserve_of_any;
alter function budget_dispatch(timestamptz, text, text) rename to budget_dispatch_of_any;
alter function budget_settle(timestamptz, text, text, jsonb) rename to budget_settle_of_any;
alter function budget_release(timestamptz, text, text) rename to budget_release_of_any;
alter function budget_on(timestamptz, text, date) rename to budget_on_of_any;

-- Out: the tenant of the connection, empty for all. Invariant: until it is given back, everything is seen.
create function tenant_lift() returns text language plpgsql as $$
declare
  own text := coalesce(current_setting('app.tenant', true), '');
begin
  perform set_config('app.tenant', '', true);
  return own;
end $$;

create function budget_reserve(
  test_at timestamptz, new_zone text, request jsonb, unsent_ms integer,
  out reserved_on text, out scope integer, out room bigint
) language plpgsql as $$
declare
  own text := tenant_lift();
begin
  if own not in ('', coalesce(request -> 'facts' ->> 'tenant', '')) then
    raise insufficient_privilege using message = 'A reservation for another tenant is refused.';
  end if;
  select r.reserved_on, r.scope, r.room into reserved_on, scope, room
  from budget_reserve_of_any(test_at, new_zone, request, unsent_ms) r;
  perform set_config('app.tenant', own, true);
end $$;

create function budget_dispatch(test_at timestamptz, new_zone text, call_id text) returns boolean language plpgsql as $$
declare
  is_own boolean := exists (select from model_calls c where c.id = call_id);
  own text := tenant_lift();
  was_sent boolean := case when is_own then budget_dispatch_of_any(test_at, new_zone, call_id) else false end;
begin
  perform set_config('app.tenant', own, true);
  return was_sent;
end $$;

create function budget_settle(test_at timestamptz, new_zone text, call_id text, bill jsonb)
returns bigint language plpgsql as $$
declare
  is_own boolean := exists (select from model_calls c where c.id = call_id);
  own text := tenant_lift();
  charged bigint := case when is_own then budget_settle_of_any(test_at, new_zone, call_id, bill) end;
begin
  perform set_config('app.tenant', own, true);
  return charged;
end $$;

create function budget_release(test_at timestamptz, new_zone text, call_id text) returns void language plpgsql as $$
declare
  is_own boolean := exists (select from model_calls c where c.id = call_id);
  own text := tenant_lift();
begin
  if is_own then perform budget_release_of_any(test_at, new_zone, call_id); end if;
  perform set_config('app.tenant', own, true);
end $$;

create function budget_on(
  test_at timestamptz, new_zone text, asked date,
  out day text, out is_today boolean, out limited bigint, out held bigint, out spent bigint, out unconfirmed bigint,
  out calls integer
) language plpgsql as $$
declare
  own text := tenant_lift();
begin
  select b.day, b.is_today, b.limited, b.held, b.spent, b.unconfirmed, b.calls
  into day, is_today, limited, held, spent, unconfirmed, calls
  from budget_on_of_any(test_at, new_zone, asked) b;
  perform set_config('app.tenant', own, true);
end $$;
