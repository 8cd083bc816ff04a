import type { CardFacts, DeskAct, DeskCard, DeskTicket } from '../../src/core/desk.ts'
import type { Author, ChannelName } from '../../src/core/message.ts'
import type { Intake } from '../../src/core/ports.ts'
import type { ActionMeaning, Reply } from '../../src/core/reply.ts'
import { plain } from '../../src/core/markup.ts'
import { changeCard } from './cards.ts'
import { wakeAll, type DeskParts } from './parts.ts'
import { clockOf, nameForCustomer, nameOf, relayed, told } from './words.ts'
import { deskConversation } from '../../src/core/desk.ts'

/** Somebody of the team does something, as the platform told of it. */
export interface Acting {
  /** The platform's own name of what happened. */
  readonly event: string
  readonly channel: ChannelName
  readonly author: Author
}

/** What is done, or why it is not. */
export type Decided = { readonly kind: 'act'; readonly act: Omit<DeskAct, 'tenant' | 'event' | 'by'> } | Told
type Told = ReturnType<typeof told>

type Decide = (card: DeskCard, acting: Acting, parts: DeskParts) => Decided | Promise<Decided>

/** Somebody else was quicker this often in a row: then there is more wrong than haste. */
const mostTries = 8

/** Reads the card, decides, and stores that; whoever was overtaken decides anew. */
export async function actOn(
  { tenant, card: id, decide }: { readonly tenant: string; readonly card: string; readonly decide: Decide },
  acting: Acting,
  parts: DeskParts,
): Promise<Intake> {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const card = await parts.desk.find(tenant, id)
    if (card === undefined) return told(parts.say('desk.told.gone'))
    const decided = await decide(card, acting, parts)
    if (decided.kind === 'shown') return decided
    const done = await carryOut(tenant, decided.act, { acting, parts })
    if (done !== 'changed') return { kind: done === 'done' ? 'new' : 'seen' }
  }
  return told(parts.say('desk.told.again'))
}

/** Stores what is done and lets both sides be told. */
export async function carryOut(
  tenant: string,
  act: Omit<DeskAct, 'tenant' | 'event' | 'by'>,
  { acting, parts }: { readonly acting: Acting; readonly parts: DeskParts },
): Promise<'done' | 'seen' | 'changed'> {
  const by = `${acting.channel}:${acting.author.id}`
  const done = await parts.desk.act({ ...act, tenant, event: acting.event, by })
  const changed = act.changes.flatMap(({ card }) => [deskConversation(card.id), card.conversation])
  if (done === 'done' && act.hand?.to === 'person') parts.stopTurn?.({ tenant, conversation: act.hand.conversation })
  if (done !== 'changed') await wakeAll(tenant, new Set(changed), parts)
  return done
}

/** Somebody takes what waits. The first one has it. */
export const claim: Decide = (card, acting, parts) => {
  const { say } = parts
  const refused = refuseResolved(card, parts)
  if (refused !== undefined) return refused
  if (card.state === 'claimed' && card.person?.id === acting.author.id && !card.facts.isWithBot)
    return told(say('desk.told.yours'))
  if (card.state === 'claimed' && card.person?.id !== acting.author.id)
    return told(say('desk.told.taken', { person: plain(nameOf(card.person ?? acting.author)) }))
  return {
    kind: 'act',
    act: {
      changes: [changeCard(card, claimed(card, acting.author), { parts })],
      ...withTicket(card, { notes: [say('desk.note.claimed')] }),
      hand: handTo('person', card),
      replies: [hereNow(acting.author, parts)],
    },
  }
}

/** The card with somebody who has it. */
function claimed(card: DeskCard, person: Author): { state: 'claimed'; person: Author; facts: CardFacts } {
  return { state: 'claimed', person, facts: { ...card.facts, isWithBot: false } }
}

/** It is done: the bot has the conversation again, and begins anew. */
export const resolve: Decide = (card, acting, parts) => {
  const { say } = parts
  const refused = refuseResolved(card, parts)
  if (refused !== undefined) return refused
  const { facts, ticket } = card
  const end = { kind: 'resolved', by: nameOf(acting.author), at: parts.now().toISOString() } as const
  const name = plain(nameForCustomer(acting.author, say))
  const text = facts.isWithBot
    ? say('person.ticket-closed', { name, ticket: ticket ?? '' })
    : say('person.closed', { name, ticket: ticket ?? '' })
  return {
    kind: 'act',
    act: {
      changes: [changeCard(card, { state: 'resolved', facts: { ...facts, end, unanswered: 0 } }, { parts })],
      ...withTicket(card, { notes: [say('desk.note.resolved')], moves: 'solved' }),
      // Whoever talks with the bot goes on where they are.
      ...(facts.isWithBot ? {} : { hand: handTo('bot', card) }),
      replies: [botReply(text, { label: say('shared.button.person'), meaning: { kind: 'person' } }, parts)],
    },
  }
}

/** What somebody of the team wrote, and whether their own thread shows it already. */
export interface Written {
  readonly text: string
  readonly isShown: boolean
}

/** Passes on what a person wrote. The first who writes has the conversation. */
export function answer({ text, isShown }: Written): Decide {
  return (card, { author }, parts) => {
    const { say } = parts
    const person = { ...author, ...knownName(card, author) }
    if (card.state === 'resolved') return isShown ? unsent(card, parts) : told(say('desk.told.not-sent'))
    const isFree = card.state === 'waiting' || card.facts.isWithBot
    const next = isFree ? claimed(card, person) : { facts: card.facts }
    const from = nameForCustomer(person, say)
    const echo = isShown ? [] : [say('desk.thread.answered', { person: plain(nameOf(person)), words: relayed(text) })]
    const facts = { ...next.facts, unanswered: 0 }
    return {
      kind: 'act',
      act: {
        changes: [changeCard(card, { ...next, facts }, { parts, thread: echo })],
        ...withTicket(card, { notes: [text], moves: 'answered' }),
        ...(isFree ? { hand: handTo('person', card) } : {}),
        replies: [
          ...(isFree ? [hereNow(person, parts)] : []),
          { text: relayed(text), actions: [], audience: 'customer', from },
        ],
      },
    }
  }
}

/** Keeps a note with the ticket. The customer never reads it. */
export function note({ text, isShown }: Written): Decide {
  return (card, { author }, parts) => {
    const { say } = parts
    const isExplained = card.facts.isNoteExplained
    const facts: CardFacts = { ...card.facts, isNoteExplained: isExplained || isShown }
    const person = plain(nameOf({ ...author, ...knownName(card, author) }))
    const explanation = isExplained ? [] : [say('desk.thread.note-kept', { ticket: card.ticket ?? '' })]
    const thread = isShown ? explanation : [say('desk.thread.note', { person, words: relayed(text) })]
    return {
      kind: 'act',
      act: {
        changes: [changeCard(card, { facts }, { parts, thread })],
        ...withTicket(card, { notes: [say('desk.note.internal', { text })] }),
        replies: [],
      },
    }
  }
}

/** Whoever writes below something resolved believes that the customer reads it. */
function unsent(card: DeskCard, parts: DeskParts): Decided {
  return {
    kind: 'act',
    act: { changes: [changeCard(card, {}, { parts, thread: [parts.say('desk.told.not-sent')] })], replies: [] },
  }
}

function refuseResolved(card: DeskCard, parts: DeskParts): Told | undefined {
  const { say } = parts
  if (card.state !== 'resolved') return undefined
  const { end } = card.facts
  if (end === undefined || end.kind !== 'resolved') return told(say('desk.told.followed'))
  return told(say('desk.told.resolved', { person: plain(end.by), time: clockOf(end.at, parts) }))
}

/** A platform may leave the name out of a message; who claimed is known by it from then on. */
function knownName({ person }: DeskCard, author: Author): Pick<Author, 'name'> {
  const name = author.name ?? (person?.id === author.id ? person.name : undefined)
  return name === undefined ? {} : { name }
}

/** The ticket's part of an act, where the card has one. */
function withTicket(
  { ticket }: Pick<DeskCard, 'ticket'>,
  change: Pick<DeskTicket, 'notes' | 'moves'>,
): { ticket?: DeskTicket } {
  return ticket === undefined ? {} : { ticket: { id: ticket, ...change } }
}

function handTo(to: 'person' | 'bot', { conversation, ticket }: DeskCard): NonNullable<DeskAct['hand']> {
  return { conversation, to, ...(ticket === undefined || to === 'bot' ? {} : { ticket }) }
}

/** "Ann is here now", with the way back. */
export function hereNow(person: Author, parts: DeskParts): Reply {
  const text = parts.say('person.here', { name: plain(nameForCustomer(person, parts.say)) })
  return botReply(text, { label: parts.say('person.button.bot'), meaning: { kind: 'bot' } }, parts)
}

function botReply(
  text: string,
  button: { readonly label: string; readonly meaning: ActionMeaning },
  { newId }: DeskParts,
): Reply {
  return { text, actions: [{ ...button, id: newId() }], audience: 'customer' }
}
