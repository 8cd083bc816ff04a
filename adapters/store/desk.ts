import type { DeskAct, DeskCard, DeskHand, DeskTicket } from '../../src/core/desk.ts'
import type { Desk } from '../../src/core/ports/desk.ts'
import { EffectConflictError } from '../../src/core/errors.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { NewId, Now } from '../../src/core/ports.ts'
import { instant, integer, json, optionalText, text, type Database, type Row, type Statements } from './database.ts'
import { changeCard } from './desk-changes.ts'
import { insertReply } from './replies.ts'

export function createDesk(database: Database, now: Now, newId: NewId): Desk {
  const cards = async (where: string, parameters: readonly string[]): Promise<readonly DeskCard[]> =>
    (await database.query(`select d.* from desk_cards d where ${where}`, parameters)).map(toCard)
  return {
    find: async (tenant, card) => (await cards('d.tenant = $1 and d.id = $2', [tenant, card]))[0],
    of: ({ tenant, conversation }) =>
      cards(`d.tenant = $1 and d.conversation = $2 and (d.kind = 'answer' or d.state <> 'resolved')`, [
        tenant,
        conversation,
      ]),
    shownAs: async (tenant, platform, platformId) => {
      const post = `d.post in (select o.id from outbox o where o.tenant = $1 and o.platform_id = $3)`
      return (await cards(`d.tenant = $1 and d.platform = $2 and ${post}`, [tenant, platform, platformId]))[0]
    },
    act: async (act) => {
      try {
        return await database.transaction((statements) => carryOut(statements, act, { instant: now(), newId }))
      } catch (error) {
        if (error instanceof EffectConflictError) return 'changed'
        throw error
      }
    },
    queue: (tenant) =>
      cards(`d.tenant = $1 and d.kind = 'hand-over' and d.state <> 'resolved' order by d.opened_at, d.id limit 100`, [
        tenant,
      ]),
  }
}

interface Surroundings {
  readonly instant: Date
  readonly newId: NewId
}

// Runs in one transaction. Invariant: an event counts once, and everything it changes is stored with it or nothing is.
// Rows are locked in the order in which turns lock them: ticket, card, conversation.
async function carryOut(
  statements: Statements,
  act: DeskAct,
  { instant, newId }: Surroundings,
): Promise<'done' | 'seen'> {
  const first = await statements.query(
    'insert into desk_acts (tenant, event, by, at) values ($1, $2, $3, $4) on conflict do nothing returning 1 as first',
    [act.tenant, act.event, act.by, instant],
  )
  if (first.length === 0) return 'seen'
  if (act.ticket !== undefined) await changeTicket(statements, act.ticket, { act, instant })
  for (const change of act.changes) await changeCard(statements, change, instant)
  if (act.hand !== undefined) await changeHands(statements, act.tenant, act.hand)
  const conversation = act.changes[0]?.card.conversation
  if (conversation === undefined) return 'done'
  for (const reply of act.replies)
    await insertReply(statements, { tenant: act.tenant, id: newId(), conversation, reply, at: instant })
  return 'done'
}

async function changeTicket(
  statements: Statements,
  { id, opens, notes, moves }: DeskTicket,
  { act, instant }: { readonly act: DeskAct; readonly instant: Date },
): Promise<void> {
  const { tenant, by } = act
  if (opens !== undefined) {
    const { subject, requester, conversation } = opens
    await statements.query(
      `insert into tickets (tenant, id, subject, state, requester, conversation, opened_at)
       values ($1, $2, $3, 'waiting-team', $4, $5, $6)`,
      [tenant, id, subject, requester, conversation, instant],
    )
  }
  if (moves !== undefined) {
    // From every state in which somebody still works on it, both moves are legal; see mayMove in core/ticket.ts.
    await statements.query(
      `update tickets set state = $3 where tenant = $1 and id = $2 and state not in ('solved', 'closed')`,
      [tenant, id, moves === 'solved' ? 'solved' : 'waiting-customer'],
    )
  }
  for (const note of notes) {
    await statements.query(
      `insert into ticket_notes (tenant, ticket, author, text, at)
       select tenant, id, $3, $4, $5::timestamptz from tickets where tenant = $1 and id = $2`,
      [tenant, id, by, note, instant],
    )
  }
}

// Invariant: an answer begun before is refused when it is stored. Given back to the bot, the conversation begins anew.
async function changeHands(
  statements: Statements,
  tenant: TenantId,
  { conversation, to, ticket }: DeskHand,
): Promise<void> {
  const anew =
    to === 'person'
      ? ''
      : `, last = null, context_after = (select coalesce(max(i.seq), 0) from inbox i
           where i.tenant = $1 and i.conversation = $2 and i.state <> 'owed')`
  await statements.query(
    `update conversations set state = $3, ticket = $4, changed_hands = changed_hands + 1,
       task = null, paused = '[]', unclear = 0${anew}
     where tenant = $1 and id = $2`,
    [tenant, conversation, to, ticket ?? null],
  )
}

function toCard(row: Row): DeskCard {
  const ticket = optionalText(row, 'ticket')
  const person = json<DeskCard['person'] | null>(row, 'person') ?? undefined
  return {
    tenant: text(row, 'tenant'),
    id: text(row, 'id'),
    // The table's own checks allow nothing else.
    kind: text(row, 'kind') as DeskCard['kind'],
    platform: text(row, 'platform') as DeskCard['platform'],
    state: text(row, 'state') as DeskCard['state'],
    conversation: text(row, 'conversation'),
    post: text(row, 'post'),
    ...(ticket === undefined ? {} : { ticket }),
    ...(person === undefined ? {} : { person }),
    facts: json(row, 'facts'),
    version: integer(row, 'version'),
    openedAt: instant(row, 'opened_at'),
  }
}
