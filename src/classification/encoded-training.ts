import { type CascadeRow, chooseCascade } from './cascade-thresholds.ts'
import { confidenceOf, type ScoredMessage, signalCount, signalsOf } from './confidence.ts'
import { scoreHeldOutRows } from './cross-validation.ts'
import { type FittedConfidence, fitConfidence, type HeldOutMessage, weighAsTraffic } from './fit-confidence.ts'
import type { EncodedStage } from './fitted.ts'
import { createJointScorer, type JointWeights } from './joint-scores.ts'
import { fitLinear, type LabelledRows } from './linear.ts'
import { pack } from './packed-weights.ts'
import type { SparseVector } from './tfidf.ts'

/** Vectors of messages, one after another, and where they are from. */
export interface ExampleVectors {
  /** Name of the encoder. */
  readonly encoder: string
  readonly dimensions: number
  readonly values: Float32Array
}

/** What the first stage was learned from, and how it did on messages held out. */
export interface FirstStage {
  readonly labelled: LabelledRows
  readonly alphas: Float32Array
  readonly folds: number
  /** The rows in their order, then the validation messages. */
  readonly held: readonly HeldOutMessage[]
  readonly confidence: FittedConfidence
  /** The features of validation message `n`; reused by the next call. */
  readonly featuresOf: (validation: number) => SparseVector
}

/**
 * What the values of a vector, which has length 1, are multiplied by: how much they count beside the words. The best of 1, 1.5, 2
 * and 3 in cross-validation on the training lines of BANKING77, on all of them and on ten for each intent.
 */
const factor = 2

function withVectors(labelled: LabelledRows, vectors: ExampleVectors): LabelledRows {
  const { dimensions } = vectors
  const values = vectors.values.slice(0, labelled.rows.count * dimensions).map((value) => value * factor)
  return { ...labelled, rows: { ...labelled.rows, dense: { dimensions, values } } }
}

/** The learned weights in two parts: four bits each for the features of the text, eight for those of the vector. */
function splitWeights(
  joint: LabelledRows,
  solution: ReturnType<typeof fitLinear>,
): Pick<JointWeights, 'weights' | 'dense'> {
  const { classes, matrix, scales, bias } = solution.weights
  const { features } = joint.rows
  return {
    weights: pack({ classes, matrix: matrix.subarray(0, features * classes), scales: scales.subarray(0, features) }),
    dense: { classes, matrix: matrix.slice(features * classes), scales: scales.slice(features), bias },
  }
}

/** Learns the second stage. Its confidence also sees what the first stage makes of the same message. */
export function fitEncoded(first: FirstStage, vectors: ExampleVectors): EncodedStage {
  const { encoder, dimensions, values } = vectors
  const { rows, classes } = first.labelled
  const joint = withVectors(first.labelled, vectors)
  const solution = fitLinear(joint, first.alphas)
  const weights = { ...splitWeights(joint, solution), factor, dimensions }
  const scored = scoreHeldOutRows(joint, solution.alphas, first.folds)
  const score = createJointScorer(weights)
  const held = first.held.map((message, index): HeldOutMessage => {
    const total =
      index < rows.count
        ? scored.total.subarray(index * classes, (index + 1) * classes)
        : score(
            first.featuresOf(index - rows.count),
            values.subarray(index * dimensions, (index + 1) * dimensions),
          ).slice()
    return { ...message, scores: { word: message.scores.total, total } }
  })
  const { model, unknownBelow, thresholds } = fitConfidence(held)
  const pairs = toRows(first, { held, confidence: model })
  return {
    encoder,
    ...weights,
    confidence: model,
    unknownBelow,
    thresholds,
    cascade: thresholds.map(({ target }) => chooseCascade(pairs, target)),
  }
}

function judged(message: HeldOutMessage, confidence: FittedConfidence['model']): CascadeRow['first'] {
  const signals = new Float64Array(signalCount)
  const { best } = signalsOf(message satisfies ScoredMessage, confidence.softmax, signals)
  return {
    confidence: confidenceOf(confidence, signals),
    right: message.source !== 'pseudo' && message.place >= 0 && best === message.place,
  }
}

function toRows(
  first: FirstStage,
  second: { held: readonly HeldOutMessage[]; confidence: FittedConfidence['model'] },
): CascadeRow[] {
  const weights = weighAsTraffic(first.held)
  return first.held.flatMap((message, index) => {
    const weight = weights[index] ?? 0
    const later = second.held[index]
    if (weight === 0 || later === undefined) return []
    return [{ first: judged(message, first.confidence.model), second: judged(later, second.confidence), weight }]
  })
}
