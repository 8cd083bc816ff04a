import { decimal, type Exact, times, fraction } from './exact.ts'

/** Exact dollars per million tokens. */
export interface DollarRates {
  readonly input: Exact
  readonly output: Exact
}

/** A price that planning figures of earlier years were worked out with. Nothing is billed by it. */
export interface HistoricPrice {
  readonly model: string
  readonly rates: DollarRates
  readonly source: string
}

const priceList = '@pydantic/genai-prices 0.1.8, read on 2026-11-21'
const planningFigure = 'a planning figure for all tokens alike, no price list; written down on 2026-11-21'

function listed(model: string, input: string, output: string): HistoricPrice {
  return { model, rates: { input: decimal(input), output: decimal(output) }, source: priceList }
}

/** One number for a thousand tokens, in and out. */
function planned(model: string, perThousand: string): HistoricPrice {
  const perMillion = times(decimal(perThousand), fraction(1000))
  return { model, rates: { input: perMillion, output: perMillion }, source: planningFigure }
}

/** The prices of the scenarios, and of older configurations that gave one number for a thousand tokens. */
export const historicPrices: readonly HistoricPrice[] = [
  listed('gpt-4o-mini', '0.15', '0.60'),
  listed('gpt-4o', '2.50', '10.00'),
  listed('claude-3.5-haiku', '0.80', '4.00'),
  listed('claude-3-haiku', '0.25', '1.25'),
  listed('claude-3.5-sonnet', '3.00', '15.00'),
  listed('text-embedding-3-small', '0.02', '0'),
  planned('phi-2', '0'),
  planned('codellama-7b', '0'),
  planned('mistral-7b', '0.0002'),
  planned('mixtral-8x7b', '0.0006'),
  planned('claude-3-opus', '0.015'),
  planned('gpt-4-turbo', '0.01'),
  planned('phi-3.5-mini', '0.0001'),
  planned('llama-3.1-70b', '0.0008'),
]

/** @throws RangeError for a model that is not in the list */
export function historicPrice(model: string): HistoricPrice {
  const found = historicPrices.find((price) => price.model === model)
  if (found === undefined) throw new RangeError(`No historic price of "${model}".`)
  return found
}
