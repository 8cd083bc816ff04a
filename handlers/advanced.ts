import type { MessageId } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { Route } from '../src/core/route.ts'
import type { Decision } from './decision.ts'
import { personButton, sayStale } from './dialogue-steps.ts'
import { advancedButton, ratingButtons } from './feedback.ts'
import type { Reasoned } from '../src/models/reason.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'
import { toReceipt, toReply } from './outcome.ts'
import { findRated, toFeedback, type Rated } from './rated.ts'

/** The tier that is asked when somebody wants a better answer. */
const advancedTier = 4
/** As the sources name it; the receipts and the ledger of misroutes are searched for it. */
const because = 'user_requested_better_quality'

/**
 * Answers an earlier message again by a large model. The old answer stays, the conversation stays as it is, and the press
 * is kept as a misroute, unless there is no time for it: then it can be made again.
 */
export async function tryAdvanced(message: MessageId, turn: OpenTurn, parts: MessageParts): Promise<Outcome> {
  const { conversation } = turn
  if (conversation.state === 'person') return leaveToPerson(turn, parts)
  const rated = await findRated({ tenant: conversation.tenant, conversation: conversation.id }, message, parts)
  if (rated === undefined) return forgotten(turn, parts)

  const begunMs = parts.elapsedMs()
  const { message: press, now, allowance } = turn
  allowance.intent = rated.receipt.classification.intent
  const question = { message: press, conversation, now, text: rated.question }
  const reasoned = await parts.models.reason(question, { tier: advancedTier, purpose: 'advanced', allowance })
  const { classification } = rated.receipt

  const decision: Decision = {
    ...toWords(reasoned, { turn, rated }, parts),
    effects: isBusy(reasoned) ? [] : [{ kind: 'record-feedback', feedback: toFeedback('try_advanced', rated, parts) }],
    conversation,
    calls: allowance.calls,
    notAsked: allowance.notAsked,
    budgetLevel: allowance.budgetLevel,
    effort: rated.receipt.effort,
    effortReasons: rated.receipt.effortReasons,
  }
  const durationsMs = { understand: 0, answer: parts.elapsedMs() - begunMs }
  return {
    conversation,
    replies: [toReply(decision, parts)],
    effects: decision.effects,
    receipt: toReceipt(
      { message: { ...press, text: rated.question }, conversation, classification, decision, durationsMs },
      parts,
    ),
  }
}

/** The customer reads the answer, or a kind sentence: never why there is none. */
function toWords(
  reasoned: Reasoned,
  { turn, rated }: { readonly turn: OpenTurn; readonly rated: Rated },
  parts: MessageParts,
): Pick<Decision, 'route' | 'text' | 'actions' | 'tier'> {
  if (reasoned.kind === 'answered') {
    const route: Route = { kind: 'model', tier: reasoned.tier, isAdvanced: true, because }
    return { route, text: reasoned.text, actions: ratingButtons(turn.message.id, route, parts), tier: reasoned.tier }
  }
  return {
    route: {
      kind: 'model',
      tier: advancedTier,
      isAdvanced: true,
      because: `${because}, but no model answered: ${reasoned.because}`,
    },
    ...(isBusy(reasoned)
      ? {
          text: parts.say('advanced.busy'),
          actions: [advancedButton(rated.turn.message.id, parts), personButton(parts)],
        }
      : { text: parts.say('advanced.unanswered'), actions: [personButton(parts)] }),
    tier: 0,
  }
}

/** Whether nobody was asked because of all who wait, so that the same may be tried later. */
function isBusy(reasoned: Reasoned): boolean {
  return reasoned.kind === 'unanswered' && reasoned.because === 'busy'
}

/** Nobody but the person answers from here on; whoever has no other sign of it is told. */
function leaveToPerson({ conversation, message }: OpenTurn, parts: MessageParts): Outcome {
  const isCustomer = message.author.id === conversation.author.id
  const replies = isCustomer ? [toReply({ text: parts.say('person.has-it'), actions: [] }, parts)] : []
  return { conversation, replies, effects: [], receipt: undefined }
}

/** The message the button belongs to is no longer kept. */
function forgotten(turn: OpenTurn, parts: MessageParts): Outcome {
  const { conversation } = turn
  const reply = toReply({ ...sayStale(turn, parts), actions: [personButton(parts)] }, parts)
  return { conversation, replies: [reply], effects: [], receipt: undefined }
}
