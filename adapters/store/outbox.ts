import type { ChannelName } from '../../src/core/message.ts'
import type { ConversationKey, Now, Outbox, OutboxItem } from '../../src/core/ports.ts'
import { integer, json, type Database } from './database.ts'
import { toChannelName, toKey, toStoredReply } from './rows.ts'

/** A send that began less than this ago may still be under way in another process. */
const leaseMs = 30_000

export function createOutbox(database: Database, now: Now): Outbox {
  return {
    next: (key, channels) => next(database, { key, channels, instant: now() }),
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
    owed: async (channels) => (await database.query(owedStatement, [now(), channels.join(',')])).map(toKey),
  }
}

// In: a conversation, the instant, the end of the lease, channels with commas between. Out: its oldest owed reply, with the
// attempt counted, and the address of the message it answers or of the thread it belongs to.
// Invariant: replies of a conversation leave one after the other; one is sent by one process until its lease ends, and
// none is touched by a process that does not run its channel.
const nextStatement = `
  update outbox o set attempt = attempt + 1, due_at = $4::timestamptz
  from conversations c
  where o.tenant = $1 and c.tenant = o.tenant and c.id = o.conversation
    and o.id = (select id from outbox where tenant = $1 and conversation = $2 and state = 'owed' order by seq limit 1)
    and o.state = 'owed' and o.due_at <= $3::timestamptz and c.channel = any(string_to_array($5, ','))
  returning o.id, o.tenant, o.conversation, o.message, o.body, o.at, o.attempt, c.channel,
    coalesce((select i.address from inbox i where i.tenant = o.tenant and i.id = o.message), c.address)
      || coalesce((select jsonb_build_object('thread', p.platform_id) from outbox p
           where p.tenant = o.tenant and p.id = o.thread and p.platform_id is not null), '{}') as address`

// In: the instant, channels with commas between. Out: the conversations whose oldest owed reply `next` would give.
const owedStatement = `
  select o.tenant, o.conversation from outbox o
  join conversations c on c.tenant = o.tenant and c.id = o.conversation
  where o.state = 'owed' and o.due_at <= $1::timestamptz and c.channel = any(string_to_array($2, ','))
    and o.seq = (select min(seq) from outbox where tenant = o.tenant and conversation = o.conversation and state = 'owed')`

interface Asking {
  readonly key: ConversationKey
  readonly channels: readonly ChannelName[]
  readonly instant: Date
}

async function next(database: Database, { key, channels, instant }: Asking): Promise<OutboxItem | undefined> {
  const until = new Date(instant.getTime() + leaseMs)
  const [row] = await database.query(nextStatement, [key.tenant, key.conversation, instant, until, channels.join(',')])
  if (row === undefined) return undefined
  return {
    key,
    channel: toChannelName(row),
    address: json(row, 'address'),
    reply: toStoredReply(row),
    attempt: integer(row, 'attempt'),
  }
}
