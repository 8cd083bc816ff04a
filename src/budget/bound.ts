import { FaultError } from '../core/errors.ts'
import type { ModelPrices, ModelSpec, PriceBand, Prompt } from '../core/model.ts'
import { costOf, type MicroDollars, type Rates } from '../core/money.ts'

/** What a bound is worked out for: a model, and the day (YYYY-MM-DD, UTC) on which it is asked. */
export interface BoundFor {
  readonly model: Pick<ModelSpec, 'alias' | 'prices' | 'contextTokens' | 'maxOutputTokens'>
  readonly on: string
}

/** Tokens a provider may add around each message, and around the whole: marks of its beginning, its end and its role. */
const tokensPerMessage = 16
const tokensPerPrompt = 64
/** What surrounds the one message of a prompt: what was said before stands inside it. */
const framingOfOne = tokensPerPrompt + tokensPerMessage + 'user'.length

const encoder = new TextEncoder()
const bytes = (text: string): number => encoder.encode(text).length

/** UTF-8 bytes of everything a prompt says: instructions, messages, and the shape the answer must have. */
export function bytesOf(prompt: Prompt): number {
  const shape = prompt.schema === undefined ? 0 : bytes(prompt.schema.name) + bytes(JSON.stringify(prompt.schema.shape))
  return prompt.messages.reduce((sum, { text }) => sum + bytes(text), bytes(prompt.instructions) + shape)
}

/**
 * The most a prompt can cost, whatever the model does: a token is at least one byte of UTF-8 in every tokenizer in use, so
 * the bytes of the prompt are never fewer than its tokens; each is taken at the dearest rate a prompt of that length can
 * meet today or, because a call may pass midnight, tomorrow. The answer is taken at its full length.
 * @throws FaultError for a model without prices: it must not be asked
 */
export function boundOf(prompt: Prompt, { model, on }: BoundFor): MicroDollars {
  if (model.prices === undefined) throw new FaultError(`The model ${model.alias} has no price, so it has no bound.`)
  const framing = prompt.messages.reduce((sum, { role }) => sum + tokensPerMessage + bytes(role), tokensPerPrompt)
  return costOfMost(bytesOf(prompt) + framing, prompt.maxOutputTokens, dearest(model.prices, on))
}

/**
 * How many bytes (as `bytesOf` counts them) a prompt of one message may have, so that with the model's longest
 * answer it costs no more than `limit` and fits into the model's context. 0 when nothing fits or the price is unknown.
 */
export function roomFor(limit: MicroDollars, { model, on }: BoundFor): number {
  if (model.prices === undefined) return 0
  const ratesUpTo = dearest(model.prices, on)
  const fits = (tokens: number): boolean => costOfMost(tokens, model.maxOutputTokens, ratesUpTo) <= limit
  let room = 0
  let tooMuch = model.contextTokens - model.maxOutputTokens - framingOfOne + 1
  // A longer prompt is never cheaper, so the border lies where halving finds it.
  while (tooMuch - room > 1) {
    const middle = Math.floor((room + tooMuch) / 2)
    if (fits(middle + framingOfOne)) room = middle
    else tooMuch = middle
  }
  return room
}

function costOfMost(promptTokens: number, outputTokens: number, ratesUpTo: (tokens: number) => Rates): MicroDollars {
  const usage = { input: promptTokens, cached: 0, cacheWrite: 0, output: outputTokens }
  return costOf(usage, ratesUpTo(promptTokens))
}

/** For a prompt of at most so many tokens: each rate at its dearest, over all bands it may fall into. */
function dearest(prices: ModelPrices, on: string): (tokens: number) => Rates {
  const bands = bandsInForce(prices, on)
  return (tokens) => {
    const reached = bands.filter(({ aboveTokens }) => aboveTokens < tokens)
    const counted = reached.length === 0 ? bands : reached
    const input = Math.max(...counted.flatMap(({ rates }) => [rates.input, rates.cached, rates.cacheWrite]))
    const output = Math.max(...counted.map(({ rates }) => rates.output))
    return { input, cached: input, cacheWrite: input, output }
  }
}

/** Of today's and tomorrow's price list; of every list when none has begun, because the true one is not known. */
function bandsInForce({ bands }: ModelPrices, on: string): readonly PriceBand[] {
  const begins = [on, dayAfter(on)].map((day) =>
    bands.reduce((latest, { from }) => (from <= day && from > latest ? from : latest), ''),
  )
  const inForce = bands.filter(({ from }) => begins.includes(from))
  return inForce.length === 0 || begins[0] === '' ? bands : inForce
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return next.toISOString().slice(0, 10)
}
