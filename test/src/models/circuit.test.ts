import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelFault } from '../../../src/core/errors.ts'
import { circuit } from './circuit-rig.ts'

const ill: readonly ModelFault[] = ['overloaded', 'server', 'unreachable', 'timed-out', 'cut', 'malformed', 'empty']
const refusals: readonly ModelFault[] = ['unauthorized', 'no-credit', 'forbidden', 'model-gone']
const ours: readonly ModelFault[] = ['too-long', 'rejected', 'stopped']

test('a model nobody has asked may be asked', () => {
  expect(circuit().allows('haiku')).toEqual({ kind: 'yes' })
})

test.each(ill)('five failures by %s open the circuit, four do not', (fault) => {
  const { fail, at } = circuit()

  fail(4, fault)
  expect(at(0)).toBe('yes')
  fail(1, fault)
  expect(at(0)).toBe('no')
})

test('five failures are not enough while more than half of the calls succeed', () => {
  const { fail, succeeded, at } = circuit()
  for (let time = 0; time < 6; time += 1) succeeded('haiku')

  fail(5)
  expect(at(0)).toBe('yes') // 5 of 11
  fail(1)
  expect(at(0)).toBe('no') // 6 of 12 is half
})

test('failures count for thirty seconds', () => {
  const { fail, at, clock } = circuit()
  fail(1)
  clock.ms = 1
  fail(3)
  clock.ms = 30_000
  fail(1)

  expect(at(30_000)).toBe('yes') // the first is 30 s old: four are left

  const other = circuit()
  other.fail(4)
  other.clock.ms = 29_999
  other.fail(1)
  expect(other.at(29_999)).toBe('no')
})

test('successes count for thirty seconds too', () => {
  const { fail, succeeded, at, clock } = circuit()
  for (let time = 0; time < 100; time += 1) succeeded('haiku')
  clock.ms = 30_000

  fail(5)

  expect(at(30_000)).toBe('no')
})

test('after the pause one probe is admitted and no other', () => {
  const { fail, at, states } = circuit()
  fail(5)

  expect(at(999)).toBe('no')
  expect([at(1000), at(1000), at(5000)]).toEqual(['probe', 'no', 'no'])
  expect(states().get('haiku')).toMatchObject({ kind: 'no', because: 'one call is finding out whether it is back' })
})

test('looking at the states takes no probe', () => {
  const { fail, at, states, clock } = circuit()
  fail(5)
  clock.ms = 1000

  expect([states().get('haiku'), states().get('haiku')]).toEqual([{ kind: 'probe' }, { kind: 'probe' }])
  expect(at(1000)).toBe('probe')
})

test('a success closes it, and what failed before is forgotten', () => {
  const { fail, at, succeeded, changes } = circuit()
  fail(5)
  at(1000)
  succeeded('haiku')

  fail(4)

  expect(at(1000)).toBe('yes')
  expect(changes).toEqual(['haiku opened: it failed too often, last: server', 'haiku closed: it answered'])
})

test('each failed probe doubles the pause, to ten seconds at most, and a success begins anew', () => {
  const { fail, at, clock, succeeded } = circuit()
  fail(5)
  const pauses: number[] = []
  for (let probe = 0; probe < 6; probe += 1) {
    const begun = clock.ms
    while (at(clock.ms + 100) !== 'probe') expect(clock.ms - begun).toBeLessThan(10_001)
    pauses.push(clock.ms - begun)
    fail(1)
  }

  expect(pauses).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
  expect(at(clock.ms + 10_000)).toBe('probe')
  succeeded('haiku')
  fail(5)
  expect([at(clock.ms + 999), at(clock.ms + 1)]).toEqual(['no', 'probe'])
})

test('failures of calls that were under way when it opened do not lengthen the pause', () => {
  const { fail, at, clock } = circuit()
  fail(5)
  clock.ms = 900
  fail(20)

  expect(at(1000)).toBe('probe')
})

test.each(refusals)('%s opens at once, for a minute, and a probe that hears it again waits another', (fault) => {
  const { fail, at } = circuit()
  fail(1, fault)

  expect([at(0), at(59_999)]).toEqual(['no', 'no'])
  expect(at(60_000)).toBe('probe')
  fail(1, fault)
  expect([at(119_999), at(120_000)]).toEqual(['no', 'probe'])
})

test.each(ours)('%s is no sickness of the model', (fault) => {
  const { fail, at, changes } = circuit()

  fail(100, fault)

  expect(at(0)).toBe('yes')
  expect(changes).toEqual([])
})

test('a probe that we broke off ourselves is given to the next', () => {
  const { fail, at } = circuit()
  fail(5)
  at(1000)

  fail(1, 'stopped')

  expect(at(1000)).toBe('probe')
})

test('a probe that was not sent is given to the next', () => {
  const { fail, at, unused } = circuit()
  fail(5)
  at(1000)

  unused('haiku')

  expect(at(1000)).toBe('probe')
})

test('a probe nobody speaks of again is given to the next after a minute', () => {
  const { fail, at } = circuit()
  fail(5)

  expect([at(1000), at(60_999), at(61_000)]).toEqual(['probe', 'no', 'probe'])
})

test('a 429 is waited out as long as the provider says, and counts as no sickness', () => {
  const { fail, at, allows, changes } = circuit()
  fail(10, 'rate-limited', 20_000)

  expect(allows('haiku')).toEqual({ kind: 'no', because: 'its provider asked us to wait', untilMs: 20_000 })
  expect([at(19_999), at(20_000)]).toEqual(['no', 'yes'])
  expect(changes).toEqual([])
})

test('a later and longer wait wins, a shorter one never shortens', () => {
  const { fail, at, clock } = circuit()
  fail(1, 'rate-limited', 1000)
  clock.ms = 290
  fail(1, 'rate-limited', 60_000)
  clock.ms = 300
  fail(1, 'rate-limited', 710)

  expect([at(60_289), at(60_290)]).toEqual(['no', 'yes'])
})

test.each([
  ['no time at all', undefined, 5000],
  ['a time in the past', -1, 5000],
  ['no number', Number.NaN, 5000],
  ['a year', 31_536_000_000, 86_400_000],
  ['for ever', Infinity, 86_400_000],
])('a 429 that says %s is waited out within reason', (_, retryAfterMs, untilMs) => {
  const { fail, at } = circuit()
  fail(1, 'rate-limited', retryAfterMs)

  expect([at(untilMs - 1), at(untilMs)]).toEqual(['no', 'yes'])
})

test('a 429 that says to come back now is asked again now', () => {
  const { fail, at } = circuit()
  fail(1, 'rate-limited', 0)

  expect(at(0)).toBe('yes')
})

test('an overloaded provider that says when to come back is not asked before', () => {
  const { fail, at } = circuit()
  fail(1, 'overloaded', 8000)

  expect([at(7999), at(8000)]).toEqual(['no', 'yes'])
})

test('an answer that was under way does not end a wait', () => {
  const { fail, at, succeeded } = circuit()
  fail(1, 'rate-limited', 10_000)
  succeeded('haiku')

  expect(at(9999)).toBe('no')
})

test('one model’s failures are no other’s', () => {
  const { fail, allows } = circuit()
  fail(10)

  expect(allows('mini')).toEqual({ kind: 'yes' })
})

test.each([3000, 15_000, 300_000])('a provider that was away for %i ms is asked again within ten seconds', (awayMs) => {
  const { clock, allows, failed, succeeded } = circuit()
  let backAtMs: number | undefined
  for (clock.ms = 0; clock.ms <= awayMs + 20_000 && backAtMs === undefined; clock.ms += 50) {
    if (allows('haiku').kind === 'no') continue
    if (clock.ms < awayMs) failed('haiku', 'unreachable')
    else {
      succeeded('haiku')
      backAtMs = clock.ms
    }
  }

  expect((backAtMs ?? Infinity) - awayMs).toBeLessThanOrEqual(10_000)
})

test('whatever happens, one probe at a time is out, and a wait ends', () => {
  const step = fc.record({
    pauseMs: fc.nat({ max: 15_000 }),
    deed: fc.constantFrom('ask', 'succeed', 'unused', ...ill, ...refusals, ...ours, 'rate-limited' as const),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, allows, succeeded, failed, unused, states } = circuit()
      let isOut = false
      let probedAtMs = 0
      let second = 0
      for (const { pauseMs, deed } of steps) {
        clock.ms += pauseMs
        if (deed === 'ask') {
          if (allows('haiku').kind !== 'probe') continue
          if (isOut && clock.ms - probedAtMs < 60_000) second += 1
          isOut = true
          probedAtMs = clock.ms
          continue
        }
        isOut = false
        if (deed === 'succeed') succeeded('haiku')
        else if (deed === 'unused') unused('haiku')
        else failed('haiku', deed, deed === 'rate-limited' ? pauseMs : undefined)
      }
      clock.ms += 120_000

      expect(second).toBe(0)
      expect(['yes', 'probe', undefined]).toContain(states().get('haiku')?.kind)
    }),
  )
})

test('the circuit is told as closed, open, half-open and closed again; a wait that was asked for opens none', () => {
  const { positions, clock, allows, succeeded, fail, failed } = circuit()
  const position = () => positions().get('haiku')
  const told = [position()]

  allows('haiku')
  told.push(position())
  failed('haiku', 'rate-limited', 60_000)
  told.push(position())
  fail(5)
  told.push(position())
  clock.ms += 10_000
  told.push(position())
  succeeded('haiku')
  told.push(position())

  expect(told).toEqual([undefined, 'closed', 'closed', 'open', 'half-open', 'closed'])
})
