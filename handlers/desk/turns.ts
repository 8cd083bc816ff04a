import type { Effect } from '../../src/core/agent.ts'
import { deskConversation, type CardFacts, type DeskCard, type DeskChange, type Said } from '../../src/core/desk.ts'
import type { ConversationKey, OutboxItem, TranscriptTurn } from '../../src/core/ports.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { TicketId } from '../../src/core/ticket.ts'
import { advancedButtonOf, changeCard, endAnswer, factsOf, openCard, type CardParts, type Scene } from './cards.ts'
import { receiptLine } from './card-text.ts'
import { placeFor, wakeAll, type DeskParts } from './parts.ts'
import { customerOf, lines, nameOf, withFiles, wordsOf } from './words.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { plain } from '../../src/core/markup.ts'

/** What the desk does while a customer's message is answered. */
export interface TurnDesk {
  /** The card under which a person has the conversation, or will; undefined when none is open. */
  open(key: ConversationKey): Promise<DeskCard | undefined>
  /** The outcome, with what the team is told of it. */
  record(scene: Scene, outcome: Outcome): Promise<Outcome>
  /** A reply was given up: whoever has the conversation must not believe that the customer reads it. */
  undelivered(item: Pick<OutboxItem, 'key' | 'reply'>): Promise<void>
  /** The team can see a reply, under the platform's id: what was written below it before that was known counts as well. */
  shown(item: Pick<OutboxItem, 'key' | 'channel'>, platformId: string): Promise<void>
}

type RecordParts = CardParts & Pick<DeskParts, 'desk' | 'conversations' | 'queue' | 'observer'>

/** Earlier turns on the card of a hand-over. */
const mostTurns = 3

/** Tells the team what becomes of customers' messages; where it has no channel, nothing. */
export function createTurnDesk(parts: RecordParts): Omit<TurnDesk, 'shown'> {
  return {
    open: (key) => openCardOf(key, parts),
    record: async (scene, outcome) => {
      const { receipt } = outcome
      if (receipt === undefined || placeFor(scene.conversation.channel, parts.team) === undefined) return outcome
      const { tenant, id } = scene.conversation
      const cards = await parts.desk.of({ tenant, conversation: id })
      const changes = await changesFor({ ...scene, outcome, receipt, cards }, parts)
      if (changes.length === 0) return outcome
      const effects = changes.map((change): Effect => ({ kind: 'tell-team', change }))
      return { ...outcome, effects: [...outcome.effects, ...effects] }
    },
    undelivered: async ({ key, reply }) => {
      const open = await openCardOf(key, parts)
      if (open === undefined) return
      const { against: _, ...change } = changeCard(open, {}, { parts, thread: [parts.say('desk.thread.undelivered')] })
      const event = `undelivered:${reply.id}`
      await parts.desk.act({ tenant: key.tenant, event, by: 'bot', changes: [change], replies: [] })
      await wakeAll(key.tenant, new Set([deskConversation(open.id)]), parts)
    },
  }
}

async function openCardOf(key: ConversationKey, { desk }: Pick<DeskParts, 'desk'>): Promise<DeskCard | undefined> {
  return (await desk.of(key)).find(({ kind }) => kind === 'hand-over')
}

/** A turn, and the cards of its conversation as they were before it. */
interface Turn extends Scene {
  readonly outcome: Outcome
  readonly receipt: Receipt
  readonly cards: readonly DeskCard[]
}

async function changesFor(turn: Turn, parts: RecordParts): Promise<readonly DeskChange[]> {
  const { conversation, outcome, receipt, cards } = turn
  const open = cards.find(({ kind }) => kind === 'hand-over')
  const had = conversation.state
  const has = outcome.conversation.state
  const isAnswered = turn.isReplay === true && receipt.route.kind !== 'person'
  if (isAnswered && open !== undefined && has === had) return [answeredAfterAll(open, turn, parts)]
  if (had === 'person' && has === 'bot') return open === undefined ? [] : [wentBack(open, parts)]
  if (has === 'person') {
    if (had === 'person' && receipt.route.kind !== 'person') return [] // a button of an earlier question
    const ticket = outcome.conversation.ticket
    if (had === 'person' && open !== undefined) return [passOn(open, turn, parts)]
    return [...closed(cards, ticket, parts), ...(await opened(turn, { ticket, isWithBot: false }, parts))]
  }
  const waiting = ticketForTeam(turn)
  if (waiting !== undefined) {
    const isOpen = open === undefined ? undefined : passOn(open, turn, parts)
    return isOpen === undefined ? await opened(turn, { ticket: waiting, isWithBot: true }, parts) : [isOpen]
  }
  return parts.team.cards === 'every-conversation' ? answered(turn, parts) : []
}

/** The ticket under which the team has to read this message, although the bot goes on. */
function ticketForTeam({ outcome, receipt }: Turn): TicketId | undefined {
  for (const effect of outcome.effects) {
    if (effect.kind === 'open-ticket' && effect.state === 'waiting-team') return effect.ticket
    if (effect.kind === 'add-note' && receipt.route.kind === 'person') return effect.ticket
  }
  return undefined
}

/** A card nobody can overlook: a new message in the channel, because changing one notifies nobody. */
async function opened(
  turn: Turn,
  { ticket, isWithBot }: { readonly ticket: TicketId | undefined; readonly isWithBot: boolean },
  parts: RecordParts,
): Promise<readonly DeskChange[]> {
  const { conversation, message, receipt, outcome } = turn
  const earlier = await parts.conversations.before(
    { tenant: message.tenant, conversation: conversation.id },
    message.id,
    mostTurns,
  )
  const said: readonly Said[] = [...earlier.flatMap(saidIn), { by: 'customer', text: textOf(turn, parts) }]
  const facts = factsOf(
    turn,
    {
      said,
      because: receipt.route.because,
      receipt: receiptLine(receipt, parts.say),
      unanswered: 1,
      isWithBot,
      isAcknowledged: conversation.state === 'person' && outcome.replies.length > 0,
    },
    parts,
  )
  const card = openCard(
    turn,
    { kind: 'hand-over', state: 'waiting', facts, ...(ticket === undefined ? {} : { ticket }) },
    parts,
  )
  return card === undefined ? [] : [card]
}

function saidIn({ message, replies }: TranscriptTurn): readonly Said[] {
  const answer = replies.find(({ text }) => text !== '')
  return [
    { by: 'customer', text: message.text },
    ...(answer === undefined ? [] : [{ by: 'bot', text: wordsOf(answer) } as const]),
  ]
}

function textOf({ message }: Scene, { say }: RecordParts): string {
  return withFiles(message.text, message.attachments, say)
}

/** The cards that stood before a person was asked for have nothing left to decide. */
function closed(cards: readonly DeskCard[], ticket: TicketId | undefined, parts: RecordParts): readonly DeskChange[] {
  const at = parts.now().toISOString()
  return cards.flatMap((card) => {
    if (card.kind === 'answer')
      return card.facts.end === undefined ? [unchecked(endAnswer(card, { at, ticket }, parts))] : []
    const facts: CardFacts = { ...card.facts, unanswered: 0, end: { kind: 'followed', by: '', at } }
    return [changeCard(card, { state: 'resolved', facts }, { parts })]
  })
}

/** It counts whoever has pressed something meanwhile: an answer is not given again for the sake of a card. */
function unchecked(change: DeskChange): DeskChange {
  const { against: _, ...next } = change
  return next
}

/** The customer wrote again: it stands in the card's thread, and the card says that somebody waits. */
function passOn(card: DeskCard, turn: Turn, parts: RecordParts): DeskChange {
  const customer = plain(customerOf(card.facts, parts.say))
  const words = lines(withoutCardNumbers(textOf(turn, parts)))
  const thread = parts.say('desk.thread.customer', { customer, words })
  const isWithBot = turn.outcome.conversation.state === 'bot'
  const facts: CardFacts = {
    ...card.facts,
    // One that is replayed is counted since its apology, unless the team has answered meanwhile.
    unanswered: turn.isReplay === true ? Math.max(1, card.facts.unanswered) : card.facts.unanswered + 1,
    isWithBot,
    isAcknowledged: card.facts.isAcknowledged || (!isWithBot && turn.outcome.replies.length > 0),
  }
  const ticket = turn.outcome.conversation.ticket ?? card.ticket
  return changeCard(card, { facts, ...(ticket === undefined ? {} : { ticket }) }, { parts, thread: [thread] })
}

/** What the card was opened for has its answer; whoever has the card need not write it again. */
function answeredAfterAll(card: DeskCard, { outcome }: Turn, parts: RecordParts): DeskChange {
  const [reply] = outcome.replies
  const words = reply === undefined ? '' : wordsOf(reply)
  const facts: CardFacts = { ...card.facts, unanswered: Math.max(0, card.facts.unanswered - 1) }
  return unchecked(
    changeCard(
      card,
      { facts },
      { parts, thread: [parts.say('desk.thread.answered-after-all', { words: lines(words) })] },
    ),
  )
}

function wentBack(card: DeskCard, parts: RecordParts): DeskChange {
  const customer = plain(customerOf(card.facts, parts.say))
  const facts: CardFacts = { ...card.facts, unanswered: 0, isWithBot: true }
  return changeCard(card, { facts }, { parts, thread: [parts.say('desk.thread.went-back', { customer })] })
}

/** The conversation's one card of answers, with the newest of them. */
function answered(turn: Turn, parts: RecordParts): readonly DeskChange[] {
  const { conversation, message, outcome, receipt, cards } = turn
  const [reply] = outcome.replies
  if (conversation.state !== 'bot' || reply === undefined) return []
  const card = cards.find(({ kind }) => kind === 'answer')
  const isSecond = receipt.route.kind === 'model' && receipt.route.isAdvanced === true
  const [question] = isSecond ? (card?.facts.said ?? []) : []
  const advanced = advancedButtonOf(outcome.replies, message.id)
  const isCustomer = message.author.id === conversation.author.id
  const by = isCustomer ? parts.say('desk.by-customer') : nameOf(message.author)
  const facts = factsOf(
    turn,
    {
      said: [question ?? { by: 'customer', text: textOf(turn, parts) }, { by: 'bot', text: wordsOf(reply) }],
      receipt: receiptLine(receipt, parts.say),
      ...(advanced === undefined ? {} : { advanced }),
      ...(isSecond && advanced === undefined
        ? { asked: { by, at: card?.facts.asked?.at ?? parts.now().toISOString() } }
        : {}),
    },
    parts,
  )
  if (card === undefined) {
    const change = openCard(turn, { kind: 'answer', state: 'watching', facts }, parts)
    return change === undefined ? [] : [change]
  }
  return [unchecked(changeCard(card, { facts }, { parts }))]
}
