import type { PackedWeights } from './fitted.ts'
import type { SparseVector } from './tfidf.ts'

/** Bytes of one feature's row. */
export function packedLength(classes: number): number {
  return (classes + 1) >> 1
}

/** Weights from -127 to 127 as four bits each: the largest of a feature becomes ±7. */
export function pack(weights: { classes: number; matrix: Int8Array; scales: Float32Array }): PackedWeights {
  const { classes } = weights
  const length = packedLength(classes)
  const features = weights.scales.length
  const matrix = new Uint8Array(features * length).fill(0x88)
  for (let id = 0; id < features; id++) {
    for (let place = 0; place < classes; place++) {
      const value = Math.round(((weights.matrix[id * classes + place] ?? 0) * 7) / 127) + 8
      const at = id * length + (place >> 1)
      const both = matrix[at] ?? 0
      matrix[at] = place % 2 === 0 ? (both & 0xf0) | value : (both & 0x0f) | (value << 4)
    }
  }
  return { classes, matrix, scales: weights.scales.map((scale) => (scale * 127) / 7) }
}

/** What each feature of a message adds to the score of one class. */
export function packedShares(
  { classes, matrix, scales }: PackedWeights,
  vector: SparseVector,
  place: number,
): Float64Array {
  const length = packedLength(classes)
  const shares = new Float64Array(vector.count)
  for (let entry = 0; entry < vector.count; entry++) {
    const id = vector.ids[entry] ?? 0
    const both = matrix[id * length + (place >> 1)] ?? 0
    const weight = ((place % 2 === 0 ? both & 0x0f : both >> 4) - 8) * (scales[id] ?? 0)
    shares[entry] = weight * (vector.values[entry] ?? 0)
  }
  return shares
}

/** Adds what the features of a message say for each class. */
export function addPackedScores(weights: PackedWeights, vector: SparseVector, total: Float64Array): void {
  const { classes, matrix, scales } = weights
  const length = packedLength(classes)
  for (let index = 0; index < vector.count; index++) {
    const id = vector.ids[index] ?? 0
    const factor = (vector.values[index] ?? 0) * (scales[id] ?? 0)
    if (factor === 0) continue
    const base = id * length
    for (let place = 0; place < classes; place += 2) {
      const both = matrix[base + (place >> 1)] ?? 0
      total[place] = (total[place] ?? 0) + factor * ((both & 0x0f) - 8)
      if (place + 1 < classes) total[place + 1] = (total[place + 1] ?? 0) + factor * ((both >> 4) - 8)
    }
  }
}
