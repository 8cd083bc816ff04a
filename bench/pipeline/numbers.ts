/** How long things took, in milliseconds; `Infinity` where there were none. */
export interface Percentiles {
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** The nearest rank: the smallest value that this share of all values does not exceed. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const inOrder = values.toSorted((one, other) => one - other)
  const at = (share: number): number => round(inOrder[Math.max(0, Math.ceil(inOrder.length * share) - 1)] ?? Infinity)
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) }
}

/**
 * The slope of the straight line with the least squared distance from all points, in units of y for one of x; 0 where there
 * are not two different x.
 */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  if (!(spread > 0)) return 0
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
}

/** To one decimal. */
export function round(number: number): number {
  return Math.round(number * 10) / 10
}
