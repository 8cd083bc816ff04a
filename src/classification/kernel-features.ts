/*
 * A linear machine over these features is one with a Gaussian kernel over the vectors: messages whose vectors are close speak
 * for the same intent even where no straight border divides the intents. Structured orthogonal random features, Yu et al. 2016,
 * https://arxiv.org/abs/1610.09072: random signs and Walsh-Hadamard transforms take the place of a random matrix.
 */

/** Signs and transform are applied so often. */
const rounds = 3

/** What a distance is multiplied by; see docs/decisions/2026-11-28-second-stage.md. */
const sharpness = 1.5

function powerOfTwoFrom(length: number): number {
  return 2 ** Math.ceil(Math.log2(length))
}

/** Number of values that `expand` of `createExpansion` gives for a vector of so many dimensions. */
export function expandedLength(dimensions: number): number {
  return dimensions + 2 * powerOfTwoFrom(dimensions)
}

/** Signs that look random and are the same every time (a linear congruence). */
function createSigns(): (length: number) => Float64Array {
  let state = 20_261_128
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state < 2 ** 31 ? 1 : -1
  }
  return (length) => Float64Array.from({ length }, next)
}

/** The Walsh-Hadamard transform in place, which keeps the length of the vector. */
function transform(values: Float64Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let at = start; at < start + half; at++) {
        const [one, other] = [values[at] ?? 0, values[at + half] ?? 0]
        values[at] = one + other
        values[at + half] = one - other
      }
    }
  }
  const scale = 1 / Math.sqrt(values.length)
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * scale
}

/** Writes a vector and its features into `into`, which has `expandedLength` values. */
export type Expand = (vector: ArrayLike<number>, into: Float32Array) => void

/**
 * Makes a function that puts beside the values of a vector those of the kernel's features, which together have length 1 as the
 * vector has. Not to be shared between threads.
 */
export function createExpansion(dimensions: number): Expand {
  const length = powerOfTwoFrom(dimensions)
  const draw = createSigns()
  const signs = Array.from({ length: rounds }, () => draw(length))
  const turned = new Float64Array(length)
  const share = 1 / Math.sqrt(length)
  const spread = sharpness * Math.sqrt(length)
  return (vector, into) => {
    turned.fill(0)
    for (let at = 0; at < dimensions; at++) {
      turned[at] = vector[at] ?? 0
      into[at] = vector[at] ?? 0
    }
    for (const sign of signs) {
      for (let at = 0; at < length; at++) turned[at] = (turned[at] ?? 0) * (sign[at] ?? 1)
      transform(turned)
    }
    for (let at = 0; at < length; at++) {
      const angle = (turned[at] ?? 0) * spread
      into[dimensions + 2 * at] = Math.cos(angle) * share
      into[dimensions + 2 * at + 1] = Math.sin(angle) * share
    }
  }
}
