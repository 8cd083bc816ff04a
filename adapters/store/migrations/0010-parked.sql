-- compatible-with: 7
-- What could not be answered, each message once: why, how often it was tried, and what an admin did about it. A row whose
-- message could not be answered again after a replay is parked anew.
create table parked (
  tenant text not null,
  message text not null,
  reason text not null,
  fault text not null,
  tries integer not null,
  parked_at timestamptz not null,
  -- The ticket under which the team has the message, and whether it was opened for it.
  ticket text,
  is_ticket_own boolean not null,
  -- When the admins were told.
  told_at timestamptz,
  state text not null default 'parked' check (state in ('parked', 'replayed', 'discarded')),
  closed_by text,
  closed_at timestamptz,
  primary key (tenant, message),
  foreign key (tenant, message) references inbox (tenant, id)
);
create index parked_open on parked (tenant, parked_at) where state = 'parked';
create index parked_untold on parked (tenant, parked_at) where told_at is null;
select protect_tenant('parked');

-- How often an admin had the message answered anew, and how often its worker was gone without giving it back.
alter table inbox add column replays integer not null default 0;
alter table inbox add column lost integer not null default 0;

-- Admins are told of it like of the day's money.
alter table alerts drop constraint alerts_level_check,
  add constraint alerts_level_check check (level in ('warning', 'prefer-local', 'budget-mode', 'spike', 'parked'));
