import type { Classifier } from '../core/classifier.ts'
import { type Classification, type IntentName, type Stage, unknownIntent } from '../core/intent.ts'
import {
  agentAccuracyOf,
  type Confusion,
  confusionsOf,
  type IntentPair,
  type ReliabilityBin,
  reliabilityOf,
} from './reliability.ts'

/** A labelled message to test with. */
export interface TestMessage {
  readonly text: string
  /** The right intent; `unknown` for a message that means none of them. */
  readonly intent: IntentName
}

/** How one intent fared; rates are 0 to 1. */
export interface IntentResult {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** Test messages of this intent. */
  readonly messages: number
}

/** How well messages that mean none of the intents are told apart. */
export interface OutOfScopeResult {
  /** Chance that an in-scope message has more confidence in its best intent than one out of scope; ties count half. */
  readonly auroc: number
  /** Share of the out-of-scope messages answered with an intent at the threshold. */
  readonly leakAtThreshold: number
  /** Share of them named `unknown` or below the threshold: what is not answered. */
  readonly recall: number
}

/** What an evaluation finds; shares and rates are 0 to 1. */
export interface EvaluationResult {
  /** Share of the in-scope messages whose intent was named; "unknown" counts as a miss. */
  readonly accuracy: number
  readonly macroF1: number
  /** Expected calibration error of the stated confidence over 15 equal bins, in scope. */
  readonly ece: number
  /** Largest share of in-scope messages, most confident first, with at least this share of them right. */
  readonly coverageAt: Readonly<Record<'0.99' | '0.98' | '0.95', number>>
  readonly atThreshold: { readonly threshold: number; readonly answered: number; readonly precision: number }
  readonly perIntent: Readonly<Record<IntentName, IntentResult>>
  /** Where there are test messages out of scope. */
  readonly outOfScope?: OutOfScopeResult
  readonly shareByStage: Readonly<Partial<Record<Stage, number>>>
  readonly microsecondsPerMessage: { readonly p50: number; readonly p99: number }
  /** The most frequent pairs, at most 20, among the in-scope messages. */
  readonly confusions: readonly Confusion[]
  /** Share of the in-scope messages whose agent was right, where every intent is named `agent.intent`. */
  readonly agentAccuracy?: number
  /** In scope, of the best intent; empty bins are left out. */
  readonly reliability: readonly ReliabilityBin[]
}

interface Judged {
  readonly message: TestMessage
  readonly result: Classification
  /** Confidence in the best intent, whether or not it was named. */
  readonly rank: number
}

/** Share of the most confident that can be taken while this share of them is right; equals are taken together. */
export function coverageAt(rows: readonly { rank: number; right: boolean }[], precision: number): number {
  const sorted = rows.toSorted((a, b) => b.rank - a.rank)
  let right = 0
  let covered = 0
  sorted.forEach((row, index) => {
    if (row.right) right++
    const isLastOfEquals = sorted[index + 1]?.rank !== row.rank
    if (isLastOfEquals && right / (index + 1) >= precision) covered = index + 1
  })
  return rows.length === 0 ? 0 : covered / rows.length
}

/** Expected calibration error: mean distance of stated confidence and share right, over 15 equal bins, by size. */
export function calibrationError(rows: readonly { confidence: number; right: boolean }[]): number {
  const bins = Array.from({ length: 15 }, () => ({ confidence: 0, right: 0 }))
  for (const { confidence, right } of rows) {
    const bin = bins[Math.min(14, Math.floor(confidence * 15))]
    if (bin === undefined) continue
    bin.confidence += confidence
    if (right) bin.right++
  }
  const distance = bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0)
  return rows.length === 0 ? 0 : distance / rows.length
}

/** Area under the receiver operating characteristic, from ranks (Mann-Whitney); ties count half. */
export function areaUnderCurve(inside: readonly number[], outside: readonly number[]): number {
  const all = [
    ...inside.map((rank) => ({ rank, isInside: true })),
    ...outside.map((rank) => ({ rank, isInside: false })),
  ].sort((a, b) => a.rank - b.rank)
  let wins = 0
  let outsideBelow = 0
  for (let start = 0; start < all.length;) {
    let end = start
    let insideHere = 0
    while (end < all.length && all[end]?.rank === all[start]?.rank) {
      if (all[end]?.isInside === true) insideHere++
      end++
    }
    const outsideHere = end - start - insideHere
    wins += insideHere * (outsideBelow + outsideHere / 2)
    outsideBelow += outsideHere
    start = end
  }
  return wins / (inside.length * outside.length)
}

function perIntent(judged: readonly Judged[]): Record<IntentName, IntentResult> {
  const counts = new Map<IntentName, { named: number; hits: number; messages: number }>()
  const countOf = (name: IntentName): { named: number; hits: number; messages: number } => {
    const count = counts.get(name) ?? { named: 0, hits: 0, messages: 0 }
    counts.set(name, count)
    return count
  }
  for (const { message, result } of judged) {
    countOf(message.intent).messages++
    if (result.intent === unknownIntent) continue
    countOf(result.intent).named++
    if (result.intent === message.intent) countOf(message.intent).hits++
  }
  const names = [...counts.keys()].sort()
  return Object.fromEntries(
    names.map((name) => {
      const { named, hits, messages } = countOf(name)
      const precision = named === 0 ? 0 : hits / named
      const recall = messages === 0 ? 0 : hits / messages
      return [
        name,
        { precision, recall, f1: hits === 0 ? 0 : (2 * precision * recall) / (precision + recall), messages },
      ]
    }),
  )
}

/** The value below which this share of rising values lies; 0 where there are none. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function isRight({ message, result }: Judged): boolean {
  return message.intent === result.intent
}

function answersAt(judged: readonly Judged[], setting: EvaluationSetting): readonly Judged[] {
  const { threshold, encoderThreshold = threshold } = setting
  return judged.filter(({ result: { intent, confidence, stage } }) => {
    return intent !== unknownIntent && confidence >= (stage === 'encoder' ? encoderThreshold : threshold)
  })
}

function shareByStage(judged: readonly Judged[]): Partial<Record<Stage, number>> {
  const counts = new Map<Stage, number>()
  for (const { result } of judged) counts.set(result.stage, (counts.get(result.stage) ?? 0) + 1)
  return Object.fromEntries([...counts].map(([stage, count]) => [stage, count / judged.length]))
}

function scopeResult(
  inside: readonly Judged[],
  outside: readonly Judged[],
  setting: EvaluationSetting,
): OutOfScopeResult {
  return {
    auroc: areaUnderCurve(
      inside.map(({ rank }) => rank),
      outside.map(({ rank }) => rank),
    ),
    leakAtThreshold: answersAt(outside, setting).length / outside.length,
    recall: 1 - answersAt(outside, setting).length / outside.length,
  }
}

function thresholdResult(inside: readonly Judged[], setting: EvaluationSetting): EvaluationResult['atThreshold'] {
  const answered = answersAt(inside, setting)
  return {
    threshold: setting.threshold,
    answered: answered.length / inside.length,
    precision: answered.length === 0 ? 1 : answered.filter(isRight).length / answered.length,
  }
}

/** What to evaluate with. */
export interface EvaluationSetting {
  /** From here on an answer counts as given; chosen in training, never from these messages. */
  readonly threshold: number
  /** The same for what the encoder settled; `threshold` when absent. */
  readonly encoderThreshold?: number | undefined
  /** A clock in milliseconds with fractions. */
  readonly now: () => number
}

/**
 * Classifies the test messages one by one and compares.
 *
 * @param messages at least one in scope; those whose intent is `unknown` count in `outOfScope` only
 */
export function evaluate(
  classifier: Classifier,
  messages: readonly TestMessage[],
  setting: EvaluationSetting,
): EvaluationResult {
  for (const { text } of messages.slice(0, 200)) classifier.classify(text) // warms up; the clock starts after it
  const times = new Float64Array(messages.length)
  const judged = messages.map((message, index): Judged => {
    const start = setting.now()
    const result = classifier.classify(message.text)
    times[index] = (setting.now() - start) * 1000
    return { message, result, rank: result.candidates[0]?.confidence ?? 0 }
  })
  times.sort()
  const inside = judged.filter(({ message }) => message.intent !== unknownIntent)
  const outside = judged.filter(({ message }) => message.intent === unknownIntent)
  const ranked = inside.map((row) => ({
    rank: row.rank,
    right: row.result.candidates[0]?.intent === row.message.intent,
  }))
  const rated = ranked.map(({ rank, right }) => ({ confidence: rank, right }))
  const pairs = inside.map(({ message, result }): IntentPair => ({ intent: message.intent, said: result.intent }))
  const agents = agentAccuracyOf(pairs)
  const intents = perIntent(inside)
  const tested = Object.values(intents).filter((result) => result.messages > 0)
  return {
    accuracy: inside.filter(isRight).length / inside.length,
    macroF1: tested.reduce((sum, { f1 }) => sum + f1, 0) / tested.length,
    ece: calibrationError(rated),
    coverageAt: {
      '0.99': coverageAt(ranked, 0.99),
      '0.98': coverageAt(ranked, 0.98),
      '0.95': coverageAt(ranked, 0.95),
    },
    atThreshold: thresholdResult(inside, setting),
    perIntent: intents,
    ...(outside.length > 0 && { outOfScope: scopeResult(inside, outside, setting) }),
    shareByStage: shareByStage(judged),
    microsecondsPerMessage: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    confusions: confusionsOf(pairs),
    ...(agents !== undefined && { agentAccuracy: agents }),
    reliability: reliabilityOf(rated),
  }
}
