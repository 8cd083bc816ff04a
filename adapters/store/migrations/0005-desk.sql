-- The team's desk. A card and its thread are a conversation of their own, so that they are sent, changed and looked for like
-- every other reply.
create table desk_cards (
  tenant text not null,
  id text not null,
  kind text not null check (kind in ('answer', 'hand-over')),
  conversation text not null,
  platform text not null check (platform in ('slack', 'discord')),
  post text not null,
  state text not null check (state in ('watching', 'waiting', 'claimed', 'resolved')),
  ticket text,
  person jsonb,
  facts jsonb not null,
  version integer not null default 1,
  opened_at timestamptz not null,
  primary key (tenant, id),
  foreign key (tenant, conversation) references conversations (tenant, id)
);
create index desk_cards_by_conversation on desk_cards (tenant, conversation);
create index desk_cards_by_post on desk_cards (tenant, post);
-- One card of answers, and one hand-over at a time.
create unique index desk_cards_answers on desk_cards (tenant, conversation) where kind = 'answer';
create unique index desk_cards_open on desk_cards (tenant, conversation) where kind = 'hand-over' and state <> 'resolved';
create index desk_cards_queue on desk_cards (tenant, opened_at) where kind = 'hand-over' and state <> 'resolved';

-- What the team did, each event of a platform once.
create table desk_acts (
  tenant text not null,
  event text not null,
  by text not null,
  at timestamptz not null,
  primary key (tenant, event)
);

-- Messages somebody wants a ticket for, until the form comes back.
create table ticket_drafts (
  tenant text not null,
  id text not null,
  author jsonb not null,
  ticket text not null,
  message jsonb not null,
  at timestamptz not null,
  primary key (tenant, id)
);

-- What was written below a card before the platform's id of the card was known: its sending had ended in the dark.
create table desk_strays (
  tenant text not null,
  id text not null,
  seq bigint generated always as identity,
  platform text not null,
  thread text not null,
  message jsonb not null,
  primary key (tenant, id)
);
create index desk_strays_by_thread on desk_strays (tenant, platform, thread, seq);

-- A reply written below another one goes where the platform shows that one.
alter table outbox add column thread text;
create index outbox_by_platform_id on outbox (tenant, platform_id) where platform_id is not null;

-- How often the team took or gave back the conversation: an answer begun before counts no more. Turns up to context_after
-- belong to what was resolved, and are not read again.
alter table conversations add column changed_hands integer not null default 0;
alter table conversations add column context_after bigint not null default 0;
