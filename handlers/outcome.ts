import type { Conversation } from '../src/core/conversation.ts'
import type { Classification } from '../src/core/intent.ts'
import type { Message } from '../src/core/message.ts'
import { zeroDollars } from '../src/core/money.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { NewId } from '../src/core/ports.ts'
import type { Receipt, Step } from '../src/core/receipt.ts'
import type { Reply } from '../src/core/reply.ts'
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

/** Turns a decision into what is stored: the reply with ids for its buttons, the receipt, the conversation as it is next. */
export function toOutcome(
  answered: Answered,
  parts: { readonly newId: NewId; readonly reference: ReferenceModel },
): Outcome {
  const { message, decision } = answered
  const reply: Reply = {
    text: decision.text,
    audience: 'customer',
    actions: decision.actions.map((action) => ({
      ...action,
      id: parts.newId(),
      label: action.label.slice(0, longestLabel),
    })),
  }
  const receipt: Receipt = {
    message: message.id,
    classification: answered.classification,
    effort: estimateEffort(message.text, answered.conversation.turns),
    tier: 0,
    route: decision.route,
    calls: [],
    cost: zeroDollars,
    wouldHaveCost: wouldHaveCost(message.text, parts.reference),
    wouldHaveCostModel: parts.reference.model,
    durationsMs: answered.durationsMs,
  }
  return { conversation: nextConversation(decision), replies: [reply], effects: decision.effects, receipt }
}

function nextConversation({ conversation, effects }: Decision): Conversation {
  let next: Conversation = { ...conversation, turns: conversation.turns + 1 }
  for (const effect of effects) {
    if (effect.kind === 'identify') next = { ...next, identity: effect.identity }
    if (effect.kind === 'hand-over') next = { ...next, state: 'person', ticket: effect.ticket }
  }
  return next
}
