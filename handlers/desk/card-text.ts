import type { DeskCard, Said } from '../../src/core/desk.ts'
import { plain } from '../../src/core/markup.ts'
import { printDollars } from '../../src/core/money.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { Reply, ReplyAction } from '../../src/core/reply.ts'
import type { Say } from '../../src/core/wording.ts'
import type { DeskParts } from './parts.ts'
import { clockOf, customerOf, excerpt, nameOf } from './words.ts'

/** Characters of one thing said; a card has to fit into one message of either platform. */
const longestSaid = 400

type PrintParts = Pick<DeskParts, 'say' | 'timeZone' | 'advancedLimit' | 'readsThreads'>
type Printed = Omit<DeskCard, 'version'>

/** A card as the team reads it. */
export function printCard(card: Printed, parts: PrintParts): Reply {
  const { say } = parts
  const { facts } = card
  const paragraphs = [
    card.kind === 'hand-over' ? heading(card, parts) : '',
    who(card, say),
    conversationOf(facts.said, say),
    facts.because === undefined ? '' : say('desk.because', { because: plain(facts.because) }),
    facts.receipt ?? '',
    footing(card, parts),
  ]
  return {
    text: paragraphs.filter((paragraph) => paragraph !== '').join('\n\n'),
    actions: card.kind === 'answer' ? answerButtons(card, parts) : handOverButtons(card, say),
    audience: 'staff',
  }
}

/** The card's own message, changed. */
export function editOf(card: Printed, parts: PrintParts): Reply {
  return { ...printCard(card, parts), replaces: card.post }
}

function heading({ state, ticket = '', person, facts }: Printed, parts: PrintParts): string {
  const { say } = parts
  const end = facts.end
  if (end?.kind === 'followed') return say('desk.head.followed', { ticket, time: clockOf(end.at, parts) })
  if (end !== undefined) return say('desk.head.resolved', { ticket, by: plain(end.by), time: clockOf(end.at, parts) })
  if (state === 'claimed' && person !== undefined)
    return facts.isWithBot
      ? say('desk.head.went-back', { ticket, person: plain(nameOf(person)) })
      : say('desk.head.claimed', { ticket, person: plain(nameOf(person)) })
  return facts.isWithBot ? say('desk.head.passed-on', { ticket }) : say('desk.head.waiting', { ticket })
}

function who({ facts }: Printed, say: Say): string {
  const customer = excerpt(customerOf(facts, say), 60)
  const channel = say(`desk.channel.${facts.channel}`)
  return facts.link === undefined
    ? say('desk.who', { customer, channel })
    : say('desk.who-linked', { customer, channel, link: facts.link })
}

function conversationOf(said: readonly Said[], say: Say): string {
  return said
    .map(({ by, text }) => {
      const words = excerpt(text, longestSaid)
      return by === 'customer' ? say('desk.said.customer', { words }) : say('desk.said.bot', { words })
    })
    .join('\n')
}

function footing({ kind, state, facts, platform }: Printed, parts: PrintParts): string {
  const { say, readsThreads } = parts
  const { asked, end, unanswered } = facts
  if (kind === 'answer') {
    if (end !== undefined) return say('desk.foot.taken-over', { time: clockOf(end.at, parts) })
    return asked === undefined ? '' : say('desk.foot.asked', { by: plain(asked.by), time: clockOf(asked.at, parts) })
  }
  if (state === 'resolved') return ''
  const count = unanswered === 0 ? '' : `${say('desk.foot.unanswered', { count: String(unanswered) })}\n`
  return `${count}${readsThreads(platform) ? say('desk.foot.how') : say('desk.foot.how-by-form')}`
}

function answerButtons({ id, facts }: Printed, { say, advancedLimit }: PrintParts): readonly ReplyAction[] {
  if (facts.end !== undefined) return []
  const limit = printDollars(advancedLimit)
  const advanced =
    facts.advanced === undefined || facts.asked !== undefined
      ? []
      : [control(`desk:advanced:${id}`, say('desk.button.advanced', { limit }))]
  return [...advanced, control(`desk:take:${id}`, say('desk.button.take'))]
}

/** Where a bot may not read messages, a person writes in a form. */
function handOverButtons({ id, state, platform }: Printed, say: Say): readonly ReplyAction[] {
  if (state === 'resolved') return []
  return [
    ...(state === 'waiting'
      ? [{ ...control(`desk:claim:${id}`, say('desk.button.claim')), style: 'primary' } as const]
      : []),
    ...(platform === 'discord' ? [control(`desk:reply:${id}`, say('desk.button.reply'))] : []),
    control(`desk:note:${id}`, say('desk.button.note')),
    control(`desk:resolve:${id}`, say('desk.button.resolve')),
  ]
}

function control(id: string, label: string): ReplyAction {
  return { id, label, meaning: { kind: 'control' } }
}

/** Intent, confidence, stage, tier and money of an answer, in one line. */
export function receiptLine({ classification, tier, cost, wouldHaveCost }: Receipt, say: Say): string {
  return say('desk.receipt', {
    intent: plain(classification.intent),
    confidence: String(Math.round(classification.confidence * 100)),
    stage: classification.stage,
    tier: String(tier),
    cost: printDollars(cost),
    instead: printDollars(wouldHaveCost),
  })
}
