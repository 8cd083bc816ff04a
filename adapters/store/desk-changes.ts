import { deskConversation, type DeskChange } from '../../src/core/desk.ts'
import { EffectConflictError } from '../../src/core/errors.ts'
import { toJson, type Statements } from './database.ts'
import { insertReply } from './replies.ts'

/**
 * Opens or changes a card, and stores what is written about it, in the transaction it is given.
 * @throws EffectConflictError when the card is not as it was read, or the conversation has another one open
 */
export async function changeCard(statements: Statements, change: DeskChange, instant: Date): Promise<void> {
  const { card, against, posts } = change
  const stored = against === 0 ? await open(statements, change) : await update(statements, change)
  if (!stored) throw new EffectConflictError(`Card ${card.id}: it was changed meanwhile. What was done is done again.`)
  await dropEarlierEdits(statements, change)
  for (const { id, where, reply } of posts) {
    await insertReply(statements, {
      tenant: card.tenant,
      id,
      conversation: deskConversation(card.id),
      reply,
      at: instant,
      ...(where === 'thread' ? { thread: card.post } : {}),
    })
  }
}

// In: a card and its channel. Out: a row when it is new. Invariant: one card of answers and one open hand-over for each
// conversation; whoever comes second opens none.
async function open(statements: Statements, { card, address }: DeskChange): Promise<boolean> {
  await statements.query(
    `insert into conversations (tenant, id, channel, address, author_id, opened_at)
     values ($1, $2, $3, $4::jsonb, 'team', $5) on conflict (tenant, id) do nothing`,
    [card.tenant, deskConversation(card.id), card.platform, toJson(address), card.openedAt],
  )
  const rows = await statements.query(
    `insert into desk_cards (tenant, id, kind, conversation, platform, post, state, ticket, person, facts, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11) on conflict do nothing returning 1 as opened`,
    [
      card.tenant,
      card.id,
      card.kind,
      card.conversation,
      card.platform,
      card.post,
      card.state,
      card.ticket ?? null,
      card.person === undefined ? null : toJson(card.person),
      toJson(card.facts),
      card.openedAt,
    ],
  )
  return rows.length > 0
}

// In: a card as it stands next, and the version it was read at or none. Out: a row when it was changed.
// Invariant: with a version, nothing that happened since is overwritten.
async function update(statements: Statements, { card, against }: DeskChange): Promise<boolean> {
  const rows = await statements.query(
    `update desk_cards set state = $3, ticket = $4, person = $5::jsonb, facts = $6::jsonb, version = version + 1
     where tenant = $1 and id = $2 and ($7::integer is null or version = $7::integer) returning 1 as changed`,
    [
      card.tenant,
      card.id,
      card.state,
      card.ticket ?? null,
      card.person === undefined ? null : toJson(card.person),
      toJson(card.facts),
      against ?? null,
    ],
  )
  return rows.length > 0
}

// Invariant: of several edits of one card that nobody has begun to send, the last is enough.
async function dropEarlierEdits(statements: Statements, { card, posts }: DeskChange): Promise<void> {
  if (!posts.some(({ reply }) => reply.replaces === card.post)) return
  await statements.query(
    `update outbox set state = 'abandoned', reason = 'a later change of the same card follows'
     where tenant = $1 and conversation = $2 and replaces = $3 and state = 'owed' and attempt = 0`,
    [card.tenant, deskConversation(card.id), card.post],
  )
}
