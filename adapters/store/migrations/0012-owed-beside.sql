-- compatible-with: 7
-- In: a tenant, a conversation, a message. Out: whether the conversation owes an answer to another message.
-- Invariant: it looks when it is called, and not as of when the statement began that calls it: what another process has
-- stored while that statement waited for the conversation is seen. A function that is volatile does so; one in PL/pgSQL is
-- planned once on each connection.
create function is_owed_beside(of_tenant text, of_conversation text, of_message text) returns boolean
language plpgsql volatile
as $$
begin
  return exists (
    select from inbox
    where tenant = of_tenant and conversation = of_conversation and state = 'owed' and id <> of_message);
end
$$;
