import type { CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { inPieces, type Line, readLines, readTextBytes } from './lines.ts'

const splits = ['train', 'valid', 'test', 'oos_train', 'oos_valid', 'oos_test'] as const

/** Part of a labelled data set; those with `oos_` hold messages that mean none of the intents. */
export type Split = (typeof splits)[number]

/** One line of a labelled data set. */
export interface LabelledLine {
  readonly text: string
  readonly intent: string
  readonly split: Split
  readonly weight: number
}

const example = '{"text": "where is my refund?", "intent": "refund-missing", "split": "train"}'

/** Where a fault is, for its message. */
interface Place {
  readonly path: string
  readonly number: number
}

function fault({ path, number }: Place, problem: string): UsageError {
  return new UsageError(`${path}, line ${number}: ${problem}; a line looks like ${example}.`)
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function parseObject(text: string, place: Place): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw fault(place, `not JSON: ${shown(text)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fault(place, `not a JSON object: ${shown(value)}`)
  }
  return value
}

function fieldOf(value: object, field: string): unknown {
  const found: unknown = Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined
  return found
}

/**
 * The `text` of a JSON line.
 *
 * @throws UsageError naming file, line, field and value
 */
export function textOfLine(line: Line, path: string): string {
  const place = { path, number: line.number }
  const text = fieldOf(parseObject(line.text, place), 'text')
  if (typeof text !== 'string') throw fault(place, `"text" must be a string and is ${shown(text)}`)
  return text
}

function toLabelled(line: Line, path: string): LabelledLine {
  const place = { path, number: line.number }
  const value = parseObject(line.text, place)
  const text = fieldOf(value, 'text')
  if (typeof text !== 'string' || text.trim() === '') {
    throw fault(place, `"text" must be a string with a message and is ${shown(text)}`)
  }
  const given = fieldOf(value, 'split')
  const split = splits.find((name) => name === given)
  if (split === undefined) throw fault(place, `"split" must be one of ${splits.join(', ')} and is ${shown(given)}`)
  const intent = fieldOf(value, 'intent') ?? (split.startsWith('oos_') ? 'unknown' : undefined)
  if (typeof intent !== 'string' || intent.trim() === '') {
    throw fault(place, `"intent" must be a string with a name and is ${shown(intent)}`)
  }
  const weight = fieldOf(value, 'weight') ?? 1
  if (typeof weight !== 'number' || !(weight > 0) || weight > 1000) {
    throw fault(place, `"weight" must be a number above 0, at most 1000, and is ${shown(weight)}`)
  }
  return { text, intent, split, weight }
}

/**
 * All lines of a labelled data set (JSON Lines, plain or gzip); blank lines are passed over.
 *
 * @throws UsageError naming file, line, field, value and what a line looks like
 */
export async function readLabelledLines(path: string, io: CliIo): Promise<readonly LabelledLine[]> {
  const bytes = await readTextBytes(path, io)
  const labelled: LabelledLine[] = []
  for await (const lines of readLines(inPieces(bytes), path)) {
    for (const line of lines) if (line.text.trim() !== '') labelled.push(toLabelled(line, path))
  }
  if (labelled.length === 0) throw new UsageError(`${path}: has no lines; a line looks like ${example}.`)
  return labelled
}

/** How many lines each split has, for a message: `train 15000, test 4500`. */
export function countSplits(lines: readonly LabelledLine[]): string {
  return splits
    .map((split) => ({ split, count: lines.filter((line) => line.split === split).length }))
    .filter(({ count }) => count > 0)
    .map(({ split, count }) => `${split} ${count}`)
    .join(', ')
}
