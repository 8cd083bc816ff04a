import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { BayesClassifier } from 'natural/lib/natural/classifiers/index.js'
import { createClassifier } from '../src/classification/classify.ts'
import { evaluate, type EvaluationResult, type TestMessage } from '../src/classification/evaluation.ts'
import { type Example, thresholdFor } from '../src/classification/fitted.ts'
import { fromBytes, isOutOfScope, toBytes, train } from '../src/classification/training.ts'
import type { Classifier } from '../src/core/classifier.ts'
import { unknownIntent } from '../src/core/intent.ts'

/*
 * Our free stages beside the naive Bayes classifier of `natural`, in one run, on the same messages:
 *   node bin/run.mjs bench/intents.ts --data banking77.jsonl.gz [--data clinc150.jsonl.gz]
 */
const dataSets = ['banking77.jsonl.gz', 'clinc150.jsonl.gz']
const whereToGetData =
  'No data found. Give --data FILE, or a folder in TUPPENCE_TEST_DATA that holds intents/banking77.jsonl.gz and ' +
  'intents/clinc150.jsonl.gz: lines {"text", "intent", "split"} made from https://github.com/clinc/oos-eval ' +
  '(CLINC150) and https://github.com/PolyAI-LDN/task-specific-datasets (BANKING77).\n'

interface LabelledMessage {
  readonly text: string
  readonly intent: string
  readonly split: Example['split'] | 'test' | 'oos_test'
}

interface Measured {
  readonly name: string
  readonly result: EvaluationResult
  readonly trainSeconds: number
  readonly bytes: number
}

function readMessages(path: string): LabelledMessage[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabelledMessage)
}

function findData(given: readonly string[]): string[] {
  const folders = [process.env.TUPPENCE_TEST_DATA, '../shared/data'].flatMap((folder) => folder ?? [])
  const found = folders.map((folder) => dataSets.map((name) => join(folder, 'intents', name)).filter(existsSync))
  const paths = given.length > 0 ? given : (found.find((files) => files.length > 0) ?? [])
  return paths.flatMap((path) =>
    existsSync(path) && statSync(path).isDirectory()
      ? dataSets.map((name) => join(path, name)).filter(existsSync)
      : [path],
  )
}

function processorSeconds(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const used = process.cpuUsage(start)
  return (used.user + used.system) / 1e6
}

function isExample(message: LabelledMessage): message is LabelledMessage & Example {
  return message.split !== 'test' && message.split !== 'oos_test'
}

function measure(classifier: Classifier, messages: readonly LabelledMessage[], threshold: number): EvaluationResult {
  const tests = messages
    .filter((message) => !isExample(message))
    .map((message): TestMessage => ({
      text: message.text,
      intent: isOutOfScope(message) ? unknownIntent : message.intent,
    }))
  return evaluate(classifier, tests, { threshold, now: () => performance.now() })
}

function measureOurs(messages: readonly LabelledMessage[]): Measured {
  let bytes = new Uint8Array()
  const trainSeconds = processorSeconds(() => {
    bytes = new Uint8Array(toBytes(train(messages.filter(isExample))))
  })
  const fitted = fromBytes(bytes)
  const result = measure(createClassifier({ fitted }), messages, thresholdFor(fitted, 0.98))
  return { name: 'tuppence', result, trainSeconds, bytes: bytes.length }
}

/** `natural` gives products of probabilities, not probabilities: they are brought to the sum 1, its best case. */
function measureNatural(messages: readonly LabelledMessage[]): Measured {
  const bayes = new BayesClassifier()
  const trainSeconds = processorSeconds(() => {
    for (const { text, intent, split } of messages) if (split === 'train') bayes.addDocument(text, intent)
    bayes.train()
  })
  const classifier: Classifier = {
    classify(text) {
      const ranked = bayes.getClassifications(text)
      const sum = ranked.reduce((total, { value }) => total + value, 0) || 1
      const candidates = ranked.slice(0, 5).map(({ label, value }) => ({ intent: label, confidence: value / sum }))
      const [best] = candidates
      const { intent, confidence } = best ?? { intent: unknownIntent, confidence: 0 }
      return { intent, confidence, stage: 'tfidf', candidates, evidence: [] }
    },
  }
  const result = measure(classifier, messages, 0.98)
  return { name: 'natural Bayes', result, trainSeconds, bytes: JSON.stringify(bayes).length }
}

const columns = ['', 'accuracy', 'macro-F1', 'cov@98', 'ECE', 'oos AUROC', 'train CPU s', 'µs p50', 'µs p99', 'MB']

function figuresOf({ result, trainSeconds, bytes }: Measured): number[] {
  const { accuracy, macroF1, coverageAt, ece, outOfScope, microsecondsPerMessage } = result
  const { p50, p99 } = microsecondsPerMessage
  return [
    accuracy,
    macroF1,
    coverageAt['0.98'],
    ece,
    outOfScope?.auroc ?? Number.NaN,
    trainSeconds,
    p50,
    p99,
    bytes / 1e6,
  ]
}

const decimals = [4, 4, 3, 3, 4, 1, 0, 0, 2]

function tableOf(ours: Measured, peer: Measured): string {
  const show = (values: readonly number[], digits: (index: number) => number): string[] =>
    values.map((value, index) => (Number.isNaN(value) ? '-' : value.toFixed(digits(index))))
  const [own, other] = [figuresOf(ours), figuresOf(peer)]
  const ratios = own.map((value, index) => value / (other[index] ?? 1))
  const rows = [
    columns,
    [ours.name, ...show(own, (index) => decimals[index] ?? 2)],
    [peer.name, ...show(other, (index) => decimals[index] ?? 2)],
    ['ratio', ...show(ratios, () => 3)],
  ]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n')
}

/**
 * Runs the comparison and prints a table with ratios (ours divided by the peer's) for each data set.
 *
 * @returns the exit code: 0, or 2 when there is no data
 */
function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { data: { type: 'string', multiple: true } } })
  const paths = findData(values.data ?? [])
  const missing = paths.find((path) => !existsSync(path))
  if (paths.length === 0 || missing !== undefined) {
    process.stderr.write(missing === undefined ? whereToGetData : `${missing} does not exist. ${whereToGetData}`)
    return 2
  }
  for (const path of paths) {
    const messages = readMessages(path)
    process.stdout.write(`${basename(path)}\n`)
    const ours = measureOurs(messages)
    process.stdout.write(`${tableOf(ours, measureNatural(messages))}\n\n`)
  }
  return 0
}

export default main
