/** A whole number of millionths of a US dollar. */
export type MicroDollars = number & { readonly unit: 'micro-dollars' }

export const zeroDollars = 0 as MicroDollars

/**
 * Whole numbers of tokens, 0 to 10 million each. The four kinds do not overlap: `input` leaves out what was read from the
 * provider's cache (`cached`) and what was written to it (`cacheWrite`); `output` holds hidden thinking too.
 */
export interface Usage {
  readonly input: number
  readonly cached: number
  readonly cacheWrite: number
  readonly output: number
}

/** Micro-dollars per million tokens; $0.15 per million is 150_000. */
export interface Rates {
  readonly input: number
  readonly cached: number
  readonly cacheWrite: number
  readonly output: number
}

/**
 * What one call costs: the exact sum over all kinds of tokens, rounded up once, so a bill is never understated.
 * @throws RangeError when a number is not whole
 */
export function costOf(usage: Usage, rates: Rates): MicroDollars {
  // Ten million tokens at $1000 per million are more than 2^53, where a number skips.
  const exact =
    product(usage.input, rates.input) +
    product(usage.cached, rates.cached) +
    product(usage.cacheWrite, rates.cacheWrite) +
    product(usage.output, rates.output)
  return Number((exact + 999_999n) / 1_000_000n) as MicroDollars
}

function product(tokens: number, rate: number): bigint {
  return BigInt(tokens) * BigInt(rate)
}

/** For people: `$0.00` for nothing, otherwise as many of six decimals as the amount has, at least two. */
export function printDollars(amount: MicroDollars): string {
  const whole = Math.trunc(amount / 1_000_000)
  const fraction = String(amount % 1_000_000).padStart(6, '0')
  return `$${whole}.${fraction.slice(0, 2)}${fraction.slice(2).replace(/0+$/, '')}`
}

/** A whole number of the smallest unit of a customer's currency, for example cents. The shop's money, not ours. */
export type Cents = number & { readonly unit: 'cents' }

const signs: Readonly<Record<string, string>> = { USD: '$', GBP: '£', EUR: '€' }

/** `2490` of `USD` is `$24.90`; a currency without a sign of its own is printed as `24.90 CHF`. */
export function printCents(amount: Cents, currency: string): string {
  const digits = `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
  const sign = signs[currency]
  return sign === undefined ? `${digits} ${currency}` : `${sign}${digits}`
}
