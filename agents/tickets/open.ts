import type { Turn } from '../../src/core/agent.ts'
import { openAfterYes } from '../new-ticket.ts'
import type { Flow } from '../parts.ts'
import { askText, withRequest, withSlots } from '../questions.ts'
import { hasWords, subjectOf } from '../texts.ts'

/** What follows says what the request is about: "log a request about …", "open a ticket: …". */
const aboutPattern = /(?:\b(?:about|regarding|concerning|because)\b|:)\s*(\S[\s\S]*)/i

/** "I want to open a ticket": what it is about, a look at the text, a yes, the number. */
export const openTicket: Flow = (turn, parts) => {
  const started = withRequest(turn)
  const { first, description } = started.task.slots
  const told = description ?? aboutIn(first ?? '')
  if (told === undefined) return askText(started, parts, { name: 'description', text: parts.say('tickets.open.ask') })
  const opened = (ticket: string): string => parts.say('tickets.open.opened', { ticket })
  const draft = { subject: subjectOf(told), text: told, told: 'description', opened }
  return openAfterYes(withSlots(started, { description: told }), parts, draft)
}

function aboutIn(text: string): string | undefined {
  const about = aboutPattern.exec(text)?.[1]?.trim()
  return about !== undefined && hasWords(about, 4) ? about : undefined
}

/** A complaint is read by a person first thing; the customer's first words go with it. */
export const complaint: Flow = (turn, parts) => {
  const { say } = parts
  const started = withRequest(turn)
  const { first, description } = started.task.slots
  if (description === undefined)
    return askText(started, parts, { name: 'description', text: say('tickets.complaint.ask') })
  const text = hasWords(first ?? '', 5) && first !== description ? `${first}\n\n${description}` : description
  return openAfterYes(started, parts, {
    subject: say('tickets.complaint.subject', { subject: subjectOf(description) }),
    text,
    told: 'description',
    opened: (ticket) => say('tickets.complaint.opened', { ticket }),
  })
}

/** The first message alone when it says enough, or with the answer to our question. */
function whatHappens({ first = '', what }: Turn['task']['slots']): string | undefined {
  if (what === undefined) return hasWords(first, 4) ? first : undefined
  return hasWords(first, 2) && !what.startsWith(first) ? `${first}\n${what}` : what
}

/** "The app keeps crashing": what happens, where, a ticket. */
export const technicalProblem: Flow = (turn, parts) => {
  const { say } = parts
  const started = withRequest(turn)
  const { where } = started.task.slots
  const what = whatHappens(started.task.slots)
  if (what === undefined)
    return askText(started, parts, { name: 'what', text: say('tickets.technical-problem.ask-what') })
  if (where === undefined)
    return askText(started, parts, { name: 'where', text: say('tickets.technical-problem.ask-where') })
  return openAfterYes(withSlots(started, { what }), parts, {
    subject: subjectOf(what),
    text: say('tickets.technical-problem.text', { what, where }),
    told: 'what',
    opened: (ticket) => say('tickets.technical-problem.opened', { ticket }),
  })
}
