import { type Curve, type LogisticModel, signalCount } from './confidence.ts'
import { sigmoid } from './logistic.ts'

/** A message whose intent was guessed by a classifier that had not learned from it. */
export interface JudgedMessage {
  /** Is the best intent the right one? Never for a message out of scope. */
  readonly right: boolean
  readonly outOfScope: boolean
  readonly weight: number
}

/** One message on the way to a threshold. */
export interface ThresholdRow {
  /** Calibrated probability, 0 to 1. */
  readonly confidence: number
  readonly right: boolean
  /** How many messages of live traffic it stands for. */
  readonly weight: number
}

const goldenShare = (Math.sqrt(5) - 1) / 2

/** The value between two bounds at which a function with one valley is smallest (golden section, 16 steps: to a 2,000th of the distance). */
export function smallestAt(bounds: readonly [number, number], cost: (value: number) => number): number {
  let [low, high] = bounds
  let left = high - goldenShare * (high - low)
  let right = low + goldenShare * (high - low)
  let leftCost = cost(left)
  let rightCost = cost(right)
  for (let step = 0; step < 16; step++) {
    if (leftCost <= rightCost) {
      high = right
      right = left
      rightCost = leftCost
      left = high - goldenShare * (high - low)
      leftCost = cost(left)
    } else {
      low = left
      left = right
      leftCost = rightCost
      right = low + goldenShare * (high - low)
      rightCost = cost(right)
    }
  }
  return (low + high) / 2
}

/** Signals of many messages, one after another, with what came of them. */
export interface LogisticExamples {
  readonly signals: Float64Array
  readonly messages: readonly JudgedMessage[]
}

function standardise({ signals, messages }: LogisticExamples): { means: number[]; deviations: number[] } {
  const means = Array.from({ length: signalCount }, () => 0)
  const deviations = Array.from({ length: signalCount }, () => 0)
  const count = Math.max(messages.length, 1)
  for (let at = 0; at < signals.length; at++) {
    means[at % signalCount] = (means[at % signalCount] ?? 0) + (signals[at] ?? 0) / count
  }
  for (let at = 0; at < signals.length; at++) {
    const distance = (signals[at] ?? 0) - (means[at % signalCount] ?? 0)
    deviations[at % signalCount] = (deviations[at % signalCount] ?? 0) + distance ** 2 / count
  }
  return { means, deviations: deviations.map((variance) => Math.sqrt(variance) || 1) }
}

/** Solves a small symmetric positive system by Gaussian elimination; `matrix` is row after row. */
function solveSystem(matrix: Float64Array, target: Float64Array): Float64Array {
  const size = target.length
  for (let pivot = 0; pivot < size; pivot++) {
    const scale = matrix[pivot * size + pivot] || 1e-12
    for (let row = pivot + 1; row < size; row++) {
      const factor = (matrix[row * size + pivot] ?? 0) / scale
      for (let column = pivot; column < size; column++) {
        const at = row * size + column
        matrix[at] = (matrix[at] ?? 0) - factor * (matrix[pivot * size + column] ?? 0)
      }
      target[row] = (target[row] ?? 0) - factor * (target[pivot] ?? 0)
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    let value = target[row] ?? 0
    for (let column = row + 1; column < size; column++) {
      value -= (matrix[row * size + column] ?? 0) * (target[column] ?? 0)
    }
    target[row] = value / (matrix[row * size + row] || 1e-12)
  }
  return target
}

const ridge = 2
const newtonSteps = 12

/** Logistic regression by Newton's method, with a ridge of 2 on the standardised weights. */
export function fitLogistic(examples: LogisticExamples): LogisticModel {
  const { means, deviations } = standardise(examples)
  const size = signalCount + 1
  const weights = new Float64Array(size)
  const row = new Float64Array(size).fill(1)
  for (let step = 0; step < newtonSteps; step++) {
    const gradient = new Float64Array(size)
    const curvature = new Float64Array(size * size)
    examples.messages.forEach((message, number) => {
      for (let at = 0; at < signalCount; at++) {
        row[at] = ((examples.signals[number * signalCount + at] ?? 0) - (means[at] ?? 0)) / (deviations[at] ?? 1)
      }
      addExample({ row, weights, gradient, curvature }, message)
    })
    for (let at = 0; at < signalCount; at++) {
      gradient[at] = (gradient[at] ?? 0) - ridge * (weights[at] ?? 0)
      curvature[at * size + at] = (curvature[at * size + at] ?? 0) + ridge
    }
    solveSystem(curvature, gradient).forEach((change, at) => {
      weights[at] = (weights[at] ?? 0) + Math.min(Math.max(change, -2), 2)
    })
  }
  return { means, deviations, weights: [...weights.subarray(0, signalCount)], bias: weights[signalCount] ?? 0 }
}

interface NewtonSums {
  readonly row: Float64Array
  readonly weights: Float64Array
  readonly gradient: Float64Array
  readonly curvature: Float64Array
}

function addExample({ row, weights, gradient, curvature }: NewtonSums, message: JudgedMessage): void {
  let odds = 0
  for (let at = 0; at < row.length; at++) odds += (row[at] ?? 0) * (weights[at] ?? 0)
  const probability = sigmoid(odds)
  const error = message.weight * ((message.right ? 1 : 0) - probability)
  const spread = message.weight * Math.max(probability * (1 - probability), 1e-6)
  for (let at = 0; at < row.length; at++) {
    const value = row[at] ?? 0
    gradient[at] = (gradient[at] ?? 0) + error * value
    for (let other = 0; other < row.length; other++) {
      const place = at * row.length + other
      curvature[place] = (curvature[place] ?? 0) + spread * value * (row[other] ?? 0)
    }
  }
}

interface Step {
  odds: number
  right: number
  weight: number
}

/** Joins neighbours until the share that is right rises from step to step (pool adjacent violators). */
function risingSteps(steps: readonly Step[]): Step[] {
  const rising: Step[] = []
  for (const step of steps) {
    let current = { ...step }
    let before = rising.at(-1)
    while (before !== undefined && before.right / before.weight >= current.right / current.weight) {
      const weight = before.weight + current.weight
      const odds = (before.odds * before.weight + current.odds * current.weight) / weight
      current = { odds, right: before.right + current.right, weight }
      rising.pop()
      before = rising.at(-1)
    }
    rising.push(current)
  }
  return rising
}

/**
 * The rising curve from log-odds to the share that is right, from held-out messages: steps of equal weight, half a
 * message of doubt in each (so that no finite experience gives certainty), joined until they rise.
 *
 * @param points at least one; sorted here
 */
export function fitCurve(points: readonly { odds: number; right: boolean; weight: number }[]): Curve {
  const sorted = points.toSorted((a, b) => a.odds - b.odds)
  const stepCount = Math.min(40, Math.max(4, Math.floor(sorted.length / 75)))
  const steps: Step[] = []
  for (let number = 0; number < stepCount; number++) {
    const from = Math.floor((number * sorted.length) / stepCount)
    const part = sorted.slice(from, Math.floor(((number + 1) * sorted.length) / stepCount))
    if (part.length === 0) continue
    const weight = part.reduce((sum, point) => sum + point.weight, 0)
    const odds = part.reduce((sum, point) => sum + point.odds * point.weight, 0) / (weight || 1)
    const right = part.reduce((sum, point) => sum + (point.right ? point.weight : 0), 0)
    steps.push({ odds, right: right + 0.5, weight: weight + 1 })
  }
  const rising = risingSteps(steps)
  return { at: rising.map((step) => step.odds), probability: rising.map((step) => step.right / step.weight) }
}

const slopePull = 2
const offsetPull = 0.5
const lineAt = Array.from({ length: 61 }, (_, index) => (index - 24) / 3)

/**
 * With few messages: log-odds times a slope plus an offset (Platt 1999), pulled towards slope 1 and offset 0, and never
 * surer than one mistake in two messages more than were seen.
 */
export function fitLine(points: readonly { odds: number; right: boolean; weight: number }[]): Curve {
  let slope = 1
  let offset = 0
  for (let step = 0; step < newtonSteps; step++) {
    const gradient = Float64Array.of(slopePull * (1 - slope), -offsetPull * offset)
    const curvature = Float64Array.of(slopePull, 0, 0, offsetPull)
    for (const { odds, right, weight } of points) {
      const probability = sigmoid(slope * odds + offset)
      const error = weight * ((right ? 1 : 0) - probability)
      const spread = weight * Math.max(probability * (1 - probability), 1e-6)
      gradient.set([(gradient[0] ?? 0) + error * odds, (gradient[1] ?? 0) + error])
      curvature[0] = (curvature[0] ?? 0) + spread * odds * odds
      curvature[1] = (curvature[1] ?? 0) + spread * odds
      curvature[2] = curvature[1]
      curvature[3] = (curvature[3] ?? 0) + spread
    }
    const [slopeChange = 0, offsetChange = 0] = solveSystem(curvature, gradient)
    slope = Math.max(0.05, slope + Math.min(Math.max(slopeChange, -1), 1))
    offset += Math.min(Math.max(offsetChange, -2), 2)
  }
  const doubt = 1 / (points.length + 2)
  return { at: lineAt, probability: lineAt.map((odds) => sigmoid(slope * odds + offset) * (1 - doubt)) }
}

/**
 * The lowest confidence from which on the target precision holds for the held-out messages, 1.01 (never) when it holds
 * nowhere. Give validation or cross-validation messages, never test messages.
 *
 * @param target 0 to 1
 */
export function chooseThreshold(rows: readonly ThresholdRow[], target: number): number {
  const sorted = rows.toSorted((a, b) => b.confidence - a.confidence)
  let right = 0
  let weight = 0
  let threshold = 1.01
  sorted.forEach((row, index) => {
    weight += row.weight
    if (row.right) right += row.weight
    const isLastOfEquals = sorted[index + 1]?.confidence !== row.confidence
    if (isLastOfEquals && weight > 0 && right / weight >= target) threshold = row.confidence
  })
  return threshold
}

/**
 * As `chooseThreshold`, for traffic in which a share of the messages is out of scope: they count as wrong.
 *
 * @param share of the traffic that is out of scope, 0 to below 1
 */
export function chooseGuardedThreshold(
  rows: { inScope: readonly ThresholdRow[]; outOfScope: readonly ThresholdRow[] },
  target: number,
  share: number,
): number {
  const inside = rows.inScope.reduce((sum, row) => sum + row.weight, 0)
  const outside = rows.outOfScope.reduce((sum, row) => sum + row.weight, 0)
  const factor = outside === 0 ? 0 : ((share / (1 - share)) * inside) / outside
  const wrong = rows.outOfScope.map((row) => ({ ...row, right: false, weight: row.weight * factor }))
  return chooseThreshold([...rows.inScope, ...wrong], target)
}
