import type { ActionId, MessageId } from '../../src/core/message.ts'
import type { ConversationKey, Conversations, Transcript, TranscriptTurn } from '../../src/core/ports.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { ReplyAction, StoredReply } from '../../src/core/reply.ts'
import { integer, json, text, toJson, type Database, type Row } from './database.ts'
import { toConversation, toMessage, toStoredReply } from './rows.ts'

/** Turns in one answer of `transcript`. */
const pageSize = 500

export function createConversations(database: Database): Conversations {
  return {
    load: async (key) => {
      const [row] = await database.query('select * from conversations where tenant = $1 and id = $2', [
        key.tenant,
        key.conversation,
      ])
      return row === undefined ? undefined : toConversation(row)
    },
    action: (key, action) => findAction(database, key, action),
    transcript: (key, after) => transcript(database, key, after),
    turn: (key, message) => oneTurn(database, key, message),
    before: (key, message, most) => turnsBefore(database, key, { message, most }),
  }
}

async function findAction(
  database: Database,
  key: ConversationKey,
  action: ActionId,
): Promise<ReplyAction | undefined> {
  const [row] = await database.query('select body from actions where tenant = $1 and conversation = $2 and id = $3', [
    key.tenant,
    key.conversation,
    action,
  ])
  return row === undefined ? undefined : json<ReplyAction>(row, 'body')
}

const turnColumns = `select i.*, c.channel, r.body as receipt, a.body as action from inbox i
  join conversations c on c.tenant = i.tenant and c.id = i.conversation
  left join receipts r on r.tenant = i.tenant and r.message = i.id
  left join actions a on a.tenant = i.tenant and a.conversation = i.conversation and a.id = i.pressed`

async function oneTurn(
  database: Database,
  key: ConversationKey,
  message: MessageId,
): Promise<TranscriptTurn | undefined> {
  const [row] = await database.query(`${turnColumns} where i.tenant = $1 and i.conversation = $2 and i.id = $3`, [
    key.tenant,
    key.conversation,
    message,
  ])
  if (row === undefined) return undefined
  const replies = await database.query(
    'select id, message, body, at from outbox where tenant = $1 and conversation = $2 and message = $3 order by seq',
    [key.tenant, key.conversation, message],
  )
  return toTurn(row, replies.map(toStoredReply))
}

async function turnsBefore(
  database: Database,
  key: ConversationKey,
  { message, most }: { readonly message: MessageId; readonly most: number },
): Promise<readonly TranscriptTurn[]> {
  const rows = await database.query(
    `${turnColumns} where i.tenant = $1 and i.conversation = $2 and i.state = 'done'
       and i.seq < (select m.seq from inbox m where m.tenant = $1 and m.id = $3)
       and i.seq > c.context_after
     order by i.seq desc limit $4`,
    [key.tenant, key.conversation, message, most],
  )
  const replies = await database.query(
    `select id, message, body, at from outbox where tenant = $1 and conversation = $2 and state <> 'abandoned'
       and message in (select jsonb_array_elements_text($3::jsonb)) order by seq`,
    [key.tenant, key.conversation, toJson(rows.map((row) => text(row, 'id')))],
  )
  const byMessage = Map.groupBy(replies.map(toStoredReply), (reply) => reply.message)
  return rows.map((row) => toTurn(row, byMessage.get(text(row, 'id')) ?? [])).toReversed()
}

/** Where a stretch begins: turns and replies after these numbers. */
interface Cursor {
  readonly inbox: number
  readonly outbox: number
}

/** The number of the last reply to the messages up to number $4; some of them may have none. */
const lastReplyUpTo = `(select coalesce(max(o.seq), 0) from outbox o join inbox e on e.tenant = o.tenant and e.id = o.message
  where o.tenant = $1 and o.conversation = $2 and e.seq <= $4)`

async function transcript(database: Database, key: ConversationKey, after?: string): Promise<Transcript | undefined> {
  const [row] = await database.query('select * from conversations where tenant = $1 and id = $2', [
    key.tenant,
    key.conversation,
  ])
  const cursor = after === undefined ? { inbox: 0, outbox: 0 } : await findCursor(database, key, after)
  if (row === undefined || cursor === undefined) return undefined

  const messages = await database.query(
    `${turnColumns} where i.tenant = $1 and i.conversation = $2 and i.seq > $3 order by i.seq limit ${pageSize + 1}`,
    [key.tenant, key.conversation, cursor.inbox],
  )
  const hasMore = messages.length > pageSize
  const page = messages.slice(0, pageSize)
  const replyRows = await database.query(
    `select id, message, body, at from outbox where tenant = $1 and conversation = $2 and seq > $3
     ${hasMore ? `and seq <= ${lastReplyUpTo}` : ''} order by seq`,
    [key.tenant, key.conversation, cursor.outbox, ...(hasMore ? [integer(page.at(-1) ?? {}, 'seq')] : [])],
  )
  const replies = replyRows.map(toStoredReply)
  const byMessage = Map.groupBy(replies, (reply) => reply.message)
  const turns = page.map((message) => toTurn(message, byMessage.get(text(message, 'id')) ?? []))
  return { conversation: toConversation(row), turns, replies, hasMore }
}

async function findCursor(database: Database, key: ConversationKey, after: string): Promise<Cursor | undefined> {
  const [reply] = await database.query(
    `select seq::text as outbox, coalesce((select i.seq from inbox i where i.tenant = $1 and i.id = o.message), 0)::text as inbox
     from outbox o where tenant = $1 and conversation = $2 and (id = $3 or message = $3) order by seq desc limit 1`,
    [key.tenant, key.conversation, after],
  )
  if (reply !== undefined) return { inbox: integer(reply, 'inbox'), outbox: integer(reply, 'outbox') }
  const [message] = await database.query(
    `select i.seq::text as inbox, coalesce((select max(o.seq) from outbox o join inbox e on e.tenant = o.tenant and e.id = o.message
       where o.tenant = $1 and o.conversation = $2 and e.seq < i.seq), 0)::text as outbox
     from inbox i where i.tenant = $1 and i.conversation = $2 and i.id = $3`,
    [key.tenant, key.conversation, after],
  )
  return message === undefined ? undefined : { inbox: integer(message, 'inbox'), outbox: integer(message, 'outbox') }
}

function toTurn(row: Row, replies: readonly StoredReply[]): TranscriptTurn {
  const pressed = json<ReplyAction | null>(row, 'action')
  return {
    message: toMessage(row),
    ...(pressed === null ? {} : { pressed }),
    replies,
    receipt: json<Receipt | null>(row, 'receipt') ?? undefined,
    isAnswered: text(row, 'state') === 'done',
  }
}
