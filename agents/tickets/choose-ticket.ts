import type { Answer, Turn } from '../../src/core/agent.ts'
import { plain } from '../../src/core/markup.ts'
import type { Ticket, TicketState } from '../../src/core/ticket.ts'
import { offerButton } from '../actions.ts'
import type { AgentParts } from '../parts.ts'
import { askChoice, sorry, withSlots } from '../questions.ts'

/** The ticket meant, with a turn whose slot `ticket` names it, or the question which one. */
export type ChosenTicket =
  | { readonly kind: 'ticket'; readonly ticket: Ticket; readonly turn: Turn }
  | { readonly kind: 'answer'; readonly answer: Answer }

interface TicketChoice {
  /** The author's own tickets that make sense here. */
  readonly candidates: readonly Ticket[]
  readonly question: string
  /** Said when none makes sense. */
  readonly none: string
}

/** The author's own tickets, newest first. */
export function ownTickets(turn: Turn, parts: AgentParts): Promise<readonly Ticket[]> {
  return parts.tickets.ofRequester(turn.message.tenant, requesterOf(turn))
}

/** Finds the ticket an author means among their own; one of somebody else's is as unknown as one that never was. */
export async function chooseTicket(turn: Turn, parts: AgentParts, choice: TicketChoice): Promise<ChosenTicket> {
  const named = turn.task.slots['ticket']
  if (named !== undefined) {
    const ticket = await parts.tickets.find(turn.message.tenant, named)
    if (ticket !== undefined && ticket.requester === requesterOf(turn)) return { kind: 'ticket', ticket, turn }
    return { kind: 'answer', answer: unknownTicket(turn, parts, choice) }
  }
  const [only] = choice.candidates
  if (only === undefined) return { kind: 'answer', answer: noTicket(parts, choice.none) }
  if (choice.candidates.length === 1)
    return { kind: 'ticket', ticket: only, turn: withSlots(turn, { ticket: only.id }) }
  return { kind: 'answer', answer: askWhich(turn, parts, { text: choice.question, tickets: choice.candidates }) }
}

/** A ticket's state in plain words. */
export function spokenState(parts: AgentParts, state: TicketState): string {
  switch (state) {
    case 'open':
      return parts.say('tickets.state.open')
    case 'waiting-team':
      return parts.say('tickets.state.waiting-team')
    case 'waiting-customer':
      return parts.say('tickets.state.waiting-customer')
    case 'solved':
      return parts.say('tickets.state.solved')
    case 'closed':
      return parts.say('tickets.state.closed')
  }
}

function requesterOf(turn: Turn): string {
  return `${turn.message.channel}:${turn.message.author.id}`
}

function noTicket(parts: AgentParts, text: string): Answer {
  return sorry(parts, text, [offerButton(parts.say('tickets.button-open'), 'tickets.open')])
}

function unknownTicket(turn: Turn, parts: AgentParts, choice: TicketChoice): Answer {
  const text = parts.say('tickets.unknown', { ticket: plain(turn.task.slots['ticket'] ?? '') })
  if (choice.candidates.length === 0) return noTicket(parts, text)
  return askWhich(withSlots(turn, { ticket: undefined }), parts, {
    text: `${text} ${choice.question}`,
    tickets: choice.candidates,
  })
}

function askWhich(turn: Turn, parts: AgentParts, asked: { text: string; tickets: readonly Ticket[] }): Answer {
  const isPrivate = turn.message.isPrivate
  const options = asked.tickets.map(({ id, subject }) => ({ value: id, label: isPrivate ? `${id} · ${subject}` : id }))
  return askChoice(turn, parts, { name: 'ticket', text: asked.text, options })
}
