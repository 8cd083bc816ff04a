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
    isListOf(value, (row) => isText(row, 'intent') && isText(row, 'phrase') && isShares([fieldOf(row, 'precision')], 1))
      ? undefined
      : 'must be a list of phrases with intent and precision',
  confidence: confidenceProblem,
  trained: (value) => trainedProblem(value, { thresholds: thresholdsProblem }),
  encoded: encodedProblem,
}

function thresholdsProblem(value: unknown): string | undefined {
  return isListOf(value, (row) => isNumber(fieldOf(row, 'target')) && isNumber(fieldOf(row, 'threshold')))
    ? undefined
    : 'must be a list of targets and thresholds'
}

function cascadeProblem(value: unknown): string | undefined {
  return isListOf(value, (row) => ['target', 'first', 'second'].every((name) => isNumber(fieldOf(row, name))))
    ? undefined
    : 'must be a list of targets, each with a first and a second threshold'
}

/** What training left is there only where labelled messages changed it: a floor, and one list of thresholds. */
function trainedProblem(
  value: unknown,
  lists: Readonly<Record<string, (list: unknown) => string | undefined>>,
): string | undefined {
  if (value === undefined) return undefined
  if (!isNumber(fieldOf(value, 'unknownBelow'))) return 'must have a number "unknownBelow"'
  for (const [field, check] of Object.entries(lists)) {
    const problem = check(fieldOf(value, field))
    if (problem !== undefined) return `has "${field}", which ${problem}`
  }
  return undefined
}

const largestVector = 16_384

/** The second stage may be missing; what is there must be whole. */
function encodedProblem(value: unknown, classes: number): string | undefined {
  if (value === undefined) return undefined
  if (!isText(value, 'encoder') || fieldOf(value, 'encoder') === '') return 'must name its encoder'
  const dimensions = fieldOf(value, 'dimensions')
  if (!isWhole(dimensions) || dimensions === 0 || Number(dimensions) > largestVector)
    return `must have 1 to ${largestVector} dimensions`
  if (!isNumber(fieldOf(value, 'factor'))) return 'must have a factor'
  for (const field of ['unknownBelow', 'thresholds', 'confidence']) {
    const problem = checks[field]?.(fieldOf(value, field), classes)
    if (problem !== undefined) return `has "${field}", which ${problem}`
  }
  const cascade = cascadeProblem(fieldOf(value, 'cascade'))
  if (cascade !== undefined) return `has "cascade", which ${cascade}`
  const trained = trainedProblem(fieldOf(value, 'trained'), { cascade: cascadeProblem })
  return trained === undefined ? undefined : `has "trained", which ${trained}`
}

function confidenceProblem(value: unknown): string | undefined {
  const softmax = fieldOf(value, 'softmax')
  const temperature = fieldOf(softmax, 'temperature')
  if (!isNumber(temperature) || temperature <= 0 || !isNumber(fieldOf(softmax, 'noneScore')))
    return 'must have a temperature above 0 and a score for none'
  const curve = fieldOf(value, 'curve')
  const at = fieldOf(curve, 'at')
  if (!isRising(at) || at.length === 0 || !isShares(fieldOf(curve, 'probability'), at.length))
    return 'must have a rising curve with a probability, 0 to 1, for each point'
  const live = fieldOf(value, 'live')
  if (live !== undefined && !isLine(live)) return 'must have a live line with an offset and a slope above 0, or none'
  const learned = fieldOf(value, 'learned')
  if (learned === undefined) return undefined
  const lists = ['means', 'deviations', 'weights'].map((name) => fieldOf(learned, name))
  const isLearned = lists.every((list) => isNumbers(list, signalCount)) && isNumber(fieldOf(learned, 'bias'))
  return isLearned ? undefined : `must have ${signalCount} learned weights, or none`
}

/** What makes a header unusable, naming the field; undefined when nothing does. The checksum does not vouch for it: anybody can write one. */
export function headerFault(header: unknown): string | undefined {
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return 'its header is not a JSON object'
  const intents = fieldOf(header, 'intents')
  const classes = Array.isArray(intents) ? intents.length : 0
  for (const [field, check] of Object.entries(checks)) {
    const problem = check(fieldOf(header, field), classes)
    if (problem !== undefined) return `"${field}" in its header ${problem}`
  }
  return undefined
}

/** Whether a weight is no number: a sum it is part of would be none either. */
export function hasStrayNumber(values: Float32Array): boolean {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return true
  return false
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
  const found: unknown = Reflect.get(value, field)
  return found
}

/** What was no number when it was written stands there as null; 1e999 can stand there too, and is read as endless. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isLine(value: unknown): boolean {
  const slope = fieldOf(value, 'slope')
  return isNumber(slope) && slope > 0 && isNumber(fieldOf(value, 'offset'))
}

function isText(value: unknown, field: string): boolean {
  return typeof fieldOf(value, field) === 'string'
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
