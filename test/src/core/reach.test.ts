import { expect, test } from 'vitest'
import { createReach } from '../../../src/core/reach.ts'

/** Something outside that a test takes away, and what was told of it. */
function outside() {
  const told: string[] = []
  let nowMs = 0
  const reach = createReach({
    now: () => new Date(nowMs),
    onAway: (error) => told.push(`away: ${String(error)}`),
    onBack: () => told.push('back'),
  })
  /** Work that ends when the test says so. */
  const begin = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const counts = { begun: 0 }
    const outcome = reach(() => {
      counts.begun += 1
      return promise
    })
    return { outcome, counts, succeed: () => resolve('done'), fail: () => reject(new Error('gone')) }
  }
  return { told, begin, pass: (ms: number) => void (nowMs += ms) }
}

test('an outage is told once at its beginning and once at its end, however much is tried meanwhile', async () => {
  const { told, begin, pass } = outside()

  for (let count = 0; count < 3; count += 1) {
    const work = begin()
    work.fail()
    expect(await work.outcome).toBeUndefined()
    pass(5000)
  }
  const last = begin()
  last.succeed()

  expect(await last.outcome).toEqual({ value: 'done' })
  expect(told).toEqual(['away: Error: gone', 'back'])
})

test('after the rest one caller tries, and the others do not wait for it', async () => {
  const { begin, pass } = outside()
  const first = begin()
  first.fail()
  await first.outcome
  pass(5000)

  const trying = begin()
  const others = [begin(), begin()]
  const outcomes = await Promise.all(others.map(({ outcome }) => outcome))
  trying.succeed()
  await trying.outcome

  expect(outcomes).toEqual([undefined, undefined])
  expect(others.map(({ counts }) => counts.begun)).toEqual([0, 0])
  expect(trying.counts.begun).toBe(1)
})

test('what was begun before an outage and succeeds late does not end it', async () => {
  const { told, begin } = outside()
  const slow = begin()
  const failing = begin()
  failing.fail()
  await failing.outcome

  slow.succeed()

  expect(await slow.outcome).toEqual({ value: 'done' })
  const next = begin()
  expect(await next.outcome).toBeUndefined()
  expect(told).toEqual(['away: Error: gone'])
})

test('what was begun before an outage and fails after its end is not another one', async () => {
  const { told, begin, pass } = outside()
  const slow = begin()
  const failing = begin()
  failing.fail()
  await failing.outcome
  pass(5000)
  const trying = begin()
  trying.succeed()
  await trying.outcome

  slow.fail()

  expect(await slow.outcome).toBeUndefined()
  expect(told).toEqual(['away: Error: gone', 'back'])
})
