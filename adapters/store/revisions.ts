import type { ConversationKey, Revisions } from '../../src/core/ports.ts'
import type { MessageId } from '../../src/core/message.ts'
import type { Database, Statements } from './database.ts'

export function createRevisions(database: Database): Revisions {
  return {
    revise: (key, message, text) => database.transaction((statements) => revise(statements, key, { message, text })),
    withdraw: (key, message) => database.transaction((statements) => withdraw(statements, key, message)),
  }
}

interface Revised {
  readonly message: MessageId
  readonly text: string
}

// In: a message still owed, its next text. Out: a row when it was. Invariant: a claim made before counts no more.
const reviseStatement = `
  update inbox set text = $4, revision = revision + 1, attempt = 0, lease_until = null
  where tenant = $1 and conversation = $2 and id = $3 and state = 'owed' returning 1 as revised`

// In: a message whose answer was given up, its next text. Invariant: it is asked again as a message of its own, once for
// each change, since what its first answer did stays done.
const askAgainStatement = `
  insert into inbox (tenant, conversation, id, address, author_id, author_name, text, attachments, is_private, received_at, due_at)
  select tenant, conversation, id || '#' || (select count(*) from inbox i where i.tenant = $1 and i.id like $3 || '#%') + 1,
    address, author_id, author_name, $4, attachments, is_private, received_at, received_at
  from inbox where tenant = $1 and conversation = $2 and id = $3`

async function revise(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  { message, text }: Revised,
): ReturnType<Revisions['revise']> {
  const owed = await statements.query(reviseStatement, [tenant, conversation, message, text])
  if (owed.length > 0) return 'revised'
  const dropped = await dropReplies(statements, { tenant, conversation }, message)
  if (dropped !== 'dropped') return dropped
  await statements.query(askAgainStatement, [tenant, conversation, message, text])
  return 'revised'
}

async function withdraw(
  statements: Statements,
  key: ConversationKey,
  message: MessageId | undefined,
): ReturnType<Revisions['withdraw']> {
  const owed = await statements.query(
    `update inbox set state = 'withdrawn', revision = revision + 1, lease_until = null
     where tenant = $1 and conversation = $2 and state = 'owed' and ($3::text is null or id = $3 or id like $3 || '#%')
     returning 1 as withdrawn`,
    [key.tenant, key.conversation, message ?? null],
  )
  const dropped = await dropReplies(statements, key, message)
  if (owed.length > 0 || dropped === 'dropped') return 'withdrawn'
  return dropped
}

// In: a conversation, one of its messages or null for all. Out: a row for each reply given up.
// Invariant: a reply whose sending may have begun is left to its sender.
const dropStatement = `
  update outbox set state = 'abandoned', reason = 'the message was changed or taken back'
  where tenant = $1 and conversation = $2 and state = 'owed' and attempt = 0 and message is not null
    and ($3::text is null or message = $3 or message like $3 || '#%')
  returning 1 as dropped`

async function dropReplies(
  statements: Statements,
  { tenant, conversation }: ConversationKey,
  message: MessageId | undefined,
): Promise<'dropped' | 'too-late' | 'unknown-message'> {
  const dropped = await statements.query(dropStatement, [tenant, conversation, message ?? null])
  if (dropped.length > 0) return 'dropped'
  const known = await statements.query(
    'select 1 from inbox where tenant = $1 and conversation = $2 and ($3::text is null or id = $3)',
    [tenant, conversation, message ?? null],
  )
  return known.length > 0 ? 'too-late' : 'unknown-message'
}
