import type { Effect } from '../../src/core/agent.ts'
import { isLive } from '../../src/core/ticket.ts'
import { offerButton } from '../actions.ts'
import type { Flow } from '../parts.ts'
import { askText, sorry, unconfirmed, withRequest, withSlots } from '../questions.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { cut, hasWords, quoted } from '../texts.ts'
import { chooseTicket, ownTickets } from './choose-ticket.ts'

/** "Add this to T-17: …" carries the note after a colon. */
const afterColon = /:\s*(\S[\s\S]*)$/

/** Something more to a ticket that is still open. A ticket that waited for the customer goes back to the team. */
export const addNote: Flow = async (turn, parts) => {
  const { say } = parts
  const started = withRequest(turn)
  const candidates = (await ownTickets(started, parts)).filter(({ state }) => isLive(state))
  const chosen = await chooseTicket(started, parts, {
    candidates,
    question: say('tickets.add-note.which'),
    none: say('tickets.add-note.none'),
  })
  if (chosen.kind === 'answer') return chosen.answer
  const { ticket } = chosen
  if (!isLive(ticket.state)) {
    const reopen = offerButton(say('tickets.button-reopen', { ticket: ticket.id }), 'tickets.reopen')
    return sorry(parts, say('tickets.add-note.closed', { ticket: ticket.id }), [reopen])
  }
  const told = chosen.turn.task.slots['note'] ?? noteIn(chosen.turn.task.slots['first'] ?? '')
  if (told === undefined)
    return askText(chosen.turn, parts, { name: 'note', text: say('tickets.add-note.ask', { ticket: ticket.id }) })

  const note = withoutCardNumbers(told)
  const unsure = unconfirmed(withSlots(chosen.turn, { note: told }), parts, {
    text: say('tickets.add-note.confirm', { ticket: ticket.id, note: quoted(note, 600) }),
    about: `${ticket.id}: ${cut(note, 600)}`,
    yes: say('tickets.add-note.button'),
    retold: { slot: 'note', how: 'added' },
    ...(candidates.length > 1 && { instead: { slot: 'ticket', options: candidates.map(({ id }) => id) } }),
  })
  if (unsure !== undefined) return unsure

  const effects: Effect[] = [{ kind: 'add-note', ticket: ticket.id, text: note }]
  if (ticket.state === 'waiting-customer')
    effects.push({ kind: 'move-ticket', ticket: ticket.id, from: ticket.state, to: 'waiting-team' })
  return { kind: 'reply', text: say('tickets.add-note.done', { ticket: ticket.id }), effects }
}

function noteIn(text: string): string | undefined {
  const note = afterColon.exec(text)?.[1]?.trim()
  return note !== undefined && hasWords(note, 3) ? note : undefined
}
