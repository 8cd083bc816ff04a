import { logOdds, sigmoid } from './logistic.ts'

/** How confidence is corrected by what labelled live messages say: its log-odds times a slope, plus an offset. */
export interface LiveLine {
  readonly slope: number
  readonly offset: number
}

/** The trained confidence of one message, and what came of it. */
export interface JudgedConfidence {
  /** 0 to 1, as training left it. */
  readonly trained: number
  readonly right: boolean
}

/** How strongly the line is held to the trained one. */
const slopePull = 40
const offsetPull = 8
/** With so many messages each counts half, with ten a sixth: a handful, however wrong, is no traffic; a hundred are. */
const halfTrusted = 50
const steps = 20
/** What is as good as certain counts as one mistake in ten thousand, so that no single label weighs all. */
const certainty = 1e-4

/** Confidence by the line: rises with the trained confidence, never 0 or 1. */
export function readLine({ slope, offset }: LiveLine, trained: number): number {
  return sigmoid(slope * logOdds(trained, 1e-12) + offset)
}

/**
 * The line that fits labelled messages best (Platt 1999), pulled towards leaving the confidence as it is. The same
 * messages in the same order give the same line.
 */
export function fitLiveLine(messages: readonly JudgedConfidence[]): LiveLine {
  let slope = 1
  let offset = 0
  const weight = messages.length / (messages.length + halfTrusted)
  for (let step = 0; step < steps; step++) {
    let [slopeGradient, offsetGradient] = [slopePull * (1 - slope), -offsetPull * offset]
    let [slopeCurvature, offsetCurvature, both] = [slopePull, offsetPull, 0]
    for (const { trained, right } of messages) {
      const odds = logOdds(trained, certainty)
      const probability = sigmoid(slope * odds + offset)
      const error = weight * ((right ? 1 : 0) - probability)
      const spread = weight * Math.max(probability * (1 - probability), 1e-6)
      slopeGradient += error * odds
      offsetGradient += error
      slopeCurvature += spread * odds * odds
      offsetCurvature += spread
      both += spread * odds
    }
    const determinant = slopeCurvature * offsetCurvature - both * both
    const slopeChange = (offsetCurvature * slopeGradient - both * offsetGradient) / determinant
    const offsetChange = (slopeCurvature * offsetGradient - both * slopeGradient) / determinant
    slope = Math.max(0.1, slope + Math.min(Math.max(slopeChange, -0.5), 0.5))
    offset += Math.min(Math.max(offsetChange, -1), 1)
  }
  return { slope, offset }
}
