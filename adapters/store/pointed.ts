import type { TicketDraft } from '../../src/core/desk.ts'
import type { Pointed } from '../../src/core/ports/desk.ts'
import type { Now } from '../../src/core/ports.ts'
import { json, text, toJson, type Database } from './database.ts'
import { toKeptMessage } from './strays.ts'

// In: a tenant, a channel, the place in it, the platform's id of a message of ours. Out: what that message answers.
const answeredStatement = `
  select o.conversation, o.message from outbox o
  join conversations c on c.tenant = o.tenant and c.id = o.conversation
  join inbox i on i.tenant = o.tenant and i.id = o.message
  where o.tenant = $1 and o.platform_id = $2 and c.channel = $3
    and coalesce(i.address ->> 'channel', '') = $4 limit 1`

export function createPointed(database: Database, now: Now): Pointed {
  return {
    answeredBy: async ({ tenant, channel, address }, platformId) => {
      const [row] = await database.query(answeredStatement, [tenant, platformId, channel, address['channel'] ?? ''])
      if (row === undefined) return undefined
      return { tenant, conversation: text(row, 'conversation'), message: text(row, 'message') }
    },
    keepDraft: async ({ tenant, id, author, ticket, message }) => {
      await database.query(
        `insert into ticket_drafts (tenant, id, author, ticket, message, at) values ($1, $2, $3::jsonb, $4, $5::jsonb, $6)
         on conflict do nothing`,
        [tenant, id, toJson(author), ticket, toJson(message), now()],
      )
    },
    draft: async (tenant, id) => {
      const [row] = await database.query(
        'select author, ticket, message from ticket_drafts where tenant = $1 and id = $2',
        [tenant, id],
      )
      if (row === undefined) return undefined
      const author = json<TicketDraft['author']>(row, 'author')
      return {
        tenant,
        id,
        author,
        ticket: text(row, 'ticket'),
        message: toKeptMessage(row),
      }
    },
    openConversation: async ({ tenant, conversation, channel, address, author }) => {
      await database.query(
        `insert into conversations (tenant, id, channel, address, author_id, author_name, opened_at, is_quiet)
         values ($1, $2, $3, $4::jsonb, $5, $6, $7, true) on conflict (tenant, id) do nothing`,
        [tenant, conversation, channel, toJson(address), author.id, author.name ?? null, now()],
      )
    },
  }
}
