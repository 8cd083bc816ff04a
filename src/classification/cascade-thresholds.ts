import type { CascadeThreshold } from './fitted.ts'

/** One held-out message as both stages judged it. */
export interface CascadeRow {
  /** Calibrated confidence of each stage in its best intent, and whether that is the right one. */
  readonly first: { readonly confidence: number; readonly right: boolean }
  readonly second: { readonly confidence: number; readonly right: boolean }
  /** It means none of the intents. */
  readonly isOutOfScope: boolean
  /** How many messages of live traffic it stands for. */
  readonly weight: number
}

/** Coverage that is not worth asking the encoder about more messages. */
const negligible = 0.002
const steps = 40
const never = 1.01

interface Choice {
  readonly first: number
  readonly second: number
  readonly answered: number
}

/**
 * The share that gets through of some hundred messages out of scope is known to within a few hundredths, and the best of many
 * pairs of thresholds is one that was lucky with them. Half a message more is what Jeffreys' prior adds to a count.
 */
const doubtfulMessages = 0.5

/** How much more is reckoned to be answered wrongly than was seen. */
function doubtOf(rows: readonly CascadeRow[]): number {
  const outside = rows.filter(({ isOutOfScope }) => isOutOfScope)
  if (outside.length === 0) return 0
  return (doubtfulMessages * outside.reduce((sum, { weight }) => sum + weight, 0)) / outside.length
}

/** What to choose a pair by. */
interface Asked {
  readonly bySecond: readonly CascadeRow[]
  readonly target: number
  readonly doubt: number
}

/** With a given threshold of the first stage: the second threshold that answers most while the target holds. */
function bestSecond({ bySecond, target, doubt }: Asked, first: number): Choice {
  let right = 0
  let answered = doubt
  for (const row of bySecond) {
    if (row.first.confidence < first) continue
    answered += row.weight
    if (row.first.right) right += row.weight
  }
  let best: Choice = {
    first,
    second: never,
    answered: right > 0 && right / answered >= target ? answered : -1,
  }
  bySecond.forEach((row, index) => {
    if (row.first.confidence >= first) return
    answered += row.weight
    if (row.second.right) right += row.weight
    const isLastOfEquals = bySecond[index + 1]?.second.confidence !== row.second.confidence
    if (isLastOfEquals && right / answered >= target) best = { first, second: row.second.confidence, answered }
  })
  return best
}

/** Confidences of the first stage to try: so spread that each step asks the encoder about as many messages more. */
function stepsOf(rows: readonly CascadeRow[]): readonly number[] {
  const sorted = rows.map((row) => row.first.confidence).sort((a, b) => a - b)
  const tried = Array.from({ length: steps }, (_, step) => sorted[Math.floor((step * sorted.length) / steps)] ?? never)
  return [...new Set([...tried, never])]
}

/**
 * The thresholds with which both stages together answer most of the messages while a share of `target` of the answers is right;
 * of those that answer about as many, the pair that asks the encoder least. Give messages held out in training.
 *
 * @param target 0 to 1
 */
export function chooseCascade(rows: readonly CascadeRow[], target: number): CascadeThreshold {
  const bySecond = rows.toSorted((a, b) => b.second.confidence - a.second.confidence)
  const asked = { bySecond, target, doubt: doubtOf(rows) }
  const choices = stepsOf(rows).map((first) => bestSecond(asked, first))
  const most = Math.max(...choices.map(({ answered }) => answered))
  const all = rows.reduce((sum, row) => sum + row.weight, 0)
  const chosen = choices.find(({ answered }) => answered >= 0 && answered >= most - negligible * all)
  return { target, first: chosen?.first ?? never, second: chosen?.second ?? never }
}
