import type { ModelSpec } from '../core/model.ts'
import type { MicroDollars } from '../core/money.ts'
import { ratesFor } from '../models/catalogue.ts'
import { fraction, type Exact } from './exact.ts'

/** Tokens of one call, as estimated before anybody is asked. */
export interface EstimatedTokens {
  readonly input: number
  readonly output: number
}

/** A token has about four bytes of English text. Only for estimates: a reservation counts every byte as one. */
const bytesPerToken = 4
/** Instructions with the list of intents, and the answer: one name. */
const [classificationPrompt, classificationAnswer] = [400, 30]
/** Instructions with passages, and the usual length of an answer. */
const [answerPrompt, answerLength] = [900, 150]

const encoder = new TextEncoder()

function tokensOf(text: string): number {
  return Math.ceil(encoder.encode(text).length / bytesPerToken)
}

/** What a model would read and write to say what a message means. */
export function classificationTokens(text: string): EstimatedTokens {
  return { input: classificationPrompt + tokensOf(text), output: classificationAnswer }
}

/** What a model would read and write to answer a message. */
export function answerTokens(text: string): EstimatedTokens {
  return { input: answerPrompt + tokensOf(text), output: answerLength }
}

/** What all estimates of a replay rest on, in words. */
export const estimateNote = `Tokens are estimated: the message's bytes / ${bytesPerToken}; to classify ${classificationPrompt} more in and ${classificationAnswer} out, to answer ${answerPrompt} more in and ${answerLength} out.`

/** Exact dollars of a call; undefined when no price is in force. @param on YYYY-MM-DD, UTC */
export function callCost(spec: Pick<ModelSpec, 'prices'>, tokens: EstimatedTokens, on: string): Exact | undefined {
  const rates = spec.prices === undefined ? undefined : ratesFor(spec.prices, on, tokens.input)
  if (rates === undefined) return undefined
  // Tokens times micro-dollars per million tokens are millionths of micro-dollars.
  const sum = BigInt(tokens.input) * BigInt(rates.input) + BigInt(tokens.output) * BigInt(rates.output)
  return fraction(sum, 1_000_000_000_000n)
}

/** Rounded up, as money is wherever it is compared with a limit. */
export function inMicroDollars(dollars: Exact): MicroDollars {
  const millionths = dollars.numerator * 1_000_000n
  return Number((millionths + dollars.denominator - 1n) / dollars.denominator) as MicroDollars
}
