import type { Answer, Turn } from '../../src/core/agent.ts'
import { plain } from '../../src/core/markup.ts'
import { isLive, mayMove } from '../../src/core/ticket.ts'
import type { Ticket, TicketState } from '../../src/core/ticket.ts'
import { intentButton, offerButton, personButton } from '../actions.ts'
import { dayOf, printDay } from '../calendar.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry, unconfirmed } from '../questions.ts'
import { quoted } from '../texts.ts'
import { chooseTicket, ownTickets, spokenState } from './choose-ticket.ts'

/** "Any news on T-17?" Titles are personal, so a channel others read hears the state alone. */
export const ticketStatus: Flow = async (turn, parts) => {
  const { say } = parts
  const candidates = await ownTickets(turn, parts)
  const chosen = await chooseTicket(turn, parts, {
    candidates,
    question: say('tickets.status.which'),
    none: say('tickets.none'),
  })
  if (chosen.kind === 'answer') return chosen.answer
  const { ticket } = chosen
  const values = { ticket: ticket.id, state: spokenState(parts, ticket.state), day: printDay(dayOf(ticket.openedAt)) }
  const text = turn.message.isPrivate
    ? say('tickets.status.told', { ...values, subject: plain(ticket.subject) })
    : say('tickets.status.told-in-public', values)
  return { kind: 'reply', text, actions: nextSteps(parts, ticket) }
}

function nextSteps(parts: AgentParts, ticket: Ticket): NonNullable<Extract<Answer, { kind: 'reply' }>['actions']> {
  const { say } = parts
  const values = { ticket: ticket.id }
  if (!isLive(ticket.state))
    return [intentButton(say('tickets.button-reopen', values), 'tickets.reopen'), personButton(say)]
  return [
    intentButton(say('tickets.button-note', values), 'tickets.add-note'),
    intentButton(say('tickets.button-close', values), 'tickets.close'),
    personButton(say),
  ]
}

/** "Show my tickets." */
export const listTickets: Flow = async (turn, parts) => {
  const { say } = parts
  const tickets = await ownTickets(turn, parts)
  if (tickets.length === 0)
    return sorry(parts, say('tickets.none'), [offerButton(say('tickets.button-open'), 'tickets.open')])
  const rows = tickets.map((ticket) => {
    const subject = turn.message.isPrivate ? plain(ticket.subject) : '–'
    return `| ${ticket.id} | ${subject} | ${spokenState(parts, ticket.state)} | ${printDay(dayOf(ticket.openedAt))} |`
  })
  return { kind: 'reply', text: say('tickets.list.table', { table: [say('tickets.list.head'), ...rows].join('\n') }) }
}

/** "It works now, close T-17." */
export const closeTicket: Flow = (turn, parts) => {
  const { say } = parts
  return move(turn, parts, {
    to: 'closed',
    isCandidate: (ticket) => isLive(ticket.state),
    words: { question: say('tickets.close.which'), none: say('tickets.close.none') },
    already: (ticket) => say('tickets.close.already', { ticket: ticket.id, state: spokenState(parts, ticket.state) }),
    confirm: (values) => say('tickets.close.confirm', values),
    done: (ticket) => say('tickets.close.done', { ticket }),
    button: say('tickets.close.button'),
  })
}

/** "The problem is back." */
export const reopenTicket: Flow = (turn, parts) => {
  const { say } = parts
  return move(turn, parts, {
    to: 'open',
    isCandidate: (ticket) => !isLive(ticket.state),
    words: { question: say('tickets.reopen.which'), none: say('tickets.reopen.none') },
    already: (ticket) => say('tickets.reopen.already', { ticket: ticket.id, state: spokenState(parts, ticket.state) }),
    confirm: (values) => say('tickets.reopen.confirm', values),
    done: (ticket) => say('tickets.reopen.done', { ticket }),
    button: say('tickets.reopen.button'),
  })
}

interface Move {
  readonly to: TicketState
  readonly isCandidate: (ticket: Ticket) => boolean
  readonly words: { readonly question: string; readonly none: string }
  /** Said when the ticket is there already. */
  readonly already: (ticket: Ticket) => string
  readonly confirm: (values: { ticket: string; subject: string }) => string
  readonly done: (ticket: string) => string
  readonly button: string
}

async function move(turn: Turn, parts: AgentParts, step: Move): Promise<Answer> {
  const candidates = (await ownTickets(turn, parts)).filter((ticket) => step.isCandidate(ticket))
  const chosen = await chooseTicket(turn, parts, { candidates, ...step.words })
  if (chosen.kind === 'answer') return chosen.answer
  const { ticket } = chosen
  if (!step.isCandidate(ticket) || !mayMove(ticket.state, step.to)) {
    return { kind: 'reply', text: step.already(ticket), actions: nextSteps(parts, ticket) }
  }
  const subject = turn.message.isPrivate
    ? parts.say('tickets.subject-aside', { subject: quoted(ticket.subject, 100) })
    : ''
  const unsure = unconfirmed(chosen.turn, parts, {
    text: step.confirm({ ticket: ticket.id, subject }),
    about: `${ticket.id} to ${step.to}`,
    yes: step.button,
    ...(candidates.length > 1 && { instead: { slot: 'ticket', options: candidates.map(({ id }) => id) } }),
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: step.done(ticket.id),
    effects: [{ kind: 'move-ticket', ticket: ticket.id, from: ticket.state, to: step.to }],
  }
}
