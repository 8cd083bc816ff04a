import type { Usage } from '../../src/core/money.ts'

/** No request of ours is a hundredth as long; a larger number is a fault or a lie. */
const mostTokens = 10_000_000

/** What a response tells of its tokens, unchecked. A kind that it leaves out is nothing. */
export interface ToldUsage {
  readonly input: unknown
  readonly cached: unknown
  readonly cacheWrite: unknown
  readonly output: unknown
}

/** The tokens of an answer, or undefined when what was told cannot be: then the call is charged at its bound. */
export function toUsage(told: ToldUsage): Usage | undefined {
  const input = tokens(told.input)
  const cached = tokens(told.cached ?? 0)
  const cacheWrite = tokens(told.cacheWrite ?? 0)
  const output = tokens(told.output)
  if (input === undefined || cached === undefined || cacheWrite === undefined || output === undefined) return undefined
  // There was a prompt, and there was an answer.
  if (input + cached + cacheWrite === 0 || output === 0) return undefined
  return { input, cached, cacheWrite, output }
}

/** A whole number of tokens, or undefined when it is none. */
export function tokens(told: unknown): number | undefined {
  return typeof told === 'number' && Number.isInteger(told) && told >= 0 && told <= mostTokens ? told : undefined
}
