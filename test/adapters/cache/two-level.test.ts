import { expect, test, vi } from 'vitest'
import { createInProcessCache } from '../../../adapters/cache/in-process.ts'
import { createTwoLevelCache } from '../../../adapters/cache/two-level.ts'
import { RedisError } from '../../../src/core/errors.ts'
import type { Cache } from '../../../src/core/ports.ts'
import { cacheContract } from '../../contracts/cache.ts'

const now = (): Date => new Date()
const unwatched = { now, onAway: () => {}, onBack: () => {} }

cacheContract('two levels', async () => createTwoLevelCache(createInProcessCache(), createInProcessCache(), unwatched))

/** Two processes over one shared cache, which can be away, and one clock. */
function openProcesses() {
  let instant = Date.parse('2026-11-28T10:00:00Z')
  const clock = (): Date => new Date(instant)
  const kept = createInProcessCache({ now: clock })
  const told: string[] = []
  const shared = { isAway: false, asked: 0 }
  const reach = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    shared.asked += 1
    if (shared.isAway) throw new RedisError('Redis could not be reached: a test.')
    return await work()
  }
  const far: Cache = {
    get: (key) => reach(() => kept.get(key)),
    set: (key, value, ttlSeconds) => reach(() => kept.set(key, value, ttlSeconds)),
    stop: () => kept.stop(),
  }
  const open = (): Cache =>
    createTwoLevelCache(createInProcessCache({ now: clock }), far, {
      now: clock,
      onAway: () => void told.push('away'),
      onBack: () => void told.push('back'),
    })
  return {
    one: open(),
    two: open(),
    kept,
    told,
    shared,
    pass: (seconds: number) => {
      instant += seconds * 1000
    },
  }
}

test('what one process sets the other reads, and reads again without asking', async () => {
  const { one, two, shared } = openProcesses()
  await one.set('key', 'value', 600)

  const first = await two.get('key')
  const asked = shared.asked
  const again = await two.get('key')

  expect([first, again, shared.asked - asked]).toEqual(['value', 'value', 0])
})

test('a copy does not outlive the value', async () => {
  const { one, two, pass } = openProcesses()
  await one.set('key', 'value', 10)

  pass(9)
  const before = await two.get('key')
  pass(1)

  expect([before, await two.get('key')]).toEqual(['value', undefined])
})

test('what one process removes is gone there at once and elsewhere within a minute', async () => {
  const { one, two, pass } = openProcesses()
  await one.set('key', 'value', 600)
  await two.get('key')

  await one.set('key', '', 0)
  const here = await one.get('key')
  pass(60)

  expect([here, await two.get('key')]).toEqual([undefined, undefined])
})

test('while the shared cache is away the own one answers, and of the outage its beginning and end are told once', async () => {
  const { one, shared, told, pass } = openProcesses()
  shared.isAway = true

  await one.set('key', 'value', 600)
  for (let message = 0; message < 100; message++) await one.get(`other ${message}`)
  const asked = shared.asked
  pass(300)
  const kept = await one.get('key')
  shared.isAway = false
  await one.get('another')
  await one.get('one more')

  expect(kept).toBe('value')
  expect(asked).toBe(1)
  expect(told).toEqual(['away', 'back'])
})

test('what was removed while the shared cache was away is removed when it is back, before anybody reads it', async () => {
  const { one, kept, shared, pass } = openProcesses()
  await one.set('key', 'wrong', 600)
  shared.isAway = true
  await one.set('key', '', 0)

  shared.isAway = false
  pass(5)

  expect([await one.get('key'), await kept.get('key')]).toEqual([undefined, undefined])
})

test('what is owed for other keys is removed once, and no reader waits for it', async () => {
  const { one, kept, shared, pass } = openProcesses()
  const removed = Array.from({ length: 100 }, (_, place) => `key ${place}`)
  shared.isAway = true
  for (const key of removed) await one.set(key, '', 0)
  for (const key of removed) await kept.set(key, `${Date.parse('2026-11-28T11:00:00Z')} wrong`, 600)
  await kept.set('another', `${Date.parse('2026-11-28T11:00:00Z')} right`, 600)
  shared.isAway = false
  pass(5)
  const before = shared.asked

  const read = await Promise.all(Array.from({ length: 10 }, () => one.get('another')))
  const askedMeanwhile = shared.asked - before
  await vi.waitFor(async () => expect(await kept.get('key 99')).toBeUndefined())

  expect(read).toEqual(['right', ...Array.from({ length: 9 }, () => undefined)]) // one of them tries whether it is back
  expect(askedMeanwhile).toBeLessThan(30)
  expect(shared.asked - before).toBe(101) // that one, and each removal once
})

test('a value of somebody else’s in the shared cache is no value', async () => {
  const { one, kept } = openProcesses()
  await kept.set('key', 'not ours', 600)

  expect(await one.get('key')).toBeUndefined()
})
