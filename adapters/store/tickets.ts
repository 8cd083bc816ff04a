import type { TenantId } from '../../src/core/message.ts'
import type { Tickets } from '../../src/core/ports.ts'
import type { Ticket, TicketId, TicketNote } from '../../src/core/ticket.ts'
import { ownTicketOf } from './parked.ts'
import { instant, integer, json, text, type Database, type Row, type Statements } from './database.ts'
import { toTicketState } from './rows.ts'

const ticketColumns = `select t.*, coalesce((select jsonb_agg(jsonb_build_object('by', n.author, 'text', n.text, 'at', n.at) order by n.seq)
  from ticket_notes n where n.tenant = t.tenant and n.ticket = t.id), '[]') as notes from tickets t`

export function createTickets(database: Database): Tickets {
  return {
    nextId: async (tenant, message) => {
      const own = message === undefined ? undefined : await ownTicketOf(database, { tenant, id: message })
      return own ?? (await nextTicketId(database, tenant))
    },
    find: async (tenant, id) => {
      const [row] = await database.query(`${ticketColumns} where t.tenant = $1 and t.id = $2`, [tenant, id])
      return row === undefined ? undefined : toTicket(row)
    },
    ofRequester: async (tenant, requester) => {
      const rows = await database.query(
        `${ticketColumns} where t.tenant = $1 and t.requester = $2 order by t.opened_at desc, t.id desc limit 50`,
        [tenant, requester],
      )
      return rows.map(toTicket)
    },
  }
}

// In: a tenant. Out: the number given. Invariant: no number is given twice, also not after a failed turn.
const nextStatement = `
  insert into ticket_numbers (tenant, last) values ($1, 1)
  on conflict (tenant) do update set last = ticket_numbers.last + 1
  returning last`

/** A number nobody else gets. */
export async function nextTicketId(statements: Statements, tenant: TenantId): Promise<TicketId> {
  const [row] = await statements.query(nextStatement, [tenant])
  return `T-${integer(row ?? {}, 'last')}`
}

function toTicket(row: Row): Ticket {
  const notes = json<readonly { by: string; text: string; at: string }[]>(row, 'notes')
  return {
    tenant: text(row, 'tenant'),
    id: text(row, 'id'),
    subject: text(row, 'subject'),
    state: toTicketState(text(row, 'state')),
    requester: text(row, 'requester'),
    conversation: text(row, 'conversation'),
    notes: notes.map((note): TicketNote => ({ by: note.by, text: note.text, at: new Date(note.at) })),
    openedAt: instant(row, 'opened_at'),
  }
}
