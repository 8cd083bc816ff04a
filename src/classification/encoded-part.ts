import { hasStrayNumber } from './check-header.ts'
import type { EncodedStage } from './fitted.ts'
import { expandedLength } from './kernel-features.ts'
import { packedLength } from './packed-weights.ts'

/** What the header says of the second stage: everything but its arrays. */
export type EncodedHeader = Omit<EncodedStage, 'weights' | 'dense'>

/** How much there is of what. */
export interface EncodedSizes {
  readonly features: number
  readonly classes: number
  readonly dimensions: number
}

/** Splits a second stage into what goes into the header and the arrays of the body, in their order. */
export function splitEncoded(stage: EncodedStage): {
  readonly header: EncodedHeader
  readonly arrays: readonly (Float32Array | Int8Array | Uint8Array)[]
} {
  const { weights, dense, ...header } = stage
  return { header, arrays: [weights.scales, dense.scales, dense.bias, dense.matrix, weights.matrix] }
}

/** Bytes of the arrays of a second stage. */
export function encodedLength({ features, classes, dimensions }: EncodedSizes): number {
  const columns = expandedLength(dimensions)
  return 4 * (features + columns + classes) + columns * classes + features * packedLength(classes)
}

/**
 * The second stage from its header and the body, whose arrays begin at `offset`, divisible by four. Undefined when one of its
 * weights is no number.
 */
export function joinEncoded(
  header: EncodedHeader,
  body: { readonly buffer: ArrayBufferLike; readonly offset: number },
  { features, classes, dimensions }: EncodedSizes,
): EncodedStage | undefined {
  const { buffer } = body
  const columns = expandedLength(dimensions)
  let at = body.offset
  const take = (length: number): number => {
    at += length
    return at - length
  }
  const scales = new Float32Array(buffer, take(4 * features), features)
  const denseScales = new Float32Array(buffer, take(4 * columns), columns)
  const bias = new Float32Array(buffer, take(4 * classes), classes)
  if ([scales, denseScales, bias].some(hasStrayNumber)) return undefined
  const dense = {
    classes,
    matrix: new Int8Array(buffer, take(columns * classes), columns * classes),
    scales: denseScales,
    bias,
  }
  const length = features * packedLength(classes)
  const matrix = new Uint8Array(buffer, take(length), length)
  return { ...header, weights: { classes, matrix, scales }, dense }
}
