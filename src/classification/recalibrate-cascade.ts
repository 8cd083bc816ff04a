import type { WaitedEncoder } from '../core/encoder.ts'
import type { ThresholdRow } from './calibration.ts'
import { createCascade, type TwoStages } from './cascade.ts'
import { calibrationError } from './evaluation.ts'
import { type CascadeThreshold, type FittedClassifier, stageThresholdsFor } from './fitted.ts'
import { fitLiveLine, type JudgedConfidence, type LiveLine, readLine } from './live-line.ts'
import { chooseLiveThreshold, type LiveThreshold } from './live-threshold.ts'
import {
  expectedOf,
  type LabelledMessage,
  readHeldOut,
  type Recalibration,
  recalibrate,
  type RecalibrationSummary,
  rising,
} from './recalibrate.ts'

/** How to recalibrate both stages. */
export interface CascadeSetting {
  /** Precision to reach together, 0.5 to below 1. */
  readonly target: number
  /** The one the file was trained with. */
  readonly encoder: WaitedEncoder
}

/** Nothing is answered by the first stage from so high a confidence on, so that the second judges every message. */
const never = 2

function withoutLabels(given: TwoStages): TwoStages {
  const { trained, ...encoded } = given.encoded
  const { live: _, ...confidence } = encoded.confidence
  return { ...given, encoded: { ...encoded, ...trained, confidence } }
}

/** Labelled messages as both stages judge them. */
interface JudgedByBoth {
  readonly trained: TwoStages
  readonly first: ReturnType<typeof recalibrate>
  readonly judged: readonly JudgedConfidence[]
  /** Confidence of each by a line that was fitted without it. */
  readonly heldOut: readonly number[]
  /** Each by the stage that is surer of it. */
  readonly rows: readonly ThresholdRow[]
  readonly live: LiveLine
}

function judgeByBoth(
  given: TwoStages,
  labelled: readonly LabelledMessage[],
  { encoder, ...setting }: CascadeSetting & { readonly careful?: number },
): JudgedByBoth {
  const trained = withoutLabels(given)
  const first = recalibrate(trained, labelled, setting)
  const judged = judgeAll(trained, labelled, encoder)
  const heldOut = readHeldOut(judged)
  const rows = first.rows.map((row, index): ThresholdRow => {
    const confidence = heldOut[index] ?? 0
    return confidence > row.confidence ? { confidence, right: judged[index]?.right === true, weight: 1 } : row
  })
  return { trained, first, judged, heldOut, rows, live: fitLiveLine(judged) }
}

function summaryOf(
  { first, judged, heldOut, rows }: JudgedByBoth,
  before: number,
  after: LiveThreshold,
): RecalibrationSummary {
  return {
    ...first.summary,
    right: judged.filter(({ right }) => right).length,
    ece: {
      before: calibrationError(judged.map((message) => ({ confidence: message.trained, right: message.right }))),
      after: calibrationError(judged.map(({ right }, index) => ({ confidence: heldOut[index] ?? 0, right }))),
    },
    threshold: { before, after: after.threshold, isShown: after.isShown },
    expected: expectedOf(rows, after.threshold),
  }
}

/**
 * As `recalibrate`, for a classifier with a second stage: each stage gets a line of its own, and the thresholds are those
 * with which both together keep their target. A message is judged by the stage that is surer of it.
 *
 * @throws EncoderError when the file was trained with another encoder
 */
export function recalibrateCascade(
  given: TwoStages,
  labelled: readonly LabelledMessage[],
  setting: CascadeSetting,
): { readonly fitted: FittedClassifier; readonly summary: RecalibrationSummary } {
  const both = judgeByBoth(given, labelled, setting)
  const { trained, first, rows, live } = both
  const before = stageThresholdsFor(trained, setting.target)
  const { encoded } = trained
  return {
    fitted: {
      ...first.fitted,
      encoded: {
        ...encoded,
        confidence: { ...encoded.confidence, live },
        unknownBelow: readLine(live, encoded.unknownBelow),
        cascade: encoded.cascade.map((row) => moveBoth(row, rows)),
        trained: { unknownBelow: encoded.unknownBelow, cascade: encoded.cascade },
      },
    },
    summary: summaryOf(both, before.second, chooseLiveThreshold(rows, setting.target, before.second)),
  }
}

/**
 * As `recalibrateCascade`, for a bot, whose stages answer from one confidence on: what labelled messages change, for both
 * stages together and for the first alone, which stands in while the encoder is away.
 *
 * @throws EncoderError when the classifier was trained with another encoder
 */
export function recalibrateStages(
  given: TwoStages,
  labelled: readonly LabelledMessage[],
  setting: CascadeSetting & { readonly careful: number },
): { readonly recalibration: Recalibration; readonly summary: RecalibrationSummary } {
  const { target, careful } = setting
  const both = judgeByBoth(given, labelled, setting)
  const { trained, first, rows, live } = both
  const { encoder, unknownBelow } = trained.encoded
  const thresholds = rising(
    first.recalibration.thresholds.map((row) => ({
      target: row.target,
      ...chooseLiveThreshold(rows, row.target, careful),
    })),
  )
  const after = thresholds.find((row) => row.target === target) ?? chooseLiveThreshold(rows, target, careful)
  const encoded = { encoder, live, unknownBelow: readLine(live, unknownBelow), thresholds }
  return { recalibration: { ...first.recalibration, encoded }, summary: summaryOf(both, careful, after) }
}

function judgeAll(
  trained: TwoStages,
  labelled: readonly LabelledMessage[],
  encoder: WaitedEncoder,
): JudgedConfidence[] {
  const both = createCascade(trained, encoder, { first: never })
  return labelled.map(({ text, intent }) => {
    const [best] = both.classify(text).candidates
    return { trained: best?.confidence ?? 0, right: best?.intent === intent }
  })
}

/** Shown to keep the target, both stages answer from one confidence on; until then neither answers more than before. */
function moveBoth({ target, first, second }: CascadeThreshold, rows: readonly ThresholdRow[]): CascadeThreshold {
  const { threshold, isShown } = chooseLiveThreshold(rows, target, second)
  if (isShown) return { target, first: threshold, second: threshold }
  return { target, first: Math.max(first, threshold), second: threshold }
}
