import type { BudgetLevel, Purpose } from '../core/budget.ts'
import { isLocal, type Capability, type ModelAlias, type ModelSpec } from '../core/model.ts'
import { costOf } from '../core/money.ts'
import { ratesFor } from '../models/catalogue.ts'
import type { Admission } from '../models/circuit.ts'
import { compareText, orderCandidates, type Candidate, type Weights } from './candidate-order.ts'
import { excludedBy, profiles, type CloudReason, type ProfileName } from './profile.ts'

/** What a model is wanted for. */
export interface ModelNeed {
  readonly purpose: Purpose
  readonly needs: readonly Capability[]
  /** Where the search begins; it goes down from there, never up. */
  readonly tier: ModelSpec['tier']
  /** An estimate of the prompt, in tokens. */
  readonly promptTokens: number
  /** What an answer usually takes, in tokens. */
  readonly outputTokens: number
  /** The customer asked for a cloud model by name. */
  readonly asksForCloud: boolean
}

/** How everything stands that bears on the choice. Models that are not in a map are healthy, unlimited and unmeasured. */
export interface ModelSituation {
  readonly models: readonly ModelSpec[]
  /** Models that cannot be asked at all, and why: no key, no server. */
  readonly unusable: ReadonlyMap<ModelAlias, string>
  readonly profile: ProfileName
  readonly level: BudgetLevel
  /** What is left when the money ends: nothing that costs, or, from `prefer-local` on, the cheapest as the last resort. */
  readonly budgetMode: 'free' | 'cheapest'
  readonly circuits: ReadonlyMap<ModelAlias, Admission>
  /** Milliseconds until a model's own limit has room again; 0 for now. */
  readonly waitsMs: ReadonlyMap<ModelAlias, number>
  readonly latenciesMs: ReadonlyMap<ModelAlias, number>
  /** Share of the checks passed, 0 to 1, of models that wrote enough answers of this kind to tell. */
  readonly qualities: ReadonlyMap<ModelAlias, number>
  /** YYYY-MM-DD in UTC: which prices are in force, and who has retired. */
  readonly today: string
  /** Aliases this message has asked already; they are never asked again. */
  readonly asked: ReadonlySet<ModelAlias>
  readonly defaultModel: ModelAlias | undefined
  readonly weights: Weights
  /** Calls of cloud models left today; undefined for as many as the money lasts. */
  readonly cloudCallsLeft: number | undefined
}

export interface NotAsked {
  readonly alias: ModelAlias
  readonly because: string
}

export interface ModelChoice {
  /** In the order in which they are asked. May be empty; that is an answer, not an error. */
  readonly candidates: readonly ModelSpec[]
  /** Every other model of this tier or below that was not asked before, by alias. */
  readonly notAsked: readonly NotAsked[]
  /** Whether one of those was left out only for the money. */
  readonly isShortOfMoney: boolean
  /** Why cloud models are among the candidates of a profile that asks local ones first. */
  readonly cloudReason: CloudReason | undefined
}

/** Why a model is left out. `kind` says what it means for the others. */
interface Obstacle {
  readonly kind: 'fixed' | 'money' | 'overload'
  readonly because: string
}

/**
 * Which models may be asked, in which order, and why the others are not. A pure function: the same need in the same
 * situation gives the same choice, whatever the order of the catalogue.
 */
export function chooseModels(need: ModelNeed, situation: ModelSituation): ModelChoice {
  const inReach = situation.models
    .filter(({ tier, alias }) => tier <= need.tier && !situation.asked.has(alias))
    .toSorted((a, b) => compareText(a.alias, b.alias))
  const obstacles = new Map<ModelAlias, Obstacle>()
  const able: Candidate[] = []
  for (const spec of inReach) {
    const obstacle = obstacleOf(spec, need, situation) ?? twinOf(spec, able, situation)
    const cost = costIn(spec, need, situation.today)
    if (obstacle !== undefined) obstacles.set(spec.alias, obstacle)
    else if (cost === undefined) obstacles.set(spec.alias, { kind: 'fixed', because: 'nobody knows what it costs' })
    else able.push(toCandidate(spec, cost, situation))
  }
  const affordable = withinBudget(able, situation, obstacles)
  const cloudReason = reasonForCloud(affordable, need, { situation, obstacles })
  const wishes = {
    level: situation.level,
    defaultModel: situation.defaultModel,
    weights: situation.weights,
    tier: need.tier,
    putsFirst: firstGroup(cloudReason, situation),
    // Who asked for a certain model gets it, although another would have been better.
    avoidsBeaten: need.purpose !== 'advanced' && !need.asksForCloud,
  }
  return {
    candidates: orderCandidates(affordable, wishes),
    notAsked: [...obstacles]
      .map(([alias, { because }]) => ({ alias, because }))
      .toSorted((a, b) => compareText(a.alias, b.alias)),
    isShortOfMoney: [...obstacles.values()].some(({ kind }) => kind === 'money'),
    cloudReason,
  }
}

function toCandidate(spec: ModelSpec, cost: number, { latenciesMs, qualities }: ModelSituation): Candidate {
  const latencyMs = latenciesMs.get(spec.alias) ?? spec.expectedLatencyMs
  return { spec, cost, latencyMs, quality: qualities.get(spec.alias) }
}

/** What an answer costs, in micro-dollars; undefined when no price is in force. */
function costIn({ prices }: ModelSpec, { promptTokens, outputTokens }: ModelNeed, today: string): number | undefined {
  const rates = prices === undefined ? undefined : ratesFor(prices, today, promptTokens)
  if (rates === undefined) return undefined
  return costOf({ input: promptTokens, cached: 0, cacheWrite: 0, output: outputTokens }, rates)
}

/** The first thing that stands against one model, whatever the others do: what lasts before what passes. */
function obstacleOf(spec: ModelSpec, need: ModelNeed, situation: ModelSituation): Obstacle | undefined {
  const because = lastingObstacle(spec, need, situation)
  if (because !== undefined) return { kind: 'fixed', because }
  if (!isLocal(spec) && situation.cloudCallsLeft !== undefined && situation.cloudCallsLeft <= 0)
    return { kind: 'money', because: 'the cloud calls of today are used up' }
  if (!isLocal(spec) && situation.level === 'free-only' && situation.budgetMode === 'free')
    return { kind: 'money', because: 'only free models are asked now' }
  const admission = situation.circuits.get(spec.alias)
  if (admission?.kind === 'no') return { kind: 'fixed', because: admission.because }
  if ((situation.waitsMs.get(spec.alias) ?? 0) > 0)
    return { kind: 'overload', because: 'its requests of this minute are used up' }
  return undefined
}

function lastingObstacle(spec: ModelSpec, need: ModelNeed, situation: ModelSituation): string | undefined {
  const { alias, retiresOn, contextTokens, maxOutputTokens } = spec
  const excluded = excludedBy(situation.profile, spec, need.purpose) ?? situation.unusable.get(alias)
  if (excluded !== undefined) return excluded
  if (retiresOn !== undefined && retiresOn <= situation.today) return `it retired on ${retiresOn}`
  const missing = need.needs.filter((capability) => !spec.capabilities.includes(capability))
  if (missing.length > 0) return `it cannot ${missing.join(' and ')}`
  const tokens = need.promptTokens + Math.min(need.outputTokens, maxOutputTokens)
  if (tokens > contextTokens) return `the prompt needs ${tokens} tokens, it holds ${contextTokens}`
  return undefined
}

/** A second entry for the very same model, or one for a model that was asked, would only be asked the same again. */
function twinOf(spec: ModelSpec, able: readonly Candidate[], situation: ModelSituation): Obstacle | undefined {
  const asked = situation.models.filter(({ alias }) => situation.asked.has(alias))
  const twin = [...asked, ...able.map((candidate) => candidate.spec)].find(
    (other) => other.provider === spec.provider && other.wireName === spec.wireName && other.baseUrl === spec.baseUrl,
  )
  return twin === undefined ? undefined : { kind: 'fixed', because: `it is the same model as ${twin.alias}` }
}

/** With `cheapest` one paid model is left from where local ones are preferred: once the day is spent not even that one fits. */
function withinBudget(
  able: readonly Candidate[],
  { level, budgetMode }: ModelSituation,
  obstacles: Map<ModelAlias, Obstacle>,
): readonly Candidate[] {
  if (budgetMode !== 'cheapest' || level === 'quality-first' || level === 'balanced') return able
  const paid = able.filter(({ spec }) => !isLocal(spec))
  const [cheapest] = paid.toSorted((a, b) => a.cost - b.cost || compareText(a.spec.alias, b.spec.alias))
  for (const { spec } of paid)
    if (spec !== cheapest?.spec)
      obstacles.set(spec.alias, { kind: 'money', because: 'only the cheapest paid model is asked now' })
  return able.filter(({ spec }) => isLocal(spec) || spec === cheapest?.spec)
}

/**
 * Why cloud models may be asked where local ones come first. They always stand behind the local ones unless somebody wished
 * for them, so each of them is asked only after every local one has failed.
 */
function reasonForCloud(
  affordable: readonly Candidate[],
  need: ModelNeed,
  {
    situation,
    obstacles,
  }: { readonly situation: ModelSituation; readonly obstacles: ReadonlyMap<ModelAlias, Obstacle> },
): CloudReason | undefined {
  if (profiles[situation.profile].cloud !== 'with-reason' || affordable.every(({ spec }) => isLocal(spec)))
    return undefined
  if (need.purpose === 'advanced') return 'button'
  if (need.asksForCloud) return 'asked'
  const hasLocal = affordable.some(({ spec }) => isLocal(spec))
  const isOverloaded = situation.models.some((spec) => isLocal(spec) && obstacles.get(spec.alias)?.kind === 'overload')
  return !hasLocal && isOverloaded ? 'overload' : 'local-failed'
}

function firstGroup(
  cloudReason: CloudReason | undefined,
  { profile, level }: ModelSituation,
): 'local' | 'cloud' | undefined {
  if (level === 'prefer-local' || level === 'free-only') return 'local'
  if (cloudReason === 'button' || cloudReason === 'asked') return 'cloud'
  return profiles[profile].local === 'first' ? 'local' : undefined
}
