import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { ModelPrices, ModelSpec, PriceBand, ProviderName } from '../src/core/model.ts'
import { printDollars, type MicroDollars, type Rates } from '../src/core/money.ts'
import type { Faults } from './faults.ts'
import { pricesSchema } from './models-schema.ts'
import { packagePrices } from './package-prices.ts'
import { priceId } from './price-id.ts'
import { readYaml, shippedFolder } from './yaml.ts'

type Entry = z.output<typeof pricesSchema>['prices'][number]

/** The name under which a price is found. */
export function priceKey(provider: ProviderName, wireName: string): string {
  return `${provider}/${wireName}`
}

/** Entries of prices.yaml. Those of the operator's own file lie over the shipped ones, each as a whole. */
export function readPrices(own: string | undefined, faults: Faults): ReadonlyMap<string, ModelPrices> {
  const prices = new Map<string, ModelPrices>()
  const folders = own === undefined ? [shippedFolder] : [shippedFolder, own]
  for (const folder of folders) {
    const path = join(folder, 'prices.yaml')
    if (folder === own && !existsSync(path)) continue
    const file = readYaml({ path, name: 'prices.yaml' }, pricesSchema, faults)
    const seen = new Set<string>()
    for (const entry of file?.prices ?? []) {
      const key = priceKey(entry.provider, entry.model)
      if (seen.has(key)) faults.add('prices.yaml', `prices.${key}`, 'stands twice; keep one entry')
      seen.add(key)
      checkEntry(entry, faults)
      prices.set(key, toPrices(entry))
    }
  }
  return prices
}

function toPrices({ provider, model, asOf, source, bands: given }: Entry): ModelPrices {
  const bands = given.map(({ validFrom, aboveTokens, ...rates }) => ({ from: validFrom, aboveTokens, rates }))
  return { id: priceId(priceKey(provider, model), asOf, bands), asOf, source, bands }
}

/** Micro-dollars per million tokens. Outside of these a price is most often per token or per thousand by mistake. */
const leastRate = 1_000
const mostRate = 1_000_000_000

/** Why a rate looks like a slip; undefined when it does not. */
export function slipOf(name: string, rate: number): string | undefined {
  if (rate >= leastRate && rate <= mostRate) return undefined
  return `${name} is ${printDollars(rate as MicroDollars)} per million tokens, which looks like a slip: below $0.001 or above $1000`
}

function checkEntry({ provider, model, force, bands }: Entry, faults: Faults): void {
  const path = `prices.${priceKey(provider, model)}`
  for (const [begin, list] of Map.groupBy(bands, ({ validFrom }) => validFrom)) {
    const starts = list.map(({ aboveTokens }) => aboveTokens)
    if (!starts.includes(0))
      faults.add('prices.yaml', path, `the list from ${begin} has no band for short prompts (aboveTokens: 0)`)
    if (new Set(starts).size < starts.length)
      faults.add('prices.yaml', path, `the list from ${begin} has two bands for prompts of one length`)
  }
  if (force) return
  for (const { input, cached, cacheWrite, output } of bands) {
    for (const [name, rate] of Object.entries({ input, cached, cacheWrite, output })) {
      const slip = slipOf(name, rate)
      if (slip !== undefined) faults.add('prices.yaml', path, `${slip}; correct it, or add force: true`)
    }
  }
}

/** The source of the price of what costs nothing because it runs at home: true only at a private address. */
export const ownMachine = 'runs on a machine of your own'

/** One list of one band, for what costs the same whatever the prompt's length and the day. */
export function flatPrices(name: string, rates: Rates, source: string): ModelPrices {
  const bands: readonly PriceBand[] = [{ from: '1970-01-01', aboveTokens: 0, rates }]
  return { id: priceId(name, 'undated', bands), asOf: 'undated', source, bands }
}

/** What the provider's model of exactly this id costs: by prices.yaml, else by the package. */
export function listedPrices(
  ownPrices: ReadonlyMap<string, ModelPrices>,
  { provider, wireName }: Pick<ModelSpec, 'provider' | 'wireName'>,
): ModelPrices | undefined {
  return ownPrices.get(priceKey(provider, wireName)) ?? packagePrices(provider, wireName)
}

/** `NAME-2026-10-01` and `NAME-20261001` are dated copies of NAME. */
const snapshot = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/

/**
 * What a model costs that answered under this name: an entry's own id, a listed id, or a dated copy of an entry. Where
 * two servers have a model of one name, the one that costs something counts.
 */
export function pricesOfName(
  models: readonly ModelSpec[],
  ownPrices: ReadonlyMap<string, ModelPrices>,
  { provider, wireName }: Pick<ModelSpec, 'provider' | 'wireName'>,
): ModelPrices | undefined {
  const entryOf = (name: string): ModelPrices | undefined =>
    models
      .filter((model) => model.provider === provider && model.wireName === name)
      .toSorted((a, b) => b.tier - a.tier)
      .find(({ prices }) => prices !== undefined)?.prices
  return entryOf(wireName) ?? listedPrices(ownPrices, { provider, wireName }) ?? entryOf(wireName.replace(snapshot, ''))
}
