/** Two ways measured on the same messages, compared pair by pair. All figures in the unit of the measure. */
export interface PairedComparison {
  readonly pairs: number
  readonly meanA: number
  readonly meanB: number
  /** B less A. */
  readonly difference: number
  /** 95 % of the bootstrap's means lie in it; undefined below two pairs. */
  readonly interval: readonly [number, number] | undefined
  /** The same by Student's t, as a check. */
  readonly tInterval: readonly [number, number] | undefined
  /** How often chance alone, the sign of each difference thrown anew, differs at least so much; 0 to 1. */
  readonly chance: number
}

const resamples = 10_000
/** Up to here every way to throw the signs is counted; beyond, as many are drawn as the bootstrap has resamples. */
const mostExact = 14
const [lowest, highest] = [0.025, 0.975]

/**
 * Compares two measures of the same messages: the mean difference with the percentile interval of a paired bootstrap, the
 * interval of the paired t test, and the sign-flip permutation test, which is exact for few pairs and, for yes or no, McNemar's.
 * @param seed of the pseudo-random resamples: the same seed gives the same result
 */
export function comparePairs(a: readonly number[], b: readonly number[], seed: number): PairedComparison {
  if (a.length !== b.length) throw new RangeError(`${a.length} measures cannot be paired with ${b.length}.`)
  const differences = a.map((value, index) => (b[index] ?? 0) - value)
  const difference = mean(differences)
  const random = createRandom(seed)
  return {
    pairs: a.length,
    meanA: mean(a),
    meanB: mean(b),
    difference,
    interval: a.length < 2 ? undefined : bootstrapInterval(differences, random),
    tInterval: a.length < 2 ? undefined : studentInterval(differences),
    chance: a.length === 0 ? 1 : chanceOf(differences, random),
  }
}

/**
 * Whether a difference is more than noise: both intervals leave out 0, and chance alone does it in fewer than 5 % of cases,
 * divided by the number of measures that are looked at together (Bonferroni).
 */
export function isShown({ interval, tInterval, chance }: PairedComparison, measures: number): boolean {
  const leavesOutZero = (range: readonly [number, number] | undefined): boolean =>
    range !== undefined && (range[0] > 0 || range[1] < 0)
  return leavesOutZero(interval) && leavesOutZero(tInterval) && chance < 0.05 / measures
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function bootstrapInterval(differences: readonly number[], random: () => number): readonly [number, number] {
  const means = Array.from({ length: resamples }, () => {
    let sum = 0
    for (let drawn = 0; drawn < differences.length; drawn += 1)
      sum += differences[Math.floor(random() * differences.length)] ?? 0
    return sum / differences.length
  }).toSorted((one, other) => one - other)
  return [quantile(means, lowest), quantile(means, highest)]
}

/** Of sorted values, between the two nearest. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? 0
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}

function studentInterval(differences: readonly number[]): readonly [number, number] {
  const count = differences.length
  const middle = mean(differences)
  const variance = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (count - 1)
  const reach = studentQuantile(count - 1) * Math.sqrt(variance / count)
  return [middle - reach, middle + reach]
}

/** The share of sign patterns whose sum is at least as far from 0 as the one that was seen. */
function chanceOf(differences: readonly number[], random: () => number): number {
  const sizes = differences.map(Math.abs).filter((size) => size > 0)
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0))
  const enough = seen - 1e-9 * sizes.reduce((sum, size) => sum + size, 0) // sums of floats differ in their last digits
  if (sizes.length <= mostExact) {
    const patterns = 2 ** sizes.length
    let far = 0
    for (let pattern = 0; pattern < patterns; pattern += 1)
      if (Math.abs(signedSum(sizes, (index) => (pattern >> index) % 2 === 1)) >= enough) far += 1
    return far / patterns
  }
  let far = 1 // the pattern that was seen is one of them
  for (let drawn = 1; drawn < resamples; drawn += 1)
    if (Math.abs(signedSum(sizes, () => random() < 0.5)) >= enough) far += 1
  return far / resamples
}

function signedSum(sizes: readonly number[], isPositive: (index: number) => boolean): number {
  return sizes.reduce((sum, size, index) => sum + (isPositive(index) ? size : -size), 0)
}

/** mulberry32, by Tommy Ettinger (public domain): small, and good enough to draw samples with. Gives 0 to below 1. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The value of Student's distribution below which 97.5 % lie, found by halving; degrees of freedom from 1 on. */
export function studentQuantile(degrees: number): number {
  const scale = scaleOf(degrees)
  let low = 0
  let high = 1000
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2
    if (tailOf(middle, degrees, scale) > 1 - highest) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The share above `t`: half the regularized incomplete beta function of degrees / (degrees + t²). */
function tailOf(t: number, degrees: number, scale: number): number {
  const x = degrees / (degrees + t * t)
  if (x >= 1) return 0.5
  return incompleteBeta(x, degrees / 2, scale) / 2
}

/** Γ((k + 1) / 2) / (Γ(k / 2) √π), from 1/π for 1 and 1/2 for 2 on, by Γ(z + 1) = z Γ(z). */
function scaleOf(degrees: number): number {
  let scale = degrees % 2 === 1 ? 1 / Math.PI : 0.5
  for (let k = degrees % 2 === 1 ? 1 : 2; k < degrees; k += 2) scale *= (k + 1) / k
  return scale
}

/** Regularized, with the second parameter 1/2, by its continued fraction (Numerical Recipes, 6.4). */
function incompleteBeta(x: number, a: number, scale: number): number {
  const b = 0.5
  const front = scale * x ** a * Math.sqrt(1 - x)
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const kept = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= 300; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / kept(1 + even * d)
    c = kept(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / kept(1 + odd * d)
    c = kept(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-14) break
  }
  return result
}
