import { expect, test } from 'vitest'
import { loadLevel, type LoadLevel } from '../../../src/routing/load-level.ts'

test.each([
  { seconds: 5, count: 1000, level: 0 },
  { seconds: 6, count: 16, level: 1 },
  { seconds: 15, count: 1000, level: 1 },
  { seconds: 16, count: 16, level: 2 },
  { seconds: 60, count: 1000, level: 2 },
  { seconds: 61, count: 100, level: 3 },
  { seconds: 61, count: 99, level: 2 },
  { seconds: 3600, count: 15, level: 0 },
  { seconds: 0, count: 0, level: 0 },
])('with $count waiting and the oldest for $seconds s the level rises to $level', ({ seconds, count, level }) => {
  expect(loadLevel({ count, ageMs: seconds * 1000 }, 0)).toBe(level)
})

test.each([
  { before: 1, seconds: 3, count: 16, level: 1 },
  { before: 1, seconds: 2.5, count: 16, level: 0 },
  { before: 1, seconds: 60, count: 7, level: 0 },
  { before: 2, seconds: 8, count: 16, level: 2 },
  { before: 2, seconds: 7, count: 16, level: 1 },
  { before: 3, seconds: 31, count: 50, level: 3 },
  { before: 3, seconds: 61, count: 49, level: 2 },
  { before: 3, seconds: 0, count: 0, level: 0 },
] as const)('from $before with $count waiting for $seconds s it is $level', ({ before, seconds, count, level }) => {
  expect(loadLevel({ count, ageMs: seconds * 1000 }, before)).toBe(level)
})

test('around a threshold the level does not go to and fro', () => {
  let level: LoadLevel = 0
  let changes = 0
  for (let step = 0; step < 100; step += 1) {
    const next = loadLevel({ count: 20, ageMs: step % 2 === 0 ? 5100 : 4900 }, level)
    if (next !== level) changes += 1
    level = next
  }

  expect([level, changes]).toEqual([1, 1])
})
