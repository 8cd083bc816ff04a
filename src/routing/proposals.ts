import type { AdjustmentDecision, TierAdjustment } from '../core/adjustment.ts'
import type { IntentName } from '../core/intent.ts'
import type { Tier } from '../core/route.ts'
import type { Misroute } from '../core/spending.ts'

type PaidTier = Exclude<Tier, 0>

/** A tier that may be wrong for an intent, with what speaks for another. It changes nothing until a person approves it. */
export interface Proposal extends TierAdjustment {
  readonly id: string
  readonly messages: number
  readonly disliked: number
  readonly advanced: number
  /** Exact sums to tell the change of the cost by; undefined where no message of the other tier is known. */
  readonly cost: {
    readonly present: MeanCost
    readonly proposed: MeanCost | undefined
  }
  readonly because: string
}

/** Micro-dollars over so many messages. */
export interface MeanCost {
  readonly microDollars: number
  readonly messages: number
}

/** From this share of unhappy answers on, over at least so many, a larger model is proposed. */
const [raiseFrom, raiseMessages] = [0.3, 20]
/** Up to this share, over at least so many, a smaller one is. */
const [lowerUpTo, lowerMessages] = [0.02, 100]

/**
 * Which tiers should change, the most unhappy intents first: up where at least 30 % of 20 or more answers were disliked or
 * asked of the large model, down where at most 2 % of 100 or more were. Tier 0 is answered by rules, so no tier helps there,
 * and nothing is moved to or from a local model by itself.
 */
export function proposeAdjustments(misroutes: readonly Misroute[]): readonly Proposal[] {
  return misroutes
    .flatMap((misroute) => proposalFor(misroute, misroutes))
    .toSorted((a, b) => b.disliked / b.messages - a.disliked / a.messages || (a.id < b.id ? -1 : 1))
}

function proposalFor(misroute: Misroute, all: readonly Misroute[]): readonly Proposal[] {
  const { intent, tier, messages, disliked, advanced } = misroute
  const rate = disliked / Math.max(1, messages)
  const isUp = (tier === 2 || tier === 3) && messages >= raiseMessages && rate >= raiseFrom
  const isDown = (tier === 3 || tier === 4) && messages >= lowerMessages && rate <= lowerUpTo
  if (!isUp && !isDown) return []
  const to: PaidTier = isUp ? (tier === 2 ? 3 : 4) : tier === 4 ? 3 : 2
  const share = `${Math.round(rate * 1000) / 10} %`
  return [
    {
      id: `${intent}:${tier}-${to}`,
      intent,
      from: tier,
      to,
      messages,
      disliked,
      advanced,
      cost: { present: { microDollars: misroute.cost, messages }, proposed: costAt(to, all) },
      because: `${disliked} of ${messages} answers (${share}) to ${intent} at tier ${tier} were disliked, ${advanced} of them asked of the large model`,
    },
  ]
}

/** What messages of a tier cost, whatever their intent. */
function costAt(tier: Tier, all: readonly Misroute[]): MeanCost | undefined {
  const own = all.filter((misroute) => misroute.tier === tier)
  const messages = own.reduce((sum, misroute) => sum + misroute.messages, 0)
  return messages === 0 ? undefined : { microDollars: own.reduce((sum, { cost }) => sum + cost, 0), messages }
}

/** The proposals nobody has decided about. */
export function openProposals(
  proposals: readonly Proposal[],
  decisions: readonly AdjustmentDecision[],
): readonly Proposal[] {
  return proposals.filter(({ id }) => !decisions.some((decision) => decision.id === id))
}

/** The tier of a message after what was approved; one step, so that two adjustments never form a chain or a circle. */
export function adjustedTier(
  adjustments: readonly TierAdjustment[],
  { intent, tier }: { readonly intent: IntentName; readonly tier: PaidTier },
): PaidTier {
  return adjustments.find((adjustment) => adjustment.intent === intent && adjustment.from === tier)?.to ?? tier
}
