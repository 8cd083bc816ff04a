import type { Conversation, Offer } from '../src/core/conversation.ts'
import { unknownIntent, type Classification } from '../src/core/intent.ts'
import { cutText, type Message } from '../src/core/message.ts'
import { zeroDollars, type MicroDollars } from '../src/core/money.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { NewId } from '../src/core/ports.ts'
import type { ModelCall, Receipt, Step } from '../src/core/receipt.ts'
import type { Reply } from '../src/core/reply.ts'
import type { Tier } from '../src/core/route.ts'
import { wouldHaveCost, type ReferenceModel } from '../src/budget/estimate.ts'
import { estimateEffort } from '../src/routing/effort.ts'
import type { Decision } from './decision.ts'

interface Answered {
  readonly message: Message
  readonly conversation: Conversation
  readonly classification: Classification
  readonly decision: Decision
  readonly durationsMs: Readonly<Record<Step, number>>
}

/** Slack cuts longer labels itself; Discord refuses them above 80. */
const longestLabel = 75

/** What naming buttons and writing receipts needs. */
export interface OutcomeParts {
  readonly newId: NewId
  readonly reference: ReferenceModel
}

/** Turns a decision into what is stored: the reply with ids for its buttons, the receipt, the conversation as it is next. */
export function toOutcome(answered: Answered, parts: OutcomeParts): Outcome {
  const { decision } = answered
  return {
    conversation: nextConversation(decision),
    replies: decision.text === '' ? [] : [toReply(decision, parts)],
    effects: decision.effects,
    receipt: toReceipt(answered, parts),
  }
}

type Said = Pick<Decision, 'text' | 'actions'> & Partial<Pick<Decision, 'route' | 'tier' | 'calls' | 'lookedFurtherMs'>>

/** The reply with an id for each of its buttons. */
export function toReply({ text, actions, route, tier, calls = [], ...said }: Said, parts: OutcomeParts): Reply {
  const isWritten = route?.kind === 'model' && tier !== 0
  const hadSteps = calls.length > 0 || said.lookedFurtherMs !== undefined
  return {
    text,
    audience: 'customer',
    ...(isWritten ? { isWritten } : {}),
    ...(hadSteps ? { hadSteps } : {}),
    actions: actions.map((action) => ({
      ...action,
      id: parts.newId(),
      label: cutText(action.label, longestLabel),
    })),
  }
}

/** Why the message is answered so, and what that cost: the sum of all calls, whatever came of them. */
export function toReceipt(answered: Answered, parts: OutcomeParts): Receipt {
  const { message, decision } = answered
  const { calls = [], notAsked, effortReasons, budgetLevel, intentCache, lookedFurtherMs } = decision
  return {
    message: message.id,
    classification: answered.classification,
    effort: decision.effort ?? estimateEffort(message.text, answered.conversation.turns),
    ...(effortReasons === undefined ? {} : { effortReasons }),
    ...(budgetLevel === undefined ? {} : { budgetLevel }),
    ...(intentCache === undefined ? {} : { intentCache }),
    ...(notAsked === undefined ? {} : { notAsked }),
    tier: decision.tier ?? highestTier(calls),
    route: decision.route,
    calls,
    cost: calls.reduce((sum, call) => (sum + call.cost) as MicroDollars, zeroDollars),
    wouldHaveCost: wouldHaveCost(message.text, parts.reference),
    wouldHaveCostModel: parts.reference.model,
    durationsMs: answered.durationsMs,
    ...(lookedFurtherMs === undefined ? {} : { lookedFurtherMs }),
  }
}

/** A call that failed or was rejected had no part in the answer. */
function highestTier(calls: readonly ModelCall[]): Tier {
  return calls.reduce<Tier>((highest, { outcome, tier }) => {
    return outcome === 'answered' && tier > highest ? tier : highest
  }, 0)
}

function nextConversation(decision: Decision): Conversation {
  const { conversation, effects } = decision
  let next: Conversation = { ...conversation, ...lastOf(decision), turns: conversation.turns + 1 }
  for (const effect of effects) {
    if (effect.kind === 'identify') next = { ...next, identity: effect.identity }
    if (effect.kind === 'hand-over') next = { ...next, state: 'person', ticket: effect.ticket }
  }
  return next
}

/** What was answered last, with the offers of this very reply. */
function lastOf({ conversation, actions, route }: Decision): Pick<Conversation, 'last'> {
  const { offers: _, ...last } = conversation.last ?? { intent: unknownIntent, agent: 'general', slots: {} }
  const offers = actions.flatMap(({ label, meaning, style }): readonly Offer[] => {
    if (meaning.kind !== 'intent') return []
    const { intent, text } = meaning
    return [{ label, intent, text, isProposed: style === 'primary' || route.kind === 'clarify' }]
  })
  if (offers.length > 0) return { last: { ...last, offers } }
  return conversation.last === undefined ? {} : { last }
}
