import type { Feedback } from '../src/core/agent.ts'
import type { MessageId } from '../src/core/message.ts'
import type { ConversationKey, TranscriptTurn } from '../src/core/ports.ts'
import type { Receipt } from '../src/core/receipt.ts'
import type { MessageParts } from './message-parts.ts'

/** An answer that somebody judged, with what had been asked. */
export interface Rated {
  readonly turn: TranscriptTurn
  readonly receipt: Receipt
  /** The question in the customer's words: for a button, those it stands for. */
  readonly question: string
}

/** The answer to a message; undefined when the conversation no longer holds it. */
export async function findRated(
  key: ConversationKey,
  message: MessageId,
  parts: Pick<MessageParts, 'conversations'>,
): Promise<Rated | undefined> {
  const turn = await parts.conversations.turn(key, message)
  if (turn?.receipt === undefined) return undefined
  return { turn, receipt: turn.receipt, question: await questionOf(turn, key, parts) }
}

async function questionOf(
  { message, pressed }: TranscriptTurn,
  key: ConversationKey,
  parts: Pick<MessageParts, 'conversations'>,
): Promise<string> {
  if (pressed?.meaning.kind === 'intent') return pressed.meaning.text
  if (pressed?.meaning.kind !== 'advanced') return message.text
  // An answer given again is about what was asked at first; it offers no further try, so this ends.
  return (await findRated(key, pressed.meaning.message, parts))?.question ?? message.text
}

/** What is kept of a judgement: enough to find out later why the message was routed as it was. */
export function toFeedback(
  value: Feedback['value'],
  { turn, receipt, question }: Rated,
  parts: Pick<MessageParts, 'redact'>,
): Feedback {
  const { classification, effort, tier, calls } = receipt
  const written = calls.findLast(({ outcome, purpose }) => outcome === 'answered' && purpose !== 'classification')
  return {
    value,
    message: turn.message.id,
    intent: classification.intent,
    tier,
    effort,
    confidence: classification.confidence,
    model: written?.model,
    text: parts.redact(question),
  }
}
