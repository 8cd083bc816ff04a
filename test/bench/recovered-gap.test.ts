import { expect, test } from 'vitest'
import { recoveredGap } from '../../bench/recovered-gap.ts'

/** Four questions: the strong model alone knows a and b, both know c, nobody knows d. */
const questions = [
  { prompt: 'a', weak: 0, strong: 1 },
  { prompt: 'b', weak: 0, strong: 1 },
  { prompt: 'c', weak: 1, strong: 1 },
  { prompt: 'd', weak: 0, strong: 0 },
]

test('a router that knows nothing recovers as much of the gap as it makes strong calls', () => {
  const { apgr, cpt50, cpt80 } = recoveredGap(questions, () => 1)

  expect([apgr, cpt50, cpt80]).toEqual([0.5, 50, 80])
})

test('a router that knows everything sends a and b first', () => {
  const gap = recoveredGap(questions, ({ weak, strong }) => strong - weak)

  // From 0 to 1 over the first half of the calls, then 1: (0.5 × 1) / 2 + 0.5 = 0.75; half of the gap at 25 %, 80 % at 40 %.
  expect(gap).toEqual({ apgr: 0.75, cpt50: 25, cpt80: 40 })
})

test('a router that is always wrong sends them last', () => {
  const gap = recoveredGap(questions, ({ weak, strong }) => weak - strong)

  expect(gap).toEqual({ apgr: 0.25, cpt50: 75, cpt80: 90 }) // (0.5 × 1) / 2; 50 + 50 × 0.5; 50 + 50 × 0.8
})

test('where the strong model costs answers, more of it can be worse than less', () => {
  const mixed = [...questions, { prompt: 'e', weak: 1, strong: 0 }]

  const { apgr } = recoveredGap(mixed, ({ weak, strong }) => strong - weak)

  // Gain 2 over a, b, then flat over c, d, then back to 1; the gap is 1: (0.4 × 2) / 2 + 0.4 × 2 + 0.2 × 1.5 = 1.5.
  expect(apgr).toBeCloseTo(1.5, 10)
})
