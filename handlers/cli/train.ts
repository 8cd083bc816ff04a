import { defaultTarget, type Example, thresholdFor } from '../../src/classification/fitted.ts'
import { toBytes, train } from '../../src/classification/training.ts'
import type { CliCommand } from '../../src/core/cli.ts'
import { parseArguments, refuseFiles, required } from './arguments.ts'
import { labelOf } from './conflicts.ts'
import type { LabelledLine } from './labelled-lines.ts'
import { checkArgumentFile, writeArgumentFile } from './lines.ts'
import { readTrainingLines, type TrainingLines } from './training-lines.ts'

const usage = 'tuppence train --data messages.jsonl --out intents.tpnc'

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

Prints {examples, intents, repeated, conflicts, conflictLines, validation, seconds, bytes, target, threshold} as JSON.
All faults are listed with their lines; then the command exits 2 and nothing is written. An empty line, a field that is
missing or wrong, an intent with one example, the same text under two intents, and bytes that are not UTF-8 are faults.
Texts under two intents that only look alike to the classifier ("top up", "top-up") are told and kept.
`,
  async run(args, io) {
    const parsed = parseArguments(args, 'train', {
      data: { type: 'string' },
      out: { type: 'string' },
      'allow-conflicts': { type: 'boolean' },
    })
    if (parsed.values.help === true) {
      io.stdout.write(this.help)
      return 0
    }
    refuseFiles(parsed, usage)
    const path = required(parsed, 'data', usage)
    const out = required(parsed, 'out', usage)
    await checkArgumentFile(out, io, path)
    const read = await readTrainingLines(path, { allowsConflicts: parsed.values['allow-conflicts'] === true }, io)
    for (const remark of read.remarks) io.stderr.write(`tuppence: ${path}: ${remark}.\n`)
    const examples = read.lines.flatMap(toExamples)
    const start = performance.now()
    const fitted = train(examples)
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
      threshold: thresholdFor(fitted, defaultTarget),
    }
    io.stdout.write(`${JSON.stringify(summary)}\n`)
    return 0
  },
}
