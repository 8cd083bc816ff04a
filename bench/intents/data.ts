import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { TestMessage } from '../../src/classification/evaluation.ts'
import type { Example } from '../../src/classification/fitted.ts'
import { isOutOfScope } from '../../src/classification/training.ts'
import { UsageError } from '../../src/core/errors.ts'
import { unknownIntent } from '../../src/core/intent.ts'

/** The sets a run takes when none is named, in their order. */
const dataSets = ['banking77.jsonl.gz', 'clinc150.jsonl.gz', 'banking77_10shot.jsonl.gz']

/** What to tell whoever has none. */
export const whereToGetData =
  'No data found. Give --data FILE or --data FOLDER, or a folder in TUPPENCE_TEST_DATA that holds ' +
  `${dataSets.map((name) => `intents/${name}`).join(', ')}: lines {"text", "intent", "split"} made from ` +
  'https://github.com/clinc/oos-eval (CLINC150), https://github.com/PolyAI-LDN/task-specific-datasets (BANKING77) and ' +
  'https://github.com/jianguoz/Few-Shot-Intent-Detection (BANKING77 with ten examples an intent).\n'

const splits = ['train', 'valid', 'test', 'oos_train', 'oos_valid', 'oos_test'] as const

/** One line of a data set. */
export interface LabelledMessage {
  readonly text: string
  readonly intent: string
  readonly split: (typeof splits)[number]
}

/** The files to read: those named, or the usual sets in the first folder that has one. */
export function findData(given: readonly string[]): string[] {
  const folders = [process.env.TUPPENCE_TEST_DATA, '../shared/data'].flatMap((folder) => folder ?? [])
  const found = folders.map((folder) => inFolder(join(folder, 'intents')))
  const paths = given.length > 0 ? given : (found.find((files) => files.length > 0) ?? [])
  return paths.flatMap((path) => (existsSync(path) && statSync(path).isDirectory() ? inFolder(path) : [path]))
}

function inFolder(folder: string): string[] {
  return dataSets.map((name) => join(folder, name)).filter((path) => existsSync(path))
}

/**
 * All lines of a data set.
 *
 * @throws UsageError naming the file and the line that is none of a data set
 */
export function readMessages(path: string): readonly LabelledMessage[] {
  const lines = textOf(path).split('\n')
  return lines.flatMap((line, index) => (line === '' ? [] : [toMessage(line, `${path}, line ${index + 1}`)]))
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path)
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  } catch (error) {
    throw new UsageError(`${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}.`, error)
  }
}

const usualLine = '{"text": "where is my refund?", "intent": "refund-missing", "split": "train"}'

function toMessage(line: string, place: string): LabelledMessage {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new UsageError(`${place}: is not JSON; a line looks like ${usualLine}.`, error)
  }
  const { text, intent, split } = { text: '', intent: '', split: '', ...(value as object | null) }
  const isSplit = (splits as readonly string[]).includes(split)
  if (typeof text !== 'string' || typeof intent !== 'string' || text === '' || !isSplit)
    throw new UsageError(`${place}: "text", "intent" or "split" is missing or wrong; a line looks like ${usualLine}.`)
  return { text, intent, split: split as LabelledMessage['split'] }
}

/**
 * Refuses, before anything is installed or learned, a set that nothing could be measured with.
 *
 * @throws UsageError naming the file and what it lacks
 */
export function checkData(path: string): void {
  const messages = readMessages(path)
  const [taught, tests] = [taughtOf(messages), testsOf(messages)]
  const intents = new Set(taught.map(({ intent }) => intent)).size
  if (intents < 2 || !tests.some(({ intent }) => intent !== unknownIntent))
    throw new UsageError(
      `${path}: lines of split "train" name ${intents} intents and ${tests.length} lines are of split "test"; two intents and ` +
        'one test line of an intent are the least to measure with.',
    )
}

/** The lines to learn from, to set thresholds with, or both: everything but the test lines. */
export function examplesOf(messages: readonly LabelledMessage[]): readonly Example[] {
  return messages.filter((message): message is LabelledMessage & Example => !isTest(message))
}

/** The lines that a peer learns from: those of an intent, because none of the peers knows "none of these". */
export function taughtOf(messages: readonly LabelledMessage[]): readonly TestMessage[] {
  return messages.filter(({ split }) => split === 'train')
}

/** The test lines; nothing is chosen by them. */
export function testsOf(messages: readonly LabelledMessage[]): readonly TestMessage[] {
  return messages
    .filter(isTest)
    .map((message) => ({ text: message.text, intent: isOutOfScope(message) ? unknownIntent : message.intent }))
}

function isTest({ split }: LabelledMessage): boolean {
  return split === 'test' || split === 'oos_test'
}
