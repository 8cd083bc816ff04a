import type { ConversationId, MessageId, TenantId } from '../../src/core/message.ts'
import type { Reply } from '../../src/core/reply.ts'
import { toJson, type Statements } from './database.ts'

/** A reply that still has to be shown. */
export interface NewReply {
  readonly tenant: TenantId
  readonly id: string
  readonly conversation: ConversationId
  /** The message it answers. */
  readonly message?: MessageId
  /** The reply in whose thread it is shown. */
  readonly thread?: string
  readonly reply: Reply
  readonly at: Date
}

/** Stores a reply and its buttons. Controls of the team are none of a conversation's. */
export async function insertReply(statements: Statements, given: NewReply): Promise<void> {
  const { tenant, id, conversation, message, thread, reply, at } = given
  await statements.query(
    `insert into outbox (tenant, id, conversation, message, body, replaces, thread, at, due_at)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8::timestamptz, $8::timestamptz)`,
    [tenant, id, conversation, message ?? null, toJson(reply), reply.replaces ?? null, thread ?? null, at],
  )
  for (const action of reply.actions) {
    if (action.meaning.kind === 'control') continue
    await statements.query(
      // A reply may repeat a button of an earlier one: it stays one button, used once.
      `insert into actions (tenant, conversation, id, reply, body) values ($1, $2, $3, $4, $5::jsonb)
       on conflict (tenant, conversation, id) do nothing`,
      [tenant, conversation, action.id, id, toJson(action)],
    )
  }
}
