import { expect, onTestFinished, test, vi } from 'vitest'
import { oneAtATime, repeat } from '../../../src/core/repeat.ts'

/** Work that ends when it is told to, and how often it was begun. */
function createWork() {
  const begun: AbortSignal[] = []
  const ends: ((error?: Error) => void)[] = []
  const failures: unknown[] = []
  const work = (signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    begun.push(signal)
    ends.push((error) => (error === undefined ? resolve() : reject(error)))
    return promise
  }
  return { work, begun, ends, failures, onFailure: (error: unknown) => void failures.push(error) }
}

test('work that takes longer than its interval is never done twice at once', async () => {
  const { work, begun, ends, onFailure } = createWork()
  let looks = 0
  const stop = repeat(2, oneAtATime(work, onFailure))
  const other = repeat(
    2,
    oneAtATime(async () => void (looks += 1), onFailure),
  )
  onTestFinished(other)

  await vi.waitFor(() => expect(looks).toBeGreaterThan(10), { interval: 2 })
  expect(begun.length).toBe(1)
  ends[0]?.()
  await vi.waitFor(() => expect(begun.length).toBe(2), { interval: 2 })
  ends[1]?.()
  await stop()
})

test('a stop tells the work that goes on, and ends only after it', async () => {
  const { work, begun, ends, onFailure } = createWork()
  const stop = repeat(60_000, oneAtATime(work, onFailure))
  let isStopped = false

  const stopped = stop().then(() => {
    isStopped = true
  })
  await new Promise(setImmediate)

  expect([begun[0]?.aborted, isStopped]).toEqual([true, false])
  ends[0]?.()
  await stopped
  expect(isStopped).toBe(true)
})

test('what fails is told and tried again; what fails because it was stopped is not told', async () => {
  const { work, begun, ends, failures, onFailure } = createWork()
  const runs = oneAtATime(work, onFailure)
  const lost = new Error('lost')
  const aborted = new Error('aborted')

  runs.begin()
  ends[0]?.(lost)
  await vi.waitFor(() => expect(failures).toEqual([lost]))
  runs.begin()
  const stopped = runs.stop()
  ends[1]?.(aborted)
  await stopped

  expect([begun.length, failures]).toEqual([2, [lost]])
})

test('after a stop nothing is begun', async () => {
  const { work, begun, onFailure } = createWork()
  const runs = oneAtATime(work, onFailure)

  await runs.stop()
  runs.begin()

  expect(begun).toEqual([])
})
