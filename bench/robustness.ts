import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { loadConfig } from '../config/load.ts'
import { createClassifier } from '../src/classification/classify.ts'
import { coverageAt } from '../src/classification/evaluation.ts'
import type { Example } from '../src/classification/fitted.ts'
import { examplesFromIntents, isOutOfScope, train } from '../src/classification/training.ts'
import type { Classifier } from '../src/core/classifier.ts'
import { unknownIntent } from '../src/core/intent.ts'
import { chanceOf, type Damage, damages } from './damage.ts'

/*
 * How the free stages fare when messages are written badly. The shipped intents are measured on the held-out messages of
 * the tests, BANKING77 on every fifth of its own training lines; its test lines are not read.
 */
const seed = 20_261_128
const answerFrom = 0.8

interface Line {
  readonly text: string
  readonly intent: string
  readonly split: string
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : ((100 * part) / whole).toFixed(1))

/** One row: accuracy, coverage at 98 % precision, share answered at 0.80, its precision, out of scope answered, all in %. */
function figuresOf(classifier: Classifier, lines: readonly Line[], damage: Damage): string[] {
  const chance = chanceOf(seed)
  const judged = lines.map((line) => ({ line, result: classifier.classify(damage(line.text, chance)) }))
  const inside = judged.filter(({ line }) => !isOutOfScope(line))
  const outside = judged.filter(({ line }) => isOutOfScope(line))
  const isAnswered = ({ result }: (typeof judged)[number]): boolean =>
    result.intent !== unknownIntent && result.confidence >= answerFrom
  const isRight = ({ line, result }: (typeof judged)[number]): boolean => result.intent === line.intent
  const answered = inside.filter(isAnswered)
  const ranked = inside.map(({ line, result }) => ({
    rank: result.candidates[0]?.confidence ?? 0,
    right: result.candidates[0]?.intent === line.intent,
  }))
  return [
    percent(inside.filter(isRight).length, inside.length),
    (100 * coverageAt(ranked, 0.98)).toFixed(1),
    percent(answered.length, inside.length),
    percent(answered.filter(isRight).length, answered.length),
    percent(outside.filter(isAnswered).length, outside.length),
  ]
}

const columns = ['', 'accuracy', 'cov@98', 'answered', 'precision', 'oos answered']

function printTable(title: string, classifier: Classifier, lines: readonly Line[]): void {
  const rows = Object.entries(damages).map(([name, damage]) => [name, ...figuresOf(classifier, lines, damage)])
  const widths = columns.map((column, at) => Math.max(...[columns, ...rows].map((row) => (row[at] ?? column).length)))
  process.stdout.write(`${title}, in % of ${lines.length} messages, seed ${seed}\n`)
  for (const row of [columns, ...rows]) {
    const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
    process.stdout.write(`${cells.join('  ')}\n`)
  }
  process.stdout.write('\n')
}

function printShipped(): void {
  const { intents, outOfScope } = loadConfig({})
  const fitted = train(examplesFromIntents(intents, outOfScope), intents)
  const held = readFileSync(new URL('../test/fixtures/messages/held-out.jsonl', import.meta.url), 'utf8')
  printTable('The shipped intents', createClassifier({ fitted }), linesOf(held))
}

function findBanking(): string | undefined {
  const folders = [process.env.TUPPENCE_TEST_DATA, '../shared/data'].flatMap((folder) => folder ?? [])
  return folders.map((folder) => join(folder, 'intents', 'banking77.jsonl.gz')).find(existsSync)
}

function printBanking(path: string): void {
  const lines = linesOf(gunzipSync(readFileSync(path)).toString()).filter(({ split }) => split === 'train')
  const isHeld = (_: Line, number: number): boolean => number % 5 === 2
  const examples = lines
    .filter((line, number) => !isHeld(line, number))
    .map((line): Example => ({ ...line, split: 'train' }))
  printTable('BANKING77, training lines held out', createClassifier({ fitted: train(examples) }), lines.filter(isHeld))
}

/**
 * Prints a table of damages and figures for each set of messages that is there.
 *
 * @returns the exit code, always 0: a set that is missing is said to be
 */
function main(): number {
  printShipped()
  const path = findBanking()
  if (path === undefined)
    process.stdout.write('BANKING77 is not there; see `npm run bench -- intents` for where it goes.\n')
  else printBanking(path)
  return 0
}

export default main
