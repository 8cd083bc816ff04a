import type { AuditEntry } from '../../src/core/audit.ts'
import type { Message, MessageId, TenantId } from '../../src/core/message.ts'
import type {
  ParkedDecision,
  ParkedMessage,
  ParkedMessages,
  ParkedResult,
  ParkedTraces,
  ParkReason,
} from '../../src/core/parked.ts'
import type { Now } from '../../src/core/ports.ts'
import { raise } from './alerts.ts'
import { appendAudit, lockAudit } from './audit.ts'
import { instant, integer, optionalText, text, toJson, type Database, type Row, type Statements } from './database.ts'
import { toChannelName, toTicketState } from './rows.ts'

const columns = `
  select p.*, i.conversation, i.text, i.replays, c.channel from parked p
  join inbox i on i.tenant = p.tenant and i.id = p.message
  join conversations c on c.tenant = i.tenant and c.id = i.conversation`

/** The parked messages, in the tables of the inbox beside them. */
export function createParked(database: Database, now: Now): ParkedMessages {
  return {
    list: async (tenant, which) => {
      const rows = await database.query(
        `${columns} where p.tenant = $1 and ($2 or p.state = 'parked') order by p.parked_at desc, p.message limit 100`,
        [tenant, which === 'all'],
      )
      return rows.map(toParked)
    },
    find: async (tenant, message) => {
      const [row] = await database.query(`${columns} where p.tenant = $1 and p.message = $2`, [tenant, message])
      return row === undefined ? undefined : { ...toParked(row), traces: await readTraces(database, row) }
    },
    decide: (wish, entry) => database.transaction((transaction) => decide(transaction, wish, entry)),
    untold: async (tenant) => (await database.query(untoldStatement, [tenant])).map(toParked),
    tell: (tenant, write) => database.transaction((transaction) => tell(transaction, { tenant, write, at: now() })),
  }
}

const untoldStatement = `${columns} where p.tenant = $1 and p.told_at is null order by p.parked_at, p.message limit 100`

interface Telling {
  readonly tenant: TenantId
  readonly write: Parameters<ParkedMessages['tell']>[1]
  readonly at: Date
}

async function tell(transaction: Statements, { tenant, write, at }: Telling): Promise<void> {
  // Whoever tells of the same messages, parks one anew or decides about it at this moment is left to do so.
  const rows = await transaction.query(`${untoldStatement} for update of p skip locked`, [tenant])
  const found = rows.map(toParked)
  const [first] = found
  if (first === undefined) return
  const { alert, targets } = write(first, found)
  await raise(transaction, alert, { targets, at })
  await transaction.query(
    `update parked set told_at = $3::timestamptz
     where tenant = $1 and message in (select jsonb_array_elements_text($2::jsonb))`,
    [tenant, toJson(found.map(({ message }) => message)), at],
  )
}

// In: a message, why it could not be answered, the ticket under which it is. Out: nothing. Invariant: one row for each
// message; the admins are told of each time it is parked, and a ticket that was opened for it stays its own.
const parkStatement = `
  insert into parked (tenant, message, reason, fault, tries, parked_at, ticket, is_ticket_own)
  values ($1, $2, $3, $4, $5, $6::timestamptz, $7, $8)
  on conflict (tenant, message) do update set reason = excluded.reason, fault = excluded.fault, tries = excluded.tries,
    parked_at = excluded.parked_at, told_at = null, state = 'parked', ticket = coalesce(parked.ticket, excluded.ticket)`

/** Keeps a message as parked, in the transaction that stores its apology. */
export async function park(
  transaction: Statements,
  { tenant, id }: Pick<Message, 'tenant' | 'id'>,
  { reason, fault, tries, ticket, at }: ParkReason & { readonly ticket: OwnTicket | undefined; readonly at: Date },
): Promise<void> {
  const values = [tenant, id, reason, fault, tries, at, ticket?.id ?? null, ticket?.isOwn ?? false]
  await transaction.query(parkStatement, values)
}

/** Under which ticket a message is, and whether that was opened for it. */
export interface OwnTicket {
  readonly id: string
  readonly isOwn: boolean
}

/** The ticket that was opened when this message was parked. */
export async function ownTicketOf(
  statements: Statements,
  { tenant, id }: Pick<Message, 'tenant' | 'id'>,
): Promise<string | undefined> {
  const [row] = await statements.query(
    'select ticket from parked where tenant = $1 and message = $2 and is_ticket_own',
    [tenant, id],
  )
  return row === undefined ? undefined : optionalText(row, 'ticket')
}

// In: a message that was answered with an apology. Out: a row when it is owed again. Invariant: attempts only grow, because
// an outcome counts for the newest alone, and those before the replay are no tries of it.
const replayStatement = `
  update inbox set state = 'owed', due_at = $3::timestamptz, lease_until = null, waits = attempt, lost = 0,
    replays = replays + 1
  where tenant = $1 and id = $2 and state = 'done' returning 1 as owed`

async function decide(
  transaction: Statements,
  { tenant, message, decision }: { tenant: TenantId; message: MessageId; decision: ParkedDecision },
  entry: Pick<AuditEntry, 'id' | 'at' | 'by'>,
): Promise<ParkedResult> {
  // Whoever decides about the same message waits here, and then reads that it is closed.
  const head = await lockAudit(transaction, tenant)
  const [row] = await transaction.query('select state from parked where tenant = $1 and message = $2', [
    tenant,
    message,
  ])
  if (row === undefined) return 'unknown'
  if (text(row, 'state') !== 'parked') return 'closed'
  if (decision === 'replay') {
    const owed = await transaction.query(replayStatement, [tenant, message, entry.at])
    if (owed.length === 0) return 'withdrawn'
    // It counts as one message, and a process of the release before could not store a receipt beside the apology's.
    await transaction.query('delete from receipts where tenant = $1 and message = $2', [tenant, message])
  }
  const state = decision === 'replay' ? 'replayed' : 'discarded'
  await transaction.query(
    'update parked set state = $3, closed_by = $4, closed_at = $5::timestamptz where tenant = $1 and message = $2',
    [tenant, message, state, entry.by, entry.at],
  )
  const what = { action: `message.${decision}`, place: message, from: 'parked', to: state }
  await appendAudit(transaction, { tenant, head }, { ...entry, ...what })
  return 'done'
}

// In: a message and its ticket. Out: one row: who has the conversation, its hand-over's card, the ticket, later messages.
const tracesStatement = `
  select c.state as has,
    (select d.state from desk_cards d where d.tenant = c.tenant and d.conversation = c.id and d.kind = 'hand-over'
      order by d.opened_at desc limit 1) as card,
    (select t.state from tickets t where t.tenant = c.tenant and t.id = $3) as ticket_state,
    (select count(*) from inbox l where l.tenant = c.tenant and l.conversation = c.id and l.seq > i.seq and l.state = 'done') as answered,
    (select count(*) from inbox l where l.tenant = c.tenant and l.conversation = c.id and l.seq > i.seq and l.state = 'owed') as owed
  from inbox i join conversations c on c.tenant = i.tenant and c.id = i.conversation
  where i.tenant = $1 and i.id = $2`

async function readTraces(database: Database, parked: Row): Promise<ParkedTraces> {
  const [tenant, message, ticket] = [text(parked, 'tenant'), text(parked, 'message'), optionalText(parked, 'ticket')]
  const [row = {}] = await database.query(tracesStatement, [tenant, message, ticket ?? null])
  const replies = await database.query('select state, at from outbox where tenant = $1 and message = $2 order by seq', [
    tenant,
    message,
  ])
  const ticketState = optionalText(row, 'ticket_state')
  const card = optionalText(row, 'card')
  return {
    replies: replies.map((reply) => ({ state: toReplyState(text(reply, 'state')), at: instant(reply, 'at') })),
    ...(ticket === undefined || ticketState === undefined
      ? {}
      : { ticket: { id: ticket, state: toTicketState(ticketState), isOwn: parked['is_ticket_own'] === true } }),
    ...(card === 'waiting' || card === 'claimed' || card === 'resolved' ? { card } : {}),
    with: text(row, 'has') === 'person' ? 'person' : 'bot',
    later: { answered: integer(row, 'answered'), owed: integer(row, 'owed') },
  }
}

function toReplyState(state: string): ParkedTraces['replies'][number]['state'] {
  return state === 'sent' || state === 'abandoned' ? state : 'owed'
}

function toParked(row: Row): ParkedMessage {
  const [ticket, by] = [optionalText(row, 'ticket'), optionalText(row, 'closed_by')]
  const state = text(row, 'state')
  return {
    tenant: text(row, 'tenant'),
    message: text(row, 'message'),
    conversation: text(row, 'conversation'),
    channel: toChannelName(row),
    text: text(row, 'text'),
    reason: text(row, 'reason'),
    fault: text(row, 'fault'),
    tries: integer(row, 'tries'),
    replays: integer(row, 'replays'),
    at: instant(row, 'parked_at'),
    state: state === 'replayed' || state === 'discarded' ? state : 'parked',
    ...(by === undefined ? {} : { closed: { by, at: instant(row, 'closed_at') } }),
    ...(ticket === undefined ? {} : { ticket }),
  }
}
