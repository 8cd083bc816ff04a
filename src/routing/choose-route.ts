import { unknownIntent, type AgentName, type Candidate, type Classification, type IntentName } from '../core/intent.ts'
import type { Route } from '../core/route.ts'

export interface RoutePolicy {
  /** From this calibrated confidence on, equality included, a message is answered free. */
  readonly freeThreshold: number
  readonly agentOf: (intent: IntentName) => AgentName
}

/** Two candidates stand out when nearly all of the probability is theirs and neither is an outsider. */
const outstandingTogether = 0.6
const outstandingEach = 0.15

/**
 * Who answers a message that opens something new. `hasArticle`: the knowledge base holds a passage that fits.
 */
export function chooseRoute(classification: Classification, hasArticle: boolean, policy: RoutePolicy): Route {
  const { intent, confidence, candidates } = classification
  if (intent !== unknownIntent && confidence >= policy.freeThreshold) {
    const because = `${intent} at ${toShare(confidence)}, at or above the free threshold ${policy.freeThreshold.toFixed(2)}`
    return { kind: 'agent', agent: policy.agentOf(intent), intent, because }
  }
  const between = twoThatStandOut(candidates)
  if (between !== undefined && (intent !== unknownIntent || !hasArticle)) {
    return {
      kind: 'clarify',
      between,
      because: `no intent reaches ${policy.freeThreshold.toFixed(2)}, but two stand out`,
    }
  }
  if (hasArticle) {
    return {
      kind: 'agent',
      agent: 'general',
      intent: 'general.question',
      because: 'no intent is sure, but an article answers the question',
    }
  }
  return { kind: 'person', because: `no intent reaches ${policy.freeThreshold.toFixed(2)} and no two stand out` }
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
