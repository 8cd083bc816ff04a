import { isBeyondIntents } from '../src/classification/cascade.ts'
import { identityAt } from '../src/core/conversation.ts'
import { unknownIntent } from '../src/core/intent.ts'
import type { Route } from '../src/core/route.ts'
import { findEntities } from '../src/dialogue/entities.ts'
import { chooseRoute } from '../src/routing/choose-route.ts'
import { tierFor, weighEffort, type EffortEstimate } from '../src/routing/weigh-effort.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'

/** Who answers a message after models, where there are any, have had their say. */
export interface Routed {
  /** With the classification as it stands in the end. */
  readonly turn: OpenTurn
  readonly route: Route
  /** What a model wrote, checked; only for a route of kind `model`. */
  readonly written?: string
  readonly estimate: EffortEstimate
}

/**
 * Chooses who answers a message that opens something new. Where the free stages are unsure a cheap model may choose among
 * their candidates, and where no rule has an answer a larger one may write it. Without models, without money or without an
 * answer that passes its checks, it is what the rules alone would have chosen.
 */
export async function chooseAnswer(given: OpenTurn, parts: MessageParts): Promise<Routed> {
  const { text } = given.message
  const hasArticle = parts.searchArticles(text) !== undefined
  const classification = await parts.models.classify(text, given.classification, given.allowance)
  given.allowance.intent = classification.intent
  const turn = { ...given, classification }
  const estimate = estimateOf(turn, parts)
  const { tier, because } = tierFor(estimate, parts.models.tierGate)
  const mayWrite = parts.models.canWrite() && hasGround(turn, parts)
  const reasoning = mayWrite
    ? { tier: parts.models.adjustTier(classification.intent, tier), effort: estimate.effort }
    : undefined
  const route = chooseRoute(classification, hasArticle, { ...parts, reasoning })
  if (route.kind !== 'model') return { turn, route, estimate }

  const effort = { tier: route.tier, purpose: 'answer', allowance: given.allowance } as const
  const { message, conversation, now } = turn
  const reasoned = await parts.models.reason({ message, conversation, now, text }, effort)
  if (reasoned.kind === 'answered') {
    return { turn, route: { ...route, tier: reasoned.tier, because }, written: reasoned.text, estimate }
  }
  const fallback = chooseRoute(classification, hasArticle, parts)
  const instead = `${fallback.because}; no model wrote an answer (${reasoned.because}: ${reasoned.detail})`
  return { turn, route: { ...fallback, because: instead }, estimate }
}

function estimateOf({ message, conversation, classification }: OpenTurn, parts: MessageParts): EffortEstimate {
  const coverage = parts.searchPassages(message.text, 1)[0]?.coverage
  const entities = Object.keys(findEntities(message.text)).length
  return weighEffort({ text: message.text, turns: conversation.turns, classification, entities, coverage })
}

/**
 * Without a passage or a known customer a model could only invent; and whatever a message in another language or one that
 * only refuses has in common with a passage is chance.
 */
function hasGround({ message, conversation, now, classification }: OpenTurn, parts: MessageParts): boolean {
  if (isBeyondIntents(classification)) return false
  if (parts.searchPassages(message.text, 1).length > 0) return true
  return message.isPrivate && identityAt(conversation, now) !== undefined && classification.intent !== unknownIntent
}
