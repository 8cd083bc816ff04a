import { ClaimLostError, EffectConflictError } from '../../src/core/errors.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Claim, NewId } from '../../src/core/ports.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { Reply } from '../../src/core/reply.ts'
import { integer, toJson, type Parameter, type Statements } from './database.ts'
import { applyEffects } from './effects.ts'
import { park, type OwnTicket } from './parked.ts'

/** The claim an outcome belongs to, and the instant at which it is stored. */
interface Completion {
  readonly claimed: Claim
  readonly instant: Date
  readonly newId: NewId
}

// In: a claim, the conversation as it is from now on, receipts (one or none) and replies as JSON. Out: how many rows were
// closed and saved, and whether the conversation owes another answer.
// Invariant: the inbox row is closed by the newest attempt only, the conversation is saved only while nobody of the team has
// taken or given it back, and nothing is kept or said unless both were done; whoever finds one of them undone undoes the other.
const completing = (onReceipt: string): string => `
  with closed as (
    update inbox set state = 'done', lease_until = null
    where tenant = $1 and id = $2 and state = 'owed' and attempt = $4 and revision = $5 returning 1
  ), saved as (
    update conversations set state = $6, identity = $7::jsonb, task = $8::jsonb, paused = $9::jsonb, turns = $10, unclear = $11,
      ticket = $12, last = $13::jsonb
    where tenant = $1 and id = $3 and changed_hands = $14 returning 1
  ), kept as (
    insert into receipts (tenant, message, conversation, channel, at, intent, stage, confidence, tier,
      cost_micro_dollars, would_have_cost_micro_dollars, body)
    select $1, $2, $3, r ->> 'channel', $15::timestamptz, r ->> 'intent', r ->> 'stage', (r ->> 'confidence')::float8,
      (r ->> 'tier')::smallint, (r ->> 'cost')::bigint, (r ->> 'wouldHaveCost')::bigint, r -> 'body'
    from jsonb_array_elements($16::jsonb) r
    where exists (select from closed) and exists (select from saved)
    ${onReceipt}
  ), said as (
    insert into outbox (tenant, id, conversation, message, body, replaces, at, due_at)
    select $1, r ->> 'id', $3, $2, r -> 'body', r ->> 'replaces', $15::timestamptz, $15::timestamptz
    from jsonb_array_elements($17::jsonb) with ordinality as given (r, place)
    where exists (select from closed) and exists (select from saved)
    order by place
  ), offered as (
    insert into actions (tenant, conversation, id, reply, body)
    select $1, $3, a ->> 'id', r ->> 'id', a
    from jsonb_array_elements($17::jsonb) r, jsonb_array_elements(r -> 'offers') a
    where exists (select from closed) and exists (select from saved)
    on conflict (tenant, conversation, id) do nothing
  )
  select (select count(*) from closed) as closed, (select count(*) from saved) as saved,
    exists (select from inbox where tenant = $1 and conversation = $3 and state = 'owed' and id <> $2) as more`

const completeStatement = completing('')

/** The receipt of a message that is answered after all takes the place of its apology's, so that it counts as one. */
const replayedStatement =
  completing(`on conflict (tenant, message) do update set at = excluded.at, intent = excluded.intent,
      stage = excluded.stage, confidence = excluded.confidence, tier = excluded.tier,
      cost_micro_dollars = excluded.cost_micro_dollars,
      would_have_cost_micro_dollars = excluded.would_have_cost_micro_dollars, body = excluded.body`)

/**
 * Stores everything an outcome says, or nothing; runs in one transaction.
 * @returns whether the conversation owes another answer
 * @throws ClaimLostError, EffectConflictError
 */
export async function complete(
  statements: Statements,
  outcome: Outcome,
  { claimed, instant, newId }: Completion,
): Promise<boolean> {
  const { message, attempt, revision, replays } = claimed
  const isReplay = replays > 0
  const [row = {}] = await statements.query(isReplay ? replayedStatement : completeStatement, [
    message.tenant,
    message.id,
    message.conversation,
    attempt,
    revision,
    ...conversationOf(outcome),
    instant,
    toJson(outcome.receipt === undefined ? [] : [toReceiptRow(outcome.receipt, message.channel)]),
    toJson(outcome.replies.map((reply) => toReplyRow(reply, newId()))),
  ])
  if (integer(row, 'closed') === 0)
    throw new ClaimLostError(`Message ${message.id} was answered by another worker, changed or taken back.`)
  if (integer(row, 'saved') === 0)
    throw new EffectConflictError(
      `Conversation ${message.conversation} was taken or given back by the team. The message is answered again.`,
    )
  await applyEffects(statements, outcome.effects, { message, instant, isReplay })
  if (outcome.parked !== undefined)
    await park(statements, message, { ...outcome.parked, ticket: ticketOf(outcome), at: instant })
  return row['more'] === true
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

/** A reply may repeat a button of an earlier one: it stays one button, used once. Controls of the team are none of a conversation's. */
function toReplyRow(reply: Reply, id: string): object {
  const offers = reply.actions.filter(({ meaning }) => meaning.kind !== 'control')
  return { id, body: reply, replaces: reply.replaces, offers }
}
