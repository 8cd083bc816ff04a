/** The probability of log-odds. */
export function sigmoid(odds: number): number {
  return 1 / (1 + Math.exp(-odds))
}

/** The log-odds of a probability, which is taken to be at least `margin` away from 0 and 1. */
export function logOdds(probability: number, margin: number): number {
  const limited = Math.min(Math.max(probability, margin), 1 - margin)
  return Math.log(limited / (1 - limited))
}
