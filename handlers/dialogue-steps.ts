import type { WishedAction } from '../src/core/reply.ts'
import type { Conversation, Slot, Task } from '../src/core/conversation.ts'
import { unknownIntent } from '../src/core/intent.ts'
import type { Route } from '../src/core/route.ts'
import type { TicketId } from '../src/core/ticket.ts'
import { asksWhy, isUnsure } from '../src/dialogue/remarks.ts'
import type { Decision } from './decision.ts'
import { handOver, ticketFor } from './hand-over.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'
import { aboutLanguage } from './other-language.ts'

/** After this many messages that do not answer the open question, a person takes over. */
const mostMisses = 3

/** An open question as it is put again: only the part that asks, not what led to it. */
export function questionAgain(task: Task | undefined): string {
  const text = task?.question?.text ?? ''
  return text.split('\n\n').findLast((part) => part.includes('?')) ?? text
}

/** Asks which of two intents is meant. */
export function clarify(route: Extract<Route, { kind: 'clarify' }>, turn: OpenTurn, parts: MessageParts): Decision {
  const choices = route.between.map((intent): WishedAction => ({
    label: parts.labelOf(intent),
    meaning: { kind: 'intent', intent, text: turn.message.text },
  }))
  const [first, second] = route.between.map(parts.labelOf)
  return {
    route,
    text: parts.say('dialogue.clarify', { first: first ?? '', second: second ?? '' }),
    actions: [...choices, personButton(parts)],
    effects: [],
    conversation: { ...turn.conversation, unclear: turn.conversation.unclear + 1 },
  }
}

/** The message holds no word to go by. */
export function sayWordless(turn: OpenTurn, parts: MessageParts): Decision {
  const route: Route = { kind: 'agent', agent: 'general', intent: unknownIntent, because: 'the message holds no word' }
  return { route, text: parts.say('dialogue.wordless'), actions: [], effects: [], conversation: turn.conversation }
}

/** Nobody but a person can place the message: the team gets it under a ticket, while the bot stays for the next one. */
export async function passToTeam(because: string, turn: OpenTurn, parts: MessageParts): Promise<Decision> {
  const { ticket, effects } = await ticketFor(turn, parts)
  const open = turn.conversation.task
  const isAgain = turn.conversation.unclear > 0 && turn.conversation.ticket === ticket
  const passed = isAgain
    ? parts.say('person.passed-on-again', { ticket })
    : parts.say('person.passed-on', { ticket, hours: parts.hours })
  const question =
    open?.question === undefined
      ? ''
      : `\n\n${parts.say('dialogue.back-to', { task: parts.labelOf(open.intent), question: questionAgain(open) })}`
  return {
    route: { kind: 'person', because },
    text: `${passed}${question}`,
    actions: [...(open?.question?.actions ?? []), personButton(parts)],
    effects,
    conversation: { ...turn.conversation, ticket, unclear: turn.conversation.unclear + 1 },
  }
}

/** The open question, put again with a hint; after the third miss a person. */
export async function repeatQuestion(task: Task, turn: OpenTurn, parts: MessageParts): Promise<Decision> {
  const isAsking = asksWhy(turn.message.text)
  const misses = task.misses + (isAsking ? 0 : 1)
  if (misses >= mostMisses) {
    return await handOver({ because: `the open question was not answered in ${misses} messages` }, turn, parts)
  }
  const question = task.question ?? { text: '', actions: [] }
  const { language } = turn.classification
  const own = question.actions.find((action) => action.meaning.kind === 'person')
  const { text: hint, button } =
    language === undefined
      ? { text: hintFor(turn.message.text, task.asking?.kind ?? 'text', parts), button: own ?? personButton(parts) }
      : aboutLanguage(language, parts)
  return {
    route: {
      kind: 'agent',
      agent: task.agent,
      intent: task.intent,
      because: 'the message does not answer the open question',
    },
    text: `${hint}\n\n${questionAgain(task)}`,
    actions: [...question.actions.filter((action) => action !== own), button],
    effects: [],
    conversation: { ...turn.conversation, task: { ...task, misses } },
  }
}

function hintFor(text: string, kind: Slot['kind'], parts: MessageParts): string {
  if (asksWhy(text)) return parts.say(`dialogue.why.${kind}`)
  return isUnsure(text) ? parts.say(`dialogue.unsure.${kind}`) : parts.say(`dialogue.miss.${kind}`)
}

/** Lets a task go, open or paused, and says so. */
export function dropTask(task: Task, turn: OpenTurn, parts: MessageParts): Decision {
  const { task: open, ...conversation } = turn.conversation
  const kept: Conversation = {
    ...conversation,
    ...(open === undefined || open.id === task.id ? {} : { task: open }),
    paused: conversation.paused.filter((other) => other.id !== task.id),
  }
  return {
    route: { kind: 'agent', agent: task.agent, intent: task.intent, because: 'the customer let the task go' },
    text: parts.say('dialogue.dropped', { task: parts.labelOf(task.intent) }),
    actions: [],
    effects: [],
    conversation: kept,
  }
}

/** While a person has the conversation, a message is passed on and nothing else. */
export async function noteForPerson(turn: OpenTurn, parts: MessageParts): Promise<Decision> {
  const { ticket, effects } = await ticketFor(turn, parts)
  const text = await acknowledgement(ticket, turn, parts)
  const back: WishedAction = { label: parts.say('person.button.bot'), meaning: { kind: 'bot' } }
  return {
    route: { kind: 'person', because: 'a person has this conversation' },
    text,
    actions: text === '' ? [] : [back],
    effects,
    conversation: { ...turn.conversation, ticket },
  }
}

/**
 * What the customer reads meanwhile. Where the team reads along, once while nobody has taken the conversation and nothing
 * after that, but for an answer to a button.
 */
async function acknowledgement(
  ticket: TicketId,
  { message, conversation }: OpenTurn,
  parts: MessageParts,
): Promise<string> {
  const card = await parts.desk?.open({ tenant: conversation.tenant, conversation: conversation.id })
  if (card?.state === 'claimed') return message.pressed === undefined ? '' : parts.say('person.has-it')
  if (card?.facts.isAcknowledged === true && message.pressed === undefined) return ''
  return parts.say('person.noted', { ticket, hours: parts.hours })
}

/** The customer wants the bot again; the ticket stays with the team. */
export function endHandOver(turn: OpenTurn, parts: MessageParts): Decision {
  const { state, ticket } = turn.conversation
  const isBack = state === 'bot' || ticket === undefined // the button of a hand-over that is over
  return {
    route: {
      kind: 'agent',
      agent: 'general',
      intent: 'general.greeting',
      because: 'the customer came back to the bot',
    },
    text: isBack ? parts.say('person.is-with-bot') : parts.say('person.back-to-bot', { ticket }),
    actions: [],
    effects: [],
    conversation: { ...turn.conversation, state: 'bot' },
  }
}

/** A button of a question that is no longer open. */
export function sayStale(turn: OpenTurn, parts: MessageParts): Decision {
  const question = turn.conversation.task?.question
  const text = parts.say('dialogue.stale')
  return {
    route: {
      kind: 'agent',
      agent: 'general',
      intent: unknownIntent,
      because: 'the button belongs to a question that is no longer open',
    },
    text: question === undefined ? text : `${text}\n\n${questionAgain(turn.conversation.task)}`,
    actions: question?.actions ?? [],
    effects: [],
    conversation: turn.conversation,
  }
}

/** Gets a person, whatever is going on. */
export function personButton(parts: MessageParts): WishedAction {
  return { label: parts.say('shared.button.person'), meaning: { kind: 'person' } }
}
