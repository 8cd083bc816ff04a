import { type CascadeRow, chooseCascade } from './cascade-thresholds.ts'
import { confidenceOf, type ScoredMessage, signalCount, signalsOf } from './confidence.ts'
import { scoreHeldOutRows } from './cross-validation.ts'
import { type FittedConfidence, fitConfidence, type HeldOutMessage, weighAsTraffic } from './fit-confidence.ts'
import type { EncodedStage } from './fitted.ts'
import { createExpansion, expandedLength } from './kernel-features.ts'
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
 * What the values of a vector and of its kernel features, which have length 1 each, are multiplied by: how much they count
 * beside the words. Chosen by cross-validation, see docs/decisions/2026-11-28-second-stage.md.
 */
const factor = 1.5

function withVectors(labelled: LabelledRows, vectors: ExampleVectors): LabelledRows {
  const { dimensions } = vectors
  const { count } = labelled.rows
  const columns = expandedLength(dimensions)
  const expand = createExpansion(dimensions)
  const values = new Float32Array(count * columns)
  for (let row = 0; row < count; row++) {
    const own = vectors.values.subarray(row * dimensions, (row + 1) * dimensions)
    expand(own, values.subarray(row * columns, (row + 1) * columns))
  }
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * factor
  return { ...labelled, rows: { ...labelled.rows, dense: { dimensions: columns, values } } }
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
    const isOutOfScope = message.place < 0 || message.source === 'pseudo'
    return [
      {
        first: judged(message, first.confidence.model),
        second: judged(later, second.confidence),
        isOutOfScope,
        weight,
      },
    ]
  })
}
