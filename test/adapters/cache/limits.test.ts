import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createInProcessLimits } from '../../../adapters/cache/limits-in-process.ts'
import { createTwoLevelLimits } from '../../../adapters/cache/limits-two-level.ts'
import { RedisError } from '../../../src/core/errors.ts'
import type { Counted, MessageLimits, Place } from '../../../src/core/ports.ts'
import { byOne, limitsContract } from '../../contracts/limits.ts'

const watch = { now: () => new Date(), onAway: () => {}, onBack: () => {} }

limitsContract('in this process', async () => createInProcessLimits())
limitsContract('two levels in this process', async () =>
  createTwoLevelLimits(createInProcessLimits(), createInProcessLimits(), watch),
)

const limit = { most: 2, windowMs: 10_000 }

/** What is in use once all that nobody needs is gone. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test('no window, wherever it begins, holds more than the most and one that is told', async () => {
  let nowMs = 0
  const limits = createInProcessLimits({ now: () => new Date(nowMs) })
  const answeredAtMs: number[] = []
  const waiting: { readonly message: string; readonly dueMs: number }[] = []

  for (; nowMs <= 60_000; nowMs += 100) {
    const due = waiting.filter(({ dueMs }) => dueMs === nowMs)
    for (const message of [...due.map((one) => one.message), ...(nowMs % 700 === 0 ? [`m${nowMs}`] : [])]) {
      const place = await byOne(limits)('key', message, limit)
      if (place.kind === 'over') waiting.push({ message, dueMs: nowMs + place.waitMs })
      else answeredAtMs.push(nowMs)
    }
  }

  // By hand: 0 and 700, the told one at 1400; then 700, 1400 and each later one make room a window later, two in 10 s.
  expect(answeredAtMs).toEqual([
    0, 700, 1400, 10_700, 11_400, 20_700, 21_400, 30_700, 31_400, 40_700, 41_400, 50_700, 51_400,
  ])
})

test('two hundred thousand keys take no more memory than some thousand places, and the newest are known', async () => {
  const limits = createInProcessLimits({ maximumPlaces: 1000 })
  const before = heldBytes()

  for (let index = 0; index < 200_000; index += 1) await byOne(limits)(`user ${index}`, `message ${index}`, limit)

  expect(heldBytes() - before).toBeLessThan(8_000_000)
  await byOne(limits)('user 199999', 'another', limit)
  expect((await byOne(limits)('user 199999', 'third', limit)).kind).toBe('first-over')
  expect(await byOne(limits)('user 0', 'another', limit)).toEqual({ kind: 'within' })
})

test('one key with more waiting messages than there is room for is forgotten, not kept', async () => {
  const limits = createInProcessLimits({ maximumPlaces: 10 })
  for (let index = 0; index < 11; index += 1) await byOne(limits)('key', `message ${index}`, limit)

  expect(await byOne(limits)('key', 'the next', limit)).toEqual({ kind: 'within' })
})

/** Limits elsewhere that can go away. */
function createFar(): MessageLimits & { isAway: boolean; readonly asked: string[] } {
  const real = createInProcessLimits()
  const far = {
    isAway: false,
    asked: [] as string[],
    take: async (...given: Parameters<MessageLimits['take']>): Promise<readonly Place[]> => {
      far.asked.push(given[0])
      if (far.isAway) throw new RedisError('Redis could not count a message.')
      return await real.take(...given)
    },
    stop: () => real.stop(),
  }
  return far
}

test('what another process answered ends nothing here, so this process goes on with all it has answered itself', async () => {
  const far = createFar()
  const [one, other] = [1, 2].map(() => createTwoLevelLimits(createInProcessLimits(), far, watch))
  const askFor = (author: string): readonly Counted[] => [
    { key: `due:${author}`, limit: { ...limit, most: 1 }, endsWith: 'within' },
    { key: 'channel', limit, endsWith: 'over' },
  ]
  for (const author of ['anna', 'ben']) await one?.take(`${author} 1`, askFor(author))
  for (const author of ['anna', 'ben']) await other?.take(`${author} 2`, askFor(author))

  far.isAway = true
  const places = await other?.take('anna 3', askFor('anna'))

  expect(places?.map(({ kind }) => kind)).toEqual(['first-over', 'first-over'])
})

test('while the shared limits are away this process goes on where they were, and waits for them once in five seconds', async () => {
  const far = createFar()
  let nowMs = Date.parse('2026-11-28T10:00:00Z')
  const told: string[] = []
  const limits = createTwoLevelLimits(createInProcessLimits(), far, {
    now: () => new Date(nowMs),
    onAway: () => void told.push('away'),
    onBack: () => void told.push('back'),
  })
  const places = [await byOne(limits)('key', '1', limit), await byOne(limits)('key', '2', limit)]

  far.isAway = true
  for (const message of ['3', '4', '5']) places.push(await byOne(limits)('key', message, limit))
  far.isAway = false
  nowMs += 5000
  await byOne(limits)('other', '6', limit)

  expect(places.map(({ kind }) => kind)).toEqual(['within', 'within', 'first-over', 'over', 'over'])
  expect(far.asked).toEqual(['1', '2', '3', '6'])
  expect(told).toEqual(['away', 'back'])
})
