import { type IntentName, unknownIntent } from '../core/intent.ts'

/** The right intent of a message and what was said. */
export interface IntentPair {
  readonly intent: IntentName
  readonly said: IntentName
}

/** An intent that was taken for another one; `said` may be `unknown`. */
export interface Confusion extends IntentPair {
  readonly messages: number
}

/** Messages whose stated confidence lies in one of 15 equal bins. */
export interface ReliabilityBin {
  readonly from: number
  readonly to: number
  readonly messages: number
  /** Mean of what was stated. */
  readonly confidence: number
  /** Share that was right. */
  readonly right: number
}

const binCount = 15
const mostConfusions = 20

/** Stated confidence beside the share that was right, in 15 equal bins; empty ones are left out. */
export function reliabilityOf(rows: readonly { confidence: number; right: boolean }[]): ReliabilityBin[] {
  const bins = Map.groupBy(rows, ({ confidence }) => Math.min(binCount - 1, Math.floor(confidence * binCount)))
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([bin, own]) => ({
      from: bin / binCount,
      to: (bin + 1) / binCount,
      messages: own.length,
      confidence: own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length,
      right: own.filter(({ right }) => right).length / own.length,
    }))
}

/** The most frequent pairs of an intent and what it was taken for, at most 20; pairs as frequent by their names. */
export function confusionsOf(pairs: readonly IntentPair[]): Confusion[] {
  const wrong = pairs.filter(({ intent, said }) => intent !== said)
  const groups = Map.groupBy(wrong, ({ intent, said }) => JSON.stringify([intent, said]))
  return [...groups]
    .sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1))
    .slice(0, mostConfusions)
    .flatMap(([, own]) => own.slice(0, 1).map((pair) => ({ ...pair, messages: own.length })))
}

/** Share of the messages that reach the right agent; undefined where an intent is not named `agent.intent`. */
export function agentAccuracyOf(pairs: readonly IntentPair[]): number | undefined {
  const agentOf = (intent: IntentName): string | undefined => /^([^.]+)\../.exec(intent)?.[1]
  const isNamed = pairs.every(({ intent, said }) => {
    return agentOf(intent) !== undefined && (said === unknownIntent || agentOf(said) !== undefined)
  })
  if (!isNamed || pairs.length === 0) return undefined
  return pairs.filter(({ intent, said }) => agentOf(intent) === agentOf(said)).length / pairs.length
}
