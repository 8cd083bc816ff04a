import { z } from 'zod'
import type { MicroDollars } from '../src/core/money.ts'

/**
 * The whole number that a decimal text is when its point is moved so many places to the right; undefined when it is no
 * plain decimal or has more places. Digits are moved, nothing is multiplied: `0.0375` and 6 is exactly 37500.
 */
export function parseDecimal(text: string, places: number): number | undefined {
  const [whole, fraction = '', ...more] = text.split('.')
  const isPlain = whole !== undefined && /^\d{1,9}$/.test(whole) && /^\d*$/.test(fraction) && more.length === 0
  if (!isPlain || fraction.length > places || text.endsWith('.')) return undefined
  const moved = Number(whole + fraction.padEnd(places, '0'))
  return Number.isSafeInteger(moved) ? moved : undefined
}

/** An amount of dollars as an operator writes it, with at most six decimals; undefined for anything else. */
export function parseDollars(text: string): MicroDollars | undefined {
  return parseDecimal(text, 6) as MicroDollars | undefined
}

/** A number or text of a YAML file that has so many decimals at most, as a whole number of its smallest part. */
export function decimal<Value extends number>(places: number, example: string) {
  return z
    .union([z.number(), z.string()], `write a decimal number, for example ${example}`)
    .transform((given, context): Value => {
      const value = parseDecimal(String(given), places)
      if (value !== undefined) return value as Value
      const problem = `write a decimal number of 0 or more with at most ${places} decimals, for example ${example}`
      context.addIssue({ code: 'custom', message: problem })
      return z.NEVER
    })
}

/** Dollars in a YAML file. */
export const dollars = decimal<MicroDollars>(6, '0.01')
