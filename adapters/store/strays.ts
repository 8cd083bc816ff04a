import type { Message } from '../../src/core/message.ts'
import type { Strays } from '../../src/core/ports/desk.ts'
import { json, toJson, type Database, type Row } from './database.ts'

// In: a message, the thread it stands in. Out: a row when a card on its platform may be shown without our knowing where, and
// the thread is no conversation with the bot.
const keepStatement = `
  insert into desk_strays (tenant, id, platform, thread, message)
  select $1, $2, $3, $4, $5::jsonb
  where exists (select 1 from desk_cards d join outbox o on o.tenant = d.tenant and o.id = d.post
    where d.tenant = $1 and d.platform = $3 and o.state = 'owed' and (o.is_sending or o.is_ambiguous))
    and not exists (select 1 from conversations c where c.tenant = $1 and c.id = $6)
  on conflict (tenant, id) do update set thread = excluded.thread returning 1 as kept`

export function createStrays(database: Database): Strays {
  return {
    keep: async (message, thread) => {
      const { tenant, id, channel, conversation } = message
      const rows = await database.query(keepStatement, [tenant, id, channel, thread, toJson(message), conversation])
      return rows.length > 0 ? 'kept' : 'none'
    },
    of: async (tenant, platform, thread) => {
      const rows = await database.query(
        'select message from desk_strays where tenant = $1 and platform = $2 and thread = $3 order by seq',
        [tenant, platform, thread],
      )
      return rows.map(toKeptMessage)
    },
    forget: async ({ tenant, id }) => {
      await database.query('delete from desk_strays where tenant = $1 and id = $2', [tenant, id])
    },
  }
}

/** Reads a message that was kept whole. */
export function toKeptMessage(row: Row): Message {
  const { receivedAt, ...message } = json<Omit<Message, 'receivedAt'> & { receivedAt: string }>(row, 'message')
  return { ...message, receivedAt: new Date(receivedAt) }
}
