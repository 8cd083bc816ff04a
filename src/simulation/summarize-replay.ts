import { budgetDay } from '../budget/day.ts'
import { unknownIntent } from '../core/intent.ts'
import type { ModelAlias, ModelSpec } from '../core/model.ts'
import type { Route, Tier } from '../core/route.ts'
import { answerTokens, callCost } from './estimated-tokens.ts'
import { compare, fraction, minus, one, over, plus, sum, zero, type Exact } from './exact.ts'
import type { RecordedMessage, ReplayedMessage, ReplayParts } from './replay.ts'
import { measuredVerdicts, type Verdict } from './verdicts.ts'

/** Messages or calls of one kind, and their exact dollars. */
export interface ReplayLine {
  readonly name: string
  readonly messages: number
  readonly calls: number
  readonly cost: Exact
}

/** One model for everything, for comparison. */
export interface SingleModel {
  readonly model: ModelAlias
  readonly cost: Exact
}

/** What recorded messages would cost under a policy. */
export interface ReplaySummary {
  readonly messages: number
  readonly cost: Exact
  readonly perMessage: Exact | undefined
  readonly modelMessages: number
  /** Messages for which a model was left out for the money. */
  readonly shortOfMoney: number
  readonly byTier: readonly ReplayLine[]
  readonly byRoute: readonly ReplayLine[]
  readonly byModel: readonly ReplayLine[]
  readonly byDay: readonly ReplayLine[]
  /** Of labelled messages: how many were answered without asking what they mean, and how many of those rightly. */
  readonly agreement: { readonly labelled: number; readonly free: number; readonly right: number } | undefined
  /** Undefined when no priced model can answer. */
  readonly cheapest: SingleModel | undefined
  readonly dearest: SingleModel | undefined
  readonly verdicts: readonly Verdict[]
}

/** Adds a replay up, beside the cheapest and the dearest single paid model of the catalogue for every message. */
export function summarizeReplay(
  replayed: readonly ReplayedMessage[],
  models: readonly ModelSpec[],
  parts: Pick<ReplayParts, 'timeZone' | 'pricesOn'>,
): ReplaySummary {
  const cost = sum(replayed.map((each) => each.cost))
  const [cheapest, dearest] = singleModels(
    replayed.map(({ message }) => message),
    models,
    parts.pricesOn,
  )
  const messages = replayed.length
  const modelMessages = replayed.filter(({ calls }) => calls.length > 0).length
  const ofMessages = (count: number): Exact | undefined => (messages === 0 ? undefined : fraction(count, messages))
  return {
    messages,
    cost,
    perMessage: messages === 0 ? undefined : over(cost, fraction(messages)),
    modelMessages,
    shortOfMoney: replayed.filter(({ isShortOfMoney }) => isShortOfMoney).length,
    byTier: tiers.map((tier) =>
      toLine(
        `tier${tier}`,
        replayed.filter((each) => each.tier === tier),
      ),
    ),
    byRoute: grouped(replayed, ({ route }) => nameOf(route)),
    byModel: byModel(replayed),
    byDay: grouped(replayed, ({ message: { at } }) => (at === undefined ? 'undated' : budgetDay(at, parts.timeZone))),
    agreement: agreementOf(replayed),
    cheapest,
    dearest,
    verdicts: measuredVerdicts({
      costPerMessage: messages === 0 ? undefined : over(cost, fraction(messages)),
      modelCallRate: ofMessages(modelMessages),
      lowTierShare: ofMessages(replayed.filter(({ tier }) => tier <= 2).length),
      saving: savingOf(cost, dearest),
      quality: undefined,
      simpleSeconds: undefined,
    }),
  }
}

/** What `cost` saves against a single model, 0 to 1; undefined when there is none. */
export function savingOf(cost: Exact, single: SingleModel | undefined): Exact | undefined {
  if (single === undefined || single.cost.numerator === 0n) return undefined
  return minus(one, over(cost, single.cost))
}

const tiers: readonly Tier[] = [0, 1, 2, 3, 4]

function nameOf(route: Route): string {
  return route.kind === 'model' ? `model of tier ${route.tier}` : route.kind
}

function toLine(name: string, replayed: readonly ReplayedMessage[]): ReplayLine {
  return {
    name,
    messages: replayed.length,
    calls: replayed.reduce((count, { calls }) => count + calls.length, 0),
    cost: sum(replayed.map(({ cost }) => cost)),
  }
}

function grouped(
  replayed: readonly ReplayedMessage[],
  nameOfEach: (each: ReplayedMessage) => string,
): readonly ReplayLine[] {
  return [...Map.groupBy(replayed, nameOfEach)]
    .map(([name, members]) => toLine(name, members))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function byModel(replayed: readonly ReplayedMessage[]): readonly ReplayLine[] {
  const calls = replayed.flatMap((each) => each.calls.map((call) => ({ ...call, message: each })))
  return [...Map.groupBy(calls, ({ model }) => model)]
    .map(([name, own]) => ({
      name,
      messages: new Set(own.map(({ message }) => message)).size,
      calls: own.length,
      cost: sum(own.map((call) => call.cost)),
    }))
    .toSorted((a, b) => compare(b.cost, a.cost) || (a.name < b.name ? -1 : 1))
}

function agreementOf(replayed: readonly ReplayedMessage[]): ReplaySummary['agreement'] {
  const labelled = replayed.filter(({ message }) => message.intent !== undefined)
  if (labelled.length === 0) return undefined
  const free = labelled.filter(({ route, calls, intent }) => {
    return route.kind === 'agent' && calls.length === 0 && intent !== unknownIntent
  })
  const right = free.filter(({ intent, message }) => intent === message.intent)
  return { labelled: labelled.length, free: free.length, right: right.length }
}

/** The paid models that cost least and most when one of them answers everything. */
function singleModels(
  messages: readonly RecordedMessage[],
  models: readonly ModelSpec[],
  on: string,
): readonly [SingleModel | undefined, SingleModel | undefined] {
  const able = models.filter(
    ({ capabilities, retiresOn, tier }) =>
      tier > 1 && capabilities.includes('answer') && (retiresOn === undefined || retiresOn > on),
  )
  const totals = able.flatMap((spec): readonly SingleModel[] => {
    let total = zero
    for (const { text } of messages) {
      const cost = callCost(spec, answerTokens(text), on)
      if (cost === undefined) return []
      total = plus(total, cost)
    }
    return total.numerator === 0n ? [] : [{ model: spec.alias, cost: total }]
  })
  const sorted = totals.toSorted((a, b) => compare(a.cost, b.cost))
  return [sorted[0], sorted.at(-1)]
}
