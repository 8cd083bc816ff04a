import type { CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { unknownIntent } from '../../src/core/intent.ts'
import { propertyOf } from '../../src/core/outside.ts'
import { readCheckedLines } from './checked-lines.ts'
import { createFaultList, type FaultList } from './faults.ts'
import { type Line, readArgumentFile } from './lines.ts'

/** The parts of a labelled data set, in the order of a message about them. */
export const splits = ['train', 'valid', 'test', 'oos_train', 'oos_valid', 'oos_test'] as const

/** Part of a labelled data set; those with `oos_` hold messages that mean none of the intents. */
export type Split = (typeof splits)[number]

/** One line of a labelled data set. */
export interface LabelledLine {
  /** Counted from 1. */
  readonly number: number
  readonly text: string
  readonly intent: string
  readonly split: Split
  readonly weight: number
}

/** Ends a message about faults. */
export const lineExample =
  'A line looks like {"text": "where is my refund?", "intent": "refund-missing", "split": "train"}.'

/** What platforms let a customer write at most; only the beginning is analysed anyway. */
const longestText = 40_000
const longestIntent = 100

/** Control characters, further line ends, and marks that turn the direction of what a terminal shows. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text
}

function shownEscaped(value: unknown): string {
  return shown(value).replace(
    new RegExp(unprintable, 'gu'),
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function parseObject(text: string): object | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return `not JSON: ${shown(text)}`
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `not a JSON object: ${shown(value)}`
  return value
}

/**
 * The `text` of a JSON line.
 *
 * @throws UsageError naming file, line, field and value
 */
export function textOfLine(line: Line, path: string): string {
  const value = parseObject(line.text)
  const text = typeof value === 'string' ? undefined : propertyOf(value, 'text')
  if (typeof text === 'string') return text
  const problem = typeof value === 'string' ? value : `"text" must be a string and is ${shown(text)}`
  throw new UsageError(`${path}, line ${line.number}: ${problem}. ${lineExample}`)
}

/** What one line holds: a labelled message, faults, or a line of a split that was not asked for. */
type Content =
  | { readonly kind: 'labelled'; readonly line: LabelledLine; readonly fields: readonly string[] }
  | { readonly kind: 'faulty'; readonly problems: readonly string[] }
  | { readonly kind: 'passed-over'; readonly split: Split }

function readContent(line: Line, { wanted, splitWhenAbsent }: ReadingRules): Content {
  const value = parseObject(line.text)
  if (typeof value === 'string') return { kind: 'faulty', problems: [`${value}.`] }
  const given = propertyOf(value, 'split') ?? splitWhenAbsent
  const split = splits.find((name) => name === given)
  if (split !== undefined && !wanted.includes(split)) return { kind: 'passed-over', split }

  const text = propertyOf(value, 'text')
  const intent = propertyOf(value, 'intent') ?? (split?.startsWith('oos_') === true ? unknownIntent : undefined)
  const weight = propertyOf(value, 'weight') ?? 1
  const problems = [textProblem(text), intentProblem(intent), splitProblem(split, given), weightProblem(weight)]
  const found = problems.filter((problem) => problem !== undefined)
  const isWhole = typeof text === 'string' && typeof intent === 'string' && typeof weight === 'number'
  if (found.length > 0 || !isWhole || split === undefined) return { kind: 'faulty', problems: found }
  return {
    kind: 'labelled',
    line: { number: line.number, text, intent, split, weight },
    fields: Object.keys(value),
  }
}

function textProblem(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.trim() === '')
    return `"text" must be a string with a message and is ${shown(text)}.`
  if (text.length <= longestText) return undefined
  return `"text" has ${text.length} characters; at most ${longestText} are a message. Cut it, or leave the line out.`
}

function intentProblem(intent: unknown): string | undefined {
  if (typeof intent !== 'string' || intent.trim() === '')
    return `"intent" must be a string with a name and is ${shown(intent)}.`
  if (intent.length > longestIntent)
    return `"intent" has ${intent.length} characters; a name has at most ${longestIntent}: ${shown(intent)}.`
  if (intent.trim() === intent && intent.isWellFormed() && !unprintable.test(intent)) return undefined
  return `"intent" must be a name without control characters, and without spaces around it, and is ${shownEscaped(intent)}.`
}

function splitProblem(split: Split | undefined, given: unknown): string | undefined {
  if (split !== undefined) return undefined
  return `"split" must be one of ${splits.join(', ')} and is ${shown(given)}.`
}

function weightProblem(weight: unknown): string | undefined {
  if (typeof weight === 'number' && weight > 0 && weight <= 1000) return undefined
  return `"weight" must be a number above 0, at most 1000, and is ${shown(weight)}.`
}

/** What is read of a labelled file, and what is a fault in it. */
export interface ReadingRules {
  /** Lines of other splits are counted; nothing else of them is looked at. */
  readonly wanted: readonly Split[]
  /** The split of a line that names none; a fault without. */
  readonly splitWhenAbsent?: Split
  /** An empty line between two others is a fault; passed over without. After the last line it never counts. */
  readonly refusesEmptyLines: boolean
  /** Further lines are checked and counted, but not kept. */
  readonly most: number
}

/** What a labelled file holds. */
export interface LabelledFile {
  readonly lines: readonly LabelledLine[]
  /** How many lines each split has, those that were passed over among them. */
  readonly counts: ReadonlyMap<Split, number>
  /** Each field that stands in the lines kept, and the first line it stands in. */
  readonly fields: ReadonlyMap<string, number>
  readonly faults: FaultList
}

/**
 * Reads a labelled data set (JSON Lines, plain or gzip) to its end, whatever is wrong in it.
 *
 * @throws UsageError when the file cannot be read, or has more than two million lines
 */
export async function readLabelledFile(path: string, rules: ReadingRules, io: CliIo): Promise<LabelledFile> {
  const faults = createFaultList(path)
  const lines: LabelledLine[] = []
  const counts = new Map<Split, number>()
  const fields = new Map<string, number>()
  const names = new Map<string, string>()
  const count = (split: Split): void => void counts.set(split, (counts.get(split) ?? 0) + 1)
  for await (const line of filledLines(await readArgumentFile(path, io), { path, faults, rules })) {
    const content = readContent(line, rules)
    if (content.kind === 'passed-over') count(content.split)
    if (content.kind === 'faulty') for (const problem of content.problems) faults.add(line.number, problem)
    if (content.kind !== 'labelled') continue
    count(content.line.split)
    if (lines.length >= rules.most) continue
    for (const field of content.fields) if (!fields.has(field) && fields.size < 100) fields.set(field, line.number)
    // Every parsed name is a string of its own; one for all its lines is enough.
    const intent = names.get(content.line.intent) ?? content.line.intent
    names.set(intent, intent)
    lines.push({ ...content.line, intent })
  }
  return { lines, counts, fields, faults }
}

/** Packed, a file of next to no bytes may have any number of lines. */
const mostLinesRead = 2_000_000

interface Filling {
  readonly path: string
  readonly faults: FaultList
  readonly rules: ReadingRules
}

/** The lines that hold something; the others become faults. */
async function* filledLines(bytes: Uint8Array, { path, faults, rules }: Filling): AsyncGenerator<Line> {
  let lastFilled = 0
  for await (const batch of readCheckedLines(bytes)) {
    if ((batch.at(-1)?.number ?? 0) > mostLinesRead)
      throw new UsageError(
        `${path}: has more than ${mostLinesRead} lines, empty ones among them; give a share of them.`,
      )
    for (const line of batch) {
      if ('text' in line && line.text.trim() === '') continue
      for (let empty = lastFilled + 1; rules.refusesEmptyLines && empty < line.number; empty++)
        faults.add(empty, 'an empty line; remove it.')
      lastFilled = line.number
      if ('problem' in line) faults.add(line.number, line.problem)
      else yield line
    }
  }
}

/**
 * All lines of a labelled data set (JSON Lines, plain or gzip); empty lines are passed over.
 *
 * @throws UsageError naming the file, and line, field and value of every fault
 */
export async function readLabelledLines(path: string, io: CliIo): Promise<readonly LabelledLine[]> {
  const rules = { wanted: splits, refusesEmptyLines: false, most: Number.POSITIVE_INFINITY }
  const { lines, faults } = await readLabelledFile(path, rules, io)
  if (faults.count > 0) throw faults.toError(lineExample)
  if (lines.length === 0) throw new UsageError(`${path}: has no lines. ${lineExample}`)
  return lines
}

/** How many lines each split has, for a message: `train 15000, test 4500`. */
export function countSplits(lines: readonly LabelledLine[]): string {
  const bySplit = Map.groupBy(lines, ({ split }) => split)
  return printCounts(new Map([...bySplit].map(([split, own]) => [split, own.length])))
}

/** The same of counts. */
export function printCounts(counts: ReadonlyMap<Split, number>): string {
  const present = splits.filter((split) => counts.has(split))
  return present.map((split) => `${split} ${counts.get(split) ?? 0}`).join(', ')
}
