import { hasSecondStage } from '../../src/classification/cascade.ts'
import { encodeAhead } from '../../src/classification/encode-ahead.ts'
import type { FittedClassifier } from '../../src/classification/fitted.ts'
import { defaultTarget } from '../../src/classification/fitted.ts'
import { type LabelledMessage, type Recalibration, recalibrate } from '../../src/classification/recalibrate.ts'
import { recalibrateCascade, recalibrateStages } from '../../src/classification/recalibrate-cascade.ts'
import { isOutOfScope, toBytes } from '../../src/classification/training.ts'
import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import type { Encoder } from '../../src/core/encoder.ts'
import { UsageError } from '../../src/core/errors.ts'
import { unknownIntent } from '../../src/core/intent.ts'
import { type Arguments, parseArguments, refuseFiles, required } from './arguments.ts'
import { printCounts, readLabelledFile } from './labelled-lines.ts'
import { checkArgumentFile, writeArgumentFile } from './lines.ts'
import { readModelFile } from './model-file.ts'
import { targetOf } from './target.ts'
import { trainCommand } from './train.ts'

/** The bot's own classifier, as training left it. */
export interface OwnClassifier {
  readonly fitted: FittedClassifier
  /** Precision the owner wants, and the threshold while no label shows a better one. */
  readonly target: number
  readonly careful: number
  /** What its second stage asks; whoever opened the classifier closes it. */
  readonly encoder: Encoder | undefined
  /** Keeps the result beside the classifier; gives the file. */
  keep(recalibration: Recalibration, messages: number): Promise<string>
}

const usage = 'tuppence train --recalibrate labelled.jsonl'
const mostLines = 100_000

const help = `
Or: ${usage} [--model FILE --out FILE [--target 0.98]]

Sets confidence and thresholds anew by labelled messages of live traffic: 100 to 200 are enough to move them, ten hardly
do. Nothing is learned of the intents themselves. Lines are as above; "split" may be left out, "unknown" is the intent of
a message that means none of them, and test lines are refused. Give a random sample of what customers wrote, with those
messages the bot should not answer: they count as wrong when it would.

  --recalibrate FILE  the labelled messages
  --model, --out      a trained file to change, with both its stages where it was trained with an encoder, and where the
                      result goes; without them the bot's own classifier is changed from its next start on, and what
                      changed is kept in the data folder
  --target P          with --model: the share of free answers that shall be right, 0.98 when absent. The bot itself aims at
                      classification.targetPrecision in bot.yaml

Prints {messages, right, outOfScope, ece: {before, after}, target, threshold: {before, after, isShown}, expected:
{answered, precision, low, high}, file} as JSON. ece after comes from cross-validation; low and high hold the precision in
nine of ten cases. isShown: the messages show that the target is kept, which takes at least 174 answers without a mistake
for 0.98; until then the more careful threshold of two is taken, the one before and the one that is expected to keep it.
`

const example = 'A line looks like {"text": "where is my refund?", "intent": "payments.refund"}.'

async function readLabelled(path: string, io: CliIo): Promise<readonly LabelledMessage[]> {
  const wanted = ['train', 'valid', 'oos_train', 'oos_valid'] as const
  const rules = { wanted, splitWhenAbsent: 'valid', refusesEmptyLines: false, most: mostLines } as const
  const { lines, counts, faults } = await readLabelledFile(path, rules, io)
  for (const split of ['test', 'oos_test'] as const) {
    const count = counts.get(split) ?? 0
    if (count > 0)
      faults.add(
        0,
        `${count} lines of split "${split}"; what is measured with must not set a threshold. Leave them out.`,
      )
  }
  if (faults.count > 0) throw faults.toError(`Nothing was written. ${example}`)
  if (lines.length === 0) throw new UsageError(`${path}: has no lines. ${example}`)
  if (lines.length === mostLines)
    io.stderr.write(`tuppence: ${path}: only the first ${mostLines} lines were used (${printCounts(counts)}).\n`)
  return lines.map((line) => ({ text: line.text, intent: isOutOfScope(line) ? unknownIntent : line.intent }))
}

/** A label that no intent has is right nowhere: mostly a slip. */
function remarkOnLabels(labelled: readonly LabelledMessage[], fitted: FittedClassifier): string | undefined {
  const known = new Set([...fitted.intents, unknownIntent])
  const strange = [...new Set(labelled.map(({ intent }) => intent).filter((intent) => !known.has(intent)))]
  if (strange.length === 0) return undefined
  const shown = strange
    .slice(0, 10)
    .map((intent) => JSON.stringify(intent))
    .join(', ')
  return `the classifier knows no intent ${shown}${strange.length > 10 ? ' and others' : ''}; such messages count as wrong when answered`
}

async function recalibrateFile(parsed: Arguments, io: CliIo): Promise<object> {
  const path = required(parsed, 'recalibrate', usage)
  const model = required(parsed, 'model', `${usage} --model intents.tpnc --out live.tpnc`)
  const out = required(parsed, 'out', `${usage} --model intents.tpnc --out live.tpnc`)
  await checkArgumentFile(out, io, { recalibrate: path })
  const fitted = await readModelFile(model, io)
  const labelled = await readLabelled(path, io)
  tell(remarkOnLabels(labelled, fitted), { path, io })
  const target = targetOf(parsed, defaultTarget)
  const result = hasSecondStage(fitted)
    ? recalibrateCascade(fitted, labelled, { target, encoder: await io.openEncoder() })
    : recalibrate(fitted, labelled, { target })
  await writeArgumentFile({ path: out, bytes: toBytes(result.fitted) }, io)
  return { ...result.summary, file: out }
}

async function recalibrateOwn(parsed: Arguments, io: CliIo, open: () => Promise<OwnClassifier>): Promise<object> {
  const path = required(parsed, 'recalibrate', usage)
  if (parsed.values['target'] !== undefined)
    throw new UsageError(
      '--target goes with --model and --out. The bot aims at classification.targetPrecision in bot.yaml: set it there.',
    )
  const labelled = await readLabelled(path, io)
  const own = await open()
  try {
    tell(remarkOnLabels(labelled, own.fitted), { path, io })
    const { recalibration, summary } = await recalibrateBy(own, labelled)
    return { ...summary, file: await own.keep(recalibration, labelled.length) }
  } finally {
    await own.encoder?.close()
  }
}

async function recalibrateBy(
  { fitted, encoder, target, careful }: OwnClassifier,
  labelled: readonly LabelledMessage[],
): Promise<Pick<ReturnType<typeof recalibrate>, 'recalibration' | 'summary'>> {
  if (encoder === undefined || !hasSecondStage(fitted)) return recalibrate(fitted, labelled, { target, careful })
  const texts = labelled.map(({ text }) => text)
  return recalibrateStages(fitted, labelled, { target, careful, encoder: await encodeAhead(encoder, texts) })
}

function tell(remark: string | undefined, { path, io }: { readonly path: string; readonly io: CliIo }): void {
  if (remark !== undefined) io.stderr.write(`tuppence: ${path}: ${remark}.\n`)
}

const flags = {
  recalibrate: { type: 'string' },
  model: { type: 'string' },
  out: { type: 'string' },
  target: { type: 'string' },
} as const

/** `tuppence train` with `--recalibrate`: confidence and thresholds by labelled messages; without it, training. */
export function createTrainCommand(open: () => Promise<OwnClassifier>): CliCommand {
  return {
    summary: trainCommand.summary,
    help: `${trainCommand.help}${help}`,
    async run(args, io) {
      const isRecalibration = args.some(
        (argument) => argument === '--recalibrate' || argument.startsWith('--recalibrate='),
      )
      if (!isRecalibration) return await trainCommand.run(args, io)
      const parsed = parseArguments(args, 'train', flags)
      refuseFiles(parsed, usage)
      const isFile = parsed.values['model'] !== undefined || parsed.values['out'] !== undefined
      const result = isFile ? await recalibrateFile(parsed, io) : await recalibrateOwn(parsed, io, open)
      io.stdout.write(`${JSON.stringify(result)}\n`)
      return 0
    },
  }
}
