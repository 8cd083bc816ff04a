import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRateLimits } from '../../../src/models/rate-limit.ts'

/** Limits of models by their names, and a clock that stands still until it is moved. */
function limits(requestsPerMinute: Readonly<Record<string, number>>) {
  const clock = { ms: 1000 }
  const made = createRateLimits({
    requestsPerMinute: (alias) => requestsPerMinute[alias],
    elapsedMs: () => clock.ms,
  })
  return { take: (alias: string) => made.take(alias), waitMs: (alias: string) => made.waitMs(alias), clock }
}

test('a model without a limit is never held back', () => {
  const { take, waitMs } = limits({})

  expect(Array.from({ length: 1000 }, () => take('large')).every(Boolean)).toBe(true)
  expect(waitMs('large')).toBe(0)
})

test('of 60 a minute, six may come at once, and the next one follows after 60 000 / 55 milliseconds', () => {
  const { take, waitMs, clock } = limits({ haiku: 60 })

  const burst = Array.from({ length: 7 }, () => take('haiku'))

  expect(burst).toEqual([true, true, true, true, true, true, false])
  expect(waitMs('haiku')).toBe(1091) // 60 - 6 + 1 = 55 a minute; 60 000 / 55 = 1090.9
  clock.ms += 1090
  expect(take('haiku')).toBe(false)
  clock.ms += 1
  expect(take('haiku')).toBe(true)
})

test('one a minute is one a minute', () => {
  const { take, clock } = limits({ haiku: 1 })

  expect([take('haiku'), take('haiku')]).toEqual([true, false])
  clock.ms += 59_999
  expect(take('haiku')).toBe(false)
  clock.ms += 1
  expect(take('haiku')).toBe(true)
})

test('asking how long to wait takes nothing', () => {
  const { take, waitMs } = limits({ haiku: 1 })

  expect([waitMs('haiku'), waitMs('haiku'), take('haiku'), take('haiku')]).toEqual([0, 0, true, false])
})

test('each model has its own limit', () => {
  const { take } = limits({ haiku: 1, mini: 1 })

  expect([take('haiku'), take('mini'), take('haiku')]).toEqual([true, true, false])
})

test('a limit that an operator lowers counts from the next request on', () => {
  const perMinute: Record<string, number> = { haiku: 600 }
  const limited = createRateLimits({ requestsPerMinute: (alias) => perMinute[alias], elapsedMs: () => 0 })
  limited.take('haiku')

  perMinute.haiku = 1

  expect([limited.take('haiku'), limited.take('haiku')]).toEqual([true, false])
})

test('no minute, wherever it begins, holds more requests than allowed, however they come', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 20_000, noNaN: true }), fc.integer({ min: 1, max: 12 })), {
        maxLength: 60,
      }),
      (limit, visits) => {
        const { take, clock } = limits({ haiku: limit })
        const taken: number[] = []
        for (const [pause, wishes] of visits) {
          clock.ms += pause
          for (let wish = 0; wish < wishes; wish += 1) if (take('haiku')) taken.push(Math.floor(clock.ms))
        }

        const most = Math.max(
          0,
          ...taken.map((begin) => taken.filter((at) => at >= begin && at < begin + 60_000).length),
        )
        expect(most).toBeLessThanOrEqual(limit)
      },
    ),
  )
})

test('who asks all the time gets nearly all that is allowed', () => {
  const { take, clock } = limits({ haiku: 60 })
  let taken = 0
  for (let step = 0; step < 6000; step += 1) {
    if (take('haiku')) taken += 1
    clock.ms += 100
  }

  expect(taken).toBeGreaterThanOrEqual(550) // ten minutes at 55, and the burst
})
