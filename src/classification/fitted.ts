import type { IntentName } from '../core/intent.ts'
import type { ConfidenceModel } from './confidence.ts'
import type { MeasuredPhrase } from './keywords.ts'
import type { LinearWeights, Vocabulary } from './tfidf.ts'

/** Where a labelled message may be used: `valid` and `oos_valid` only to set probabilities and thresholds. */
export type TrainingSplit = 'train' | 'valid' | 'oos_train' | 'oos_valid'

/** One labelled message to learn from. */
export interface Example {
  readonly text: string
  /** `unknown` (or `oos`, as data sets write it) for a message that means none of the intents. */
  readonly intent: IntentName
  readonly split: TrainingSplit
  /** How much it counts, above 0; 1 when absent. */
  readonly weight?: number
}

/** The confidence from which on at least `target` of the answers were right, on messages held out in training. */
export interface TargetThreshold {
  readonly target: number
  readonly threshold: number
}

/** Two weights a byte, feature by feature: a second set of weights over the same features costs half of the first. */
export interface PackedWeights {
  readonly classes: number
  /** Class `n` of a feature is in byte `n >> 1` of its row: the low half for an even one. The value is 0 to 15, for -8 to 7. */
  readonly matrix: Uint8Array
  readonly scales: Float32Array
}

/** The thresholds of both stages that reach a target together, most messages being answered. */
export interface CascadeThreshold {
  readonly target: number
  /** From this confidence on the first stage is not asked any further. */
  readonly first: number
  /** From this confidence on the answer of the second stage counts. */
  readonly second: number
}

/** The second stage: the same machine over the features of the first and the vector of an encoder. */
export interface EncodedStage {
  /** Names the encoder; vectors of another mean nothing here. */
  readonly encoder: string
  readonly dimensions: number
  /** What the values of a vector and of its kernel features are multiplied by. */
  readonly factor: number
  readonly weights: PackedWeights
  /** Of the values of the vector and of its kernel features, with the bias. */
  readonly dense: LinearWeights
  readonly confidence: ConfidenceModel
  readonly unknownBelow: number
  /** Rising by target; of this stage on its own. */
  readonly thresholds: readonly TargetThreshold[]
  /** Rising by target; of both stages, one after the other. */
  readonly cascade: readonly CascadeThreshold[]
  /** Floor and thresholds of both stages as training left them, where labelled messages changed them since. */
  readonly trained?: Pick<EncodedStage, 'unknownBelow' | 'cascade'>
}

/** Everything a trained classifier knows; plain data, see `toBytes`. */
export interface FittedClassifier {
  /** The class names, sorted; a class is its place here. */
  readonly intents: readonly IntentName[]
  readonly vocabulary: Vocabulary
  readonly weights: LinearWeights
  readonly confidence: ConfidenceModel
  readonly phrases: readonly MeasuredPhrase[]
  /** Share of each intent in the training messages: all that is known of a message without a known word. */
  readonly priors: readonly number[]
  /** Below this confidence a message is taken to mean none of the intents. */
  readonly unknownBelow: number
  /** Rising by target. Guarded against out-of-scope messages when training had some that were known to be. */
  readonly thresholds: readonly TargetThreshold[]
  /** The words of the training messages, most frequent first: what a misspelt word may stand for. */
  readonly words: readonly string[]
  /** ISO 639-1 codes of the languages that the training messages are written in; empty where they could not be told. */
  readonly languages: readonly string[]
  /** Number of messages learned from. */
  readonly examples: number
  /** Where it was trained with an encoder. */
  readonly encoded?: EncodedStage
  /** Floor and thresholds as training left them, where labelled messages changed them since: see `recalibrate`. */
  readonly trained?: Pick<FittedClassifier, 'unknownBelow' | 'thresholds'>
}

/** The target precision an owner gets without asking for another. */
export const defaultTarget = 0.98

/** The threshold for a target precision: that of the nearest stored target which is not lower. */
export function thresholdFor(fitted: FittedClassifier, target: number): number {
  return fitted.thresholds.find((row) => row.target >= target - 1e-9)?.threshold ?? 1.01
}

/** As `thresholdFor`, of each stage; those of a file without a second stage are the same. */
export function stageThresholdsFor(fitted: FittedClassifier, target: number): CascadeThreshold {
  const alone = thresholdFor(fitted, target)
  if (fitted.encoded === undefined) return { target, first: alone, second: alone }
  return fitted.encoded.cascade.find((row) => row.target >= target - 1e-9) ?? { target, first: 1.01, second: 1.01 }
}
