import { expect, test } from 'vitest'
import { createSingleFlight, type Landed, type Patience } from '../../../src/classification/single-flight.ts'

const patient = (): Patience => ({ signal: new AbortController().signal, leftMs: () => 10_000 })

test('of many that want the same at once the first does the work, and the others take what it found', async () => {
  const flights = createSingleFlight<number>()
  let works = 0
  const work = async (): Promise<Landed<number>> => ({ value: (works += 1), isShared: true })

  const flown = await Promise.all(Array.from({ length: 1000 }, () => flights.fly('key', work, patient())))

  expect(works).toBe(1)
  expect(flown.filter(({ kind }) => kind === 'led')).toEqual([{ kind: 'led', value: 1 }])
  expect(flown.filter(({ kind }) => kind === 'followed')).toHaveLength(999)
})

test('different keys do not wait for each other', async () => {
  const flights = createSingleFlight<string>()
  const never = new Promise<Landed<string>>(() => {})
  const stuck = flights.fly('stuck', () => never, patient())

  const free = flights.fly('free', async () => ({ value: 'done', isShared: true }), patient())

  expect(await Promise.race([stuck, free])).toEqual({ kind: 'led', value: 'done' })
})

test('where the first is kept by limits of its own, the next does the work, one after the other', async () => {
  const flights = createSingleFlight<number>()
  let works = 0
  let underWay = 0
  const work = async (): Promise<Landed<number>> => {
    underWay += 1
    expect(underWay).toBe(1)
    await Promise.resolve()
    underWay -= 1
    works += 1
    return { value: works, isShared: works === 3 }
  }

  const flown = await Promise.all(Array.from({ length: 10 }, () => flights.fly('key', work, patient())))

  expect(works).toBe(3)
  expect(flown.map(({ kind }) => kind)).toEqual(['led', 'led', 'led', ...Array.from({ length: 7 }, () => 'followed')])
})

test('after an error the next does the work, and the others take what it found', async () => {
  const flights = createSingleFlight<string>()
  const fault = new TypeError('a fault that passes')
  let works = 0
  const work = async (): Promise<Landed<string>> => {
    works += 1
    if (works === 1) throw fault
    return { value: 'found', isShared: true }
  }

  const flown = await Promise.allSettled(Array.from({ length: 1000 }, () => flights.fly('key', work, patient())))

  expect(works).toBe(2)
  expect(flown.slice(0, 2)).toEqual([
    { status: 'rejected', reason: fault },
    { status: 'fulfilled', value: { kind: 'led', value: 'found' } },
  ])
  expect(flown.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(new Set(flown.slice(2).map((each) => each.status === 'fulfilled' && each.value.kind))).toEqual(
    new Set(['followed']),
  )
})

test('after three errors one after the other all go on by themselves, and the next flight begins anew', async () => {
  const flights = createSingleFlight<string>()
  let works = 0
  const work = async (): Promise<Landed<string>> => {
    works += 1
    throw new TypeError('a fault')
  }

  const flown = await Promise.allSettled(Array.from({ length: 1000 }, () => flights.fly('key', work, patient())))

  expect(works).toBe(3)
  expect(flown.filter(({ status }) => status === 'rejected')).toHaveLength(3)
  expect(flown.at(-1)).toEqual({ status: 'fulfilled', value: { kind: 'alone' } })
  expect(await flights.fly('key', async () => ({ value: 'new', isShared: true }), patient())).toEqual({
    kind: 'led',
    value: 'new',
  })
})

test.each([
  ['whoever is stopped', (stop: AbortController): Patience => ({ signal: stop.signal, leftMs: () => 10_000 })],
  ['whoever is out of time', (): Patience => ({ signal: new AbortController().signal, leftMs: () => 1 })],
  ['whoever has no time to begin with', (): Patience => ({ signal: new AbortController().signal, leftMs: () => 0 })],
])('%s ends its own waiting and nobody else’s', async (_, patienceOf) => {
  const flights = createSingleFlight<string>()
  const { promise, resolve } = Promise.withResolvers<Landed<string>>()
  const stop = new AbortController()
  const leading = flights.fly('key', () => promise, patient())
  const leaving = flights.fly('key', () => promise, patienceOf(stop))
  const staying = flights.fly('key', () => promise, patient())

  stop.abort()
  const left = await leaving
  resolve({ value: 'late', isShared: true })

  expect(left).toEqual({ kind: 'alone' })
  expect([await leading, await staying]).toEqual([
    { kind: 'led', value: 'late' },
    { kind: 'followed', value: 'late' },
  ])
})
