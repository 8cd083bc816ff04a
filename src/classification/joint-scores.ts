import type { EncodedStage } from './fitted.ts'
import { createExpansion, expandedLength } from './kernel-features.ts'
import { addPackedScores } from './packed-weights.ts'
import type { SparseVector } from './tfidf.ts'

/** The parts of a second stage that scores are made of. */
export type JointWeights = Pick<EncodedStage, 'weights' | 'dense' | 'factor' | 'dimensions'>

/**
 * Makes a function from the features of a message and its vector from the encoder to the score of every class; the result is
 * reused by the next call.
 */
export function createJointScorer(
  stage: JointWeights,
): (features: SparseVector, vector: ArrayLike<number>) => Float64Array {
  const { classes, matrix, scales, bias } = stage.dense
  const total = new Float64Array(classes)
  const values = new Float32Array(expandedLength(stage.dimensions))
  const expand = createExpansion(stage.dimensions)
  return (features, vector) => {
    total.set(bias)
    expand(vector, values)
    for (let column = 0; column < values.length; column++) {
      const factor = (values[column] ?? 0) * (scales[column] ?? 0) * stage.factor
      const base = column * classes
      for (let place = 0; place < classes; place++) {
        total[place] = (total[place] ?? 0) + factor * (matrix[base + place] ?? 0)
      }
    }
    addPackedScores(stage.weights, features, total)
    return total
  }
}
