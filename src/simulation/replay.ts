import { budgetDay } from '../budget/day.ts'
import type { BudgetLevel } from '../core/budget.ts'
import { unknownIntent, type AgentName, type Classification, type IntentName } from '../core/intent.ts'
import { isLocal, type ModelAlias, type ModelSpec } from '../core/model.ts'
import type { MicroDollars } from '../core/money.ts'
import type { Route, Tier } from '../core/route.ts'
import { findEntities } from '../dialogue/entities.ts'
import { budgetLevel, type BudgetSteps } from '../routing/budget-level.ts'
import { chooseModels, type ModelNeed, type ModelSituation } from '../routing/choose-model.ts'
import { chooseRoute } from '../routing/choose-route.ts'
import { asksForCloud, wantsClassification } from '../routing/profile.ts'
import { tierFor, weighEffort } from '../routing/weigh-effort.ts'
import { plus, zero, type Exact } from './exact.ts'
import {
  answerTokens,
  callCost,
  classificationTokens,
  inMicroDollars,
  type EstimatedTokens,
} from './estimated-tokens.ts'

/** One message of earlier days. */
export interface RecordedMessage {
  readonly text: string
  readonly at?: Date | undefined
  /** Turns of its conversation before it. */
  readonly turns: number
  readonly user?: string | undefined
  /** What it means, as somebody labelled it. */
  readonly intent?: IntentName | undefined
}

/** What the policies that are compared have in common. */
export interface ReplayParts {
  readonly classify: (text: string) => Classification
  /** Whether a passage answers the question. */
  readonly hasArticle: (text: string) => boolean
  /** The share of the question that the best passage holds, 0 to 1; undefined when none says anything about it. */
  readonly coverageOf: (text: string) => number | undefined
  readonly agentOf: (intent: IntentName) => AgentName
  /** The tier an owner has approved instead. */
  readonly adjustTier: (intent: IntentName, tier: ModelSpec['tier']) => ModelSpec['tier']
  readonly timeZone: string
  /** YYYY-MM-DD in UTC: whose prices count. */
  readonly pricesOn: string
}

/** Everything of the configuration that decides where a message goes. */
export interface ReplayPolicy extends Pick<
  ModelSituation,
  'profile' | 'models' | 'unusable' | 'defaultModel' | 'budgetMode' | 'weights'
> {
  readonly freeThreshold: number
  readonly tierGate: number
  /** From which shares of the day on models are chosen otherwise. */
  readonly budgetSteps: BudgetSteps
  readonly dailyLimit: MicroDollars
  readonly requestLimit: MicroDollars
  /** For tier 4. */
  readonly advancedRequestLimit: MicroDollars
  readonly cloudCallsPerDay: number | undefined
}

/** A call the message would lead to. */
export interface ReplayedCall {
  readonly model: ModelAlias
  readonly tier: Tier
  readonly purpose: 'classification' | 'answer'
  readonly tokens: EstimatedTokens
  /** Exact dollars. */
  readonly cost: Exact
}

/** Where a message would go, and what that would cost. */
export interface ReplayedMessage {
  readonly message: RecordedMessage
  readonly intent: IntentName
  readonly confidence: number
  readonly effort: number
  readonly tier: Tier
  readonly level: BudgetLevel
  readonly route: Route
  readonly calls: readonly ReplayedCall[]
  readonly cost: Exact
  /** Whether a model was left out only for the money. */
  readonly isShortOfMoney: boolean
}

/** The day's account while messages go by. */
interface Day {
  spent: Exact
  cloudCalls: number
}

/**
 * Sends recorded messages through a policy, one after the other, and calls nobody: the functions are those that route live
 * messages. Two things nobody can know are assumed: a model that is asked what a message means agrees with its label or,
 * without one, with the likeliest intent; and a written answer is used.
 */
export function replay(
  messages: readonly RecordedMessage[],
  policy: ReplayPolicy,
  parts: ReplayParts,
): readonly ReplayedMessage[] {
  const days = new Map<string, Day>()
  return messages.map((message) => {
    const name = message.at === undefined ? '' : budgetDay(message.at, parts.timeZone)
    const day = days.get(name) ?? { spent: zero, cloudCalls: 0 }
    days.set(name, day)
    const replayed = replayOne(message, { policy, parts, day })
    day.spent = plus(day.spent, replayed.cost)
    day.cloudCalls += replayed.calls.filter(({ tier }) => tier > 1).length
    return replayed
  })
}

interface Surroundings {
  readonly policy: ReplayPolicy
  readonly parts: ReplayParts
  readonly day: Day
}

function replayOne(message: RecordedMessage, { policy, parts, day }: Surroundings): ReplayedMessage {
  const purse = openPurse({ policy, parts, day })
  const first = parts.classify(message.text)
  const hasChoice = first.candidates.some(({ intent }) => intent !== unknownIntent)
  const told =
    hasChoice && wantsClassification(policy.profile, first, policy.freeThreshold)
      ? purse.ask('classification', 2, message.text)
      : undefined
  const classification = told === undefined ? first : settledByModel(first, message, policy.freeThreshold)

  const coverage = parts.coverageOf(message.text)
  const estimate = weighEffort({
    text: message.text,
    turns: message.turns,
    classification,
    entities: Object.keys(findEntities(message.text)).length,
    coverage,
  })
  const tier = parts.adjustTier(classification.intent, tierFor(estimate, policy.tierGate).tier)
  // Without a passage a model could only invent; whether the customer is known, a recorded message does not tell.
  const mayWrite = coverage !== undefined && purse.canAsk('answer', tier, message.text)
  const reasoning = mayWrite ? { tier, effort: estimate.effort } : undefined
  const { freeThreshold } = policy
  const route = chooseRoute(classification, parts.hasArticle(message.text), {
    freeThreshold,
    agentOf: parts.agentOf,
    reasoning,
  })
  if (route.kind === 'model') purse.ask('answer', route.tier, message.text)
  return {
    message,
    intent: route.kind === 'agent' ? route.intent : classification.intent,
    confidence: classification.confidence,
    effort: estimate.effort,
    tier: purse.calls.reduce<Tier>((highest, call) => (call.tier > highest ? call.tier : highest), 0),
    level: purse.level,
    route,
    calls: purse.calls,
    cost: purse.cost(),
    isShortOfMoney: purse.wasShort(),
  }
}

/** What a model that was asked would say. It may well say otherwise; see `replay`. */
function settledByModel(first: Classification, { intent }: RecordedMessage, freeThreshold: number): Classification {
  const said = intent ?? first.intent
  if (said === unknownIntent) return { ...first, intent: unknownIntent, stage: 'model' }
  return { ...first, intent: said, confidence: Math.max(first.confidence, freeThreshold), stage: 'model' }
}

/** What one message may still spend, and what it has. */
interface Purse {
  readonly level: BudgetLevel
  readonly calls: readonly ReplayedCall[]
  cost(): Exact
  wasShort(): boolean
  canAsk(purpose: ReplayedCall['purpose'], tier: ModelSpec['tier'], text: string): boolean
  /** Asks the first model that the policy names and the money allows; undefined when there is none. */
  ask(purpose: ReplayedCall['purpose'], tier: ModelSpec['tier'], text: string): ReplayedCall | undefined
}

function openPurse({ policy, parts, day }: Surroundings): Purse {
  const spentToday = inMicroDollars(day.spent)
  const level = budgetLevel(
    { limit: policy.dailyLimit, held: 0 as MicroDollars, spent: spentToday },
    false,
    policy.budgetSteps,
  )
  const calls: ReplayedCall[] = []
  const asked = new Set<ModelAlias>()
  let isShort = false
  const cost = (): Exact => calls.reduce((sum, call) => plus(sum, call.cost), zero)

  const fits = (call: ReplayedCall): boolean => {
    const ofMessage = inMicroDollars(plus(cost(), call.cost))
    const limit = call.tier === 4 ? policy.advancedRequestLimit : policy.requestLimit
    return ofMessage <= limit && inMicroDollars(plus(day.spent, plus(cost(), call.cost))) <= policy.dailyLimit
  }
  const find = (purpose: ReplayedCall['purpose'], tier: ModelSpec['tier'], text: string): ReplayedCall | undefined => {
    const tokens = purpose === 'classification' ? classificationTokens(text) : answerTokens(text)
    const choice = chooseModels(needOf(purpose, tier, { tokens, text }), {
      ...policy,
      level,
      circuits: new Map(),
      waitsMs: new Map(),
      latenciesMs: new Map(),
      qualities: new Map(),
      today: parts.pricesOn,
      asked,
      cloudCallsLeft: cloudCallsLeft(policy, day, calls),
    })
    const wanted = choice.candidates.map((spec) => toCall(spec, { purpose, tokens, on: parts.pricesOn }))
    const found = wanted.find((call) => call.cost.numerator === 0n || fits(call))
    isShort ||= choice.isShortOfMoney || (found === undefined && wanted.length > 0)
    return found
  }
  return {
    level,
    calls,
    cost,
    wasShort: () => isShort,
    canAsk: (purpose, tier, text) => find(purpose, tier, text) !== undefined,
    ask: (purpose, tier, text) => {
      const call = find(purpose, tier, text)
      if (call === undefined) return undefined
      calls.push(call)
      asked.add(call.model)
      return call
    },
  }
}

function needOf(
  purpose: ReplayedCall['purpose'],
  tier: ModelSpec['tier'],
  { tokens, text }: { readonly tokens: EstimatedTokens; readonly text: string },
): ModelNeed {
  return {
    purpose,
    needs: [purpose === 'classification' ? 'classify' : 'answer'],
    tier,
    promptTokens: tokens.input,
    outputTokens: tokens.output,
    asksForCloud: asksForCloud(text),
  }
}

function cloudCallsLeft(
  { cloudCallsPerDay, models }: ReplayPolicy,
  day: Day,
  calls: readonly ReplayedCall[],
): number | undefined {
  if (cloudCallsPerDay === undefined) return undefined
  const isCloud = (alias: ModelAlias): boolean => models.some((spec) => spec.alias === alias && !isLocal(spec))
  return Math.max(0, cloudCallsPerDay - day.cloudCalls - calls.filter(({ model }) => isCloud(model)).length)
}

interface Call {
  readonly purpose: ReplayedCall['purpose']
  readonly tokens: EstimatedTokens
  readonly on: string
}

function toCall(spec: ModelSpec, { purpose, tokens, on }: Call): ReplayedCall {
  // A candidate without a price in force cannot be: choosing left it out.
  return { model: spec.alias, tier: spec.tier, purpose, tokens, cost: callCost(spec, tokens, on) ?? zero }
}
