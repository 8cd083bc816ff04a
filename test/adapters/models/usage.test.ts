import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toUsage } from '../../../adapters/models/usage.ts'

test('whole numbers of tokens are taken as they are', () => {
  const usage = toUsage({ input: 1, cached: 2, cacheWrite: 3, output: 10_000_000 })

  expect(usage).toEqual({ input: 1, cached: 2, cacheWrite: 3, output: 10_000_000 })
})

test('kinds of tokens that are left out, or null, are nothing', () => {
  expect(toUsage({ input: 5, cached: undefined, cacheWrite: null, output: 1 })).toEqual({
    input: 5,
    cached: 0,
    cacheWrite: 0,
    output: 1,
  })
})

test.each([
  ['no prompt', { input: 0, cached: 0, cacheWrite: 0, output: 5 }],
  ['no answer', { input: 5, cached: 0, cacheWrite: 0, output: 0 }],
  ['one token above ten million', { input: 10_000_001, cached: 0, cacheWrite: 0, output: 5 }],
  ['half a token', { input: 5.5, cached: 0, cacheWrite: 0, output: 5 }],
  ['a text', { input: '5', cached: 0, cacheWrite: 0, output: 5 }],
  ['not a number', { input: Number.NaN, cached: 0, cacheWrite: 0, output: 5 }],
  ['infinity', { input: 5, cached: Infinity, cacheWrite: 0, output: 5 }],
  ['less than nothing', { input: 5, cached: 0, cacheWrite: -1, output: 5 }],
])('%s is no usage', (_, told) => {
  expect(toUsage(told)).toBeUndefined()
})

test('whatever is told, usage is whole, never negative and at most ten million of each kind, or undefined', () => {
  const anything = fc.oneof(fc.anything(), fc.integer(), fc.double(), fc.integer({ min: 0, max: 20_000_000 }))

  fc.assert(
    fc.property(fc.record({ input: anything, cached: anything, cacheWrite: anything, output: anything }), (told) => {
      const usage = toUsage(told)
      for (const tokens of Object.values(usage ?? {})) {
        expect(Number.isInteger(tokens)).toBe(true)
        expect(tokens).toBeGreaterThanOrEqual(0)
        expect(tokens).toBeLessThanOrEqual(10_000_000)
      }
    }),
    { numRuns: 1_000 },
  )
})
