-- What people decided about proposed changes of tiers. One row for each adjustment: the last decision counts.
create table tier_adjustments (
  tenant text not null,
  id text not null,
  intent text not null,
  from_tier smallint not null check (from_tier between 1 and 4),
  to_tier smallint not null check (to_tier between 1 and 4),
  state text not null check (state in ('approved', 'rejected')),
  because text not null,
  by text not null,
  at timestamptz not null,
  primary key (tenant, id)
);
