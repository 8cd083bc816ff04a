import type { BudgetLevel } from '../core/budget.ts'
import { isLocal, type ModelAlias, type ModelSpec } from '../core/model.ts'

/** A model that may be asked, with what one answer of it is expected to cost and to take. */
export interface Candidate {
  readonly spec: ModelSpec
  /** Micro-dollars. */
  readonly cost: number
  /** Milliseconds: measured, or expected. */
  readonly latencyMs: number
  /** Share of the checks that its answers passed, 0 to 1; undefined until enough were measured. */
  readonly quality: number | undefined
}

/** How much cost and latency count against each other. */
export interface Weights {
  readonly cost: number
  readonly latency: number
}

/** Those of the sources. */
export const usualWeights: Weights = { cost: 0.6, latency: 0.4 }

export interface OrderWishes {
  readonly level: BudgetLevel
  readonly defaultModel: ModelAlias | undefined
  readonly weights: Weights
  /** Where the search begins. */
  readonly tier: ModelSpec['tier']
  readonly putsFirst: 'local' | 'cloud' | undefined
  /** Whether a model that another one beats in price and quality is asked last. */
  readonly avoidsBeaten: boolean
}

/**
 * The order in which models are asked: those of the tier, then what their entries name as fallbacks, then lower tiers.
 * Within a tier `quality-first` orders by quality and every other level by cost and latency; the default model leads its
 * tier. Then, if wished, all local or all cloud models move to the front. A model that another beats in both price and
 * measured quality is asked only after that one failed: anything it got before would be loss.
 */
export function orderCandidates(candidates: readonly Candidate[], wishes: OrderWishes): readonly ModelSpec[] {
  const ordered = alongFallbacks(candidates, wishes)
  const grouped =
    wishes.putsFirst === undefined
      ? ordered
      : ordered.toSorted((a, b) => Number(isBehind(a.spec, wishes)) - Number(isBehind(b.spec, wishes)))
  const isBeaten = (one: Candidate): boolean => wishes.avoidsBeaten && grouped.some((other) => beats(other, one))
  return grouped.toSorted((a, b) => Number(isBeaten(a)) - Number(isBeaten(b))).map(({ spec }) => spec)
}

/**
 * How a candidate stands among others: 0 is the cheapest and quickest of them, 1 the dearest and slowest. Both figures are
 * brought to 0..1 first, so that neither unit drowns the other.
 */
export function scoreAmong(
  candidate: Candidate,
  others: readonly Candidate[],
  weights: Weights = usualWeights,
): number {
  const cost = share(
    candidate.cost,
    others.map((other) => other.cost),
  )
  const latency = share(
    candidate.latencyMs,
    others.map((other) => other.latencyMs),
  )
  return weights.cost * cost + weights.latency * latency
}

/** Where a value stands between the least and the greatest, 0 to 1; 0 when all are equal. */
function share(value: number, values: readonly number[]): number {
  const least = Math.min(value, ...values)
  const range = Math.max(value, ...values) - least
  return range > 0 ? (value - least) / range : 0
}

/** Tier by tier downwards; after the first one come the fallbacks of its models, breadth first. */
function alongFallbacks(candidates: readonly Candidate[], wishes: OrderWishes): readonly Candidate[] {
  const byAlias = new Map(candidates.map((candidate) => [candidate.spec.alias, candidate]))
  const tiers = [...new Set(candidates.map(({ spec }) => spec.tier))].toSorted((a, b) => b - a)
  const inTier = (tier: number) =>
    orderWithin(
      candidates.filter(({ spec }) => spec.tier === tier),
      wishes,
    )
  // A set keeps the order of first insertion, and goes on over what is added while it is walked.
  const ordered = new Set(inTier(wishes.tier))
  for (const { spec } of ordered)
    for (const alias of spec.fallbacks) {
      const next = byAlias.get(alias)
      if (next !== undefined) ordered.add(next)
    }
  for (const tier of tiers) for (const candidate of inTier(tier)) ordered.add(candidate)
  return [...ordered]
}

function orderWithin(
  group: readonly Candidate[],
  { level, defaultModel, tier, weights }: OrderWishes,
): readonly Candidate[] {
  const rankOf = new Map(group.map((candidate) => [candidate, scoreAmong(candidate, group, weights)]))
  const byScore = (a: Candidate, b: Candidate): number => (rankOf.get(a) ?? 0) - (rankOf.get(b) ?? 0)
  // Among local models price says nothing: a larger one takes what is hard, a quick one the rest.
  const wantsQuality = level === 'quality-first' || (tier >= 3 && group.every(({ spec }) => isLocal(spec)))
  return group.toSorted(
    (a, b) =>
      Number(b.spec.alias === defaultModel) - Number(a.spec.alias === defaultModel) ||
      (wantsQuality ? byQuality(a, b) : 0) ||
      byScore(a, b) ||
      compareText(a.spec.alias, b.spec.alias),
  )
}

/** Between unmeasured models the middle stands for their quality; a larger context, then a longer answer, is the hint left. */
const unmeasuredQuality = 0.5

function byQuality(a: Candidate, b: Candidate): number {
  return (
    (b.quality ?? unmeasuredQuality) - (a.quality ?? unmeasuredQuality) ||
    b.spec.contextTokens - a.spec.contextTokens ||
    b.spec.maxOutputTokens - a.spec.maxOutputTokens
  )
}

/** Better and no dearer, or cheaper and no worse. What was not measured beats nobody and is beaten by nobody. */
function beats(one: Candidate, other: Candidate): boolean {
  if (one.quality === undefined || other.quality === undefined) return false
  if (one.quality < other.quality || one.cost > other.cost) return false
  return one.quality > other.quality || one.cost < other.cost
}

function isBehind(spec: ModelSpec, { putsFirst }: OrderWishes): boolean {
  return isLocal(spec) !== (putsFirst === 'local')
}

/** By code units: the same order on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
