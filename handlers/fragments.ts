import type { WishedAction } from '../src/core/reply.ts'
import type { Offer } from '../src/core/conversation.ts'
import { unknownIntent, type IntentName } from '../src/core/intent.ts'
import { plain } from '../src/core/markup.ts'
import { cutText, maximumTextLength } from '../src/core/message.ts'
import type { Route } from '../src/core/route.ts'
import { findEntities, hasCardDigits, isBareValue } from '../src/dialogue/entities.ts'
import { isAgreement, isBareAnswer, saysNothing } from '../src/dialogue/remarks.ts'
import { isDrop } from '../src/dialogue/slots.ts'
import type { Decision } from './decision.ts'
import { clarify, personButton } from './dialogue-steps.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'

/** An unanswered "A or B?" is put again once; after that the team reads what cannot be placed. */
const mostUnclear = 2

/**
 * Answers a message that is no request by itself and that nobody needs to read: "ok", "never mind", "what?", "1042".
 * Undefined when it says more.
 */
export function answerFragment(turn: OpenTurn, parts: MessageParts): Decision | undefined {
  const { message, conversation } = turn
  const { text } = message
  const offered = conversation.last?.offers?.filter(({ isProposed }) => isProposed) ?? []
  const mayAskAgain = isBareValue(text) || (conversation.unclear < mostUnclear && isNoChoice(text))
  if (offered.length === 2 && mayAskAgain) return askAgain(offered, turn, parts)
  if (isAgreement(text)) return say('dialogue.nothing-open', turn, parts)
  if (isDrop(text))
    return say(/cancel|stop|abort|quit/i.test(text) ? 'dialogue.nothing-open' : 'dialogue.all-right', turn, parts)
  if (isBareAnswer(text)) return say('dialogue.all-right', turn, parts)
  if (isBareValue(text)) return askWhatFor(turn, parts)
  return saysNothing(text) ? say('dialogue.rephrase', turn, parts) : undefined
}

/** Neither of two, or both of them. */
function isNoChoice(text: string): boolean {
  return /^(?:hm+ )?both\b/i.test(text.trim()) || (saysNothing(text) && !isDrop(text))
}

/** "A or B?" once more; a number said in between goes with whichever is chosen. */
function askAgain(offered: readonly Offer[], turn: OpenTurn, parts: MessageParts): Decision {
  const { text } = turn.message
  const [first, second] = offered
  const between = [first?.intent ?? unknownIntent, second?.intent ?? unknownIntent] as const
  const because = 'the customer chose none of two'
  const said = first?.text ?? ''
  // The newest number comes first, because the first one found is the one that counts.
  const of = isBareValue(text) ? cutText(`${text} ${said}`, maximumTextLength) : said
  const asked = clarify(
    { kind: 'clarify', between, because },
    { ...turn, message: { ...turn.message, text: of } },
    parts,
  )
  return { ...asked, text: `${parts.say('dialogue.miss.choice')}\n\n${asked.text}` }
}

/** What a number alone may be about. */
const intentsAbout = {
  order: ['account.order-status', 'payments.refund-request', 'tickets.item-problem'],
  ticket: ['tickets.status', 'tickets.add-note', 'tickets.close'],
  invoice: ['payments.invoice-copy', 'payments.unknown-charge'],
} as const satisfies Record<string, readonly [IntentName, IntentName, ...IntentName[]]>

/** A number without a wish: asks what it is for, with the likely wishes as buttons. */
function askWhatFor(turn: OpenTurn, parts: MessageParts): Decision {
  const { text } = turn.message
  const entities = findEntities(text)
  const kind = (['order', 'ticket', 'invoice'] as const).find((one) => entities[one] !== undefined)
  if (kind === undefined) return say(hasCardDigits(text) ? 'payments.card-number' : 'dialogue.what-for', turn, parts)
  const intents = intentsAbout[kind]
  const number = entities[kind] ?? ''
  const spoken = kind === 'order' ? `order ${number}` : number
  const choices = intents.map((intent): WishedAction => ({
    label: parts.labelOf(intent),
    meaning: { kind: 'intent', intent, text: spoken },
  }))
  const because = 'the message names a number, but not what to do with it'
  const route: Route = { kind: 'clarify', between: [intents[0], intents[1]], because }
  return {
    route,
    text: parts.say('dialogue.about-number', { number: plain(spoken) }),
    actions: [...choices, personButton(parts)],
    effects: [],
    conversation: turn.conversation,
  }
}

type Sentence =
  | 'dialogue.nothing-open'
  | 'dialogue.all-right'
  | 'dialogue.rephrase'
  | 'dialogue.what-for'
  | 'payments.card-number'

function say(key: Sentence, turn: OpenTurn, parts: MessageParts): Decision {
  const because = 'the message is no request by itself'
  const route: Route = { kind: 'agent', agent: 'general', intent: unknownIntent, because }
  const actions = key === 'dialogue.rephrase' ? [personButton(parts)] : []
  return { route, text: parts.say(key), actions, effects: [], conversation: turn.conversation }
}
