import type { Conversation } from '../src/core/conversation.ts'
import { unknownIntent } from '../src/core/intent.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { TicketId } from '../src/core/ticket.ts'
import { withFiles } from './files.ts'
import { ticketFor } from './hand-over.ts'
import type { MessageParts } from './message-parts.ts'
import { toOutcome } from './outcome.ts'

/** The answer to a message that could not be answered: an apology, and the message under a ticket for the team. */
export async function apologise(
  scene: { readonly message: Message; readonly conversation: Conversation },
  because: string,
  parts: MessageParts,
): Promise<Outcome> {
  return await withTicket(scene, parts, {
    because: `the message could not be answered: ${because}`,
    say: (ticket) => parts.say('person.apology', { ticket, hours: parts.hours }),
  })
}

/** What is said in place of an answer, and why. */
interface InsteadOfAnswer {
  readonly because: string
  /** @param isNew whether the ticket is opened for this message */
  readonly say: (ticket: TicketId, isNew: boolean) => string
}

/** The message under a ticket for the team, without a look at what it means. */
export async function withTicket(
  { message, conversation }: { readonly message: Message; readonly conversation: Conversation },
  parts: MessageParts,
  { because, say }: InsteadOfAnswer,
): Promise<Outcome> {
  const classification = {
    intent: unknownIntent,
    confidence: 0,
    stage: 'keywords',
    candidates: [],
    evidence: [],
  } as const
  const { ticket, effects } = await ticketFor({ message, conversation }, parts)
  const apology = {
    route: { kind: 'person', because },
    text: say(
      ticket,
      effects.some(({ kind }) => kind === 'open-ticket'),
    ),
    actions: [{ label: parts.say('shared.button.person'), meaning: { kind: 'person' } }],
    effects,
    conversation: { ...conversation, ticket },
  } as const
  const decision = await withFiles(apology, { message }, parts)
  const outcome = toOutcome(
    { message, conversation, classification, decision, durationsMs: { understand: 0, answer: 0 } },
    parts,
  )
  return parts.desk === undefined ? outcome : await parts.desk.record({ message, conversation }, outcome)
}
