import { loadConfig } from '../../config/load.ts'
import { decimal, fraction, sum, times, toDecimal, zero, type Exact } from '../../src/simulation/exact.ts'
import { answerTokens, callCost, classificationTokens } from '../../src/simulation/estimated-tokens.ts'
import { scenarios } from '../../src/simulation/scenarios.ts'

/** A way to use models, and what a message costs then, on average. */
export interface WayToPay {
  readonly title: string
  readonly dollarsPerMessage: Exact
}

/** A question of the README, for the length of a text. */
const text = 'If my kettle is faulty and I live in Germany, who pays for sending it back?'
/** The aim for messages that ask a model: docs/costs.md. */
const askingShare = decimal('0.3')

/** By the shipped prices of a day, with the tokens of `simulate`. @param on YYYY-MM-DD, UTC */
export function waysToPay(on: string): readonly WayToPay[] {
  const { models } = loadConfig({}).modelList
  const cost = (alias: string, tokens: { readonly input: number; readonly output: number }): Exact => {
    const spec = models.find((model) => model.alias === alias)
    const dollars = spec === undefined ? undefined : callCost(spec, tokens, on)
    if (dollars === undefined) throw new Error(`models.yaml has no ${alias} with a price on ${on}.`)
    return dollars
  }
  const shareOf = (tier: number): Exact =>
    scenarios.find(({ name }) => name === 's2')?.paths.find((path) => path.tier === tier)?.share ?? zero
  const written = [
    times(shareOf(2), cost('haiku', answerTokens(text))),
    times(shareOf(3), cost('medium', answerTokens(text))),
    times(shareOf(4), cost('large', answerTokens(text))),
  ]
  return [
    { title: 'rules alone', dollarsPerMessage: zero },
    {
      title: 'haiku says what 30 % mean',
      dollarsPerMessage: times(askingShare, cost('haiku', classificationTokens(text))),
    },
    { title: 'models write 35 %, as in s2', dollarsPerMessage: sum(written) },
  ]
}

/** Dollars of so many messages, to the cent. */
export function dollarsFor(messages: number, { dollarsPerMessage }: WayToPay): string {
  return toDecimal(times(fraction(messages), dollarsPerMessage), { least: 2, places: 2 })
}
