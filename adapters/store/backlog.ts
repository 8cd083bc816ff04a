import type { Now, Owed, ReadBacklog, ReadWaiting } from '../../src/core/ports.ts'
import { instant, integer, type Database, type Row } from './database.ts'

/** Reads what is owed. One statement over the three indexes that hold nothing else, so it costs as much as there is owed. */
export function createReadBacklog(database: Database): ReadBacklog {
  return async () => {
    const [row = {}] = await database.query(backlogStatement)
    return { messages: toOwed(row, 'messages'), replies: toOwed(row, 'replies'), parked: integer(row, 'parked') }
  }
}

/** Reads what could be answered now. One walk through what is owed, whoever wrote how much of it. */
export function createReadWaiting(database: Database, now: Now): ReadWaiting {
  return async () => {
    const [row = {}] = await database.query(waitingStatement, [now()])
    return toOwed(row, 'waiting')
  }
}

// In: the instant. Out: one row with the number of conversations whose oldest owed message `claim` would give, and since when
// the oldest of these is due. Invariant: what waits behind another message of its conversation counts as nothing.
const waitingStatement = `
  select count(*) as waiting, min(due_at) as waiting_since
  from (select distinct on (tenant, conversation) due_at, lease_until from inbox where state = 'owed'
      order by tenant, conversation, seq) oldest
  where due_at <= $1::timestamptz and (lease_until is null or lease_until <= $1::timestamptz)`

// In: nothing. Out: one row with the number of owed messages and replies of all channels, and of the tenants that the
// connection may see; since when the oldest of each is owed, where a message that has to wait for its turn is owed from then
// on; and how many messages are parked. Invariant: it changes nothing and waits for nobody.
const backlogStatement = `
  select m.count as messages, m.since as messages_since, r.count as replies, r.since as replies_since,
    (select count(*) from parked where state = 'parked') as parked
  from (select count(*) as count, min(case when waits > 0 then greatest(received_at, due_at) else received_at end) as since
      from inbox where state = 'owed') m,
    (select count(*) as count, min(at) as since from outbox where state = 'owed') r`

function toOwed(row: Row, what: 'messages' | 'replies' | 'waiting'): Owed {
  const count = integer(row, what)
  return { count, since: count === 0 ? undefined : instant(row, `${what}_since`) }
}
