import { isOutOfScope } from '../../src/classification/training.ts'
import type { CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { unknownIntent } from '../../src/core/intent.ts'
import { type Conflict, findRepetitions, labelOf } from './conflicts.ts'
import type { FaultList } from './faults.ts'
import { type LabelledFile, type LabelledLine, lineExample, printCounts, readLabelledFile } from './labelled-lines.ts'

/** Lines to learn from or to set probabilities with; see `mostIntents` too: their product decides how much memory is needed. */
const mostLines = 100_000
const mostIntents = 1000
/** Lines times intents: the scores of every line for every intent are held at once, eight bytes each. */
const mostScores = 50_000_000

/** Fields of a line that are read, and those that `export training` writes for people. */
const knownFields = new Set(['text', 'intent', 'split', 'weight', 'source', 'at', 'agent', 'confidence', 'stage'])

/** A data set that can be learned from. */
export interface TrainingLines {
  readonly lines: readonly LabelledLine[]
  readonly intents: number
  /** Texts under two intents that were kept all the same. */
  readonly conflicts: readonly Conflict[]
  readonly repeated: number
  /** What is no fault but worth a look, a sentence each. */
  readonly remarks: readonly string[]
}

/**
 * Reads everything `train` learns from; of test lines nothing but their split.
 *
 * @throws UsageError naming the file, and line, field and value of every fault
 */
export async function readTrainingLines(
  path: string,
  { allowsConflicts }: { readonly allowsConflicts: boolean },
  io: CliIo,
): Promise<TrainingLines> {
  const wanted = ['train', 'valid', 'oos_train', 'oos_valid'] as const
  const file = await readLabelledFile(path, { wanted, refusesEmptyLines: true, most: mostLines }, io)
  const { lines, faults } = file
  const isEmpty = faults.count === 0 && file.counts.size === 0
  if (isEmpty) throw new UsageError(`${path}: has no lines. ${lineExample}`)
  const learned = Map.groupBy(lines.filter(isLearned), labelOf)
  const intents = [...learned.keys()].filter((name) => name !== unknownIntent)
  const isReadable = faults.count === 0
  const isWhole = refuseTooMuch(file, learned.size)
  if (isWhole) refuseSingles(learned, faults)
  if (isReadable) refuseTooFew(intents, { file, hasOutOfScope: learned.has(unknownIntent) })
  const { conflicts, repeated } = findRepetitions(lines)
  const refused = allowsConflicts ? [] : conflicts.filter(({ kind }) => kind === 'same')
  for (const { earlier, later } of refused) faults.add(later.number, describeConflict(earlier, later))
  if (faults.count > 0) throw faults.toError(`Nothing was written. ${lineExample}`)
  const remarks = [...remarksOn(conflicts, repeated), ...oddFields(file), ...oddLabels(lines, new Set(intents))]
  return { lines, intents: intents.length, conflicts, repeated, remarks }
}

function isLearned({ split }: LabelledLine): boolean {
  return split === 'train' || split === 'oos_train'
}

function describeConflict(earlier: LabelledLine, later: LabelledLine): string {
  return (
    `${quoted(later.text)} is intent "${labelOf(later)}" here and "${labelOf(earlier)}" in line ${earlier.number}; ` +
    'keep one of the two lines, or keep both with --allow-conflicts.'
  )
}

/** A conflict as a remark. */
function remarkOn({ earlier, later }: Conflict): string {
  return (
    `line ${later.number}: ${quoted(later.text)} is intent "${labelOf(later)}", and line ${earlier.number} ` +
    `${quoted(earlier.text)} is "${labelOf(earlier)}"; both were kept`
  )
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text)
}

/** @returns whether all lines were kept */
function refuseTooMuch({ counts, faults }: LabelledFile, intents: number): boolean {
  const kept = [...counts].filter(([split]) => !split.endsWith('test')).reduce((sum, [, count]) => sum + count, 0)
  if (kept > mostLines) {
    faults.add(
      0,
      `${kept} lines to learn from; at most ${mostLines} are. Give a random share of them, ` +
        `for example \`shuf -n ${mostLines} FILE > NEW\`.`,
    )
  }
  if (intents > mostIntents) {
    faults.add(0, `${intents} intents; at most ${mostIntents} are told apart. Look whether "intent" holds its name.`)
  } else if (Math.min(kept, mostLines) * intents > mostScores) {
    const share = Math.floor(mostScores / intents)
    faults.add(
      0,
      `${kept} lines of ${intents} intents need too much memory; with so many intents give at most ${share} lines, ` +
        `for example \`shuf -n ${share} FILE > NEW\`.`,
    )
  }
  return kept <= mostLines
}

/** Of one example nobody can tell what matters in it, and nothing is left to test it with. */
function refuseSingles(learned: ReadonlyMap<string, readonly LabelledLine[]>, faults: FaultList): void {
  for (const [intent, own] of learned) {
    const [first, ...others] = own
    if (first === undefined || intent === unknownIntent || others.some(({ text }) => text !== first.text)) continue
    faults.add(
      first.number,
      `the only example of intent "${intent}"; give at least 2 different ones (10 to 20 are usual), or leave the intent out.`,
    )
  }
}

function refuseTooFew(
  intents: readonly string[],
  { file, hasOutOfScope }: { readonly file: LabelledFile; readonly hasOutOfScope: boolean },
): void {
  if (intents.length > 0 && intents.length + (hasOutOfScope ? 1 : 0) > 1) return
  const found = intents.length === 0 ? 'no intent' : `the one intent "${intents.join()}"`
  file.faults.add(
    0,
    `lines of split "train" name ${found}; at least two intents, or one and lines of split "oos_train", ` +
      `are needed to tell them apart. Found: ${printCounts(file.counts)}.`,
  )
}

const mostRemarks = 20

function remarksOn(conflicts: readonly Conflict[], repeated: number): readonly string[] {
  const remarks = conflicts.slice(0, mostRemarks).map(remarkOn)
  if (conflicts.length > mostRemarks) remarks.push(`and ${conflicts.length - mostRemarks} more texts under two intents`)
  if (repeated > 0) remarks.push(`${printLines(repeated)} the text and the intent of an earlier one; each counts`)
  return remarks
}

function oddFields({ fields }: LabelledFile): readonly string[] {
  return [...fields]
    .filter(([field]) => !knownFields.has(field))
    .slice(0, mostRemarks)
    .map(([field, line]) => `line ${line}: the field ${quoted(field)} is not read`)
}

function printLines(count: number): string {
  return count === 1 ? '1 line repeats' : `${count} lines repeat`
}

/** Labels that are read otherwise than they look. */
function oddLabels(lines: readonly LabelledLine[], intents: ReadonlySet<string>): readonly string[] {
  const named = lines.find(
    (line) => line.split.startsWith('oos_') && !isOutOfScope({ intent: line.intent, split: 'train' }),
  )
  const unlearned = lines.filter((line) => line.split === 'valid' && !isOutOfScope(line) && !intents.has(line.intent))
  return [
    ...(named === undefined
      ? []
      : [`line ${named.number}: the intent "${named.intent}" is not read, as split "${named.split}" means none`]),
    ...(unlearned[0] === undefined
      ? []
      : [
          `line ${unlearned[0].number}: no line of split "train" has the intent "${unlearned[0].intent}", so it counts as none` +
            (unlearned.length > 1 ? `; so do ${unlearned.length - 1} more` : ''),
        ]),
  ]
}
