-- What admins switched while the bot runs. One row for each switch that was ever used; null: as it is configured.
create table controls (
  tenant text not null,
  name text not null check (name in ('limit', 'mode')),
  value text,
  changed_at timestamptz not null,
  primary key (tenant, name)
);

-- Who changed what, when, where, from what to what. Each row carries the hash of the row before it, so that a row that is
-- changed, taken out or moved breaks the chain at its place. The id makes what is done twice count once.
create table audit (
  tenant text not null,
  seq bigint not null check (seq > 0),
  id text not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  place text not null,
  from_value text not null,
  to_value text not null,
  previous text not null,
  hash text not null,
  primary key (tenant, seq),
  unique (tenant, id)
);

-- The end of each chain: who adds a row locks it first, and a chain that was cut off does not reach it.
create table audit_heads (
  tenant text primary key,
  seq bigint not null,
  hash text not null
);

-- Invariant: what is recorded stays as it is.
create function audit_keep() returns trigger language plpgsql as $$
begin
  raise exception 'The audit record is only ever added to.';
end $$;
create trigger audit_kept before update or delete or truncate on audit
  for each statement execute function audit_keep();
