-- Every table of customers begins with the tenant: no row of one is reachable with the key of another.

-- Random keys this installation made for itself, for example to sign cookies.
create table secrets (
  name text primary key,
  value text not null
);

create table conversations (
  tenant text not null,
  id text not null,
  channel text not null,
  address jsonb not null,
  author_id text not null,
  author_name text,
  state text not null default 'bot' check (state in ('bot', 'person')),
  identity jsonb,
  task jsonb,
  paused jsonb not null default '[]',
  last jsonb,
  turns integer not null default 0,
  unclear integer not null default 0,
  ticket text,
  opened_at timestamptz not null,
  primary key (tenant, id)
);

-- What customers said. A row in state 'owed' still owes its answer; the oldest of a conversation carries the lease.
create table inbox (
  tenant text not null,
  id text not null,
  seq bigint generated always as identity,
  conversation text not null,
  address jsonb not null,
  author_id text not null,
  author_name text,
  text text not null,
  pressed text,
  is_private boolean not null,
  received_at timestamptz not null,
  state text not null default 'owed' check (state in ('owed', 'done')),
  attempt integer not null default 0,
  due_at timestamptz not null,
  lease_until timestamptz,
  primary key (tenant, id),
  foreign key (tenant, conversation) references conversations (tenant, id)
);
create index inbox_by_conversation on inbox (tenant, conversation, seq);
create index inbox_owed on inbox (tenant, conversation, seq) where state = 'owed';

create table receipts (
  tenant text not null,
  message text not null,
  conversation text not null,
  channel text not null,
  at timestamptz not null,
  intent text not null,
  stage text not null,
  confidence double precision not null,
  tier smallint not null,
  cost_micro_dollars bigint not null check (cost_micro_dollars >= 0),
  would_have_cost_micro_dollars bigint not null,
  body jsonb not null,
  primary key (tenant, message),
  foreign key (tenant, message) references inbox (tenant, id)
);

-- What the bot says. A row in state 'owed' still has to be shown; the oldest of a conversation goes first.
create table outbox (
  tenant text not null,
  id text not null,
  seq bigint generated always as identity,
  conversation text not null,
  message text,
  body jsonb not null,
  at timestamptz not null,
  state text not null default 'owed' check (state in ('owed', 'sent', 'abandoned')),
  attempt integer not null default 0,
  due_at timestamptz not null,
  platform_id text,
  reason text,
  primary key (tenant, id),
  foreign key (tenant, conversation) references conversations (tenant, id)
);
create index outbox_by_conversation on outbox (tenant, conversation, seq);
create index outbox_by_message on outbox (tenant, message);
create index outbox_owed on outbox (tenant, conversation, seq) where state = 'owed';

create table actions (
  tenant text not null,
  conversation text not null,
  id text not null,
  reply text not null,
  body jsonb not null,
  used_by text,
  primary key (tenant, conversation, id),
  foreign key (tenant, reply) references outbox (tenant, id)
);

create table ticket_numbers (
  tenant text primary key,
  last integer not null
);

create table tickets (
  tenant text not null,
  id text not null,
  subject text not null,
  state text not null check (state in ('open', 'waiting-customer', 'waiting-team', 'solved', 'closed')),
  requester text not null,
  conversation text not null,
  opened_at timestamptz not null,
  primary key (tenant, id),
  foreign key (tenant, conversation) references conversations (tenant, id)
);
create index tickets_by_requester on tickets (tenant, requester, opened_at desc);

create table ticket_notes (
  tenant text not null,
  ticket text not null,
  seq bigint generated always as identity,
  author text not null,
  text text not null,
  at timestamptz not null,
  primary key (tenant, ticket, seq),
  foreign key (tenant, ticket) references tickets (tenant, id)
);

create table identity_failures (
  tenant text not null,
  email text not null,
  at timestamptz not null
);
create index identity_failures_by_email on identity_failures (tenant, email, at);

-- The sample company's own records.

create table sample_customers (
  tenant text not null,
  id text not null,
  name text not null,
  email text not null,
  postcode text not null,
  plan text not null,
  plan_renews_on date,
  is_closed boolean not null default false,
  primary key (tenant, id)
);
create unique index sample_customers_by_email on sample_customers (tenant, email);

create table sample_orders (
  tenant text not null,
  id text not null,
  customer text not null,
  state text not null check (state in ('processing', 'shipped', 'delivered', 'cancelled')),
  items text not null,
  total integer not null,
  currency text not null,
  placed_on date not null,
  due_on date,
  address text not null,
  tracking text,
  primary key (tenant, id),
  foreign key (tenant, customer) references sample_customers (tenant, id)
);

create table sample_payments (
  tenant text not null,
  id text not null,
  customer text not null,
  order_id text,
  amount integer not null,
  currency text not null,
  state text not null check (state in ('charged', 'declined')),
  method text not null,
  paid_on date not null,
  reason text,
  primary key (tenant, id),
  foreign key (tenant, customer) references sample_customers (tenant, id)
);

create table sample_invoices (
  tenant text not null,
  id text not null,
  customer text not null,
  order_id text,
  amount integer not null,
  currency text not null,
  issued_on date not null,
  primary key (tenant, id),
  foreign key (tenant, customer) references sample_customers (tenant, id)
);

create table sample_refunds (
  tenant text not null,
  id text not null,
  customer text not null,
  order_id text not null,
  payment text not null,
  amount integer not null check (amount > 0),
  currency text not null,
  state text not null check (state in ('approved', 'waiting')),
  asked_on date not null,
  primary key (tenant, id),
  foreign key (tenant, payment) references sample_payments (tenant, id)
);
-- One refund for one payment, whatever happens twice.
create unique index sample_refunds_by_payment on sample_refunds (tenant, payment);

create table sample_mail (
  tenant text not null,
  seq bigint generated always as identity,
  recipient text not null,
  template text not null,
  about text not null,
  at timestamptz not null,
  primary key (tenant, seq)
);
