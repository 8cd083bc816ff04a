-- Messages that were changed or taken back before their answer was shown, and files that came with them. An answer counts
-- only for the revision it was begun for.
alter table inbox add column revision integer not null default 0;
alter table inbox add column revised_at timestamptz;
alter table inbox add column attachments jsonb;
alter table inbox drop constraint inbox_state_check;
alter table inbox add constraint inbox_state_check check (state in ('owed', 'done', 'withdrawn'));

-- Messages that were taken back before they came: a platform repeats what it could not deliver.
create table early_deletions (
  tenant text not null,
  message text not null,
  at timestamptz not null,
  primary key (tenant, message)
);

-- Somebody else talks where the bot was asked: it is quiet there until it is named again.
alter table conversations add column is_quiet boolean not null default false;

-- A reply may change the message of an earlier one. is_sending: a try has begun and nobody has told its end. One whose try
-- ended in the dark is ambiguous from then on, and looked after: what the platform shows twice is removed. tidy_at is when
-- to look next; null when nothing is left to look for.
alter table outbox add column replaces text;
alter table outbox add column is_sending boolean not null default false;
alter table outbox add column is_ambiguous boolean not null default false;
update outbox set is_sending = true where state = 'owed' and attempt > 0;
alter table outbox add column tidy_at timestamptz;
alter table outbox add column tidy_looks smallint not null default 0;
alter table outbox add column tidied integer not null default 0;
create index outbox_untidy on outbox (tidy_at) where tidy_at is not null;
