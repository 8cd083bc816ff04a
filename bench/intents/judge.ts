import {
  areaUnderCurve,
  calibrationError,
  coverageAt,
  percentile,
  type TestMessage,
} from '../../src/classification/evaluation.ts'
import { type ReliabilityBin, reliabilityOf } from '../../src/classification/reliability.ts'
import { unknownIntent } from '../../src/core/intent.ts'

/** What a contender says of one message. */
export interface Guess {
  /** What it would answer; `unknown` when it takes the message for none of the intents. */
  readonly intent: string
  /** Its best intent, whether or not it would answer with it, and how sure it says to be, 0 to 1. */
  readonly best: string
  readonly confidence: number
}

/** Says what a message means. */
export type Guesser = (text: string) => Guess | Promise<Guess>

/** How a contender did; shares are 0 to 1. */
export interface Judgement {
  /** Share of the in-scope messages whose best intent is right, whether or not a contender would rather answer "unknown". */
  readonly accuracy: number
  /** The same, "unknown" counted as a miss. */
  readonly named: number
  readonly macroF1: number
  readonly ece: number
  readonly coverageAt: Readonly<Record<'0.99' | '0.98' | '0.95', number>>
  /** Where the set has messages out of scope. */
  readonly auroc: number | undefined
  readonly microseconds: { readonly p50: number; readonly p99: number }
  readonly reliability: readonly ReliabilityBin[]
  /** Precision when the most confident so many hundredths of the in-scope messages are answered. */
  readonly curve: readonly { readonly coverage: number; readonly precision: number }[]
}

interface Judged extends Guess {
  readonly message: TestMessage
}

const warmUp = 300

/** Asks for the first few messages, so that the others are asked of a contender that has begun. */
async function warm(guess: Guesser, messages: readonly TestMessage[]): Promise<void> {
  for (const { text } of messages.slice(0, warmUp)) await guess(text)
}

/** What was said of each message, and how many microseconds that took. */
export interface Asked {
  readonly said: readonly Guess[]
  readonly times: Float64Array
}

/** Asks for every message, one by one. */
export async function askAll(guess: Guesser, messages: readonly TestMessage[]): Promise<Asked> {
  const times = new Float64Array(messages.length)
  const all: Guess[] = []
  for (const [index, { text }] of messages.entries()) {
    const begun = performance.now()
    const said = guess(text)
    // Waiting for what is there already would count against whoever answers at once.
    const guessed = said instanceof Promise ? await said : said
    times[index] = (performance.now() - begun) * 1000
    all.push(guessed)
  }
  return { said: all, times }
}

/** Asks for every message, one by one, and compares. */
export async function judge(guess: Guesser, messages: readonly TestMessage[]): Promise<Judgement> {
  await warm(guess, messages)
  const { said, times } = await askAll(guess, messages)
  const judged = messages.flatMap((message, index) => {
    const guessed = said[index]
    return guessed === undefined ? [] : [{ ...guessed, message }]
  })
  return judgeGuesses(judged, times.sort())
}

/** The same for guesses that were made elsewhere. @param times microseconds, rising */
export function judgeGuesses(judged: readonly Judged[], times: Float64Array): Judgement {
  const inside = judged.filter(({ message }) => message.intent !== unknownIntent)
  const outside = judged.filter(({ message }) => message.intent === unknownIntent)
  const rows = inside.map(({ message, best, confidence }) => ({
    rank: confidence,
    confidence,
    right: best === message.intent,
  }))
  return {
    accuracy: rows.filter(({ right }) => right).length / inside.length,
    named: inside.filter(({ intent, message }) => intent === message.intent).length / inside.length,
    macroF1: macroF1(inside),
    ece: calibrationError(rows),
    coverageAt: { '0.99': coverageAt(rows, 0.99), '0.98': coverageAt(rows, 0.98), '0.95': coverageAt(rows, 0.95) },
    auroc:
      outside.length === 0
        ? undefined
        : areaUnderCurve(
            inside.map(({ confidence }) => confidence),
            outside.map(({ confidence }) => confidence),
          ),
    microseconds: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    reliability: reliabilityOf(rows),
    curve: curveOf(rows),
  }
}

function macroF1(judged: readonly Judged[]): number {
  const names = [...new Set(judged.map(({ message }) => message.intent))]
  const scores = names.map((name) => {
    const named = judged.filter(({ best }) => best === name)
    const hits = named.filter(({ message }) => message.intent === name).length
    const all = judged.filter(({ message }) => message.intent === name).length
    return (2 * hits) / (named.length + all)
  })
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

function curveOf(rows: readonly { rank: number; right: boolean }[]): Judgement['curve'] {
  const sorted = rows.toSorted((one, other) => other.rank - one.rank)
  let right = 0
  const precision = sorted.map((row, index) => {
    if (row.right) right += 1
    return right / (index + 1)
  })
  return Array.from({ length: 100 }, (_, index) => {
    const coverage = (index + 1) / 100
    return { coverage, precision: precision[Math.max(0, Math.round(coverage * rows.length) - 1)] ?? 0 }
  })
}
