import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Example } from '../../src/classification/fitted.ts'
import { isOutOfScope } from '../../src/classification/training.ts'
import { unknownIntent } from '../../src/core/intent.ts'

/** The sets a run takes when none is named, in their order. */
const dataSets = ['banking77.jsonl.gz', 'clinc150.jsonl.gz', 'banking77_10shot.jsonl.gz']

/** What to tell whoever has none. */
export const whereToGetData =
  'No data found. Give --data FILE or --data FOLDER, or a folder in TUPPENCE_TEST_DATA that holds ' +
  `${dataSets.map((name) => `intents/${name}`).join(', ')}: lines {"text", "intent", "split"} made from ` +
  'https://github.com/clinc/oos-eval (CLINC150), https://github.com/PolyAI-LDN/task-specific-datasets (BANKING77) and ' +
  'https://github.com/jianguoz/Few-Shot-Intent-Detection (BANKING77 with ten examples an intent).\n'

/** One line of a data set. */
export interface LabelledMessage {
  readonly text: string
  readonly intent: string
  readonly split: Example['split'] | 'test' | 'oos_test'
}

/** A message to judge with; the intent of one out of scope is `unknown`. */
export interface TestMessage {
  readonly text: string
  readonly intent: string
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

/** All lines of a data set. */
export function readMessages(path: string): readonly LabelledMessage[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabelledMessage)
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
