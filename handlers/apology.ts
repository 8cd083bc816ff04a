import type { Conversation } from '../src/core/conversation.ts'
import { unknownIntent } from '../src/core/intent.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import { withFiles } from './files.ts'
import { ticketFor } from './hand-over.ts'
import type { MessageParts } from './message-parts.ts'
import { toOutcome } from './outcome.ts'

/** The answer to a message that could not be answered: an apology, and the message under a ticket for the team. */
export async function apologise(
  { message, conversation }: { readonly message: Message; readonly conversation: Conversation },
  because: string,
  parts: MessageParts,
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
    route: { kind: 'person', because: `the message could not be answered: ${because}` },
    text: parts.say('person.apology', { ticket, hours: parts.hours }),
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
