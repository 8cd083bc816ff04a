-- compatible-with: 7
-- Each index begins with what tells rows apart, and not with the tenant, of which there is mostly one. While a database is new
-- Postgres knows nothing of its rows and takes one way for as cheap as another: by the tenant it read all messages to find one,
-- and kept to that way, prepared as it was, until it had looked at the tables by itself.
drop index inbox_by_conversation, inbox_owed, outbox_by_conversation, outbox_by_message, outbox_owed, outbox_by_platform_id;
create index inbox_by_conversation on inbox (conversation, tenant, seq);
create index inbox_owed on inbox (conversation, tenant, seq) where state = 'owed';
create index outbox_by_conversation on outbox (conversation, tenant, seq);
create index outbox_by_message on outbox (message, tenant);
create index outbox_owed on outbox (conversation, tenant, seq) where state = 'owed';
create index outbox_by_platform_id on outbox (platform_id, tenant) where platform_id is not null;
