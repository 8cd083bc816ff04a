import { expect, test } from 'vitest'
import { waitAfter } from '../../handlers/pace.ts'

const tries = Array.from({ length: 30 }, (_, index) => index + 1)

test('a platform is asked again when it wants to be, and one that wants it every second does not use up a day’s tries', () => {
  const waits = tries.map((attempt) => waitAfter(attempt, 1000))

  expect(waits.slice(0, 7)).toEqual([1000, 1000, 1000, 1000, 1000, 64_000, 128_000])
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(18 * 3_600_000)
})

test('a wait that is asked for is kept, however long the usual one is', () => {
  expect(tries.map((attempt) => waitAfter(attempt, 3_600_000))).toEqual(tries.map(() => 3_600_000))
})
