import { expect, test } from 'vitest'
import { isWorthRetrying, readRetryAfter, retryDelayMs } from '../../../../adapters/web/pages/retry.js'

test.each([undefined, 401, 408, 425, 429, 500, 502, 503, 504])('a fault with status %s is tried again', (status) => {
  expect(isWorthRetrying({ code: 'x', message: 'x', ...(status !== undefined && { status }) })).toBe(true)
})

test.each([400, 403, 404, 409, 413, 422])('a refusal with status %s is not tried again by itself', (status) => {
  expect(isWorthRetrying({ code: 'x', message: 'x', status })).toBe(false)
})

test('the wait doubles from one second to thirty', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => retryDelayMs(attempt, 1))

  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('chance shortens the wait by at most a quarter', () => {
  expect(retryDelayMs(3, 0)).toBe(3_000)
  expect(retryDelayMs(3, 0.5)).toBe(3_500)
})

test('nothing is sent before the server asked for it', () => {
  expect(retryDelayMs(1, 0, 20_000)).toBe(20_000)
  expect(retryDelayMs(6, 1, 20_000)).toBe(30_000)
})

test.each([
  ['5', 5_000],
  [' 0 ', 0],
  ['86400', 120_000],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j is %s ms', (header, expected) => {
  expect(readRetryAfter(header)).toBe(expected)
})
