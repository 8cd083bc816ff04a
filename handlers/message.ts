import type { Conversation } from '../src/core/conversation.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import { understand, type Understanding } from '../src/dialogue/understand.ts'
import type { Decision } from './decision.ts'
import { dropTask, endHandOver, noteForPerson, repeatQuestion, sayStale } from './dialogue-steps.ts'
import { handOver } from './hand-over.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'
import { toOutcome } from './outcome.ts'
import { answerRequest, runTask } from './run-task.ts'

/** Answers one message. Changes nothing itself: the outcome is stored in one transaction by the caller. */
export async function handleMessage(
  message: Message,
  conversation: Conversation,
  parts: MessageParts,
): Promise<Outcome> {
  const key = { tenant: message.tenant, conversation: message.conversation }
  const begunMs = parts.elapsedMs()
  const pressed = message.pressed === undefined ? undefined : await parts.conversations.action(key, message.pressed)
  const understanding = understand({ message, meaning: pressed?.meaning }, conversation, parts)
  const understoodMs = parts.elapsedMs()

  const turn = { message, conversation, classification: understanding.classification, now: parts.now() }
  const decision = await decide(understanding, turn, parts)

  const durationsMs = { understand: understoodMs - begunMs, answer: parts.elapsedMs() - understoodMs }
  return toOutcome(
    { message, conversation, classification: understanding.classification, decision, durationsMs },
    parts,
  )
}

async function decide(understanding: Understanding, turn: OpenTurn, parts: MessageParts): Promise<Decision> {
  switch (understanding.kind) {
    case 'task':
      return await runTask(understanding, turn, parts)
    case 'request':
      return await answerRequest(turn, parts)
    case 'interruption':
      return await answerRequest(turn, parts, understanding.task)
    case 'miss':
      return await repeatQuestion(understanding.task, turn, parts)
    case 'drop':
      return dropTask(understanding.task, turn, parts)
    case 'person':
      return await handOver(understanding, turn, parts)
    case 'back-to-bot':
      return endHandOver(turn, parts)
    case 'note':
      return await noteForPerson(turn, parts)
    case 'stale':
      return sayStale(turn, parts)
  }
}
