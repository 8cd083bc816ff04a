import type { Answer, Effect, Turn } from '../src/core/agent.ts'
import { intentButton } from './actions.ts'
import type { AgentParts } from './parts.ts'
import { unconfirmed } from './questions.ts'
import { withoutCardNumbers } from '../src/safety/card-numbers.ts'
import { cut, quoted } from './texts.ts'

/** What goes into a ticket, in the customer's words. */
export interface Draft {
  readonly subject: string
  readonly text: string
}

/**
 * Shows the ticket as it would be sent, and opens it after a yes.
 *
 * @param draft `told` names the slot with the customer's own words, to which a correction adds; `opened` is the sentence
 *   that tells the ticket's number
 */
export async function openAfterYes(
  turn: Turn,
  parts: AgentParts,
  draft: Draft & { readonly told: string; readonly opened: (ticket: string) => string },
): Promise<Answer> {
  const subject = cut(withoutCardNumbers(draft.subject), 100)
  const text = withoutCardNumbers(draft.text)
  const question = unconfirmed(turn, parts, {
    text: parts.say('tickets.draft.confirm', { subject: quoted(subject), text: quoted(text, 600) }),
    about: `${subject}\n${text}`,
    yes: parts.say('tickets.draft.button'),
    retold: { slot: draft.told, how: 'added' },
  })
  if (question !== undefined) return question

  const { ticket, effects } = await newTicket(turn, parts, { subject, text })
  const { say } = parts
  const actions = [
    intentButton(say('tickets.draft.button-status'), 'tickets.status', say('tickets.draft.status-text', { ticket })),
  ]
  return { kind: 'reply', text: draft.opened(ticket), actions, effects }
}

/** A ticket's number and the effect that opens it. */
export async function newTicket(
  turn: Turn,
  parts: AgentParts,
  draft: Draft,
): Promise<{ ticket: string; effects: Effect[] }> {
  const ticket = await parts.tickets.nextId(turn.message.tenant, turn.message.id)
  return { ticket, effects: [{ kind: 'open-ticket', ticket, ...draft, state: 'open' }] }
}
