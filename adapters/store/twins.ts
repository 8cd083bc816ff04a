import type { ChannelName } from '../../src/core/message.ts'
import type { Now, Twins, TwinSearch } from '../../src/core/ports.ts'
import { integer, json, text, type Database, type Row } from './database.ts'
import { addressColumn, channelColumn } from './outbox.ts'
import { toChannelName } from './rows.ts'

export function createTwins(database: Database, now: Now): Twins {
  return {
    due: (channels, leaseMs) => due(database, { channels, leaseMs, at: now() }),
    looked: async ({ tenant, reply }, { looks, removed, lookAt }) => {
      await database.query(
        `update outbox set tidy_looks = $3::smallint, tidied = tidied + $4::integer, tidy_at = $5::timestamptz
         where tenant = $1 and id = $2`,
        [tenant, reply, looks, removed, lookAt ?? null],
      )
    },
  }
}

// In: the instant, the end of the lease, channels with commas between. Out: shown replies of a day to look for again.
// Invariant: of several processes one looks.
const dueStatement = `
  with due as materialized (
    select d.tenant, d.id from outbox d
    where d.tidy_at <= $1::timestamptz and d.at > $1::timestamptz - interval '1 day' and d.state = 'sent'
      and ${channelColumn('d')} = any(string_to_array($3, ','))
    order by d.tidy_at limit 20
  )
  update outbox o set tidy_at = $2::timestamptz
  from due d, conversations c
  where o.tenant = d.tenant and o.id = d.id and c.tenant = o.tenant and c.id = o.conversation
    and o.state = 'sent' and o.tidy_at <= $1::timestamptz
  returning o.tenant, o.id, o.platform_id, o.tidy_looks, c.channel, ${addressColumn}`

interface Asking {
  readonly channels: readonly ChannelName[]
  readonly leaseMs: number
  readonly at: Date
}

async function due(database: Database, { channels, leaseMs, at }: Asking): Promise<readonly TwinSearch[]> {
  const until = new Date(at.getTime() + leaseMs)
  return (await database.query(dueStatement, [at, until, channels.join(',')])).map(toSearch)
}

function toSearch(row: Row): TwinSearch {
  return {
    tenant: text(row, 'tenant'),
    channel: toChannelName(row),
    address: json(row, 'address'),
    reply: text(row, 'id'),
    platformId: text(row, 'platform_id'),
    looks: integer(row, 'tidy_looks'),
  }
}
