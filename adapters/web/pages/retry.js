/**
 * When a message that did not get through is sent again. The id stays the same, so the server answers it once.
 *
 * @typedef {{ code: string, message: string, status?: number, field?: string, retryAfterMs?: number }} Fault
 *   `status` is absent when no answer came at all
 */

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
/** 401 is among them: with it our server takes back a cookie it did not make, and the next try gets a good one. */
const RETRYABLE_STATUS = new Set([401, 408, 425, 429])

/**
 * Whether sending the same thing again may help: no answer, a busy or restarting server; not a refusal.
 *
 * @param {Fault} fault
 * @returns {boolean}
 */
export function isWorthRetrying(fault) {
  if (fault.status === undefined) return true
  return fault.status >= 500 || RETRYABLE_STATUS.has(fault.status)
}

/**
 * How long to wait before the next try: 1, 2, 4 … 30 seconds, a quarter of it spread at random so that many pages do
 * not come back in the same instant; never before the server asked.
 *
 * @param {number} attempt 1 after the first failure
 * @param {number} random 0 up to 1
 * @param {number} [retryAfterMs] what the server asked for
 * @returns {number} milliseconds
 */
export function retryDelayMs(attempt, random, retryAfterMs = 0) {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 10))
  return Math.max(retryAfterMs, Math.round(whole * (0.75 + random / 4)))
}

/**
 * `Retry-After` in milliseconds; a date or nonsense counts as absent, and no server may silence a page for long.
 *
 * @param {string | null} header seconds
 * @returns {number | undefined}
 */
export function readRetryAfter(header) {
  if (header === null || !/^\d{1,9}$/.test(header.trim())) return undefined
  return Math.min(Number(header) * 1_000, 120_000)
}
