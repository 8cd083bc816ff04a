import type { Agent } from '../../src/core/agent.ts'
import { createAgent } from '../parts.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { addNote } from './add-note.ts'
import { closeTicket, listTickets, reopenTicket, ticketStatus } from './follow.ts'
import { itemProblem } from './item-problem.ts'
import { complaint, openTicket, technicalProblem } from './open.ts'

const flows = new Map<string, Flow>([
  ['tickets.open', openTicket],
  ['tickets.status', ticketStatus],
  ['tickets.add-note', addNote],
  ['tickets.close', closeTicket],
  ['tickets.reopen', reopenTicket],
  ['tickets.list', listTickets],
  ['tickets.complaint', complaint],
  ['tickets.technical-problem', technicalProblem],
  ['tickets.item-problem', itemProblem],
])

/** Requests for the team: opened, followed, added to, closed, and everything that has to be looked at by a person. */
export function createTicketsAgent(parts: AgentParts): Agent {
  return createAgent('tickets', flows, parts)
}
