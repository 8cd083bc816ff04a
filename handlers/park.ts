import type { Conversation } from '../src/core/conversation.ts'
import { TuppenceError } from '../src/core/errors.ts'
import { cutText, type Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { ParkReason } from '../src/core/parked.ts'
import type { Claim, Observer } from '../src/core/ports.ts'
import { apologise, receiptOfApology } from './apology.ts'
import type { MessageParts } from './message-parts.ts'

/** A message that failed or killed its worker this often is answered with an apology and a ticket. */
export const mostTries = 5
/** When the apology has failed, or killed its worker, this often as well, it does without what the customer wrote. */
const mostApologies = 3
const longestFault = 300

type ParkParts = MessageParts & { readonly observer: Observer }

/**
 * What is stored for a message that is not tried any more: why, an apology, and a ticket. After a replay the customer and
 * the team have both already, so nothing is said again.
 * @param error what the last try ended with; undefined when its worker was gone
 */
export async function parkedOutcome(
  { claim, conversation }: { readonly claim: Claim; readonly conversation: Conversation },
  error: unknown,
  parts: ParkParts,
): Promise<Outcome> {
  const { message, attempt, tries, replays } = claim
  const parked = error === undefined ? usedUp(claim) : reasonOf(error, claim, parts)
  const fields = { message: message.id, channel: message.channel, attempt, replays, reason: parked.reason }
  parts.observer.event({ name: 'message.parked', level: 'error', fields, ...(error === undefined ? {} : { error }) })
  const because = error === undefined ? 'attempts used up' : 'a fault'
  const isBare = tries > mostTries + mostApologies
  const scene = { message: isBare ? unread(message, parts) : message, conversation }
  if (replays > 0)
    return { conversation, replies: [], effects: [], receipt: receiptOfApology(scene, because, parts), parked }
  const { desk: _, ...withoutDesk } = parts
  return { ...(await apologise(scene, because, isBare ? withoutDesk : parts)), parked }
}

/** The message without whatever in it may be what nobody survives. */
function unread(message: Message, { say }: Pick<MessageParts, 'say'>): Message {
  const { attachments: _, ...rest } = message
  return { ...rest, text: say('person.unread', { message: message.id }) }
}

function usedUp({ lost, tries }: Claim): ParkReason {
  const tried = Math.min(tries, mostTries)
  const fault = `It was tried ${tried} times, and ${Math.min(lost, tried)} times the process ended before it was answered.`
  return { reason: 'attempts-used-up', fault, tries: tried }
}

/** What an admin is told of a fault: its code, or its class, and its message with personal details replaced. */
function reasonOf(error: unknown, { tries }: Claim, { redact }: Pick<MessageParts, 'redact'>): ParkReason {
  if (!(error instanceof Error))
    return { reason: 'unknown', fault: `Something was thrown that is no error: ${typeof error}.`, tries }
  const reason = error instanceof TuppenceError ? error.code : error.name
  return { reason, fault: cutText(redact(error.message), longestFault), tries }
}
