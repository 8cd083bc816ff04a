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
  /** Number of messages learned from. */
  readonly examples: number
}

/** The target precision an owner gets without asking for another. */
export const defaultTarget = 0.98

/** The threshold for a target precision: that of the nearest stored target which is not lower. */
export function thresholdFor(fitted: FittedClassifier, target: number): number {
  return fitted.thresholds.find((row) => row.target >= target - 1e-9)?.threshold ?? 1.01
}
