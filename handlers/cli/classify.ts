import type { Classifier } from '../../src/core/classifier.ts'
import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import { agentNames, mostToldCandidates, type IntentName } from '../../src/core/intent.ts'
import { parseArguments } from './arguments.ts'
import { textOfLine } from './labelled-lines.ts'
import { type BatchWriter, createBatchWriter, inPieces, readLines, readTextBytes } from './lines.ts'
import { openStages, readModelFile } from './model-file.ts'

/** The agent an intent belongs to: the part before its first dot when that is one of the four, else `unknown`. */
export function agentOf(intent: IntentName): string {
  const dot = intent.indexOf('.')
  const name = dot < 0 ? '' : intent.slice(0, dot)
  return agentNames.find((agent) => agent === name) ?? 'unknown'
}

/** Six figures after the point: exact enough to rank by, and short. */
function round(confidence: number): number {
  return Math.round(confidence * 1e6) / 1e6
}

function toOutputLine(text: string, classifier: Classifier): string {
  const { intent, confidence, stage, candidates, evidence, second, language } = classifier.classify(text)
  const output = {
    text,
    intent,
    agent: agentOf(intent),
    confidence: round(confidence),
    stage,
    candidates: candidates.slice(0, mostToldCandidates).map((candidate) => ({
      intent: candidate.intent,
      confidence: round(candidate.confidence),
    })),
    evidence,
    ...(second === undefined ? {} : { second: { ...second, confidence: round(second.confidence) } }),
    ...(language === undefined ? {} : { language }),
  }
  return `${JSON.stringify(output)}\n`
}

/** Where messages come from. */
interface Source {
  readonly name: string
  readonly chunks: AsyncIterable<unknown>
}

async function* sourcesOf(files: readonly string[], io: CliIo): AsyncGenerator<Source> {
  if (files.length === 0) yield { name: 'standard input', chunks: io.stdin }
  for (const name of files) {
    yield name === '-'
      ? { name: 'standard input', chunks: io.stdin }
      : { name, chunks: inPieces(await readTextBytes(name, io)) }
  }
}

/** JSON Lines by name, or because the first line is an object with a text. */
function isJsonLines(name: string, first: string): boolean {
  if (/\.jsonl(\.gz)?$/i.test(name)) return true
  if (!first.trimStart().startsWith('{')) return false
  try {
    const value: unknown = JSON.parse(first)
    return typeof value === 'object' && value !== null && 'text' in value
  } catch {
    return false
  }
}

/** Classifies every line of a source; false when nobody reads on. */
async function classifySource(source: Source, classifier: Classifier, writer: BatchWriter): Promise<boolean> {
  let isJson: boolean | undefined
  for await (const lines of readLines(source.chunks, source.name)) {
    for (const line of lines) {
      isJson ??= isJsonLines(source.name, line.text)
      if (isJson && line.text.trim() === '') continue
      const text = isJson ? textOfLine(line, source.name) : line.text
      if (!(await writer.write(toOutputLine(text, classifier)))) return false
    }
  }
  return true
}

/** `tuppence classify`: messages in, what they mean out. */
export const classifyCommand: CliCommand = {
  summary: 'say what messages mean, for free',
  help: `Usage: tuppence classify [--model FILE] [FILE ...]

Reads messages from the files, or from standard input: one a line, or JSON Lines {"text": "..."} (.gz accepted).
Prints a line of JSON for each: {text, intent, agent, confidence, stage, candidates, evidence},
with {second: {intent, confidence, text}} where a message asks for two things, and {language} where it is in another.

  --model FILE   a file made by tuppence train; without it the intents of config/

Example: echo "where is my refund?" | tuppence classify
`,
  async run(args, io) {
    const parsed = parseArguments(args, 'classify', { model: { type: 'string' } })
    if (parsed.values.help === true) {
      io.stdout.write(this.help)
      return 0
    }
    const { model } = parsed.values
    const classifier =
      typeof model === 'string' ? await openStages(await readModelFile(model, io), io) : await io.bundledClassifier()
    const writer = createBatchWriter(io.stdout)
    try {
      for await (const source of sourcesOf(parsed.files, io)) {
        if (!(await classifySource(source, classifier, writer))) break
      }
    } finally {
      await writer.end()
    }
    return 0
  },
}
