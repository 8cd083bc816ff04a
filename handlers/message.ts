import type { Conversation } from '../src/core/conversation.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import { understand, type Understanding } from '../src/dialogue/understand.ts'
import type { Allowance } from '../src/models/question.ts'
import { tryAdvanced } from './advanced.ts'
import type { Decision } from './decision.ts'
import { dropTask, endHandOver, noteForPerson, repeatQuestion, sayStale } from './dialogue-steps.ts'
import { takeFeedback, withRating } from './feedback.ts'
import { askAboutFiles, hasFilesOnly, withFiles } from './files.ts'
import { handOver } from './hand-over.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'
import { misunderstoodBefore } from './misunderstood.ts'
import { toOutcome } from './outcome.ts'
import { answerRequest, runTask } from './run-task.ts'
import { withSecondRequest } from './second-request.ts'

/** Answers one message. Changes nothing itself: the outcome is stored in one transaction by the caller. */
export async function handleMessage(
  message: Message,
  conversation: Conversation,
  parts: MessageParts,
): Promise<Outcome> {
  const outcome = await answerMessage(message, conversation, parts)
  return parts.desk === undefined ? outcome : await parts.desk.record({ message, conversation }, outcome)
}

async function answerMessage(message: Message, conversation: Conversation, parts: MessageParts): Promise<Outcome> {
  const key = { tenant: message.tenant, conversation: message.conversation }
  const begunMs = parts.elapsedMs()
  const pressed = message.pressed === undefined ? undefined : await parts.conversations.action(key, message.pressed)
  const understanding = understand({ message, meaning: pressed?.meaning }, conversation, parts)
  const understoodMs = parts.elapsedMs()

  const allowance = parts.models.allowanceFor(message, understanding.classification.intent)
  const turn = { message, conversation, classification: understanding.classification, now: parts.now(), allowance }
  if (understanding.kind === 'feedback') return await takeFeedback(understanding, turn, parts)
  if (understanding.kind === 'advanced') return await tryAdvanced(understanding.message, turn, parts)
  const isAboutFiles = hasFilesOnly(message) && conversation.state === 'bot'
  const said = isAboutFiles ? askAboutFiles(turn, parts) : await decide(understanding, turn, parts)
  const decided = await withFiles(withModels(said, allowance, parts), turn, parts)
  const decision = withRating(decided, { understanding, turn, parts })

  const isLeft = understanding.kind === 'person' && conversation.state === 'bot'
  const misunderstood = isLeft ? await misunderstoodBefore(turn, parts) : {}

  const durationsMs = { understand: understoodMs - begunMs, answer: parts.elapsedMs() - understoodMs }
  const outcome = toOutcome(
    {
      message,
      conversation,
      classification: decision.classification ?? understanding.classification,
      decision,
      durationsMs,
    },
    parts,
  )
  return { ...outcome, ...misunderstood }
}

/** What models did on the way to the answer goes into its receipt; that money was short goes into kind words. */
function withModels(decision: Decision, allowance: Allowance, parts: MessageParts): Decision {
  const { calls, notAsked, budgetLevel, isShortOfMoney, intentCache, lookedFurtherMs } = allowance
  const known = {
    ...(intentCache === undefined ? {} : { intentCache }),
    ...(lookedFurtherMs === undefined ? {} : { lookedFurtherMs }),
  }
  if (budgetLevel === undefined) return { ...decision, ...known } // nobody thought of a model
  const text = isShortOfMoney ? `${parts.say('budget.simple')}\n\n${decision.text}` : decision.text
  return { ...decision, ...known, text, calls, notAsked, budgetLevel }
}

/** A press that rates an answer decides nothing. */
type Decided = Exclude<Understanding, { kind: 'feedback' | 'advanced' }>

async function decide(understanding: Decided, turn: OpenTurn, parts: MessageParts): Promise<Decision> {
  switch (understanding.kind) {
    case 'task':
      return await runTask(understanding, turn, parts)
    case 'request':
      return await answerRequest(turn, parts)
    case 'interruption':
      return await answerRequest(turn, parts, understanding.task)
    case 'miss':
      return withSecondRequest(await repeatQuestion(understanding.task, turn, parts), turn.classification.second, parts)
    case 'drop':
      return dropTask(understanding.task, turn, parts)
    case 'person':
      return turn.conversation.state === 'person'
        ? await noteForPerson(turn, parts)
        : await handOver(understanding, turn, parts)
    case 'back-to-bot':
      return endHandOver(turn, parts)
    case 'note':
      return await noteForPerson(turn, parts)
    case 'stale':
      return sayStale(turn, parts)
  }
}
