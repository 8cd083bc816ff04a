import { costOf, type MicroDollars, type Rates } from '../core/money.ts'

/** The model a message is compared with, and its price on a day. */
export interface ReferenceModel {
  readonly model: string
  readonly rates: Rates
  /** Calendar day of the price, and where it was read. */
  readonly asOf: string
  readonly source: string
}

/** Instructions and passages that a reasoning prompt carries besides the message, in tokens. */
const promptTokens = 900
/** The answer's length the comparison assumes, in tokens. */
const answerTokens = 300
/** English text has about four characters a token; only for this estimate, never for a reservation. */
const charactersPerToken = 4

/** What the dearest path would have cost for a message: an estimate for the receipt, never a charge. */
export function wouldHaveCost(text: string, reference: ReferenceModel): MicroDollars {
  const input = promptTokens + Math.ceil(text.length / charactersPerToken)
  return costOf({ input, cached: 0, cacheWrite: 0, output: answerTokens }, reference.rates)
}
