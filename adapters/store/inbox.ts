import type { ChannelName, Message } from '../../src/core/message.ts'
import type { Acceptance, Claim, ConversationKey, Given, Inbox, NewId, Now } from '../../src/core/ports.ts'
import { complete } from './complete.ts'
import { asSteps, integer, runStep, text, toJson, unhurried, type Database, type Statements } from './database.ts'
import { toConversation, toKey, toMessage } from './rows.ts'

/** How long a claimed message belongs to its worker. Longer than any answer may take. */
const leaseMs = 60_000

export function createInbox(database: Database, now: Now, newId: NewId): Inbox {
  // Whoever delivers a message waits to hear that it is stored.
  const urgent = database.urgent ?? database
  return {
    accept: (message, given = addressed) => accept(urgent, message, given),
    claim: (key, channels = []) => claim(database, key, { channels, at: now() }),
    complete: (claimed, outcome, channels = []) =>
      complete(database, outcome, { claimed, channels, instant: now(), newId }),
    postpone: (claimed, at, because) => postpone(database, claimed, { at, isTry: because !== 'turn' }),
    owed: () => owed(database, now()),
  }
}

// In: the message and its conversation. Out: one row when the message was stored.
// Invariant: a message id is stored once, and never after it was taken back; its conversation exists. The conversation's row is locked before the message
// gets its number, so that numbers become visible in their order and the oldest owed message stays the oldest. Naming the bot
// ends its silence, and so does its author with a button; the button of a helper from the team does not. A text that was
// changed before the message came takes the place of the one it comes with.
const acceptStatement = `
  with opened as (
    insert into conversations (tenant, id, channel, address, author_id, author_name, opened_at)
    select $1, $2, $3, $4::jsonb, $5, $6, $10::timestamptz
    where not exists (select 1 from inbox where tenant = $1 and id = $7)
      and not exists (select 1 from early_deletions where tenant = $1 and message = $7)
    on conflict (tenant, id) do update set is_quiet = conversations.is_quiet and not ($11::text is null or conversations.author_id = $5)
    returning tenant, id
  )
  insert into inbox (tenant, conversation, id, address, author_id, author_name, text, pressed, attachments, is_private, received_at, due_at, revised_at)
  select o.tenant, o.id, $7, $4::jsonb, $5, $6, coalesce(e.text, $8), $11, $12::jsonb, $9::boolean, $10::timestamptz, $10::timestamptz, e.revised_at
  from opened o left join early_edits e on e.tenant = $1 and e.message = $7
  on conflict (tenant, id) do nothing
  returning 1 as stored`

const addressed: Given = { isAddressed: true }

async function accept(
  database: Pick<Database, 'query' | 'transaction' | 'together'>,
  message: Message,
  given: Given,
): Promise<Acceptance> {
  const { pressed } = message
  if (pressed === undefined && given.isAddressed) return await insert(asSteps(database, message.conversation), message)
  return await database.transaction(async (statements): Promise<Acceptance> => {
    if (pressed === undefined) return (await whyNotOurs(statements, message)) ?? (await insert(statements, message))
    const use = await usePress(statements, { message, pressed, mayPressForOthers: given.mayPressForOthers ?? false })
    if (use !== 'usable') return use
    const acceptance = await insert(statements, message)
    if (acceptance === 'seen') await statements.query(unuseStatement, [...keyOf(message, pressed), message.id])
    return acceptance
  })
}

// In: a message that does not name the bot. Out: why it is not for the bot, if it is not.
// Invariant: where somebody else begins to talk, the bot is quiet from then on, in the order of the messages.
async function whyNotOurs(
  statements: Statements,
  { tenant, conversation, author }: Message,
): Promise<'not-addressed' | 'someone-else' | undefined> {
  const [row] = await statements.query(
    `update conversations set is_quiet = is_quiet or author_id <> $3 where tenant = $1 and id = $2
     returning author_id, is_quiet`,
    [tenant, conversation, author.id],
  )
  if (row === undefined) return 'not-addressed'
  if (text(row, 'author_id') !== author.id) return 'someone-else'
  return row['is_quiet'] === true ? 'not-addressed' : undefined
}

async function insert(statements: Statements, message: Message): Promise<'new' | 'seen'> {
  const rows = await statements.query(acceptStatement, [
    message.tenant,
    message.conversation,
    message.channel,
    toJson(message.address),
    message.author.id,
    message.author.name ?? null,
    message.id,
    message.text,
    message.isPrivate,
    message.receivedAt,
    message.pressed ?? null,
    message.attachments === undefined ? null : toJson(message.attachments),
  ])
  return rows.length > 0 ? 'new' : 'seen'
}

// In: a button and the message that presses it. Out: the row when the press counts.
// Invariant: used_by is set once; the press that set it may be repeated, no other.
const useStatement = `
  update actions set used_by = $4
  where tenant = $1 and conversation = $2 and id = $3 and (used_by is null or used_by = $4)
  returning 1 as used`

// In: as above, for a press whose id was stored before. Invariant: a button counts as used by a press that is stored, and
// an id that stands for another message uses up nothing.
const unuseStatement = `
  update actions set used_by = null
  where tenant = $1 and conversation = $2 and id = $3 and used_by = $4
    and not exists (select 1 from inbox i where i.tenant = $1 and i.conversation = $2 and i.id = $4 and i.pressed = $3)`

function keyOf(message: Message, pressed: string): readonly [string, string, string] {
  return [message.tenant, message.conversation, pressed]
}

interface Press {
  readonly message: Message
  readonly pressed: string
  readonly mayPressForOthers: boolean
}

// In: a button, who presses it. Out: a row when it is another person's: neither the conversation's nor its message's
// author presses, or it is for the team.
const othersStatement = `
  select 1 from actions a
  join conversations c on c.tenant = a.tenant and c.id = a.conversation
  left join outbox o on o.tenant = a.tenant and o.id = a.reply
  left join inbox i on i.tenant = o.tenant and i.id = o.message
  where a.tenant = $1 and a.conversation = $2 and a.id = $3
    and ((c.author_id <> $4 and coalesce(i.author_id, '') <> $4) or coalesce(a.body ->> 'audience', '') = 'staff')`

async function usePress(
  statements: Statements,
  { message, pressed, mayPressForOthers }: Press,
): Promise<'usable' | 'action-used' | 'action-unknown' | 'someone-else'> {
  const key = keyOf(message, pressed)
  if (!mayPressForOthers) {
    const others = await statements.query(othersStatement, [...key, message.author.id])
    if (others.length > 0) return 'someone-else'
  }
  const used = await statements.query(useStatement, [...key, message.id])
  if (used.length > 0) return 'usable'
  const known = await statements.query('select 1 from actions where tenant = $1 and conversation = $2 and id = $3', key)
  return known.length > 0 ? 'action-used' : 'action-unknown'
}

// In: a conversation, the instant, the end of the lease, channels with commas between. Out: its oldest owed message, with the
// attempt counted, and the conversation. Invariant: only the oldest owed message is ever claimed, and by one worker until its
// lease ends; also where an older one is owed anew while a later one is answered; and none while the conversation's oldest owed
// reply is due on one of the channels. A lease that nobody gave back is one of a worker that is gone. A claim lost in a
// crash of the server is made anew: until then the outcome of either counts, and of both only the first.
const claimStatement = `
  update inbox i set attempt = attempt + 1, lost = lost + (lease_until is not null)::integer, lease_until = $4::timestamptz
  from conversations c
  where i.tenant = $1 and i.conversation = $2 and c.tenant = $1 and c.id = $2
    and i.id = (select id from inbox where tenant = $1 and conversation = $2 and state = 'owed' order by seq limit 1)
    and i.state = 'owed' and i.due_at <= $3::timestamptz and (i.lease_until is null or i.lease_until <= $3::timestamptz)
    and not exists (select from inbox where tenant = $1 and conversation = $2 and state = 'owed' and lease_until > $3::timestamptz)
    and not (c.channel = any(string_to_array($5, ',')) and coalesce((
      select o.due_at <= $3::timestamptz from outbox o
      where o.tenant = $1 and o.conversation = $2 and o.state = 'owed' order by o.seq limit 1), false))
  returning i.tenant, i.id, i.conversation, i.address, i.author_id, i.author_name, i.text, i.pressed, i.attachments,
    i.is_private, i.received_at, i.attempt, i.waits, i.lost, i.replays, i.revision, c.channel, c.address as began_address,
    c.author_id as began_author_id, c.author_name as began_author_name, c.state, c.identity, c.task, c.paused, c.last, c.turns,
    c.unclear, c.changed_hands, c.ticket, ${unhurried}`

interface Asking {
  readonly channels: readonly ChannelName[]
  readonly at: Date
}

async function claim(database: Database, key: ConversationKey, { channels, at }: Asking): Promise<Claim | undefined> {
  const until = new Date(at.getTime() + leaseMs)
  const [row] = await runStep(database, {
    about: key.conversation,
    sql: claimStatement,
    parameters: [key.tenant, key.conversation, at, until, channels.join(',')],
  })
  if (row === undefined) return undefined
  const attempt = integer(row, 'attempt')
  const tries = attempt - integer(row, 'waits')
  const [lost, replays] = [integer(row, 'lost'), integer(row, 'replays')]
  const conversation = toConversation({
    ...row,
    id: row['conversation'],
    address: row['began_address'],
    author_id: row['began_author_id'],
    author_name: row['began_author_name'],
  })
  return { message: toMessage(row), conversation, attempt, tries, lost, replays, revision: integer(row, 'revision') }
}

// In: a claim, when it may be claimed again, whether it was tried. Invariant: attempts only grow, because an outcome counts
// for the newest alone; those that only waited are told apart from them.
async function postpone(
  database: Database,
  { message, attempt, revision }: Claim,
  { at, isTry }: { readonly at: Date; readonly isTry: boolean },
): Promise<void> {
  await database.query(
    `update inbox set due_at = $4::timestamptz, lease_until = null, waits = waits + $6
     where tenant = $1 and id = $2 and attempt = $3 and state = 'owed' and revision = $5`,
    [message.tenant, message.id, attempt, at, revision, isTry ? 0 : 1],
  )
}

// In: the instant. Out: the conversations whose oldest owed message `claim` would give, those first that are due the longest.
// Leases are looked up for each row: as a join they are compared each with each.
const owedStatement = `
  select tenant, conversation from inbox i
  where state = 'owed' and due_at <= $1::timestamptz and (lease_until is null or lease_until <= $1::timestamptz)
    and seq = (select min(seq) from inbox where tenant = i.tenant and conversation = i.conversation and state = 'owed')
    and coalesce((select max(lease_until) from inbox where tenant = i.tenant and conversation = i.conversation and state = 'owed'), '-infinity')
      <= $1::timestamptz
  order by due_at`

async function owed(database: Database, instant: Date): Promise<readonly ConversationKey[]> {
  return (await database.query(owedStatement, [instant])).map(toKey)
}
