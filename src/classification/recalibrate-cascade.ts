import type { WaitedEncoder } from '../core/encoder.ts'
import type { ThresholdRow } from './calibration.ts'
import { createCascade, type TwoStages } from './cascade.ts'
import { calibrationError } from './evaluation.ts'
import { type CascadeThreshold, type FittedClassifier, stageThresholdsFor } from './fitted.ts'
import { fitLiveLine, type JudgedConfidence, readLine } from './live-line.ts'
import { chooseLiveThreshold } from './live-threshold.ts'
import { expectedOf, type LabelledMessage, readHeldOut, recalibrate, type RecalibrationSummary } from './recalibrate.ts'

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

/**
 * As `recalibrate`, for a classifier with a second stage: each stage gets a line of its own, and the thresholds are those
 * with which both together keep their target. A message is judged by the stage that is surer of it.
 *
 * @throws EncoderError when the file was trained with another encoder
 */
export function recalibrateCascade(
  given: TwoStages,
  labelled: readonly LabelledMessage[],
  { target, encoder }: CascadeSetting,
): { readonly fitted: FittedClassifier; readonly summary: RecalibrationSummary } {
  const trained = withoutLabels(given)
  const first = recalibrate(trained, labelled, { target })
  const judged = judgeAll(trained, labelled, encoder)
  const heldOut = readHeldOut(judged)
  const rows = first.rows.map((row, index): ThresholdRow => {
    const confidence = heldOut[index] ?? 0
    return confidence > row.confidence ? { confidence, right: judged[index]?.right === true, weight: 1 } : row
  })
  const before = stageThresholdsFor(trained, target)
  const after = chooseLiveThreshold(rows, target, before.second)
  const { encoded } = trained
  const live = fitLiveLine(judged)
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
    summary: {
      ...first.summary,
      right: judged.filter(({ right }) => right).length,
      ece: {
        before: calibrationError(judged.map((message) => ({ confidence: message.trained, right: message.right }))),
        after: calibrationError(judged.map(({ right }, index) => ({ confidence: heldOut[index] ?? 0, right }))),
      },
      threshold: { before: before.second, after: after.threshold, isShown: after.isShown },
      expected: expectedOf(rows, after.threshold),
    },
  }
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
