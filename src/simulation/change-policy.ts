import { UsageError } from '../core/errors.ts'
import type { ModelSpec } from '../core/model.ts'
import type { Rates } from '../core/money.ts'
import { profileNames } from '../routing/profile.ts'
import { assignmentOf, numberOf, ratesOf } from './change-scenario.ts'
import { compare, fraction, one, times, toNumber, type Exact } from './exact.ts'
import { inMicroDollars } from './estimated-tokens.ts'
import type { ReplayPolicy } from './replay.ts'

/** What flags say about a policy, still as text; left out where a flag was not given. */
export interface PolicyChanges {
  readonly freeThreshold?: string | undefined
  readonly profile?: string | undefined
  /** Dollars. */
  readonly dailyBudget?: string | undefined
  /** `ALIAS=in/out`, dollars per million tokens. */
  readonly prices: readonly string[]
  /** `tier2=ALIAS`: the only model of that tier. */
  readonly models: readonly string[]
}

export function changesPolicy({ freeThreshold, profile, dailyBudget, prices, models }: PolicyChanges): boolean {
  return (freeThreshold ?? profile ?? dailyBudget) !== undefined || prices.length + models.length > 0
}

/**
 * The policy with some of it replaced.
 * @throws UsageError naming the flag, its value and what can be written
 */
export function changePolicy(policy: ReplayPolicy, changes: PolicyChanges): ReplayPolicy {
  const { freeThreshold, profile, dailyBudget } = changes
  let { models } = policy
  for (const given of changes.prices) models = withPrice(models, given)
  for (const given of changes.models) models = withModel(models, given)
  return {
    ...policy,
    models,
    freeThreshold: freeThreshold === undefined ? policy.freeThreshold : thresholdOf(freeThreshold),
    profile: profile === undefined ? policy.profile : profileNamed(profile),
    dailyLimit:
      dailyBudget === undefined ? policy.dailyLimit : inMicroDollars(numberOf('--daily-budget', dailyBudget, '5')),
  }
}

function thresholdOf(given: string): number {
  const threshold = numberOf('--free-threshold', given, '0.7')
  if (compare(threshold, one) <= 0) return toNumber(threshold, 9)
  throw new UsageError(`--free-threshold is "${given}"; write a confidence from 0 to 1, for example 0.7.`)
}

/** @throws UsageError */
export function profileNamed(given: string): ReplayPolicy['profile'] {
  const found = profileNames.find((name) => name === given)
  if (found !== undefined) return found
  throw new UsageError(`There is no profile "${given}"; known: ${profileNames.join(', ')}.`)
}

function withPrice(models: readonly ModelSpec[], given: string): readonly ModelSpec[] {
  const { name, value } = assignmentOf('--price', given, 'haiku=0.10/0.50')
  const spec = modelNamed(models, name)
  const { input, output } = ratesOf('--price', value)
  const rates: Rates = {
    input: wholeRate(input, given),
    cached: wholeRate(input, given),
    cacheWrite: wholeRate(input, given),
    output: wholeRate(output, given),
  }
  const prices = {
    id: `--price ${given}`,
    asOf: '',
    source: '--price',
    bands: [{ from: '0000-01-01', aboveTokens: 0, rates }],
  }
  return models.map((each) => (each === spec ? { ...each, prices } : each))
}

/** Micro-dollars per million tokens. */
function wholeRate(dollars: Exact, given: string): number {
  const rate = times(dollars, fraction(1_000_000))
  if (rate.denominator === 1n && rate.numerator <= 1_000_000_000n) return Number(rate.numerator)
  throw new UsageError(
    `--price is "${given}"; write dollars per million tokens with at most six decimals, at most 1000.`,
  )
}

function withModel(models: readonly ModelSpec[], given: string): readonly ModelSpec[] {
  const { name, value } = assignmentOf('--model', given, 'tier2=haiku')
  const tier = /^(?:tier)?([1-4])$/.exec(name)?.[1]
  if (tier === undefined) throw new UsageError(`--model is "${given}"; write a tier, for example --model tier2=haiku.`)
  const spec = modelNamed(models, value)
  const moved = { ...spec, tier: tierOf(tier) }
  return models.filter((each) => each.tier !== moved.tier && each !== spec).concat(moved)
}

function tierOf(digit: string): ModelSpec['tier'] {
  return digit === '1' ? 1 : digit === '2' ? 2 : digit === '3' ? 3 : 4
}

/** @throws UsageError */
export function modelNamed(models: readonly ModelSpec[], alias: string): ModelSpec {
  const found = models.find((spec) => spec.alias === alias)
  if (found !== undefined) return found
  throw new UsageError(`There is no model "${alias}"; known: ${models.map((spec) => spec.alias).join(', ')}.`)
}
