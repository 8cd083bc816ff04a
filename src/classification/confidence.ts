import { type LiveLine, readLine } from './live-line.ts'
import { sigmoid } from './logistic.ts'
import type { RawScores } from './scorer.ts'

/** What is known of one message when its best intent is judged. */
export interface ScoredMessage {
  readonly scores: RawScores
  readonly knownWords: number
  readonly unknownWords: number
  readonly knownGrams: number
  readonly unknownGrams: number
}

/** A softmax over the scores of all intents and of "none of these", which has the same score for every message. */
export interface Softmax {
  /** Scores are divided by it. */
  readonly temperature: number
  readonly noneScore: number
}

/** How raw scores become probabilities. */
export interface ConfidenceModel {
  readonly softmax: Softmax
  /** Logistic model of "the best intent is right" over `signalsOf`; absent when there were too few examples to learn it. */
  readonly learned: LogisticModel | undefined
  /** Rising steps that turn the log-odds above into a probability. */
  readonly curve: Curve
  /** What labelled live messages changed, see `recalibrate`; absent until there are some. */
  readonly live?: LiveLine
}

/** A standardised logistic regression. */
export interface LogisticModel {
  readonly means: readonly number[]
  readonly deviations: readonly number[]
  readonly weights: readonly number[]
  readonly bias: number
}

/** A rising line through points: log-odds in, probability out. */
export interface Curve {
  readonly at: readonly number[]
  readonly probability: readonly number[]
}

/** The number of values `signalsOf` gives. */
export const signalCount = 12

/** Classes that stand out in the scores of one message. */
export interface Leaders {
  readonly best: number
  readonly probability: number
}

/** Index of the largest value; the first of equals. */
export function indexOfLargest(values: Float64Array): number {
  let best = 0
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index
  }
  return best
}

/** The largest value but the one at `without`; -1 when there is no other (a margin to it is then that of the hinge). */
function largestBut(values: Float64Array, without: number): number {
  let largest = -Infinity
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    if (index !== without && value > largest) largest = value
  }
  return largest === -Infinity ? -1 : largest
}

/**
 * Log-odds of one class (-1: of none) by the softmax, computed without cancellation: the sum of the others is taken on
 * its own.
 */
export function softmaxLogOdds(scores: Float64Array, place: number, { temperature, noneScore }: Softmax): number {
  const own = place < 0 ? noneScore : (scores[place] ?? 0)
  let others = place < 0 ? 0 : Math.exp((noneScore - own) / temperature)
  for (let index = 0; index < scores.length; index++) {
    if (index !== place) others += Math.exp(((scores[index] ?? 0) - own) / temperature)
  }
  return -Math.log(Math.max(others, 1e-300))
}

/** Writes what speaks for and against the best intent into `signals`: twelve finite numbers. */
export function signalsOf(message: ScoredMessage, softmax: Softmax, signals: Float64Array): Leaders {
  const { total, word } = message.scores
  const best = indexOfLargest(total)
  const top = total[best] ?? 0
  const odds = softmaxLogOdds(total, best, softmax)
  let second = -Infinity
  let third = -Infinity
  let near = 0
  for (let index = 0; index < total.length; index++) {
    const value = total[index] ?? 0
    if (value > top - 0.5) near++
    if (index === best || value <= third) continue
    if (value > second) {
      third = second
      second = value
    } else third = value
  }
  if (second === -Infinity) second = -1
  if (third === -Infinity) third = Math.min(second, -1)
  const bestWord = (word[best] ?? 0) - largestBut(word, best)
  const words = message.knownWords + message.unknownWords
  const grams = message.knownGrams + message.unknownGrams
  signals[0] = odds
  signals[1] = top
  signals[2] = top - second
  signals[3] = second
  signals[4] = second - third
  signals[5] = bestWord
  signals[6] = word[best] ?? 0
  signals[7] = words === 0 ? 1 : message.unknownWords / words
  signals[8] = grams === 0 ? 1 : message.unknownGrams / grams
  signals[9] = Math.log(1 + words)
  signals[10] = Math.log(near)
  signals[11] = Math.min(top, 0) * (words === 0 ? 1 : message.unknownWords / words)
  return { best, probability: sigmoid(odds) }
}

/** Log-odds of the learned model. */
export function logisticOdds(model: LogisticModel, signals: Float64Array): number {
  let odds = model.bias
  for (let index = 0; index < model.weights.length; index++) {
    const centred = (signals[index] ?? 0) - (model.means[index] ?? 0)
    odds += ((model.weights[index] ?? 0) * centred) / (model.deviations[index] ?? 1)
  }
  return odds
}

/** How much of the doubt left at either end of a curve may still go beyond it. */
const beyond = 0.25

/**
 * The curve at these log-odds: a straight line between its points; beyond them it rises on, but only by a quarter of the
 * doubt that is left, since no message was seen there. Strictly rising, never 0 or 1.
 */
export function readCurve(curve: Curve, odds: number): number {
  const { at, probability } = curve
  const last = at.length - 1
  const first = at[0]
  if (first === undefined) return sigmoid(odds)
  if (odds <= first) return (probability[0] ?? 0) * (1 - beyond + beyond * Math.exp((odds - first) / 4))
  const end = at[last] ?? first
  if (odds >= end) {
    const surest = probability[last] ?? 0
    return surest + (1 - surest) * beyond * (1 - Math.exp((end - odds) / 4))
  }
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((at[middle] ?? 0) <= odds) low = middle
    else high = middle
  }
  const left = at[low] ?? 0
  const share = (odds - left) / ((at[high] ?? 0) - left || 1)
  return (probability[low] ?? 0) * (1 - share) + (probability[high] ?? 0) * share
}

/** Calibrated probability that the best intent is right, from the signals of a message. */
export function confidenceOf({ learned, curve, live }: ConfidenceModel, signals: Float64Array): number {
  const trained = readCurve(curve, learned === undefined ? (signals[0] ?? 0) : logisticOdds(learned, signals))
  return live === undefined ? trained : readLine(live, trained)
}
