import type { AnswerButton, CardFacts, DeskCard, DeskChange, DeskPost, Said } from '../../src/core/desk.ts'
import type { Conversation } from '../../src/core/conversation.ts'
import type { Author, Message } from '../../src/core/message.ts'
import type { TicketId } from '../../src/core/ticket.ts'
import { editOf, printCard } from './card-text.ts'
import { linkTo } from './link.ts'
import { placeFor, placeOf, type DeskParts } from './parts.ts'

export type CardParts = Pick<
  DeskParts,
  'team' | 'say' | 'timeZone' | 'newId' | 'now' | 'advancedLimit' | 'readsThreads'
>

/** The customer's side of a card. */
export interface Scene {
  readonly conversation: Conversation
  /** What the customer said. */
  readonly message: Message
  /** Whether it is answered after an apology, so that the team has read it. */
  readonly isReplay?: boolean
}

/** What a new card begins with. */
export interface NewCard {
  readonly kind: DeskCard['kind']
  readonly state: DeskCard['state']
  readonly ticket?: TicketId
  readonly person?: Author
  readonly facts: CardFacts
}

/** A card in the channel of the team, or undefined where there is none. */
export function openCard({ conversation }: Scene, card: NewCard, parts: CardParts): DeskChange | undefined {
  const place = placeFor(conversation.channel, parts.team)
  if (place === undefined) return undefined
  const post = parts.newId()
  const opened = {
    ...card,
    tenant: conversation.tenant,
    id: parts.newId(),
    conversation: conversation.id,
    platform: place.platform,
    post,
    openedAt: parts.now(),
  }
  const posts: readonly DeskPost[] = [{ id: post, where: 'channel', reply: printCard(opened, parts) }]
  return { card: opened, address: place.address, against: 0, posts }
}

/** A card as it stands next: its message is changed where that shows, and more may be written into its thread. */
export function changeCard(
  before: DeskCard,
  next: Partial<Pick<DeskCard, 'state' | 'ticket' | 'person' | 'facts'>>,
  { parts, thread = [] }: { readonly parts: CardParts; readonly thread?: readonly string[] },
): DeskChange {
  const { version, ...card } = { ...before, ...next }
  const edit = editOf(card, parts)
  const isSame = edit.text === editOf(before, parts).text && hasSameButtons(before, card, parts)
  return {
    card,
    address: placeOf(card, parts),
    against: version,
    posts: [
      ...(isSame ? [] : [{ id: parts.newId(), where: 'channel', reply: edit } as const]),
      ...thread.map((text) => threadPost(text, parts)),
    ],
  }
}

/** A card of answers once a person has the conversation. */
export function endAnswer(
  card: DeskCard,
  { at, ticket }: { readonly at: string; readonly ticket: TicketId | undefined },
  parts: CardParts,
): DeskChange {
  const facts: CardFacts = { ...card.facts, end: { kind: 'taken-over', by: '', at } }
  return changeCard(card, { facts, ...(ticket === undefined ? {} : { ticket }) }, { parts })
}

function hasSameButtons(before: DeskCard, card: DeskChange['card'], parts: CardParts): boolean {
  const ids = (one: DeskChange['card']): string =>
    printCard(one, parts)
      .actions.map(({ id }) => id)
      .join(' ')
  return ids(before) === ids(card)
}

function threadPost(text: string, { newId }: CardParts): DeskPost {
  return { id: newId(), where: 'thread', reply: { text, actions: [], audience: 'staff' } }
}

/** What is known of a conversation when its card is opened. */
export function factsOf(
  { conversation, message }: Scene,
  more: { readonly said: readonly Said[] } & Partial<CardFacts>,
  { say }: Pick<CardParts, 'say'>,
): CardFacts {
  const link = linkTo(message, say)
  return {
    customer: conversation.author,
    channel: conversation.channel,
    ...(link === undefined ? {} : { link }),
    unanswered: 0,
    isWithBot: false,
    isAcknowledged: false,
    isNoteExplained: false,
    ...more,
  }
}

/** The button under an answer that asks a large model, if there is one. */
export function advancedButtonOf(
  replies: readonly {
    readonly actions: readonly { readonly id: string; readonly meaning: { readonly kind: string } }[]
  }[],
  message: Message['id'],
): AnswerButton | undefined {
  const found = replies.flatMap(({ actions }) => actions).find(({ meaning }) => meaning.kind === 'advanced')
  return found === undefined ? undefined : { action: found.id, message }
}
