import {
  chooseGuardedThreshold,
  fitCurve,
  fitLine,
  fitLogistic,
  type JudgedMessage,
  smallestAt,
  type ThresholdRow,
} from './calibration.ts'
import {
  type ConfidenceModel,
  indexOfLargest,
  logisticOdds,
  readCurve,
  type ScoredMessage,
  signalCount,
  type Softmax,
  signalsOf,
  softmaxLogOdds,
} from './confidence.ts'
import type { TargetThreshold } from './fitted.ts'

/** A message scored by a machine that had not learned from it. */
export interface HeldOutMessage extends ScoredMessage {
  /** The right class, -1 for none. */
  readonly place: number
  readonly weight: number
  /** `fold`: from cross-validation; `validation`: the owner's own; `pseudo`: its class was left out, so it counts as out of scope. */
  readonly source: 'fold' | 'validation' | 'pseudo'
}

/** Everything learned from held-out messages. */
export interface FittedConfidence {
  readonly model: ConfidenceModel
  readonly unknownBelow: number
  readonly thresholds: readonly TargetThreshold[]
}

/** With fewer held-out messages the logistic model learns noise (CLASSIFIER.md, recipe 5). */
const fewestToLearn = 600
const fewestToValidate = 500
const mostForSoftmax = 1000
const fewestForCurve = 3000

/** Share of traffic taken to be out of scope when confidence is learned: more would make it unsure of messages in scope. */
const learnedShare = 0.1
/**
 * The same when thresholds are guarded. Test sets have 5 to 20 %, live bots 42 to 72 %; a quarter lets half as many through
 * as a tenth does, for eight in a hundred messages fewer answered at once.
 */
const guardedShare = 0.25
const storedTargets = [0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995]

/** Temperature and the score of "none", by the likelihood of the held-out messages, one after the other, three times. */
function fitSoftmax(messages: readonly HeldOutMessage[], judged: readonly JudgedMessage[]): Softmax {
  const step = Math.max(1, Math.floor(messages.length / mostForSoftmax))
  const sample = messages
    .map(({ scores, place }, index) => ({ scores, place, judgement: judged[index] }))
    .filter((_, index) => index % step === 0)
  const costOf = (softmax: Softmax): number => {
    let cost = 0
    for (const { scores, place, judgement } of sample) {
      const odds = softmaxLogOdds(scores.total, judgement?.outOfScope === true ? -1 : place, softmax)
      cost += (judgement?.weight ?? 0) * Math.log1p(Math.exp(-odds))
    }
    return cost
  }
  const hasOutside = sample.some(({ judgement }) => judgement?.outOfScope)
  let fitted: Softmax = { temperature: 0.2, noneScore: -1 }
  if (sample.length === 0) return fitted
  for (let round = 0; round < 3; round++) {
    const { noneScore } = fitted
    fitted = { noneScore, temperature: smallestAt([0.03, 1], (temperature) => costOf({ temperature, noneScore })) }
    if (!hasOutside) return fitted
    const { temperature } = fitted
    fitted = { temperature, noneScore: smallestAt([-2, 0.5], (score) => costOf({ temperature, noneScore: score })) }
  }
  return fitted
}

function judge(message: HeldOutMessage): JudgedMessage {
  const outOfScope = message.place < 0 || message.source === 'pseudo'
  const right = !outOfScope && indexOfLargest(message.scores.total) === message.place
  return { right, outOfScope, weight: message.weight }
}

function weightOf(messages: readonly JudgedMessage[]): number {
  return messages.reduce((sum, message) => sum + message.weight, 0)
}

/** Gives the out-of-scope messages together a fixed share of the weight; known and pseudo ones count alike in sum. */
function reweigh(judged: readonly JudgedMessage[], messages: readonly HeldOutMessage[]): JudgedMessage[] {
  const inside = weightOf(judged.filter((message) => !message.outOfScope))
  const isPseudo = (index: number): boolean => messages[index]?.source === 'pseudo'
  const pseudo = weightOf(judged.filter((message, index) => message.outOfScope && isPseudo(index)))
  const known = weightOf(judged.filter((message, index) => message.outOfScope && !isPseudo(index)))
  const budget = (inside * learnedShare) / (1 - learnedShare)
  const parts = (pseudo > 0 ? 1 : 0) + (known > 0 ? 1 : 0)
  return judged.map((message, index) => {
    if (!message.outOfScope) return message
    return { ...message, weight: (message.weight * budget) / parts / (isPseudo(index) ? pseudo : known) }
  })
}

interface SourcedMessage extends JudgedMessage {
  readonly source: HeldOutMessage['source']
}

interface RatedMessage extends SourcedMessage {
  readonly odds: number
}

/** The messages that resemble live ones most: the owner's validation messages when there are enough of them. */
function inScopeRows<Row extends SourcedMessage>(judged: readonly Row[]): readonly Row[] {
  const inside = judged.filter((message) => !message.outOfScope)
  const validation = inside.filter((message) => message.source === 'validation')
  return validation.length >= fewestToValidate ? validation : inside
}

interface OutOfScopeRows<Row> {
  readonly rows: readonly Row[]
  readonly areKnown: boolean
}

function outOfScopeRows<Row extends SourcedMessage>(judged: readonly Row[]): OutOfScopeRows<Row> {
  const outside = judged.filter((message) => message.outOfScope)
  const known = outside.filter((message) => message.source !== 'pseudo')
  return known.length > 0 ? { rows: known, areKnown: true } : { rows: outside, areKnown: false }
}

/**
 * The confidence below which calling a message "none of these" gains more out-of-scope messages than it loses, never
 * giving up more than 1 in 400 of the in-scope messages that were right.
 */
function chooseFloor(inScope: readonly ThresholdRow[], outside: readonly ThresholdRow[]): number {
  const all = inScope.reduce((sum, row) => sum + row.weight, 0)
  const outWeight = outside.reduce((sum, row) => sum + row.weight, 0)
  if (outWeight === 0 || all === 0) return 0
  const factor = ((guardedShare / (1 - guardedShare)) * all) / outWeight
  const sorted = [
    ...inScope.map((row) => ({ confidence: row.confidence, gain: row.right ? -row.weight : 0 })),
    ...outside.map((row) => ({ confidence: row.confidence, gain: row.weight * factor })),
  ].sort((a, b) => a.confidence - b.confidence)
  let gain = 0
  let lost = 0
  let best = { gain: 0, floor: 0 }
  for (const [index, row] of sorted.entries()) {
    gain += row.gain
    if (row.gain < 0) lost -= row.gain
    if (lost > all / 400) break
    const next = sorted[index + 1]
    if (gain > best.gain && next !== undefined) best = { gain, floor: (row.confidence + next.confidence) / 2 }
  }
  return best.floor
}

/** Learns how far to trust the scores from messages that were held out. */
export function fitConfidence(messages: readonly HeldOutMessage[]): FittedConfidence {
  const judged = messages.map(judge)
  const inScope = messages.filter((_, index) => judged[index]?.outOfScope === false)
  const weighed = reweigh(judged, messages)
  const softmax = fitSoftmax(messages, weighed)
  const signals = new Float64Array(messages.length * signalCount)
  messages.forEach((message, index) => {
    signalsOf(message, softmax, signals.subarray(index * signalCount, (index + 1) * signalCount))
  })
  const learned = inScope.length >= fewestToLearn ? fitLogistic({ signals, messages: weighed }) : undefined
  const rated = judged.map((message, index): RatedMessage => {
    const own = signals.subarray(index * signalCount, (index + 1) * signalCount)
    const odds = learned === undefined ? (own[0] ?? 0) : logisticOdds(learned, own)
    return { ...message, odds, source: messages[index]?.source ?? 'fold' }
  })
  const usual = inScopeRows(rated)
  const curve = usual.length >= fewestForCurve ? fitCurve(usual) : fitLine(usual)
  const toRow = (message: RatedMessage): ThresholdRow => ({ ...message, confidence: readCurve(curve, message.odds) })
  const outside = outOfScopeRows(rated)
  const inOrder = (messages: readonly RatedMessage[]): readonly ThresholdRow[] =>
    messages.map(toRow).toSorted((one, other) => other.confidence - one.confidence)
  // Sorted once: every target's own sorting finds two runs to merge.
  const rows = { inScope: inOrder(usual), outOfScope: inOrder(outside.rows) }
  const thresholds = storedTargets.map((target) => ({
    target,
    threshold: chooseGuardedThreshold(rows, target, outside.areKnown ? guardedShare : 0),
  }))
  return {
    model: { softmax, learned, curve },
    unknownBelow: chooseFloor(rows.inScope, rows.outOfScope),
    thresholds,
  }
}

/** As many validation messages out of scope say more than those of the folds, whose like the machine has learned from. */
const fewestUnlearned = 50

function unlearned<Row extends SourcedMessage>(outside: OutOfScopeRows<Row>): OutOfScopeRows<Row> {
  const rows = outside.rows.filter(({ source }) => source === 'validation')
  return rows.length >= fewestUnlearned ? { ...outside, rows } : outside
}

/**
 * How many messages of live traffic each held-out message stands for; 0 for those that resemble it less than others. Where
 * messages out of scope are known, they are the guarded share of it.
 */
export function weighAsTraffic(messages: readonly HeldOutMessage[]): readonly number[] {
  const judged = messages.map((message, index) => ({ ...judge(message), source: message.source, index }))
  const usual = inScopeRows(judged)
  const outside = unlearned(outOfScopeRows(judged))
  const share = outside.areKnown ? guardedShare : 0
  const factor = ((share / (1 - share)) * weightOf(usual)) / (weightOf(outside.rows) || 1)
  const weights = messages.map(() => 0)
  for (const { index, weight } of usual) weights[index] = weight
  for (const { index, weight } of outside.rows) weights[index] = weight * factor
  return weights
}
