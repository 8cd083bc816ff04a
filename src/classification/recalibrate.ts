import { unknownIntent, type IntentName } from '../core/intent.ts'
import type { ThresholdRow } from './calibration.ts'
import { createClassifier } from './classify.ts'
import { calibrationError } from './evaluation.ts'
import { type FittedClassifier, type TargetThreshold, thresholdFor } from './fitted.ts'
import { fitLiveLine, type JudgedConfidence, type LiveLine, readLine } from './live-line.ts'
import { chooseLiveThreshold, precisionBounds } from './live-threshold.ts'

/** A message of live traffic and what it means; `unknown` where it means none of the intents. */
export interface LabelledMessage {
  readonly text: string
  readonly intent: IntentName
}

/** A threshold for one target, and whether labelled messages show that it is kept. */
export interface RecalibratedThreshold extends TargetThreshold {
  readonly isShown: boolean
}

/** What labelled live messages change in the stage of an encoder. */
export interface EncodedRecalibration {
  /** Names the encoder; the confidence of another is not corrected by it. */
  readonly encoder: string
  readonly live: LiveLine
  readonly unknownBelow: number
  /** Rising by target; for both stages together. */
  readonly thresholds: readonly RecalibratedThreshold[]
}

/** What labelled live messages change in a classifier. */
export interface Recalibration {
  readonly live: LiveLine
  /** Below this confidence a message is taken to mean none of the intents. */
  readonly unknownBelow: number
  /** Rising by target; for the first stage alone. */
  readonly thresholds: readonly RecalibratedThreshold[]
  /** Absent where no encoder was at hand. */
  readonly encoded?: EncodedRecalibration
}

/** What is told of it; shares and rates are 0 to 1. */
export interface RecalibrationSummary {
  readonly messages: number
  /** Of the messages that mean an intent, those whose best intent is the right one. */
  readonly right: number
  readonly outOfScope: number
  /** Expected calibration error over all messages: as trained, and by cross-validation with the new line. */
  readonly ece: { readonly before: number; readonly after: number }
  readonly target: number
  readonly threshold: { readonly before: number; readonly after: number; readonly isShown: boolean }
  /** At the new threshold: share of the messages answered, and the precision with an interval of 90 %. */
  readonly expected: {
    readonly answered: number
    readonly precision: number
    readonly low: number
    readonly high: number
  }
}

/** How to recalibrate. */
export interface RecalibrationSetting {
  /** Precision to reach, 0.5 to below 1. */
  readonly target: number
  /** The threshold kept while none is shown to be better; that of the training when absent. */
  readonly careful?: number
}

const folds = 5

interface ReadMessage extends JudgedConfidence {
  /** A keyword phrase that settles the message before the linear model is asked. */
  readonly phrase: ThresholdRow | undefined
  readonly isUnknown: boolean
}

/** The classifier as training left it, whatever labelled messages changed since. */
function withoutLabels({ trained, ...fitted }: FittedClassifier): FittedClassifier {
  const { live: _, ...confidence } = fitted.confidence
  return { ...fitted, ...trained, confidence }
}

function readMessages(fitted: FittedClassifier, labelled: readonly LabelledMessage[]): ReadMessage[] {
  const byPhrase = createClassifier({ fitted, freeThreshold: 0 })
  const byTerms = createClassifier({ fitted, freeThreshold: 2 })
  return labelled.map(({ text, intent }) => {
    const [best] = byTerms.classify(text).candidates
    const first = byPhrase.classify(text)
    return {
      trained: best?.confidence ?? 0,
      right: best?.intent === intent,
      phrase:
        first.stage === 'keywords'
          ? { confidence: first.confidence, right: first.intent === intent, weight: 1 }
          : undefined,
      isUnknown: intent === unknownIntent,
    }
  })
}

/** Corrects each message by a line that was fitted without it. */
export function readHeldOut(messages: readonly JudgedConfidence[]): number[] {
  const lines = Array.from({ length: folds }, (_, fold) =>
    fitLiveLine(messages.filter((_message, index) => index % folds !== fold)),
  )
  return messages.map(({ trained }, index) => readLine(lines[index % folds] ?? { slope: 1, offset: 0 }, trained))
}

/**
 * Sets confidence, floor and thresholds of a trained classifier anew by labelled messages of live traffic. The correction
 * always starts from what training left, so that it can be repeated with more messages. The same messages in the same
 * order give the same result.
 *
 * @param labelled a sample of what customers really write, messages that mean none of the intents among them
 */
export function recalibrate(
  given: FittedClassifier,
  labelled: readonly LabelledMessage[],
  { target, careful }: RecalibrationSetting,
): {
  readonly recalibration: Recalibration
  readonly fitted: FittedClassifier
  readonly summary: RecalibrationSummary
  /** Each message as the classifier judges it by what it learned from the others. */
  readonly rows: readonly ThresholdRow[]
} {
  const fitted = withoutLabels(given)
  const messages = readMessages(fitted, labelled)
  const live = fitLiveLine(messages)
  const heldOut = readHeldOut(messages)
  const rows = (settles: number): ThresholdRow[] =>
    messages.map(({ right, phrase }, index) =>
      phrase !== undefined && phrase.confidence >= settles
        ? phrase
        : { confidence: heldOut[index] ?? 0, right, weight: 1 },
    )
  const chosenFor = (wanted: number, trained: number): RecalibratedThreshold => ({
    target: wanted,
    ...chooseLiveThreshold(rows(trained), wanted, trained),
  })
  const before = careful ?? thresholdFor(fitted, target)
  const others = fitted.thresholds.filter((row) => row.target !== target)
  const wanted = [...others, { target, threshold: before }].sort((a, b) => a.target - b.target)
  const thresholds = rising(wanted.map((row) => chosenFor(row.target, careful ?? row.threshold)))
  const after = thresholds.find((row) => row.target === target) ?? chosenFor(target, before)
  const recalibration = { live, unknownBelow: readLine(live, fitted.unknownBelow), thresholds }
  return {
    recalibration,
    rows: rows(before),
    fitted: applyRecalibration(fitted, recalibration),
    summary: {
      messages: messages.length,
      right: messages.filter(({ right }) => right).length,
      outOfScope: messages.filter(({ isUnknown }) => isUnknown).length,
      ece: {
        before: calibrationError(messages.map(({ trained, right }) => ({ confidence: trained, right }))),
        after: calibrationError(messages.map(({ right }, index) => ({ confidence: heldOut[index] ?? 0, right }))),
      },
      target,
      threshold: { before, after: after.threshold, isShown: after.isShown },
      expected: expectedOf(rows(before), after.threshold),
    },
  }
}

/** More precision never needs less confidence. */
export function rising(thresholds: readonly RecalibratedThreshold[]): RecalibratedThreshold[] {
  let highest = 0
  return thresholds.map((row) => {
    highest = Math.max(highest, row.threshold)
    return { ...row, threshold: highest }
  })
}

/** What is to be expected at a threshold, from messages whose confidence did not learn from themselves. */
export function expectedOf(rows: readonly ThresholdRow[], threshold: number): RecalibrationSummary['expected'] {
  const answered = rows.filter(({ confidence }) => confidence >= threshold)
  const right = answered.filter((row) => row.right).length
  return {
    answered: rows.length === 0 ? 0 : answered.length / rows.length,
    precision: answered.length === 0 ? 1 : right / answered.length,
    ...precisionBounds(answered.length, answered.length - right),
  }
}

/** Does the correction hold for the second stage of this classifier? */
export function correctsSecond({ encoded }: Recalibration, fitted: Pick<FittedClassifier, 'encoded'>): boolean {
  return encoded !== undefined && encoded.encoder === fitted.encoded?.encoder
}

/** The classifier as labelled messages changed it; what training left stays in it. */
export function applyRecalibration(fitted: FittedClassifier, recalibration: Recalibration): FittedClassifier {
  const { live, unknownBelow, thresholds } = recalibration
  return {
    ...fitted,
    trained: fitted.trained ?? { unknownBelow: fitted.unknownBelow, thresholds: fitted.thresholds },
    confidence: { ...fitted.confidence, live },
    unknownBelow,
    thresholds: thresholds.map(({ target, threshold }) => ({ target, threshold })),
    ...(correctsSecond(recalibration, fitted) && secondWith(fitted, recalibration)),
  }
}

function secondWith(
  { encoded: stage }: FittedClassifier,
  { encoded }: Recalibration,
): Pick<FittedClassifier, 'encoded'> {
  if (stage === undefined || encoded === undefined) return {}
  return {
    encoded: {
      ...stage,
      trained: stage.trained ?? { unknownBelow: stage.unknownBelow, cascade: stage.cascade },
      confidence: { ...stage.confidence, live: encoded.live },
      unknownBelow: encoded.unknownBelow,
      cascade: encoded.thresholds.map(({ target, threshold }) => ({ target, first: threshold, second: threshold })),
    },
  }
}
