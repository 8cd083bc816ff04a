import type { ChannelName } from '../../src/core/message.ts'
import type { ConversationKey, Now, Outbox, OutboxItem, UndeliverableNote } from '../../src/core/ports.ts'
import type { TicketId } from '../../src/core/ticket.ts'
import {
  instant,
  integer,
  json,
  optionalText,
  runStep,
  text,
  unhurried,
  type Database,
  type Row,
  type Statements,
} from './database.ts'
import { toChannelName, toKey, toStoredReply } from './rows.ts'
import { nextTicketId } from './tickets.ts'

/** A send that began less than so many milliseconds ago may still be under way in another process. */
export const sendingMs = 30_000

export function createOutbox(database: Database, now: Now): Outbox {
  return {
    next: (key, channels) => next(database, { key, channels, at: now() }),
    delivered: async ({ key, reply, attempt }, platformId, lookAt) => {
      const [row] = await runStep(database, {
        about: key.conversation,
        sql: deliveredStatement,
        parameters: [key.tenant, reply.id, platformId, attempt, lookAt ?? null],
      })
      if (reply.replaces !== undefined) await database.query(replacedStatement, [key.tenant, reply.id, platformId])
      return row?.['more'] !== false
    },
    failed: async ({ key, reply, attempt }, { reason, retryAt, isAmbiguous }) => {
      await database.query(
        `update outbox set reason = $3, state = $4, due_at = coalesce($5::timestamptz, due_at), is_sending = false,
           is_ambiguous = is_ambiguous or $7
         where tenant = $1 and id = $2 and state = 'owed' and attempt = $6`,
        [
          key.tenant,
          reply.id,
          reason,
          retryAt === undefined ? 'abandoned' : 'owed',
          retryAt ?? null,
          attempt,
          isAmbiguous,
        ],
      )
    },
    abandon: (item, reason, note) =>
      database.transaction((statements) => abandon(statements, item, { reason, note, at: now() })),
    owed: async (channels) => (await database.query(owedStatement, [now(), channels.join(',')])).map(toKey),
  }
}

/** The channel of a reply, looked up for each: as a join all conversations are read for the few replies there are. */
export function channelColumn(outbox: string): string {
  return `(select channel from conversations where tenant = ${outbox}.tenant and id = ${outbox}.conversation)`
}

/** Where a reply of outbox `o` in conversation `c` is shown: with the message it answers, and in its thread. */
export const addressColumn = `
    coalesce((select i.address from inbox i where i.tenant = o.tenant and i.id = o.message), c.address)
      || coalesce((select jsonb_build_object('thread', p.platform_id) from outbox p
           where p.tenant = o.tenant and p.id = o.thread and p.platform_id is not null), '{}') as address`

// In: a conversation, the instant, the end of the lease, channels with commas between. Out: its oldest owed reply, with the
// attempt counted, and the address of the message it answers or of the thread it belongs to.
// Invariant: replies of a conversation leave one after the other; one is sent by one process until its lease ends, and
// none is touched by a process that does not run its channel. A try whose end nobody has told may have been shown.
const nextStatement = `
  update outbox o set attempt = attempt + 1, due_at = $4::timestamptz, is_ambiguous = is_ambiguous or is_sending, is_sending = true
  from conversations c
  where o.tenant = $1 and o.conversation = $2 and c.tenant = $1 and c.id = $2
    and o.id = (select id from outbox where tenant = $1 and conversation = $2 and state = 'owed' order by seq limit 1)
    and o.state = 'owed' and o.due_at <= $3::timestamptz and c.channel = any(string_to_array($5, ','))
  returning o.id, o.tenant, o.conversation, o.message, o.body, o.at, o.attempt, o.is_ambiguous, c.channel,
    (select r.platform_id from outbox r where r.tenant = o.tenant and r.id = o.replaces and r.state = 'sent') as replaced,
    (select i.received_at from inbox i where i.tenant = o.tenant and i.id = o.message) as received_at,
    (select r.intent from receipts r where r.tenant = o.tenant and r.message = o.message) as intent,
    (select r.stage from receipts r where r.tenant = o.tenant and r.message = o.message) as stage,
    ${addressColumn}`

// In: a reply, its id on the platform, the attempt that showed it, when to look for a twin. Out: whether the conversation owes
// another reply; no row when nothing changed. Invariant: the first id that was
// told stays. A twin may be there when an earlier try ended in the dark, a later one has begun, or another id was told before.
// Lost in a crash of the server, it is owed as before, with the attempt that was counted, and so looked for before it is sent.
const deliveredStatement = `
  update outbox o set state = 'sent', platform_id = coalesce(platform_id, $3), is_sending = false,
    tidy_at = case when is_ambiguous or attempt <> $4 or state = 'sent' then $5::timestamptz else tidy_at end
  where tenant = $1 and id = $2 and (state = 'owed' or (state = 'sent' and platform_id <> $3))
  returning exists (
    select from outbox later
    where later.tenant = o.tenant and later.conversation = o.conversation and later.state = 'owed' and later.id <> o.id) as more,
    ${unhurried}`

// In: a reply that changes an earlier one, its id on the platform. Invariant: where it was written anew, because the earlier
// message was removed or never shown, it has taken that one's place: later changes, and what belongs below it, go there.
const replacedStatement = `
  update outbox r set platform_id = $3, state = 'sent' from outbox o
  where o.tenant = $1 and o.id = $2 and r.tenant = o.tenant and r.id = o.replaces and r.state <> 'owed'
    and r.platform_id is distinct from $3`

// In: the instant, channels with commas between. Out: the conversations whose oldest owed reply `next` would give.
const owedStatement = `
  select o.tenant, o.conversation from outbox o
  where o.state = 'owed' and o.due_at <= $1::timestamptz and ${channelColumn('o')} = any(string_to_array($2, ','))
    and o.seq = (select min(seq) from outbox where tenant = o.tenant and conversation = o.conversation and state = 'owed')`

interface Asking {
  readonly key: ConversationKey
  readonly channels: readonly ChannelName[]
  readonly at: Date
}

async function next(database: Database, { key, channels, at }: Asking): Promise<OutboxItem | undefined> {
  const until = new Date(at.getTime() + sendingMs)
  const [row] = await database.query(nextStatement, [key.tenant, key.conversation, at, until, channels.join(',')])
  if (row === undefined) return undefined
  const replaces = optionalText(row, 'replaced')
  return {
    key,
    channel: toChannelName(row),
    address: json(row, 'address'),
    reply: toStoredReply(row),
    attempt: integer(row, 'attempt'),
    isAmbiguous: row['is_ambiguous'] === true,
    ...toAnswers(row),
    ...(replaces === undefined ? {} : { replaces }),
  }
}

/** What a person writes, and what only notes a rating, answers without a receipt. */
function toAnswers(row: Row): Pick<OutboxItem, 'answers'> {
  const [message, intent, stage] = ['message', 'intent', 'stage'].map((column) => optionalText(row, column))
  if (message === undefined || intent === undefined || stage === undefined) return {}
  return { answers: { message, intent, stage, receivedAt: instant(row, 'received_at') } }
}

interface Abandoning {
  readonly reason: string
  readonly note: UndeliverableNote
  readonly at: Date
}

// Runs in one transaction. Invariant: a reply is given up by its newest attempt only, and never without the team being told.
async function abandon(
  statements: Statements,
  { key, reply, attempt }: OutboxItem,
  { reason, note, at }: Abandoning,
): Promise<TicketId | undefined> {
  const { tenant, conversation } = key
  const closed = await statements.query(
    `update outbox set state = 'abandoned', reason = $4, is_sending = false
     where tenant = $1 and id = $2 and state = 'owed' and attempt = $3 returning 1 as closed`,
    [tenant, reply.id, attempt, reason],
  )
  if (closed.length === 0) return undefined
  const ticket =
    (await liveTicket(statements, key)) ?? (await openTicket(statements, key, { subject: note.subject, at }))
  await statements.query(
    `insert into ticket_notes (tenant, ticket, author, text, at) values ($1, $2, 'bot', $3, $4::timestamptz)`,
    [tenant, ticket, note.text, at],
  )
  await statements.query('update conversations set ticket = $3 where tenant = $1 and id = $2', [
    tenant,
    conversation,
    ticket,
  ])
  return ticket
}

// In: a conversation. Out: its ticket, waiting for the team, if somebody still works on it.
const liveTicketStatement = `
  update tickets t set state = 'waiting-team' from conversations c
  where c.tenant = $1 and c.id = $2 and t.tenant = c.tenant and t.id = c.ticket and t.state not in ('solved', 'closed')
  returning t.id`

async function liveTicket(statements: Statements, key: ConversationKey): Promise<TicketId | undefined> {
  const [row] = await statements.query(liveTicketStatement, [key.tenant, key.conversation])
  return row === undefined ? undefined : text(row, 'id')
}

const openTicketStatement = `
  insert into tickets (tenant, id, subject, state, requester, conversation, opened_at)
  select tenant, $3, $4, 'waiting-team', channel || ':' || author_id, id, $5::timestamptz
  from conversations where tenant = $1 and id = $2`

async function openTicket(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  { subject, at }: { readonly subject: string; readonly at: Date },
): Promise<TicketId> {
  const ticket = await nextTicketId(statements, tenant)
  await statements.query(openTicketStatement, [tenant, conversation, ticket, subject, at])
  return ticket
}
