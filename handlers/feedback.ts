import { unknownIntent } from '../src/core/intent.ts'
import type { MessageId } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { ReplyAction, WishedAction } from '../src/core/reply.ts'
import type { Route } from '../src/core/route.ts'
import type { Understanding } from '../src/dialogue/understand.ts'
import type { Decision } from './decision.ts'
import { personButton } from './dialogue-steps.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'
import { misunderstoodIn } from './misunderstood.ts'
import { toReply } from './outcome.ts'
import { findRated, toFeedback, type Rated } from './rated.ts'

interface Scene {
  readonly understanding: Understanding
  readonly turn: OpenTurn
  readonly parts: MessageParts
}

/** Puts 👍, 👎 and the way to a large model under an answer, after the answer's own buttons. */
export function withRating(decision: Decision, { understanding, turn, parts }: Scene): Decision {
  if (!isAnswer(decision, understanding, turn)) return decision
  return { ...decision, actions: [...decision.actions, ...ratingButtons(turn.message.id, decision.route, parts)] }
}

/** Whether an agent, an article or a model answers. Questions back, notices and hand-overs are nothing to rate. */
function isAnswer({ route, conversation }: Decision, { kind }: Understanding, turn: OpenTurn): boolean {
  if (kind !== 'task' && kind !== 'request' && kind !== 'interruption') return false
  // A task that was not open like this before was left open by a question about it.
  const isQuestion = conversation.task !== undefined && conversation.task !== turn.conversation.task
  if (isQuestion) return false
  return route.kind === 'model' || (route.kind === 'agent' && route.intent !== unknownIntent)
}

/** The buttons under the answer to a message. */
export function ratingButtons(message: MessageId, route: Route, parts: MessageParts): WishedAction[] {
  const rate = (value: 'helpful' | 'not_helpful', key: string): WishedAction => ({
    label: parts.say(key),
    meaning: { kind: 'feedback', value, message },
  })
  return [
    rate('helpful', 'feedback.button.helpful'),
    rate('not_helpful', 'feedback.button.not-helpful'),
    ...(canGoHigher(route, parts) ? [advancedButton(message, parts)] : []),
  ]
}

/** Whether a larger model than the one that answered is left to be asked. */
function canGoHigher(route: Route, parts: MessageParts): boolean {
  if (route.kind !== 'model') return parts.canTryAdvanced(0)
  return route.isAdvanced !== true && parts.canTryAdvanced(route.tier)
}

/** The button that has a large model answer a message again, for whoever may see it. */
export function advancedButton(message: MessageId, parts: MessageParts): WishedAction {
  const meaning = { kind: 'advanced', message } as const
  const label = parts.say('feedback.button.advanced')
  return parts.advancedVisibleTo === 'staff' ? { label, audience: 'staff', meaning } : { label, meaning }
}

/**
 * Keeps what somebody thought of an answer. The conversation stays exactly as it is; only a 👎 is answered, with the ways
 * to something better.
 */
export async function takeFeedback(
  { value, message }: { readonly value: 'helpful' | 'not_helpful'; readonly message: MessageId },
  turn: OpenTurn,
  parts: MessageParts,
): Promise<Outcome> {
  const { conversation } = turn
  const nothing = { conversation, replies: [], effects: [], receipt: undefined }
  const rated = await findRated({ tenant: conversation.tenant, conversation: conversation.id }, message, parts)
  if (rated === undefined) return nothing
  const recorded: Outcome = {
    ...nothing,
    effects: [{ kind: 'record-feedback', feedback: toFeedback(value, rated, parts) }],
  }
  if (value === 'helpful') return recorded
  const judged = { ...recorded, ...misunderstoodIn(rated) }
  // A person who has the conversation is the better answer already.
  if (conversation.state === 'person') return judged
  const sorry = toReply({ text: parts.say('feedback.sorry'), actions: [personButton(parts)] }, parts)
  return { ...judged, replies: [{ ...sorry, actions: [...sorry.actions, ...furtherTry(rated, parts)] }] }
}

/** The same button that stands under the answer itself, so that it is used once, wherever it is pressed. */
function furtherTry({ turn, receipt }: Rated, parts: MessageParts): readonly ReplyAction[] {
  if (!canGoHigher(receipt.route, parts)) return []
  const offered = turn.replies.flatMap(({ actions }) => actions).filter(({ meaning }) => meaning.kind === 'advanced')
  if (offered.length > 0) return offered
  return toReply({ text: '', actions: [advancedButton(turn.message.id, parts)] }, parts).actions
}
