import type { ModelAlias } from '../core/model.ts'
import type { MicroDollars } from '../core/money.ts'
import { comparePairs, isShown, type PairedComparison } from './paired.ts'
import type { RecordedMessage } from './replay.ts'

/** What a model is tried at: to say what a message means, or to write an answer that is checked. */
export type TrialTask = 'classify' | 'answer'

/** How one model took one message. */
export interface Trial {
  /** `rejected`: an answer came and did not pass its checks. `not-asked`: nothing was sent, for want of money or a model. */
  readonly outcome: 'answered' | 'rejected' | 'failed' | 'not-asked'
  /** Of every request that was made for it. */
  readonly cost: MicroDollars
  readonly latencyMs: number
  /** Share of the checks its answer passed, 0 to 1. */
  readonly score?: number | undefined
  /** What it said the message means. */
  readonly intent?: string | undefined
  /** Why there is no answer. */
  readonly because?: string | undefined
}

/** Has exactly this model take one message, and spends at most `limit` on it. */
export type TryModel = (
  model: ModelAlias,
  message: RecordedMessage,
  how: { readonly task: TrialTask; readonly limit: MicroDollars },
) => Promise<Trial>

/** One message as both ways took it: values by measure, undefined where a way has none for this message. */
export interface Pair {
  readonly a: Readonly<Partial<Record<MeasureName, number>>>
  readonly b: Readonly<Partial<Record<MeasureName, number>>>
}

export type MeasureName = 'cost' | 'latency' | 'answered' | 'score' | 'agreement' | 'modelCall'

/** What is compared, in which unit, and whether less of it is better. */
interface Measure {
  readonly name: MeasureName
  readonly about: string
  readonly unit: 'dollars' | 'ms' | 'share'
  readonly isLessBetter: boolean
}

const measures: readonly Measure[] = [
  { name: 'cost', about: 'cost of a message', unit: 'dollars', isLessBetter: true },
  { name: 'latency', about: 'time of a message', unit: 'ms', isLessBetter: true },
  { name: 'modelCall', about: 'messages that reach a model', unit: 'share', isLessBetter: true },
  { name: 'answered', about: 'usable answers', unit: 'share', isLessBetter: false },
  { name: 'score', about: 'checks passed', unit: 'share', isLessBetter: false },
  { name: 'agreement', about: 'agreement with the labels', unit: 'share', isLessBetter: false },
]

/** One measure compared. */
export interface MeasureComparison extends Measure, PairedComparison {
  /** Undefined: no difference is shown. */
  readonly better: 'a' | 'b' | undefined
}

/** Two ways compared on the same messages. */
export interface AbReport {
  readonly seed: number
  readonly pairs: number
  readonly measures: readonly MeasureComparison[]
  /** Dollars for each further right answer of B over A; undefined unless both differences are shown and B is dearer and better. */
  readonly dollarsPerFurtherRight: number | undefined
}

/** Compares two ways pair by pair; a measure that fewer than two pairs have is left out. */
export function compareWays(pairs: readonly Pair[], seed: number): AbReport {
  const known = measures.filter(({ name }) => valuesOf(pairs, name).length >= 2)
  const compared = known.map((measure): MeasureComparison => {
    const values = valuesOf(pairs, measure.name)
    const comparison = comparePairs(
      values.map(([a]) => a),
      values.map(([, b]) => b),
      seed,
    )
    const isBetterB = comparison.difference < 0 === measure.isLessBetter
    return {
      ...measure,
      ...comparison,
      better: isShown(comparison, known.length) ? (isBetterB ? 'b' : 'a') : undefined,
    }
  })
  return { seed, pairs: pairs.length, measures: compared, dollarsPerFurtherRight: priceOfRight(compared) }
}

function valuesOf(pairs: readonly Pair[], name: MeasureName): readonly (readonly [number, number])[] {
  return pairs.flatMap(({ a, b }) => {
    const [one, other] = [a[name], b[name]]
    return one === undefined || other === undefined ? [] : [[one, other] as const]
  })
}

function priceOfRight(compared: readonly MeasureComparison[]): number | undefined {
  const cost = compared.find(({ name }) => name === 'cost')
  const right = compared.find(({ name }) => name === 'agreement') ?? compared.find(({ name }) => name === 'answered')
  if (cost?.better === undefined || right?.better === undefined) return undefined
  const isPrice = cost.difference > 0 && right.difference > 0
  return isPrice ? cost.difference / right.difference : undefined
}

/** The values one trial gives. What failed was not answered; only what was answered has a time that compares. */
function measuresOf(trial: Trial, message: RecordedMessage): Pair['a'] {
  const isAnswered = trial.outcome === 'answered'
  return {
    cost: trial.cost / 1_000_000,
    ...(isAnswered ? { latency: trial.latencyMs } : {}),
    answered: isAnswered ? 1 : 0,
    ...(trial.score === undefined ? {} : { score: trial.score }),
    ...(message.intent === undefined || trial.intent === undefined
      ? {}
      : { agreement: isAnswered && trial.intent === message.intent ? 1 : 0 }),
  }
}

export interface TrialRun {
  readonly pairs: readonly Pair[]
  readonly spent: MicroDollars
  /** Why it ended before the last message; undefined when it did not. */
  readonly stopped: string | undefined
}

/**
 * Has two models take the same messages in turn, B first at every second one, so that a warm cache favours neither. Ends when
 * the next pair no longer fits under the limit; half a pair is never counted.
 */
export async function runTrials(
  messages: readonly RecordedMessage[],
  ways: { readonly a: ModelAlias; readonly b: ModelAlias; readonly task: TrialTask; readonly limit: MicroDollars },
  tryModel: TryModel,
): Promise<TrialRun> {
  const pairs: Pair[] = []
  let spent = 0
  for (const [index, message] of messages.entries()) {
    const take = async (model: ModelAlias): Promise<Trial> => {
      const trial = await tryModel(model, message, { task: ways.task, limit: (ways.limit - spent) as MicroDollars })
      spent += trial.cost
      return trial
    }
    const order = index % 2 === 0 ? ([ways.a, ways.b] as const) : ([ways.b, ways.a] as const)
    const trials = [await take(order[0]), await take(order[1])] as const
    const notAsked = trials.find(({ outcome }) => outcome === 'not-asked')
    if (notAsked !== undefined) {
      const stopped = `message ${index + 1} was not asked: ${notAsked.because ?? 'no reason given'}`
      return { pairs, spent: spent as MicroDollars, stopped }
    }
    const [a, b] = index % 2 === 0 ? trials : ([trials[1], trials[0]] as const)
    pairs.push({ a: measuresOf(a, message), b: measuresOf(b, message) })
  }
  return { pairs, spent: spent as MicroDollars, stopped: undefined }
}
