import type { ConversationKey, Now, Outbox, OutboxItem } from '../../src/core/ports.ts'
import { integer, json, type Database } from './database.ts'
import { toChannelName, toKey, toStoredReply } from './rows.ts'

/** A send that began less than this ago may still be under way in another process. */
const leaseMs = 30_000

export function createOutbox(database: Database, now: Now): Outbox {
  return {
    next: (key) => next(database, key, now()),
    delivered: async ({ key, reply }, platformId) => {
      await database.query(
        `update outbox set state = 'sent', platform_id = $3 where tenant = $1 and id = $2 and state = 'owed'`,
        [key.tenant, reply.id, platformId],
      )
    },
    failed: async ({ key, reply, attempt }, reason, retryAt) => {
      await database.query(
        `update outbox set reason = $3, state = $4, due_at = coalesce($5::timestamptz, due_at)
         where tenant = $1 and id = $2 and state = 'owed' and attempt = $6`,
        [key.tenant, reply.id, reason, retryAt === undefined ? 'abandoned' : 'owed', retryAt ?? null, attempt],
      )
    },
    owed: async () => (await database.query(owedStatement, [now()])).map(toKey),
  }
}

// In: a conversation, the instant, the end of the lease. Out: its oldest owed reply, with the attempt counted.
// Invariant: replies of a conversation leave one after the other; one is sent by one process until its lease ends.
const nextStatement = `
  update outbox o set attempt = attempt + 1, due_at = $4::timestamptz
  from conversations c
  where o.tenant = $1 and c.tenant = o.tenant and c.id = o.conversation
    and o.id = (select id from outbox where tenant = $1 and conversation = $2 and state = 'owed' order by seq limit 1)
    and o.state = 'owed' and o.due_at <= $3::timestamptz
  returning o.id, o.tenant, o.conversation, o.message, o.body, o.at, o.attempt, c.channel, c.address`

// In: the instant. Out: the conversations whose oldest owed reply `next` would give.
const owedStatement = `
  select tenant, conversation from outbox o
  where state = 'owed' and due_at <= $1::timestamptz
    and seq = (select min(seq) from outbox where tenant = o.tenant and conversation = o.conversation and state = 'owed')`

async function next(database: Database, key: ConversationKey, instant: Date): Promise<OutboxItem | undefined> {
  const until = new Date(instant.getTime() + leaseMs)
  const [row] = await database.query(nextStatement, [key.tenant, key.conversation, instant, until])
  if (row === undefined) return undefined
  return {
    key,
    channel: toChannelName(row),
    address: json(row, 'address'),
    reply: toStoredReply(row),
    attempt: integer(row, 'attempt'),
  }
}
