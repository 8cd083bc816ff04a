-- compatible-with: 7
-- How often a message was claimed and given back untried, because whoever wrote it had to wait for their turn.
alter table inbox add column waits integer not null default 0;
