import { unknownIntent, type AgentName, type Candidate, type Classification, type IntentName } from '../core/intent.ts'
import type { Route, Tier } from '../core/route.ts'

export interface RoutePolicy {
  /** From this calibrated confidence on, equality included, a message is answered free. */
  readonly freeThreshold: number
  readonly agentOf: (intent: IntentName) => AgentName
  /** Present when a model may write an answer that no rule has: by which tier, and how hard the message is, 0 to 10. */
  readonly reasoning?: { readonly tier: Exclude<Tier, 0>; readonly effort: number } | undefined
}

/** From here on a question is more than one article answers; a model weighs what several say. */
const hardFrom = 8

/** Two candidates stand out when nearly all of the probability is theirs and neither is an outsider. */
const outstandingTogether = 0.6
const outstandingEach = 0.15

/**
 * Who answers a message that opens something new. `hasArticle`: the knowledge base holds a passage that fits.
 */
export function chooseRoute(classification: Classification, hasArticle: boolean, policy: RoutePolicy): Route {
  const { intent, confidence, candidates, stage } = classification
  const { reasoning } = policy
  const isHard = reasoning !== undefined && reasoning.effort >= hardFrom
  if (intent === 'general.question' && confidence >= policy.freeThreshold && isHard) return byModel(reasoning)
  if (intent !== unknownIntent && confidence >= policy.freeThreshold) {
    const because = `${intent} at ${toShare(confidence)}, at or above the free threshold ${policy.freeThreshold.toFixed(2)}`
    return { kind: 'agent', agent: policy.agentOf(intent), intent, because }
  }
  // A model was asked because no intent was sure: its choice settles it, whatever free answers ask for.
  const isChosen = stage === 'model' || stage === 'cache'
  if (isChosen && intent !== unknownIntent) {
    const because = `${intent}, ${stage === 'model' ? 'chosen by a model' : 'as in a message like it'}, at ${toShare(confidence)}`
    return { kind: 'agent', agent: policy.agentOf(intent), intent, because }
  }
  // What was found to be none of the candidates is not asked about once more.
  const between = isChosen ? undefined : twoThatStandOut(candidates)
  if (between !== undefined && (intent !== unknownIntent || !hasArticle)) {
    return {
      kind: 'clarify',
      between,
      because: `no intent reaches ${policy.freeThreshold.toFixed(2)}, but two stand out`,
    }
  }
  if (hasArticle && !isHard) {
    return {
      kind: 'agent',
      agent: 'general',
      intent: 'general.question',
      because: 'no intent is sure, but an article answers the question',
    }
  }
  if (reasoning !== undefined) return byModel(reasoning)
  return { kind: 'person', because: `no intent reaches ${policy.freeThreshold.toFixed(2)} and no two stand out` }
}

function byModel({ tier, effort }: { readonly tier: Exclude<Tier, 0>; readonly effort: number }): Route {
  return { kind: 'model', tier, because: `no rule answers it; effort ${effort} of 10 is for tier ${tier}` }
}

/** Rounded down: what is nearly certain is not certain. */
function toShare(confidence: number): string {
  return (Math.floor(confidence * 100) / 100).toFixed(2)
}

function twoThatStandOut(candidates: readonly Candidate[]): readonly [IntentName, IntentName] | undefined {
  const [first, second] = candidates.filter((candidate) => candidate.intent !== unknownIntent)
  if (first === undefined || second === undefined || second.confidence < outstandingEach) return undefined
  return first.confidence + second.confidence >= outstandingTogether ? [first.intent, second.intent] : undefined
}
