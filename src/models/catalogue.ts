import { wouldHaveCost, type ReferenceModel } from '../budget/estimate.ts'
import type { ModelAlias, ModelPrices, ModelSpec, ProviderName } from '../core/model.ts'
import { zeroDollars, type Rates } from '../core/money.ts'

/** A model that its provider ends soon, or has ended. */
export interface Retiring {
  readonly alias: ModelAlias
  /** YYYY-MM-DD */
  readonly retiresOn: string
  /** Calendar days left in UTC; 0 on the day itself, negative afterwards. */
  readonly days: number
}

/** The models an operator has entered, as they stand at this moment; an entry added to the file appears without a restart. */
export interface Catalogue {
  /** All entries, priced or not. */
  models(): readonly ModelSpec[]
  find(alias: ModelAlias): ModelSpec | undefined
  /** What a model costs that answered under another name than it was asked by. */
  pricesOf(provider: ProviderName, wireName: string): ModelPrices | undefined
  /** Entries that end within thirty days or have ended, the soonest first. */
  retiring(on: Date): readonly Retiring[]
}

/**
 * The rates for a prompt of so many tokens on a day (YYYY-MM-DD, UTC). The price list in force is the one that began last,
 * whole; of its bands counts the one for the longest prompt that is shorter than this one.
 */
export function ratesFor(prices: ModelPrices, on: string, promptTokens: number): Rates | undefined {
  const begin = prices.bands.reduce((latest, { from }) => (from <= on && from > latest ? from : latest), '')
  const [best] = prices.bands
    .filter((band) => band.from === begin && band.aboveTokens < Math.max(1, promptTokens))
    .toSorted((a, b) => b.aboveTokens - a.aboveTokens)
  return best?.rates
}

const dayMs = 86_400_000
const noticeDays = 30

/** Entries that end within thirty days of an instant or have ended, the soonest first. */
export function retiringOf(models: readonly ModelSpec[], on: Date): readonly Retiring[] {
  const today = Date.parse(on.toISOString().slice(0, 10))
  return models
    .flatMap(({ alias, retiresOn }) =>
      retiresOn === undefined ? [] : [{ alias, retiresOn, days: Math.round((Date.parse(retiresOn) - today) / dayMs) }],
    )
    .filter(({ days }) => days <= noticeDays)
    .toSorted((a, b) => a.days - b.days || a.alias.localeCompare(b.alias))
}

/**
 * The dearest model of a catalogue on a day (YYYY-MM-DD, UTC), by what an ordinary answer of it would cost; the first of
 * several alike. Without any price every message is compared with nothing, which costs nothing.
 */
export function dearestOf(models: readonly ModelSpec[], on: string): ReferenceModel {
  const noRates = { input: 0, cached: 0, cacheWrite: 0, output: 0 }
  let dearest: ReferenceModel = { model: 'none', rates: noRates, asOf: on, source: 'no model has a price' }
  let highest = zeroDollars
  for (const { wireName, prices } of models) {
    const rates = prices === undefined ? undefined : ratesFor(prices, on, 1)
    if (prices === undefined || rates === undefined) continue
    const candidate = { model: wireName, rates, asOf: prices.asOf, source: prices.source }
    const cost = wouldHaveCost('', candidate)
    if (cost <= highest) continue
    dearest = candidate
    highest = cost
  }
  return dearest
}
