import { ClaimLostError, EffectConflictError } from '../../src/core/errors.ts'
import type { ChannelName, Message } from '../../src/core/message.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Claim, Completed, NewId, OutboxItem } from '../../src/core/ports.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { Reply } from '../../src/core/reply.ts'
import { asSteps, toJson, type Database, type Parameter, type Row, type Statements } from './database.ts'
import { applyEffects } from './effects.ts'
import { sendingMs } from './outbox.ts'
import { park, type OwnTicket } from './parked.ts'
import { toStoredReply } from './rows.ts'

/** The claim an outcome belongs to, and the instant at which it is stored. */
interface Completion {
  readonly claimed: Claim
  /** Where a reply may be begun to be shown at once. */
  readonly channels: readonly ChannelName[]
  readonly instant: Date
  readonly newId: NewId
}

// In: a claim, the conversation as it is from now on, receipts (one or none) and replies as JSON, the end of the first one's
// lease where it is to be begun. Out: whether the claim held and the message was closed, whether the first reply was begun,
// and whether the conversation owes another answer.
// Invariant: the inbox row is closed by the newest attempt only, and only while nobody of the team has taken or given back the
// conversation; all of it is done, or none. The lock comes first, so that no revision gets between the parts. A reply is begun
// only when no earlier one is owed. Whatever is accepted before the conversation is locked counts as owed, and what is accepted
// later finds the message answered: one of both processes goes on with it.
const completeStatement = `
  with held as materialized (
    select 1 from inbox
    where tenant = $1 and conversation = $3 and id = $2 and state = 'owed' and attempt = $4 and revision = $5 for update
  ), saved as (
    update conversations set state = $6, identity = $7::jsonb, task = $8::jsonb, paused = $9::jsonb, turns = $10, unclear = $11,
      ticket = $12, last = $13::jsonb
    where tenant = $1 and id = $3 and changed_hands = $14 and exists (select from held) returning 1
  ), closed as (
    update inbox set state = 'done', lease_until = null
    where tenant = $1 and id = $2 and exists (select from saved) returning 1
  ), kept as (
    insert into receipts (tenant, message, conversation, channel, at, intent, stage, confidence, tier,
      cost_micro_dollars, would_have_cost_micro_dollars, body)
    select $1, $2, $3, r ->> 'channel', $15::timestamptz, r ->> 'intent', r ->> 'stage', (r ->> 'confidence')::float8,
      (r ->> 'tier')::smallint, (r ->> 'cost')::bigint, (r ->> 'wouldHaveCost')::bigint, r -> 'body'
    from jsonb_array_elements($16::jsonb) r
    where exists (select from closed)
  ), beginning as (
    select $18::timestamptz as until where $18::timestamptz is not null
      and not exists (select from outbox where tenant = $1 and conversation = $3 and state = 'owed')
  ), said as (
    insert into outbox (tenant, id, conversation, message, body, replaces, at, due_at, attempt, is_sending)
    select $1, r ->> 'id', $3, $2, r -> 'body', r ->> 'replaces', $15::timestamptz, coalesce(b.until, $15::timestamptz),
      case when b.until is null then 0 else 1 end, b.until is not null
    from jsonb_array_elements($17::jsonb) with ordinality as given (r, place) left join beginning b on place = 1
    where exists (select from closed)
    order by place
    returning is_sending
  ), offered as (
    insert into actions (tenant, conversation, id, reply, body)
    select $1, $3, a ->> 'id', r ->> 'id', a
    from jsonb_array_elements($17::jsonb) r, jsonb_array_elements(r -> 'offers') a
    where exists (select from closed)
    on conflict (tenant, conversation, id) do nothing
  )
  select exists (select from held) as held, exists (select from closed) as closed,
    exists (select from said where is_sending) as begun,
    case when exists (select from closed) then is_owed_beside($1, $3, $2) end as more`

/**
 * Stores everything an outcome says, or nothing. Without effects it is one statement, which is a transaction by itself; with
 * them what they do is stored with it, and no reply is begun: others are told first.
 * @throws ClaimLostError, EffectConflictError
 */
export async function complete(database: Database, outcome: Outcome, completion: Completion): Promise<Completed> {
  const { effects, parked } = outcome
  if (effects.length === 0 && parked === undefined)
    return await store(asSteps(database, completion.claimed.message.conversation), outcome, completion)
  const { claimed, instant } = completion
  const { message } = claimed
  return await database.transaction(async (statements) => {
    const completed = await store(statements, outcome, { ...completion, channels: [] })
    await applyEffects(statements, effects, { message, instant, isReplay: claimed.replays > 0 })
    if (parked !== undefined) await park(statements, message, { ...parked, ticket: ticketOf(outcome), at: instant })
    return completed
  })
}

async function store(statements: Statements, outcome: Outcome, completion: Completion): Promise<Completed> {
  const { claimed, channels, instant, newId } = completion
  const { message, attempt, revision } = claimed
  const replies = outcome.replies.map((reply) => toReplyRow(reply, newId()))
  const [first] = replies
  // What the earlier message is called that a reply replaces, the outbox looks up.
  const mayBegin = channels.includes(message.channel) && first !== undefined && first.replaces === undefined
  const [row = {}] = await statements.query(completeStatement, [
    message.tenant,
    message.id,
    message.conversation,
    attempt,
    revision,
    ...conversationOf(outcome),
    instant,
    toJson(outcome.receipt === undefined ? [] : [toReceiptRow(outcome.receipt, message.channel)]),
    toJson(replies),
    mayBegin ? new Date(instant.getTime() + sendingMs) : null,
  ])
  refuseUnstored(row, message)
  const isMoreOwed = row['more'] === true
  if (row['begun'] !== true || first === undefined) return { isMoreOwed }
  return { isMoreOwed, begun: toItem(first, outcome, completion) }
}

/** @throws ClaimLostError, EffectConflictError */
function refuseUnstored({ held, closed }: Row, { id, conversation }: Message): void {
  if (held !== true) throw new ClaimLostError(`Message ${id} was answered by another worker, changed or taken back.`)
  if (closed !== true)
    throw new EffectConflictError(
      `Conversation ${conversation} was taken or given back by the team. The message is answered again.`,
    )
}

/** The first reply as the outbox would give it; as it is stored, which is not always how it was said. */
function toItem({ id, body }: ReplyRow, { receipt }: Outcome, { claimed, instant }: Completion): OutboxItem {
  const { tenant, conversation, channel, address, receivedAt, id: message } = claimed.message
  const understood = receipt?.classification
  return {
    key: { tenant, conversation },
    channel,
    address,
    reply: toStoredReply({ id, message, at: instant, body: JSON.parse(toJson(body)) }),
    attempt: 1,
    isAmbiguous: false,
    ...(understood === undefined
      ? {}
      : { answers: { message, intent: understood.intent, stage: understood.stage, receivedAt } }),
  }
}

function ticketOf({ conversation, effects }: Outcome): OwnTicket | undefined {
  const id = conversation.ticket
  const isOwn = effects.some((effect) => effect.kind === 'open-ticket' && effect.ticket === id)
  return id === undefined ? undefined : { id, isOwn }
}

function conversationOf({ conversation }: Outcome): readonly Parameter[] {
  return [
    conversation.state,
    conversation.identity === undefined ? null : toJson(conversation.identity),
    conversation.task === undefined ? null : toJson(conversation.task),
    toJson(conversation.paused),
    conversation.turns,
    conversation.unclear,
    conversation.ticket ?? null,
    conversation.last === undefined ? null : toJson(conversation.last),
    conversation.changedHands ?? 0,
  ]
}

function toReceiptRow(receipt: Receipt, channel: string): object {
  const { classification, tier, cost, wouldHaveCost } = receipt
  const { intent, stage, confidence } = classification
  return { channel, intent, stage, confidence, tier, cost, wouldHaveCost, body: receipt }
}

interface ReplyRow {
  readonly id: string
  readonly body: Reply
  readonly replaces: string | undefined
  readonly offers: Reply['actions']
}

/** A reply may repeat a button of an earlier one: it stays one button, used once. Controls of the team are none of a conversation's. */
function toReplyRow(reply: Reply, id: string): ReplyRow {
  const offers = reply.actions.filter(({ meaning }) => meaning.kind !== 'control')
  return { id, body: reply, replaces: reply.replaces, offers }
}
