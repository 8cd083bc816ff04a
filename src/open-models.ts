import { uuidv7 } from 'uuidv7'
import { createCatalogue, type WatchedCatalogue } from '../config/catalogue.ts'
import type { Config } from '../config/config.ts'
import { scopesOf, toRefusal, type BudgetLimits, type Refusal } from './budget/scopes.ts'
import { chooseAmong, tiersFor, today, unusableModels, type BudgetControls, type Watched } from './choose-models.ts'
import type { BudgetScope } from './core/budget.ts'
import type { TierAdjustment } from './core/adjustment.ts'
import type { IntentName } from './core/intent.ts'
import type { ChannelName, Message } from './core/message.ts'
import { isLocal, type ModelAlias, type ModelSpec } from './core/model.ts'
import type { MicroDollars } from './core/money.ts'
import type { BudgetLedger, Observer } from './core/ports.ts'
import type { Tier } from './core/route.ts'
import type { StatusStep } from './core/status.ts'
import { createAsk, type Need } from './models/ask.ts'
import { createCircuit, type Circuit, type CircuitPosition } from './models/circuit.ts'
import { createLatencies } from './models/latencies.ts'
import type { Allowance, Ask } from './models/question.ts'
import { createRateLimits } from './models/rate-limit.ts'
import { openProviders, type Providers } from './open-providers.ts'
import { asksForCloud, excludedBy } from './routing/profile.ts'
import { adjustedTier } from './routing/proposals.ts'

/** The models of an installation behind their one door. */
export interface Models {
  readonly catalogue: WatchedCatalogue
  readonly ledger: BudgetLedger
  readonly providers: Providers
  readonly ask: Ask
  /** What one message may use. */
  allowanceFor(message: Message, onStatus: (step: StatusStep) => void): Allowance
  /** Tiers that have a model for something, the lowest first, whatever the day's money says. */
  tiersFor(need: Pick<Need, 'purpose' | 'needs'>): readonly Exclude<Tier, 0>[]
  /** Entries that have all they need to be asked. */
  isUsable(alias: ModelAlias): boolean
  /** The share of its checks that each model's answers passed, where enough are known; replaces what was known before. */
  learn(qualities: ReadonlyMap<ModelAlias, number>): void
  /** What of the day's budget refused a call since this was last asked. */
  takeRefusals(): ReadonlySet<Refusal>
  /** What a person approved about tiers; replaces what was approved before. */
  adjust(adjustments: readonly TierAdjustment[]): void
  /** The tier for an intent after what was approved. */
  tierOf(intent: IntentName, tier: Exclude<Tier, 0>): Exclude<Tier, 0>
  /** The circuit of every model that can be asked. */
  circuits(): ReadonlyMap<ModelAlias, CircuitPosition>
  /** Ends every call under way and allows no other: those messages are answered by rules. */
  hangUp(): void
  close(): Promise<void>
}

export interface ModelFoundation {
  readonly ledger: BudgetLedger
  readonly observer: Observer
  /** What admins switched; left out where the configuration alone counts. */
  readonly controls?: BudgetControls
}

/** A cloud answers within this, or somebody else does; the rest of fifteen seconds is for the rule that stands in, and for sending. */
const cloudDeadlineMs = 13_000
/** A model on a small machine of one's own may take its time, where whoever waits is told what is being done. */
const localDeadlineMs = 40_000
/** Requests for one message: to understand it, to write, to look up, and once more by a dearer model, with failures between. */
const mostAttempts = 6

/** Opens the catalogue, the circuits and the door to the providers. No provider is spoken to, and no SDK loaded. */
export function openModels(config: Config, { ledger, observer, controls = fixed(config) }: ModelFoundation): Models {
  const catalogue = watchCatalogue(config, observer)
  const providers = openProviders(config, catalogue)
  const stopping = new AbortController()
  const watched = toWatched(config, { catalogue, observer, signal: stopping.signal })
  const refusals = createRefusals()
  const ask = createAsk({
    ...watched,
    ledger,
    observer,
    elapsedMs,
    today,
    maxFallbackAttempts: config.models.maxFallbackAttempts,
    newId: uuidv7,
    providerOf: (model) => providers.of(model),
    choose: (need, allowance) => chooseAmong(watched, need, { allowance, ledger, controls }),
    scopesOf: (model, purpose, allowance) =>
      scopesOf(
        { model, purpose, requestLimit: allowance.limitFor(model.tier, purpose) },
        allowance,
        limitsOf(config, controls.dailyLimit()),
      ),
    onRefused: (scope) => refusals.add(scope),
    onOverrun: ({ alias }) => {
      watched.overrun.set(alias, today())
      observer.event({ name: 'budget.overrun', level: 'error', fields: { model: alias } })
    },
  })
  return {
    catalogue,
    ledger,
    providers,
    ask,
    allowanceFor: (message, onStatus) => allowanceFor(message, onStatus, watched),
    tiersFor: (need) => tiersFor(watched, need),
    isUsable: (alias) => catalogue.find(alias) !== undefined && !unusableModels(watched).has(alias),
    learn: (qualities) => {
      watched.qualities.clear()
      for (const [alias, share] of qualities) watched.qualities.set(alias, share)
    },
    takeRefusals: () => refusals.take(),
    ...createAdjusting(),
    circuits: () => circuitsOf(watched),
    hangUp: () => stopping.abort(),
    close: async () => {
      catalogue.close()
      await providers.close()
    },
  }
}

/** What refused a call since it was last asked. */
function createRefusals() {
  let refusals = new Set<Refusal>()
  return {
    add: (scope: BudgetScope): void => {
      const refusal = toRefusal(scope)
      if (refusal !== undefined) refusals.add(refusal)
    },
    take: (): ReadonlySet<Refusal> => {
      const taken = refusals
      refusals = new Set()
      return taken
    },
  }
}

function createAdjusting(): Pick<Models, 'adjust' | 'tierOf'> {
  let adjustments: readonly TierAdjustment[] = []
  return {
    adjust: (approved) => {
      adjustments = approved
    },
    tierOf: (intent, tier) => adjustedTier(adjustments, { intent, tier }),
  }
}

function elapsedMs(): number {
  return performance.now()
}

function watchCatalogue(config: Config, observer: Observer): WatchedCatalogue {
  return createCatalogue(config, {
    onChange: ({ added, removed, changed }) => {
      const fields = { added: added.join(','), removed: removed.join(','), changed: changed.join(',') }
      observer.event({ name: 'models.changed', level: 'info', fields })
    },
    onRefused: (error) => observer.event({ name: 'models.refused', level: 'error', fields: {}, error }),
  })
}

function toWatched(
  config: Config,
  { catalogue, observer, signal }: Pick<Watched, 'catalogue' | 'signal'> & { readonly observer: Observer },
): Watched {
  const requestsPerMinute = (alias: ModelAlias): number | undefined => catalogue.find(alias)?.requestsPerMinute
  return {
    config,
    catalogue,
    signal,
    circuit: watchCircuit(observer),
    latencies: createLatencies(),
    rateLimits: createRateLimits({ elapsedMs, requestsPerMinute }),
    overrun: new Map(),
    qualities: new Map(),
  }
}

function watchCircuit(observer: Observer): Circuit {
  return createCircuit({
    elapsedMs,
    onChange: (model, change, because) => {
      const isOpen = change === 'opened'
      const name = isOpen ? 'model.opened' : 'model.closed'
      observer.event({ name, level: isOpen ? 'warn' : 'info', fields: { model, because } })
    },
  })
}

/** Nobody has asked a model yet whose circuit is not known. */
function circuitsOf(watched: Watched): ReadonlyMap<ModelAlias, CircuitPosition> {
  const positions = watched.circuit.positions()
  const unusable = unusableModels(watched)
  const usable = watched.catalogue.models().filter(({ alias }) => !unusable.has(alias))
  return new Map(usable.map(({ alias }) => [alias, positions.get(alias) ?? 'closed']))
}

/** Without anybody who could switch anything. */
function fixed({ budget }: Config): BudgetControls {
  return { dailyLimit: () => budget.dailyLimit, isFreeOnly: () => false }
}

/** @param daily the day's limit as it stands now */
function limitsOf({ budget }: Config, daily: MicroDollars): BudgetLimits {
  return {
    daily,
    userDaily: budget.userDailyLimit,
    channelDaily: budget.channelDailyLimit,
    workspaceDaily: budget.workspaceDailyLimit,
    modelDaily: budget.modelDailyLimits,
    shares: budget.shares,
    cloudCallsPerDay: budget.cloudCallsPerDay,
  }
}

/** Whether a customer sees that somebody works on the answer. */
function showsSteps(channel: ChannelName): boolean {
  return channel === 'web' || channel === 'terminal'
}

function allowanceFor(message: Message, onStatus: (step: StatusStep) => void, watched: Watched): Allowance {
  const { config, catalogue, signal } = watched
  const { requestLimit, advancedRequestLimit } = config.budget
  const unusable = unusableModels(watched)
  const mayAsk = (model: ModelSpec): boolean =>
    !unusable.has(model.alias) && excludedBy(config.models.profile, model, 'answer') === undefined
  const hasLocal = catalogue.models().some((model) => isLocal(model) && mayAsk(model))
  return {
    tenant: message.tenant,
    message: message.id,
    conversation: message.conversation,
    channel: message.channel,
    author: message.author.id,
    intent: 'unknown',
    deadlineMs: elapsedMs() + (hasLocal && showsSteps(message.channel) ? localDeadlineMs : cloudDeadlineMs),
    limitFor: (tier, purpose) => (tier === 4 || purpose === 'advanced' ? advancedRequestLimit : requestLimit),
    asksForCloud: asksForCloud(message.text),
    budgetLevel: undefined,
    isShortOfMoney: false,
    attemptsLeft: mostAttempts,
    asked: new Set(),
    calls: [],
    notAsked: [],
    onStatus,
    signal,
  }
}
