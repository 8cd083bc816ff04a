import { unknownIntent, type Candidate, type IntentName } from '../core/intent.ts'
import type { Tier } from '../core/route.ts'
import { countRecords, hardCues, shapes } from './effort-cues.ts'

/** What is known of a message when its effort is weighed. */
export interface EffortSignals {
  readonly text: string
  /** Turns of the conversation before this one. */
  readonly turns: number
  readonly classification: {
    readonly intent: IntentName
    /** Calibrated, 0 to 1. */
    readonly confidence: number
    readonly candidates: readonly Candidate[]
  }
  /** Kinds of records the message names: order, invoice, ticket, e-mail address. */
  readonly entities: number
  /** The share of the question that the best passage of the knowledge base holds, 0 to 1; undefined when none fits. */
  readonly coverage: number | undefined
}

export interface EffortEstimate {
  /** 0 (a word of thanks) to 10 (several things to weigh against each other). */
  readonly effort: number
  /** How far the signals agree with each other, 0 to 1; 0 when none of them spoke. Not a probability. */
  readonly confidence: number
  /** For the receipt, strongest first; never empty. */
  readonly reasons: readonly string[]
}

export interface TierChoice {
  readonly tier: Extract<Tier, 2 | 3 | 4>
  readonly because: string
}

/** Below this agreement the next larger tier is asked; equality stays. */
const defaultTierGate = 0.7

/** Effort of a message of which nothing is known: the middle. */
const unknownEffort = 5
/** A question that has its intent or its article is no reasoning, however it is worded. */
const commonCap = 3
/** Half of a question in one passage is what the search asks for at least; from two thirds on it is taken for the answer. */
const goodCoverage = 2 / 3
/** Lengths in characters: above the first a message tells a story, above the second it is a document, and what follows is not read. */
const [longText, veryLongText] = [200, 2000]
const manyTurns = 10
/** Five points apart, two signals have nothing in common. */
const fullDisagreement = 5

/** What one signal would say alone, and how much it is worth. */
interface Vote {
  readonly points: number
  readonly weight: number
}

/** A signal that was there. */
interface Sign extends Vote {
  readonly because: string
}

/**
 * How hard a message is. What is asked for gives a first figure (a change 2, a common question 3, a look-up 4, a dispute or a reason 5,
 * reasoning 8, else 5); conditions, comparisons, calculations, several records or questions, law and anger add 2 each, a
 * long conversation 2, a long text 1 and a document 2. Without any of the hard signs an intent or an article that fits caps
 * it at 3; a dispute is never capped.
 *
 * The confidence is the agreement of the signals: each says a figure of its own, and the confidence is the mean, by their
 * weights, of `1 - |its figure - effort| / 5`, at least 0. A message without intent and article has the middle as one more
 * signal, so that a single word never convinces entirely; one that nothing speaks of has 0.
 */
export function weighEffort(signals: EffortSignals): EffortEstimate {
  const start = signals.text.slice(0, veryLongText)
  const shape = shapes.find(({ pattern }) => pattern.test(start))
  const hard = hardSigns(signals)
  const size = sizeSigns(signals)
  const common = commonSigns(signals)
  if (shape === undefined && hard.length + common.length === 0)
    return { effort: unknownEffort, confidence: 0, reasons: ['nothing says how hard it is', ...reasonsOf(size)] }

  const asked: readonly Sign[] = shape === undefined ? [] : [{ ...shape, weight: 2 }]
  const base = shape?.points ?? (common.length > 0 ? commonCap : unknownEffort)
  const added = 2 * hard.length + size.reduce((sum, { points }) => sum + points, 0)
  const isCapped = common.length > 0 && hard.length === 0 && shape?.isContested !== true
  const effort = Math.min(isCapped ? commonCap : 10, base + added)

  const votes: readonly Vote[] = [
    // Under a cap the wording is not what counts; it still disagrees a little.
    ...asked.map(({ points }) => ({ points: Math.min(10, points + added), weight: isCapped ? 0.5 : 2 })),
    ...hardVote(hard, base),
    ...common.map(({ weight }) => ({ points: commonCap, weight })),
    ...doubtVotes(signals, common),
    ...entityVote(signals, hard),
  ]
  const signs = isCapped ? [...common, ...asked, ...size] : [...hard, ...asked, ...common, ...size]
  return { effort, confidence: agreement(votes, effort), reasons: reasonsOf(signs) }
}

/**
 * Which tier an effort is for, after the free ones had their turn: 0 to 3 the cheap one, 4 to 7 the middle one, 8 to 10 the
 * large one, and the middle one when nothing is known. Where the signals agree less than `gate`, the next larger.
 */
export function tierFor(estimate: EffortEstimate | undefined, gate: number = defaultTierGate): TierChoice {
  if (estimate === undefined || estimate.confidence === 0)
    return { tier: 3, because: 'the effort is unknown: the middle tier' }
  const { effort, confidence } = estimate
  const own = effort <= 3 ? 2 : effort <= 7 ? 3 : 4
  const because = `effort ${effort} of 10 is for tier ${own}`
  if (confidence >= gate) return { tier: own, because }
  const tier = own === 2 ? 3 : 4
  const doubt = `its signals agree to ${(Math.floor(confidence * 100) / 100).toFixed(2)}, below ${gate.toFixed(2)}`
  return { tier, because: `${because}, but ${doubt}: ${own === 4 ? 'still tier 4' : `tier ${tier}`}` }
}

function hardSigns(signals: EffortSignals): readonly Sign[] {
  const text = signals.text.slice(0, veryLongText)
  const found = hardCues.filter(({ pattern }) => pattern.test(text)).map(({ because }) => because)
  const records = countRecords(text)
  if (records > 1) found.push(`names ${records} orders, invoices or tickets`)
  if ((text.match(/[?？؟]/g)?.length ?? 0) > 1) found.push('asks several questions')
  return found.map((because) => ({ because, points: 2, weight: 1 }))
}

function sizeSigns({ text, turns }: EffortSignals): readonly Sign[] {
  const signs: Sign[] = []
  if (turns > manyTurns) signs.push({ because: `comes after ${turns} turns`, points: 2, weight: 1 })
  if (text.length > veryLongText) signs.push({ because: 'is a document', points: 2, weight: 1 })
  else if (text.length > longText) signs.push({ because: 'is a long text', points: 1, weight: 1 })
  return signs
}

/** An intent that is likelier than all others together and stands apart from the next, an article that holds the question. */
function commonSigns({ classification, coverage }: EffortSignals): readonly Sign[] {
  const { intent, confidence } = classification
  const signs: Sign[] = []
  if (intent !== unknownIntent && confidence >= 0.5 && confidence - secondOf(classification) >= 0.2)
    signs.push({ because: `${intent} fits`, points: 2, weight: 2 * confidence })
  if (coverage !== undefined && coverage >= goodCoverage)
    signs.push({ because: 'an article fits', points: 2, weight: 2 * coverage })
  return signs
}

function secondOf({ intent, candidates }: EffortSignals['classification']): number {
  return Math.max(0, ...candidates.filter((other) => other.intent !== intent).map(({ confidence }) => confidence))
}

function hardVote(hard: readonly Sign[], base: number): readonly Vote[] {
  if (hard.length === 0) return []
  return [{ points: Math.min(10, Math.max(base, 4 + 2 * hard.length)), weight: 1 + 0.5 * hard.length }]
}

/** What is not understood may be anything; two intents close together all the more. */
function doubtVotes({ classification }: EffortSignals, common: readonly Sign[]): readonly Vote[] {
  const { intent, confidence, candidates } = classification
  const isTorn = intent !== unknownIntent && candidates.length > 1 && confidence - secondOf(classification) < 0.15
  return [
    ...(common.length === 0 ? [{ points: unknownEffort, weight: 1 }] : []),
    ...(isTorn ? [{ points: 6, weight: 1 }] : []),
  ]
}

/** Who names the record by its number asks for a look-up, unless there is more to it. */
function entityVote({ entities }: EffortSignals, hard: readonly Sign[]): readonly Vote[] {
  return entities > 0 && hard.length === 0 ? [{ points: commonCap, weight: 0.5 }] : []
}

function agreement(votes: readonly Vote[], effort: number): number {
  const whole = votes.reduce((sum, { weight }) => sum + weight, 0)
  const agreed = votes.reduce(
    (sum, { points, weight }) => sum + weight * Math.max(0, 1 - Math.abs(points - effort) / fullDisagreement),
    0,
  )
  // Never 0 when something spoke: 0 means that nothing did.
  return Math.max(0.01, agreed / Math.max(whole, Number.MIN_VALUE))
}

function reasonsOf(signs: readonly Sign[]): readonly string[] {
  return signs.map(({ because }) => because)
}
