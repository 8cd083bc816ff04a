import { propertyOf } from '../core/outside.ts'
import { signalCount } from './confidence.ts'

/** Looks at one value of a header; says what is wrong with it. */
type Check = (value: unknown, classes: number) => string | undefined

/** The fields of a header whose shape the code relies on. Others may stand beside them. */
const checks: Readonly<Record<string, Check>> = {
  intents: (value) => {
    if (!isTexts(value) || value.length === 0) return 'must name at least one intent'
    return new Set(value).size === value.length ? undefined : 'names an intent twice'
  },
  features: (value) => (isWhole(value) ? undefined : 'must be a whole number'),
  examples: (value) => (isWhole(value) ? undefined : 'must be a whole number'),
  unknownBelow: (value) => (isNumber(value) ? undefined : 'must be a number'),
  words: (value) => (isTexts(value) ? undefined : 'must be a list of words'),
  languages: (value) => (isTexts(value) ? undefined : 'must be a list of language codes'),
  priors: (value, classes) => (isShares(value, classes) ? undefined : 'must have a share, 0 to 1, for each intent'),
  thresholds: thresholdsProblem,
  phrases: (value) =>
    isListOf(
      value,
      (row) => isText(row, 'intent') && isText(row, 'phrase') && isShares([propertyOf(row, 'precision')], 1),
    )
      ? undefined
      : 'must be a list of phrases with intent and precision',
  confidence: confidenceProblem,
  trained: (value) => trainedProblem(value, { thresholds: thresholdsProblem }),
  encoded: encodedProblem,
}

function thresholdsProblem(value: unknown): string | undefined {
  return isListOf(value, (row) => isNumber(propertyOf(row, 'target')) && isNumber(propertyOf(row, 'threshold')))
    ? undefined
    : 'must be a list of targets and thresholds'
}

function cascadeProblem(value: unknown): string | undefined {
  return isListOf(value, (row) => ['target', 'first', 'second'].every((name) => isNumber(propertyOf(row, name))))
    ? undefined
    : 'must be a list of targets, each with a first and a second threshold'
}

/** What training left is there only where labelled messages changed it: a floor, and one list of thresholds. */
function trainedProblem(
  value: unknown,
  lists: Readonly<Record<string, (list: unknown) => string | undefined>>,
): string | undefined {
  if (value === undefined) return undefined
  if (!isNumber(propertyOf(value, 'unknownBelow'))) return 'must have a number "unknownBelow"'
  for (const [field, check] of Object.entries(lists)) {
    const problem = check(propertyOf(value, field))
    if (problem !== undefined) return `has "${field}", which ${problem}`
  }
  return undefined
}

const largestVector = 16_384

/** The second stage may be missing; what is there must be whole. */
function encodedProblem(value: unknown, classes: number): string | undefined {
  if (value === undefined) return undefined
  if (!isText(value, 'encoder') || propertyOf(value, 'encoder') === '') return 'must name its encoder'
  const dimensions = propertyOf(value, 'dimensions')
  if (!isWhole(dimensions) || dimensions === 0 || Number(dimensions) > largestVector)
    return `must have 1 to ${largestVector} dimensions`
  if (!isNumber(propertyOf(value, 'factor'))) return 'must have a factor'
  for (const field of ['unknownBelow', 'thresholds', 'confidence']) {
    const problem = checks[field]?.(propertyOf(value, field), classes)
    if (problem !== undefined) return `has "${field}", which ${problem}`
  }
  const cascade = cascadeProblem(propertyOf(value, 'cascade'))
  if (cascade !== undefined) return `has "cascade", which ${cascade}`
  const trained = trainedProblem(propertyOf(value, 'trained'), { cascade: cascadeProblem })
  return trained === undefined ? undefined : `has "trained", which ${trained}`
}

function confidenceProblem(value: unknown): string | undefined {
  const softmax = propertyOf(value, 'softmax')
  const temperature = propertyOf(softmax, 'temperature')
  if (!isNumber(temperature) || temperature <= 0 || !isNumber(propertyOf(softmax, 'noneScore')))
    return 'must have a temperature above 0 and a score for none'
  const curve = propertyOf(value, 'curve')
  const at = propertyOf(curve, 'at')
  if (!isRising(at) || at.length === 0 || !isShares(propertyOf(curve, 'probability'), at.length))
    return 'must have a rising curve with a probability, 0 to 1, for each point'
  const live = propertyOf(value, 'live')
  if (live !== undefined && !isLine(live)) return 'must have a live line with an offset and a slope above 0, or none'
  const learned = propertyOf(value, 'learned')
  if (learned === undefined) return undefined
  const lists = ['means', 'deviations', 'weights'].map((name) => propertyOf(learned, name))
  const isLearned = lists.every((list) => isNumbers(list, signalCount)) && isNumber(propertyOf(learned, 'bias'))
  return isLearned ? undefined : `must have ${signalCount} learned weights, or none`
}

/** What makes a header unusable, naming the field; undefined when nothing does. The checksum does not vouch for it: anybody can write one. */
export function headerFault(header: unknown): string | undefined {
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return 'its header is not a JSON object'
  const intents = propertyOf(header, 'intents')
  const classes = Array.isArray(intents) ? intents.length : 0
  for (const [field, check] of Object.entries(checks)) {
    const problem = check(propertyOf(header, field), classes)
    if (problem !== undefined) return `"${field}" in its header ${problem}`
  }
  return undefined
}

/** Whether a weight is no number: a sum it is part of would be none either. */
export function hasStrayNumber(values: Float32Array): boolean {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return true
  return false
}

/** What was no number when it was written stands there as null; 1e999 can stand there too, and is read as endless. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isLine(value: unknown): boolean {
  const slope = propertyOf(value, 'slope')
  return isNumber(slope) && slope > 0 && isNumber(propertyOf(value, 'offset'))
}

function isText(value: unknown, field: string): boolean {
  return typeof propertyOf(value, field) === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return isListOf(value, (entry) => typeof entry === 'string' && entry !== '')
}

function isNumbers(value: unknown, length?: number): value is readonly number[] {
  return isListOf(value, isNumber) && (length === undefined || value.length === length)
}

function isShares(value: unknown, length: number): boolean {
  return isNumbers(value, length) && value.every((share) => share >= 0 && share <= 1)
}

function isRising(value: unknown): value is readonly number[] {
  return isNumbers(value) && value.every((point, index) => index === 0 || point >= (value[index - 1] ?? point))
}

function isListOf(value: unknown, isEntry: (entry: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isEntry)
}
