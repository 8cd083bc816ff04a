import { type FineTuneExample, type PromptGround, toFineTuneExample } from '../../src/classification/fine-tune.ts'
import {
  createLabelGathering,
  type LabelledMessages,
  splitOf,
  weightOf,
} from '../../src/classification/labelled-messages.ts'
import type { WireLabels } from '../../src/classification/wire-labels.ts'
import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import type { Label } from '../../src/core/labels.ts'
import { type Arguments, parseArguments, textOf } from './arguments.ts'
import { agentOf } from './classify.ts'
import { checkArgumentFile, createBatchWriter, writeArgumentFile } from './lines.ts'

/** Where the labels come from: the bot that runs, or the store itself. */
export interface LabelSourceOfExport extends PromptGround {
  /** @throws UsageError for a period nobody can read */
  page(period: string, after: string | undefined): Promise<WireLabels>
  close(): Promise<void>
}

const example = 'tuppence export training --period 30d --out labelled.jsonl'
/** The longest that a period may be: everything. */
const everything = '3660d'

const help = `Usage: tuppence export training [--since 2026-11-01 | --period 30d] [--out FILE] [--fine-tune] [--json]

What people said messages mean, as JSON Lines: for \`tuppence train\`, or to fine-tune a model of your own.
  helpful      thumbs up on an answer: its intent is right
  choice       the customer pressed one of the intents the bot asked between
  resolved     a person closed the hand-over of a message understood so; counts half (weight 0.5)
Thumbs down labels nothing: it takes back what was said before of the same text and intent, and is counted.
Each text stands once; the last word of a customer counts. The oldest come first.

A line is {text, intent, split, source, at, agent, confidence, stage}, with weight where it is not 1. Texts are without
e-mail addresses, cards, bank accounts, phone numbers, keys, and the names that are known or introduced.

  --since DATE   what was said from this day on
  --period P     today, yesterday, 7d, month, 2026-11-21, or 2026-11-01..2026-11-21; everything when absent
  --out FILE     where the lines go; standard output when absent
  --fine-tune    chat messages {"messages": [...]} with the prompt the bot asks a model with, and the right answer
  --json         with --out: {lines, repeated, changed, rejected} as JSON

While a bot runs on the same data folder, the command asks that one; otherwise it opens the store itself.

Example: ${example}
`

/** `tuppence export training`: labelled messages out. @param open reaches the bot that runs, or opens the store */
export function createExportCommand(open: () => Promise<LabelSourceOfExport>): CliCommand {
  return {
    summary: 'labelled messages from ratings and choices, to train with',
    help,
    async run(args, io) {
      const parsed = parseArguments(args, 'export', {
        since: { type: 'string' },
        period: { type: 'string' },
        out: { type: 'string' },
        'fine-tune': { type: 'boolean' },
      })
      refuseOtherThanTraining(parsed)
      const period = periodOf(parsed)
      const out = textOf(parsed, 'out')
      if (out !== undefined) await checkArgumentFile(out, io)
      const source = await open()
      try {
        const gathered = await gather(source, period)
        const toLine =
          parsed.values['fine-tune'] === true ? (label: Label) => toFineTuneExample(label, source) : toTrainingLine
        await write(gathered, { toLine, out }, io)
        tell(gathered, { isJson: parsed.values['json'] === true && out !== undefined, out }, io)
      } finally {
        await source.close()
      }
      return 0
    },
  }
}

function refuseOtherThanTraining({ files: [what, ...more] }: Arguments): void {
  if (what === 'training' && more.length === 0) return
  const given = what === undefined ? 'nothing was named' : `"${[what, ...more].join(' ')}" is not known`
  throw new UsageError(`tuppence export: ${given}; what can be exported is training, for example \`${example}\`.`)
}

function periodOf(parsed: Arguments): string {
  const [since, period] = [textOf(parsed, 'since'), textOf(parsed, 'period')]
  if (since === undefined) return period ?? everything
  if (period !== undefined)
    throw new UsageError(`--since and --period were both given; give one, for example \`${example}\`.`)
  if (/^2\d{3}-\d\d-\d\d$/.test(since)) return `${since}..`
  throw new UsageError(`--since is "${since}"; give a day, for example --since 2026-11-01.`)
}

async function gather(source: LabelSourceOfExport, period: string): Promise<LabelledMessages> {
  const gathering = createLabelGathering()
  let after: string | undefined
  do {
    const { labels, next } = await source.page(period, after)
    for (const label of labels) gathering.add({ ...label, at: new Date(label.at) })
    after = next
  } while (after !== undefined)
  return gathering.result()
}

/** A line as `tuppence train` reads it, and what a person may want to know of it. */
function toTrainingLine(label: Label): object {
  const { text, intent, source, at, confidence, stage } = label
  const weight = weightOf(label)
  return {
    text,
    intent,
    split: splitOf(label),
    source,
    ...(weight === undefined ? {} : { weight }),
    at: at.toISOString(),
    agent: agentOf(intent),
    confidence,
    stage,
  }
}

interface Writing {
  readonly toLine: (label: Label) => object | FineTuneExample
  readonly out: string | undefined
}

async function write({ labels }: LabelledMessages, { toLine, out }: Writing, io: CliIo): Promise<void> {
  if (out !== undefined) {
    const lines = labels.map((label) => Buffer.from(`${JSON.stringify(toLine(label))}\n`))
    return await writeArgumentFile({ path: out, bytes: Buffer.concat(lines) }, io)
  }
  const writer = createBatchWriter(io.stdout)
  try {
    for (const label of labels) if (!(await writer.write(`${JSON.stringify(toLine(label))}\n`))) break
  } finally {
    await writer.end()
  }
}

function tell(
  { labels, repeated, changed, rejected }: LabelledMessages,
  { isJson, out }: { readonly isJson: boolean; readonly out: string | undefined },
  io: CliIo,
): void {
  if (isJson) {
    io.stdout.write(`${JSON.stringify({ lines: labels.length, repeated, changed, rejected })}\n`)
    return
  }
  const text =
    `${labels.length} labelled messages${out === undefined ? '' : ` in ${out}`}; ${repeated} repeated what was known, ` +
    `${changed} changed it (the later word counts), ${rejected} were answered without help and have no label.\n`
  io.stderr.write(`tuppence: ${text}`)
}
