import type { ThresholdRow } from './calibration.ts'

/** Chance, at the most, that a share as good as the one seen is luck; every threshold is tried, so it is less than a third of the promise. */
const luck = 0.03

/** The share of runs in which a threshold that is said to be shown keeps its target. */
export const promisedShare = 0.9

function logOf(count: number): Float64Array {
  const sums = new Float64Array(count + 1)
  for (let number = 1; number <= count; number++) sums[number] = (sums[number - 1] ?? 0) + Math.log(number)
  return sums
}

/** Chance of at most so many wrong answers when each is wrong with this probability (binomial). */
function chanceOfAtMost(
  wrong: number,
  trials: { readonly count: number; readonly logs: Float64Array },
  rate: number,
): number {
  const { count, logs } = trials
  let chance = 0
  for (let number = 0; number <= wrong; number++) {
    const ways = (logs[count] ?? 0) - (logs[number] ?? 0) - (logs[count - number] ?? 0)
    chance += Math.exp(ways + number * Math.log(rate) + (count - number) * Math.log1p(-rate))
  }
  return Math.min(1, chance)
}

/** Is it shown that the precision is at least the target: would so few mistakes be luck otherwise (Clopper and Pearson 1934)? */
function isShown(answers: { count: number; wrong: number }, target: number, logs: Float64Array): boolean {
  if (answers.wrong > (1 - target) * answers.count) return false
  return chanceOfAtMost(answers.wrong, { count: answers.count, logs }, 1 - target) <= luck
}

/** An interval that holds the precision in nine of ten cases, by bisection of the same bounds. */
export function precisionBounds(count: number, wrong: number): { readonly low: number; readonly high: number } {
  if (count === 0) return { low: 0, high: 1 }
  const logs = logOf(count)
  const rateWhere = (mistakes: number, chance: number): number => {
    let [low, high] = [0, 1]
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2
      if (chanceOfAtMost(mistakes, { count, logs }, middle) > chance) low = middle
      else high = middle
    }
    return (low + high) / 2
  }
  return {
    low: wrong === count ? 0 : 1 - rateWhere(wrong, luck),
    high: wrong === 0 ? 1 : 1 - rateWhere(wrong - 1, 1 - luck),
  }
}

/** A threshold and whether labelled messages show that it keeps its target. */
export interface LiveThreshold {
  readonly threshold: number
  readonly isShown: boolean
}

/** With fewer labelled messages nothing is moved but the confidence itself. */
const fewestToMove = 30
/** The confidence counts like so many answers besides those that were seen, when no more than an expectation is asked for. */
const trust = 50

/**
 * The threshold for a target precision from labelled live messages; one that means no intent is wrong whenever it is
 * answered. The lowest confidence of which the messages show, at the worse end of what they allow, that the target is
 * kept. Where none shows it, the more careful of two: the threshold in force, and the lowest confidence from which on the
 * target is expected. That one needs no more than the target: an answer with so much confidence keeps it by itself.
 *
 * @param rows with a confidence that did not learn from the message itself
 */
export function chooseLiveThreshold(rows: readonly ThresholdRow[], target: number, careful: number): LiveThreshold {
  const sorted = rows.toSorted((a, b) => b.confidence - a.confidence)
  const logs = logOf(sorted.length)
  let wrong = 0
  let believed = 0
  let shown: number | undefined
  let expected = target
  sorted.forEach(({ confidence, right }, index) => {
    if (!right) wrong++
    believed += confidence
    if (sorted[index + 1]?.confidence === confidence) return
    const count = index + 1
    if (isShown({ count, wrong }, target, logs)) shown = confidence
    const likely = count - wrong + (trust * believed) / count
    if (likely / (count + trust) >= target) expected = Math.min(expected, confidence)
  })
  if (shown !== undefined) return { threshold: shown, isShown: true }
  if (sorted.length < fewestToMove) return { threshold: careful, isShown: false }
  return { threshold: Math.max(careful, expected), isShown: false }
}
