import { defaultTarget, type Example, thresholdFor } from '../../src/classification/fitted.ts'
import { isOutOfScope, toBytes, train } from '../../src/classification/training.ts'
import type { CliCommand } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { parseArguments, refuseFiles, required } from './arguments.ts'
import { countSplits, type LabelledLine, readLabelledLines } from './labelled-lines.ts'
import { writeArgumentFile } from './lines.ts'

const usage = 'tuppence train --data messages.jsonl --out intents.tpnc'

function toExamples(line: LabelledLine): readonly Example[] {
  const { text, intent, split, weight } = line
  return split === 'test' || split === 'oos_test' ? [] : [{ text, intent, split, weight }]
}

function checkIntents(
  examples: readonly Example[],
  lines: { path: string; all: readonly LabelledLine[] },
): Set<string> {
  const learned = examples.filter(({ split }) => split === 'train' || split === 'oos_train')
  const intents = new Set(learned.filter((example) => !isOutOfScope(example)).map(({ intent }) => intent))
  const classes = intents.size + (learned.some(isOutOfScope) ? 1 : 0)
  if (intents.size > 0 && classes > 1) return intents
  const found = intents.size === 0 ? 'no intent' : `the one intent "${[...intents].join()}"`
  throw new UsageError(
    `${lines.path}: lines of split "train" name ${found}; at least two intents, or one and lines of split "oos_train", ` +
      `are needed to tell them apart. Found: ${countSplits(lines.all)}.`,
  )
}

/** `tuppence train`: labelled messages in, a classifier file out. */
export const trainCommand: CliCommand = {
  summary: 'learn a classifier from labelled messages',
  help: `Usage: ${usage}

Learns from lines {"text", "intent", "split"} (JSON Lines, .gz accepted):
  train, oos_train    to learn from; oos_ lines mean none of the intents
  valid, oos_valid    to set probabilities and the threshold
  test, oos_test      never used
A line may have a "weight" above 0. The same data gives the same file, to the byte.

  --data FILE   the labelled messages
  --out FILE    where the classifier goes
Prints {examples, intents, validation, seconds, bytes, target, threshold} as JSON.
`,
  async run(args, io) {
    const parsed = parseArguments(args, 'train', { data: { type: 'string' }, out: { type: 'string' } })
    if (parsed.values.help === true) {
      io.stdout.write(this.help)
      return 0
    }
    refuseFiles(parsed, usage)
    const path = required(parsed, 'data', usage)
    const out = required(parsed, 'out', usage)
    const all = await readLabelledLines(path, io)
    const examples = all.flatMap(toExamples)
    const intents = checkIntents(examples, { path, all })
    const start = performance.now()
    const fitted = train(examples)
    const bytes = toBytes(fitted)
    const seconds = Math.round(performance.now() - start) / 1000
    await writeArgumentFile({ path: out, bytes }, io)
    const summary = {
      examples: fitted.examples,
      intents: intents.size,
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
