import type { Conversation } from '../src/core/conversation.ts'
import { unknownIntent, type Classification } from '../src/core/intent.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { Receipt } from '../src/core/receipt.ts'
import type { TicketId } from '../src/core/ticket.ts'
import { withFiles } from './files.ts'
import { ticketFor } from './hand-over.ts'
import type { MessageParts } from './message-parts.ts'
import { toOutcome, toReceipt, type OutcomeParts } from './outcome.ts'

const notAnswered = 'the message could not be answered'
const notRead: Classification = {
  intent: unknownIntent,
  confidence: 0,
  stage: 'keywords',
  candidates: [],
  evidence: [],
}
const noTime = { understand: 0, answer: 0 }

/** The answer to a message that could not be answered: an apology, and the message under a ticket for the team. */
export async function apologise(
  scene: { readonly message: Message; readonly conversation: Conversation },
  because: string,
  parts: MessageParts,
): Promise<Outcome> {
  return await withTicket(scene, parts, {
    because: `${notAnswered}: ${because}`,
    say: (ticket) => parts.say('person.apology', { ticket, hours: parts.hours }),
  })
}

/** The receipt of such an apology, where nothing is said any more. */
export function receiptOfApology(
  scene: { readonly message: Message; readonly conversation: Conversation },
  because: string,
  parts: OutcomeParts,
): Receipt {
  const route = { kind: 'person', because: `${notAnswered}: ${because}` } as const
  const decision = { route, text: '', actions: [], effects: [], conversation: scene.conversation }
  return toReceipt({ ...scene, classification: notRead, decision, durationsMs: noTime }, parts)
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
  const outcome = toOutcome({ message, conversation, classification: notRead, decision, durationsMs: noTime }, parts)
  return parts.desk === undefined ? outcome : await parts.desk.record({ message, conversation }, outcome)
}
