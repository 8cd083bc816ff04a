import { findProvider, type MatchLogic, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices'
import type { ModelPrices, PriceBand, ProviderName } from '../src/core/model.ts'
import type { Rates } from '../src/core/money.ts'
import { parseDecimal } from './dollars.ts'
import { priceId } from './price-id.ts'

/** The installed version and the day it was published (https://www.npmjs.com/package/@pydantic/genai-prices). */
export const packageVersion = '0.1.8'
const publishedOn = '2026-09-23'

/** What the package calls our providers. It knows no Ollama: a local model has no price to look up. */
const namesInPackage: Readonly<Record<ProviderName, string | undefined>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  together: 'together',
  ollama: undefined,
}

/**
 * What a model costs by `@pydantic/genai-prices`. The package itself compares beginnings of names, which prices
 * `claude-sonnet-5-5` as `claude-sonnet-5`; here only the exact id counts, or another name that the package lists in full.
 * Undefined: the package does not know it, or has a price of a kind that a bound cannot be worked out from.
 */
export function packagePrices(provider: ProviderName, wireName: string): ModelPrices | undefined {
  const providerId = namesInPackage[provider]
  if (providerId === undefined) return undefined
  const models = findProvider({ providerId })?.models ?? []
  const found =
    models.find(({ id }) => id === wireName) ?? models.find(({ match }) => exactNames(match).includes(wireName))
  const bands = found === undefined ? undefined : toBands(found)
  if (found === undefined || bands === undefined) return undefined
  return {
    id: priceId(`${provider}/${found.id}`, publishedOn, bands),
    asOf: publishedOn,
    source: `@pydantic/genai-prices ${packageVersion}`,
    bands,
  }
}

function exactNames(match: MatchLogic): readonly string[] {
  if ('equals' in match) return [match.equals]
  return 'or' in match ? match.or.flatMap(exactNames) : []
}

/** Each price list of the package begins on a day; the one without a day counts from the beginning. */
function toBands({ prices }: ModelInfo): readonly PriceBand[] | undefined {
  const lists = Array.isArray(prices) ? prices : [{ prices }]
  const bands: PriceBand[] = []
  for (const { constraint, prices: list } of lists) {
    // Prices by the hour of the day have no bound that holds at midnight.
    if (constraint !== undefined && constraint.type !== 'start_date') return undefined
    const from = constraint?.start_date ?? '1970-01-01'
    for (const aboveTokens of startsOf(list)) {
      const rates = ratesAbove(list, aboveTokens)
      if (rates === undefined) return undefined
      bands.push({ from, aboveTokens, rates })
    }
  }
  return bands
}

const fields = ['input_mtok', 'cache_read_mtok', 'cache_write_mtok', 'output_mtok'] as const

/** Prompt lengths above which some rate changes; 0 is always among them. */
function startsOf(list: ModelPrice): readonly number[] {
  const starts = fields.flatMap((field) => {
    const price = list[field]
    return typeof price === 'object' ? price.tiers.map(({ start }) => start) : []
  })
  return [...new Set([0, ...starts])].toSorted((a, b) => a - b)
}

/**
 * What is not listed counts as input: the provider then has no cache, or bills it so, and nothing becomes cheaper than true.
 * Undefined when a rate is missing or not whole in micro-dollars per million.
 */
function ratesAbove(list: ModelPrice, aboveTokens: number): Rates | undefined {
  const rate = (field: (typeof fields)[number]): number | undefined => {
    const price = list[field]
    if (price === undefined) return undefined
    if (typeof price === 'number') return parseDecimal(String(price), 6)
    const reached = price.tiers.filter(({ start }) => start <= aboveTokens).toSorted((a, b) => b.start - a.start)
    return parseDecimal(String(reached[0]?.price ?? price.base), 6)
  }
  const input = rate('input_mtok')
  const output = rate('output_mtok')
  const cached = list['cache_read_mtok'] === undefined ? input : rate('cache_read_mtok')
  const cacheWrite = list['cache_write_mtok'] === undefined ? input : rate('cache_write_mtok')
  if (input === undefined || output === undefined || cached === undefined || cacheWrite === undefined) return undefined
  return { input, cached, cacheWrite, output }
}
