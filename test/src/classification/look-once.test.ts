import { expect, test } from 'vitest'
import { createInProcessLocks } from '../../../adapters/cache/locks-in-process.ts'
import { lookOnce, type Lookup } from '../../../src/classification/look-once.ts'
import type { Patience } from '../../../src/classification/single-flight.ts'

/** What several processes find out, each by a lookup of its own, and where they keep it. */
function createPlace() {
  const place = { kept: undefined as string | undefined, looks: 0 }
  const lookup = (look: () => Promise<string>): Lookup<string> => ({
    key: 'key',
    find: async () => place.kept,
    look: async () => {
      place.looks += 1
      return await look()
    },
  })
  const keeping = lookup(async () => (place.kept = 'found'))
  return { place, lookup, keeping }
}

const patience = (leftMs = 10_000, signal = new AbortController().signal): Patience => {
  const endsAt = performance.now() + leftMs
  return { signal, leftMs: () => endsAt - performance.now() }
}

test('of many one looks, and the others hear what it found', async () => {
  const { place, keeping } = createPlace()
  const locks = createInProcessLocks()

  const found = await Promise.all(Array.from({ length: 100 }, () => lookOnce(keeping, patience(), locks)))

  expect(new Set(found)).toEqual(new Set(['found']))
  expect(place.looks).toBe(1)
})

test('what was found between the last look and the lock is not looked for again', async () => {
  const { place, keeping } = createPlace()
  place.kept = 'found before'

  expect(await lookOnce(keeping, patience(), createInProcessLocks())).toBe('found before')
  expect(place.looks).toBe(0)
})

test('where one finds nothing that can be kept, or fails, the next looks at once', async () => {
  const { place, lookup, keeping } = createPlace()
  const locks = createInProcessLocks()
  const failing = lookOnce(
    lookup(() => Promise.reject(new TypeError('a fault'))),
    patience(),
    locks,
  )
  const empty = lookOnce(
    lookup(async () => 'for itself alone'),
    patience(),
    locks,
  )

  const last = lookOnce(keeping, patience(), locks)

  await expect(failing).rejects.toThrow('a fault')
  expect([await empty, await last]).toEqual(['for itself alone', 'found'])
  expect(place.looks).toBe(3)
})

test('one who died is waited for 2 seconds and a little, and then somebody else looks', async () => {
  const { place, keeping } = createPlace()
  const locks = createInProcessLocks()
  await locks.take('key', 60_000)
  const begunMs = performance.now()

  const found = await lookOnce(keeping, patience(), locks)

  expect(performance.now() - begunMs).toSatisfy((ms: number) => ms >= 2000 && ms < 3500)
  expect([found, place.looks]).toEqual(['found', 1])
})

test('a message with little time left waits so long that it can still be looked at', async () => {
  const { keeping } = createPlace()
  const locks = createInProcessLocks()
  await locks.take('key', 60_000)
  const left = patience(1700)

  await lookOnce(keeping, left, locks)

  expect(left.leftMs()).toBeGreaterThan(1000)
})

test('whoever is stopped waits no longer', async () => {
  const { keeping } = createPlace()
  const locks = createInProcessLocks()
  await locks.take('key', 60_000)
  const stopping = new AbortController()
  const begunMs = performance.now()

  const looking = lookOnce(keeping, patience(10_000, stopping.signal), locks)
  stopping.abort()
  await looking

  expect(performance.now() - begunMs).toBeLessThan(1000)
})
