import type { Effect } from '../src/core/agent.ts'
import { cutText } from '../src/core/message.ts'
import { isLive } from '../src/core/ticket.ts'
import { withoutCardNumbers } from '../src/safety/card-numbers.ts'
import type { Decision } from './decision.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'

/** Why a person takes over, and what the agent wants carried out before. */
interface HandOver {
  readonly because: string
  readonly effects?: readonly Effect[]
}

/** Gives the conversation to a person: a ticket with what is known, a notice to the customer, and the bot steps back. */
export async function handOver(
  { because, effects: before = [] }: HandOver,
  turn: OpenTurn,
  parts: MessageParts,
): Promise<Decision> {
  const { ticket, effects } = await ticketFor(turn, parts)
  const { task: _, ...conversation } = turn.conversation
  return {
    route: { kind: 'person', because },
    text: parts.say('person.handed-over', { ticket, hours: parts.hours }),
    actions: [{ label: parts.say('person.button.bot'), meaning: { kind: 'bot' } }],
    effects: [...before, ...effects, { kind: 'hand-over', ticket, because }],
    conversation: { ...conversation, paused: [], unclear: 0 },
  }
}

/** The conversation's own live ticket with the message added, or one opened for it. */
export async function ticketFor(
  turn: Pick<OpenTurn, 'message' | 'conversation'>,
  parts: MessageParts,
): Promise<{ ticket: string; effects: readonly Effect[] }> {
  const { message, conversation } = turn
  const text = withoutCardNumbers(message.text)
  const present =
    conversation.ticket === undefined ? undefined : await parts.tickets.find(message.tenant, conversation.ticket)
  if (present !== undefined && isLive(present.state)) {
    const note: Effect = { kind: 'add-note', ticket: present.id, text }
    if (present.state === 'waiting-team') return { ticket: present.id, effects: [note] }
    const move: Effect = { kind: 'move-ticket', ticket: present.id, from: present.state, to: 'waiting-team' }
    return { ticket: present.id, effects: [note, move] }
  }
  const ticket = await parts.tickets.nextId(message.tenant, message.id)
  const task = conversation.task === undefined ? '' : ` (${parts.labelOf(conversation.task.intent)})`
  const subject = `${cutText(text.replace(/\s+/g, ' '), 100)}${task}`
  return { ticket, effects: [{ kind: 'open-ticket', ticket, subject, text, state: 'waiting-team' }] }
}
