-- Messages that were changed before they came: a platform repeats what it could not deliver.
create table early_edits (
  tenant text not null,
  message text not null,
  text text not null,
  -- When the customer changed it, where the platform says so.
  revised_at timestamptz,
  at timestamptz not null,
  primary key (tenant, message)
);

-- What the team did is kept for a while only.
create index desk_acts_by_age on desk_acts (at);
