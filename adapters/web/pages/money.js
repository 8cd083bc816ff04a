/**
 * Money is a whole number of micro-dollars (1 US dollar = 1,000,000) and is only ever cut as a string of digits,
 * never divided: what the page shows is what the ledger holds.
 */

const DIGITS_AFTER_POINT = 6

/**
 * The exact amount, with at least two digits after the point.
 *
 * @param {number} microDollars a whole number
 * @returns {string}
 * @example formatMoney(0) // '$0.00'
 * @example formatMoney(12_300) // '$0.0123'
 */
export function formatMoney(microDollars) {
  const { sign, dollars, fraction } = cut(microDollars)
  const kept = fraction.replace(/0+$/, '').padEnd(2, '0')
  return `${sign}$${group(dollars)}.${kept}`
}

/**
 * A sum for reading at a glance: whole cents from one cent up, exact below. What was spent is rounded up and what was
 * saved is rounded down, so neither is ever flattered.
 *
 * @param {number} microDollars a whole number, 0 or more
 * @param {'up' | 'down'} direction
 * @returns {string}
 * @example formatSum(152_437, 'down') // '$0.15'
 */
export function formatSum(microDollars, direction) {
  if (microDollars < 10_000) return formatMoney(microDollars)
  const rest = microDollars % 10_000
  const cents = microDollars - rest + (direction === 'up' && rest > 0 ? 10_000 : 0)
  return formatMoney(cents)
}

/** @param {number} microDollars @returns {{ sign: string, dollars: string, fraction: string }} */
function cut(microDollars) {
  if (!Number.isSafeInteger(microDollars)) return { sign: '', dollars: '?', fraction: '??' }
  const digits = String(Math.abs(microDollars)).padStart(DIGITS_AFTER_POINT + 1, '0')
  return {
    sign: microDollars < 0 ? '−' : '',
    dollars: digits.slice(0, -DIGITS_AFTER_POINT),
    fraction: digits.slice(-DIGITS_AFTER_POINT),
  }
}

/** @param {string} digits @returns {string} with a comma before each group of three */
function group(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}
