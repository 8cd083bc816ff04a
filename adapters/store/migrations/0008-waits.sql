-- compatible-with: 7
-- The oldest version whose release can work with the database after a migration, as the file of the migration says in its
-- first line; null: no earlier one can.
alter table migrations add column compatible_with integer;

-- How often a message was claimed and given back untried, because whoever wrote it had to wait for their turn.
alter table inbox add column waits integer not null default 0;
