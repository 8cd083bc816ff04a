import { expect, test } from 'vitest'
import { createInProcessCache } from '../../../adapters/cache/in-process.ts'
import { cacheContract } from '../../contracts/cache.ts'

cacheContract('in-process', async () => createInProcessCache())

test('when the cache is full, the value that was not read for the longest time makes room', async () => {
  const cache = createInProcessCache({ maximumEntries: 2 })
  await cache.set('first', '1', 60)
  await cache.set('second', '2', 60)
  await cache.get('first')

  await cache.set('third', '3', 60)

  expect([await cache.get('first'), await cache.get('second'), await cache.get('third')]).toEqual(['1', undefined, '3'])
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
