import type { WatchedCatalogue } from '../config/catalogue.ts'
import type { Config } from '../config/config.ts'
import { usableModels } from '../config/usable.ts'
import type { LiveControls } from './core/controls.ts'
import type { BudgetLedger } from './core/ports.ts'
import type { ModelAlias, ModelSpec } from './core/model.ts'
import type { Tier } from './core/route.ts'
import type { AskParts, Choice, Need } from './models/ask.ts'
import type { Allowance } from './models/question.ts'
import { budgetLevel } from './routing/budget-level.ts'
import { chooseModels, type ModelSituation } from './routing/choose-model.ts'

/** What is known of the models at this moment, beyond the catalogue. */
export interface Watched extends Pick<AskParts, 'circuit' | 'latencies' | 'rateLimits'> {
  readonly config: Config
  readonly catalogue: WatchedCatalogue
  /** Ends all work with models. */
  readonly signal: AbortSignal
  /** Models that billed more than they could, and on which day. */
  readonly overrun: Map<ModelAlias, string>
  /** The share of its checks that each model's answers passed, where enough are known. */
  readonly qualities: Map<ModelAlias, number>
}

/** What of the budget can change while the bot runs. */
export type BudgetControls = Pick<LiveControls, 'dailyLimit' | 'isFreeOnly'>

/** Today in UTC: which prices are in force. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}

/** Which models are asked, with the day's money as it stands. */
export async function chooseAmong(
  watched: Watched,
  need: Need,
  {
    allowance,
    ledger,
    controls,
  }: { readonly allowance: Allowance; readonly ledger: BudgetLedger; readonly controls: BudgetControls },
): Promise<Choice> {
  const { config } = watched
  const budget = await ledger.on()
  const isFreeOnly = controls.isFreeOnly(budget.day)
  const level = budgetLevel(budget, isFreeOnly, config.budget)
  allowance.budgetLevel = level
  const { cloudCallsPerDay } = config.budget
  const choice = chooseModels(
    { ...need, ...need.usual, asksForCloud: allowance.asksForCloud },
    {
      ...situationOf(watched),
      level,
      // Whoever switches to free answers means it, also where the end of the money would leave the cheapest model.
      ...(isFreeOnly ? { budgetMode: 'free' } : {}),
      asked: allowance.asked,
      cloudCallsLeft: cloudCallsPerDay === undefined ? undefined : cloudCallsPerDay - budget.calls,
    },
  )
  const unusable = unusableModels(watched)
  return {
    ...choice,
    // That no key is set for a model says nothing about this message.
    notAsked: choice.notAsked
      .filter(({ alias }) => !unusable.has(alias))
      .map(({ alias, because }) => `${alias}: ${because}`),
  }
}

interface Unusable {
  readonly models: readonly ModelSpec[]
  readonly because: ReadonlyMap<ModelAlias, string>
}

/** Of the list that was in use last: it is asked for several times a message, and changes with a file. */
const lastUnusable = new WeakMap<Config, Unusable>()

/** What stands against models for good: no key, no server, no price. */
export function unusableModels({
  config,
  catalogue,
}: Pick<Watched, 'config' | 'catalogue'>): ReadonlyMap<ModelAlias, string> {
  const models = catalogue.models()
  const last = lastUnusable.get(config)
  if (last?.models === models) return last.because
  const states = usableModels(models, config)
  const because = new Map(
    states.flatMap((state) => (state.because === undefined ? [] : [[state.model.alias, state.because]])),
  )
  lastUnusable.set(config, { models, because })
  return because
}

function situationOf(watched: Watched): Omit<ModelSituation, 'level' | 'asked' | 'cloudCallsLeft'> {
  const { config, catalogue, circuit, latencies, rateLimits, overrun, qualities } = watched
  const models = catalogue.models()
  const unusable = new Map(unusableModels(watched))
  for (const [alias, day] of overrun)
    if (day === today()) unusable.set(alias, 'it billed more today than it said it could')
  return {
    models,
    unusable,
    profile: config.models.profile,
    weights: config.models.weights,
    budgetMode: config.budget.budgetMode,
    circuits: circuit.states(),
    waitsMs: new Map(models.map(({ alias }) => [alias, rateLimits.waitMs(alias)])),
    latenciesMs: new Map(models.map((model) => [model.alias, latencies.of(model)])),
    qualities,
    today: today(),
    defaultModel: config.models.defaultModel,
  }
}

/** Tiers up to this one that have a model for something, the lowest first, whatever the day's money says. */
export function tiersFor(
  watched: Watched,
  { purpose, needs }: Pick<Need, 'purpose' | 'needs'>,
): readonly Exclude<Tier, 0>[] {
  const unusable = unusableModels(watched)
  if (watched.catalogue.models().every(({ alias }) => unusable.has(alias))) return []
  const { candidates } = chooseModels(
    { purpose, needs, tier: 4, promptTokens: 0, outputTokens: 0, asksForCloud: false },
    { ...situationOf(watched), level: 'balanced', asked: new Set(), cloudCallsLeft: undefined },
  )
  return candidates.map(({ tier }) => tier).toSorted((a, b) => a - b)
}
