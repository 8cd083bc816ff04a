import type { Claim, ConversationKey, Now, Revisions, Wording } from '../../src/core/ports.ts'
import type { MessageId } from '../../src/core/message.ts'
import { text as textOf, type Database, type Row, type Statements } from './database.ts'
import { rememberDeletion, rememberEdit } from './early.ts'

export function createRevisions(database: Database, now: Now): Revisions {
  return {
    revise: async (key, message, wording) => {
      const change = { message, ...wording }
      const revised = await database.transaction((statements) => revise(statements, key, change))
      if (revised !== 'unknown-message') return revised
      await rememberEdit(database, { tenant: key.tenant, instant: now(), ...change })
      // It may have come in the meantime.
      return await database.transaction((statements) => revise(statements, key, change))
    },
    withdraw: async (key, message) => {
      const withdrawn = await database.transaction((statements) => withdraw(statements, key, message))
      if (withdrawn !== 'unknown-message' || message === undefined) return withdrawn
      await rememberDeletion(database, { tenant: key.tenant, message, instant: now() })
      // It may have come in the meantime.
      return await database.transaction((statements) => withdraw(statements, key, message))
    },
    conversationOf: async (tenant, message) => {
      const [row] = await database.query('select conversation from inbox where tenant = $1 and id = $2', [
        tenant,
        message,
      ])
      return row === undefined ? undefined : textOf(row, 'conversation')
    },
    stands: (claim, changedHands) => stands(database, claim, changedHands),
  }
}

// In: a claim, how often its conversation had changed hands. Out: a row when an answer to it would count.
const standsStatement = `
  select 1 from inbox i join conversations c on c.tenant = i.tenant and c.id = i.conversation
  where i.tenant = $1 and i.id = $2 and i.state = 'owed' and i.attempt = $3 and i.revision = $4 and c.changed_hands = $5`

async function stands(
  database: Database,
  { message, attempt, revision }: Claim,
  changedHands: number,
): Promise<boolean> {
  const rows = await database.query(standsStatement, [message.tenant, message.id, attempt, revision, changedHands])
  return rows.length > 0
}

interface Revised extends Wording {
  readonly message: MessageId
}

/** A message and those it was asked again as, which are called `ID#1`, `ID#2`. $3 is the message, null for all. */
const isOfMessage = (column: string): string =>
  `($3::text is null or ${column} = $3 or starts_with(${column}, $3 || '#'))`

// In: a message. Out: its row, if it is known. Invariant: whatever changes a message or asks it again holds its first row.
const holdStatement = 'select 1 from inbox where tenant = $1 and conversation = $2 and id = $3 for update'

const newestStatement = `
  select id, state, text, revised_at from inbox where tenant = $1 and conversation = $2 and ${isOfMessage('id')}
  order by seq desc limit 1 for update`

// In: a message still owed, its next text. Invariant: a claim made before counts no more.
const reviseStatement = `
  update inbox set text = $3, revised_at = $4::timestamptz, revision = revision + 1, attempt = 0, waits = 0,
    lease_until = null, due_at = received_at
  where tenant = $1 and id = $2`

// In: a message whose answer was given up, its next text. Invariant: it is asked again as a message of its own, since what
// its first answer did stays done; the conversation's row is locked, so that numbers become visible in their order.
const askAgainStatement = `
  with opened as (
    select 1 from conversations where tenant = $1 and id = $2 for update
  )
  insert into inbox (tenant, conversation, id, address, author_id, author_name, text, attachments, is_private, received_at, due_at, revised_at)
  select tenant, conversation, id || '#' || (select count(*) from inbox again where again.tenant = $1 and starts_with(again.id, $3 || '#')) + 1,
    address, author_id, author_name, $4, attachments, is_private, received_at, received_at, $5::timestamptz
  from inbox, opened where tenant = $1 and conversation = $2 and id = $3`

async function revise(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  { message, text, at }: Revised,
): ReturnType<Revisions['revise']> {
  const newest = await findNewest(statements, { tenant, conversation }, message)
  if (newest === undefined) return 'unknown-message'
  const revisedAt = newest['revised_at']
  const isOlder = at !== undefined && revisedAt instanceof Date && at < revisedAt
  if (isOlder || textOf(newest, 'text') === text) return 'unchanged'
  const state = textOf(newest, 'state')
  if (state === 'withdrawn') return 'too-late'
  if (state === 'owed') {
    await statements.query(reviseStatement, [tenant, textOf(newest, 'id'), text, at ?? null])
    return 'revised'
  }
  if (await isShown(statements, { tenant, conversation }, textOf(newest, 'id'))) return 'too-late'
  const dropped = await dropReplies(statements, { tenant, conversation }, message)
  if (!dropped) return 'too-late' // it was answered with nothing, as a rating is
  await statements.query(askAgainStatement, [tenant, conversation, message, text, at ?? null])
  return 'revised'
}

async function findNewest(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  message: MessageId,
): Promise<Row | undefined> {
  const key = [tenant, conversation, message]
  const held = await statements.query(holdStatement, key)
  return held.length === 0 ? undefined : (await statements.query(newestStatement, key))[0]
}

// In: a conversation, one of its messages. Out: rows for replies to it that are shown, or may be.
const shownStatement = `
  select 1 from outbox where tenant = $1 and conversation = $2 and message = $3
    and (state = 'sent' or (state = 'owed' and (is_sending or is_ambiguous))) for update`

async function isShown(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  message: MessageId,
): Promise<boolean> {
  // Whoever begins to send holds the row, so the look waits for it; then no other begins before this transaction ends.
  await statements.query('select 1 from outbox where tenant = $1 and message = $2 for update', [tenant, message])
  return (await statements.query(shownStatement, [tenant, conversation, message])).length > 0
}

// In: a conversation, one of its messages or null for all. Out: a row for each message taken back.
const withdrawStatement = `
  update inbox set state = 'withdrawn', revision = revision + 1, lease_until = null
  where tenant = $1 and conversation = $2 and state = 'owed' and ${isOfMessage('id')}
  returning 1 as withdrawn`

async function withdraw(
  statements: Statements,
  key: ConversationKey,
  message: MessageId | undefined,
): ReturnType<Revisions['withdraw']> {
  const which = [key.tenant, key.conversation, message ?? null]
  if (message !== undefined) await statements.query(holdStatement, which)
  const owed = await statements.query(withdrawStatement, which)
  const dropped = await dropReplies(statements, key, message)
  if (owed.length > 0 || dropped) return 'withdrawn'
  const known = await statements.query(
    'select 1 from inbox where tenant = $1 and conversation = $2 and ($3::text is null or id = $3) limit 1',
    which,
  )
  return known.length > 0 ? 'too-late' : 'unknown-message'
}

// In: a conversation, one of its messages or null for all. Out: a row for each reply given up.
// Invariant: a reply that may have been shown is left to its sender; what a person wrote is never given up.
const dropStatement = `
  update outbox set state = 'abandoned', reason = 'the message was changed or taken back'
  where tenant = $1 and conversation = $2 and state = 'owed' and not is_sending and not is_ambiguous and message is not null
    and ${isOfMessage('message')}
  returning 1 as dropped`

async function dropReplies(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  message: MessageId | undefined,
): Promise<boolean> {
  const dropped = await statements.query(dropStatement, [tenant, conversation, message ?? null])
  return dropped.length > 0
}
