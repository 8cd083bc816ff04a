/** A fraction of whole numbers: prices, shares and their products stay exact until they are printed. */
export interface Exact {
  readonly numerator: bigint
  /** Above 0. */
  readonly denominator: bigint
}

export const zero: Exact = { numerator: 0n, denominator: 1n }
export const one: Exact = { numerator: 1n, denominator: 1n }

/** A whole number, or a fraction of two: `fraction(1, 3)`. */
export function fraction(numerator: number | bigint, denominator: number | bigint = 1): Exact {
  return reduced(BigInt(numerator), BigInt(denominator))
}

/** Reads a decimal as people write it: `0.15`, `20`, `.5`. Undefined for anything else, a sign or an exponent among it. */
export function parseExact(text: string): Exact | undefined {
  const found = /^(\d{0,15})(?:\.(\d{0,15}))?$/.exec(text)
  const [, whole = '', decimals = ''] = found ?? []
  if (whole + decimals === '') return undefined
  return reduced(BigInt(whole + decimals), 10n ** BigInt(decimals.length))
}

/** A decimal known to be right when it is written. @throws RangeError when it is not */
export function decimal(text: string): Exact {
  const value = parseExact(text)
  if (value === undefined) throw new RangeError(`"${text}" is no decimal number, as 0.15 is.`)
  return value
}

export function plus(a: Exact, b: Exact): Exact {
  return reduced(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
}

export function minus(a: Exact, b: Exact): Exact {
  return reduced(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator)
}

export function times(a: Exact, b: Exact): Exact {
  return reduced(a.numerator * b.numerator, a.denominator * b.denominator)
}

/** @throws RangeError for a divisor of 0 */
export function over(a: Exact, b: Exact): Exact {
  return reduced(a.numerator * b.denominator, a.denominator * b.numerator)
}

export function sum(values: readonly Exact[]): Exact {
  return values.reduce(plus, zero)
}

/** Below 0, 0 or above 0, as a sort wants it. */
export function compare(a: Exact, b: Exact): number {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * As a decimal, half away from zero at the last place: `27.00`, `0.625`, `0.01381`.
 * @param places at most so many decimals; zeros at the end are dropped down to `least`
 */
export function toDecimal(
  value: Exact,
  { least, places }: { readonly least: number; readonly places: number },
): string {
  const isNegative = value.numerator < 0n
  const scaled = (isNegative ? -value.numerator : value.numerator) * 10n ** BigInt(places)
  const rounded = (2n * scaled + value.denominator) / (2n * value.denominator)
  const digits = String(rounded).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const decimals = digits.slice(digits.length - places)
  const kept = decimals.slice(0, least) + decimals.slice(least).replace(/0+$/, '')
  return `${isNegative && rounded > 0n ? '-' : ''}${whole}${kept === '' ? '' : `.${kept}`}`
}

/** For shares and comparisons in an output; never for money. */
export function toNumber(value: Exact, places = 6): number {
  return Number(toDecimal(value, { least: 0, places }))
}

function reduced(numerator: bigint, denominator: bigint): Exact {
  if (denominator === 0n) throw new RangeError('A division by 0.')
  const sign = denominator < 0n ? -1n : 1n
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator * sign)
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor }
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b]
  return a
}
