import { expect, test } from 'vitest'
import { createInProcessCache } from '../../../adapters/cache/in-process.ts'
import { cacheContract } from '../../contracts/cache.ts'

cacheContract('in-process', async () => createInProcessCache())

/** One entry of ten characters, key and value together, takes 150 + 2 × 10 bytes. */
const entryBytes = 170

test('when the cache is full, the value that was not read for the longest time makes room', async () => {
  const cache = createInProcessCache({ maximumBytes: 8 * entryBytes })
  for (let place = 1; place <= 8; place++) await cache.set(`number ${place}`, '01', 60)
  await cache.get('number 1')

  await cache.set('number 9', '01', 60)

  expect([await cache.get('number 1'), await cache.get('number 2'), await cache.get('number 9')]).toEqual([
    '01',
    undefined,
    '01',
  ])
})

test('the bound counts bytes: a long value takes the room of several short ones', async () => {
  const cache = createInProcessCache({ maximumBytes: 24 * entryBytes })
  for (let place = 10; place < 34; place++) await cache.set(`entry ${place}`, '01', 60)

  await cache.set('the long', 'x'.repeat(169), 60) // 150 + 2 × 177 = 504 bytes, less than three entries

  const left = await Promise.all(Array.from({ length: 24 }, (_, place) => cache.get(`entry ${place + 10}`)))
  expect(left.filter((value) => value === undefined)).toHaveLength(3)
  expect(await cache.get('the long')).toHaveLength(169)
})

test('one huge value pushes out nothing, is not kept, and leaves no value of before under its key', async () => {
  const cache = createInProcessCache({ maximumBytes: 10_000 })
  await cache.set('small', '1', 60)
  await cache.set('huge', 'old', 60)

  await cache.set('huge', 'x'.repeat(10_000), 60)

  expect([await cache.get('small'), await cache.get('huge')]).toEqual(['1', undefined])
})

test('a value that is set again and again takes its room once', async () => {
  const cache = createInProcessCache({ maximumBytes: 8 * entryBytes })
  await cache.set('number 1', '01', 60)

  for (let time = 0; time < 100; time++) await cache.set('number 2', '01', 60)
  await cache.set('number 3', '01', 0)

  expect(await cache.get('number 1')).toBe('01')
})

test('a value lives until the instant its time is over', async () => {
  let now = new Date('2026-11-21T10:00:00Z')
  const cache = createInProcessCache({ now: () => now })
  await cache.set('key', 'value', 10)

  now = new Date('2026-11-21T10:00:09.999Z')
  const before = await cache.get('key')
  now = new Date('2026-11-21T10:00:10Z')
  const after = await cache.get('key')

  expect([before, after]).toEqual(['value', undefined])
})
