import type { DeskCard, DeskTicket } from '../../src/core/desk.ts'
import { cutText } from '../../src/core/message.ts'
import { plain } from '../../src/core/markup.ts'
import { isLive } from '../../src/core/ticket.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { hereNow, type Acting, type Decided } from './acts.ts'
import { endAnswer } from './cards.ts'
import type { DeskParts } from './parts.ts'
import { printCard } from './card-text.ts'
import { nameOf, told } from './words.ts'

/** Somebody takes a conversation from the bot, by the card of its answers. */
export async function takeOver(card: DeskCard, acting: Acting, parts: DeskParts): Promise<Decided> {
  const { desk, conversations, say } = parts
  const key = { tenant: card.tenant, conversation: card.conversation }
  const open = (await desk.of(key)).find(({ kind }) => kind === 'hand-over')
  if (open?.state === 'claimed' && open.person !== undefined)
    return told(say('desk.told.taken', { person: plain(nameOf(open.person)) }))
  if (open !== undefined) return told(say('desk.told.waits'))
  const conversation = await conversations.load(key)
  if (conversation === undefined) return told(say('desk.told.gone'))

  const ticket = await ticketOf(card, conversation, parts)
  const at = parts.now()
  const opened = {
    ...card,
    id: parts.newId(),
    kind: 'hand-over',
    state: 'claimed',
    post: parts.newId(),
    person: acting.author,
    ticket: ticket.id,
    openedAt: at,
    facts: withoutEnd(card.facts, say('desk.because.taken-over', { person: nameOf(acting.author) })),
  } as const
  const { version: _, ...handOver } = opened
  const closing = endAnswer(card, { at: at.toISOString(), ticket: ticket.id }, parts)
  const post = { id: handOver.post, where: 'channel', reply: printCard(handOver, parts) } as const
  return {
    kind: 'act',
    act: {
      changes: [closing, { card: handOver, address: closing.address, against: 0, posts: [post] }],
      ticket,
      hand: { conversation: card.conversation, to: 'person', ticket: ticket.id },
      replies: [hereNow(acting.author, parts)],
    },
  }
}

function withoutEnd(facts: DeskCard['facts'], because: string): DeskCard['facts'] {
  const { end: _end, advanced: _advanced, asked: _asked, ...kept } = facts
  return { ...kept, because, unanswered: 0, isWithBot: false, isAcknowledged: false, isNoteExplained: false }
}

/** The conversation's own live ticket, or one opened for it. */
async function ticketOf(
  card: DeskCard,
  {
    ticket,
    channel,
    author,
    tenant,
  }: {
    readonly ticket?: string
    readonly channel: string
    readonly author: { readonly id: string }
    readonly tenant: string
  },
  { tickets, say }: DeskParts,
): Promise<DeskTicket> {
  const notes = [say('desk.note.claimed')]
  const present = ticket === undefined ? undefined : await tickets.find(tenant, ticket)
  if (present !== undefined && isLive(present.state)) return { id: present.id, notes }
  const question = withoutCardNumbers(card.facts.said.find(({ by }) => by === 'customer')?.text ?? '')
  const opens = {
    subject: cutText(question.replace(/\s+/g, ' '), 100),
    requester: `${channel}:${author.id}`,
    conversation: card.conversation,
  }
  return { id: await tickets.nextId(tenant), opens, notes: [question, ...notes] }
}
