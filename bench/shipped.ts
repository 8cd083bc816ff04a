import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadConfig } from '../config/load.ts'
import { createClassifier } from '../src/classification/classify.ts'
import { examplesFromIntents, train } from '../src/classification/training.ts'
import { type Classification, unknownIntent } from '../src/core/intent.ts'

/*
 * The shipped intents on messages written by somebody who had not seen their utterances:
 *   npm run bench -- shipped [--messages FILE.jsonl]
 */
const usual = new URL('../test/fixtures/messages/written-apart.jsonl', import.meta.url)

/** What must be reached; shares are 0 to 1. */
const bar = { agentAccuracy: 0.95, answered: 0.75, precision: 0.98 }
const mostConfusions = 12

interface Judged {
  readonly text: string
  /** The right intent; `unknown` for a message that means none. */
  readonly intent: string
  readonly result: Classification
}

function agentOf(intent: string): string {
  return intent.split('.')[0] ?? intent
}

function share(count: number, all: number): string {
  return `${((100 * count) / Math.max(all, 1)).toFixed(1)} %`
}

function readJudged(path: string | URL): { judged: readonly Judged[]; threshold: number } {
  const config = loadConfig({})
  const fitted = train(examplesFromIntents(config.intents, config.outOfScope), config.intents)
  const classifier = createClassifier({ fitted, freeThreshold: config.freeThreshold })
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  const judged = lines.map((line): Judged => {
    const { text, intent } = JSON.parse(line) as { text: string; intent: string }
    return { text, intent: intent === 'oos' ? unknownIntent : intent, result: classifier.classify(text) }
  })
  return { judged, threshold: config.freeThreshold }
}

/** Prints the figures and the confusions as tables; 1 when something that must be reached was not. */
export default function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { messages: { type: 'string' } } })
  const { judged, threshold } = readJudged(values.messages ?? usual)
  const inside = judged.filter(({ intent }) => intent !== unknownIntent)
  const outside = judged.filter(({ intent }) => intent === unknownIntent)
  const isFree = ({ result }: Judged): boolean => result.intent !== unknownIntent && result.confidence >= threshold
  const isRight = ({ intent, result }: Judged): boolean => intent === result.intent
  const toRightAgent = ({ intent, result }: Judged): boolean => agentOf(intent) === agentOf(result.intent)
  const free = inside.filter(isFree)
  const leaked = outside.filter(isFree)
  const seen = {
    agentAccuracy: inside.filter(toRightAgent).length / inside.length,
    answered: free.length / inside.length,
    precision: free.filter(isRight).length / Math.max(free.length, 1),
  }
  process.stdout.write(
    `| ${inside.length} messages of ${new Set(inside.map(({ intent }) => intent)).size} intents, ${outside.length} of none | |\n| --- | --- |\n` +
      `| right intent | ${share(inside.filter(isRight).length, inside.length)} |\n` +
      `| right agent (at least 95 %) | ${share(inside.filter(toRightAgent).length, inside.length)} |\n` +
      `| settled free at ${threshold} (at least 75 %) | ${share(free.length, inside.length)} |\n` +
      `| of these right (at least 98 %) | ${share(free.filter(isRight).length, free.length)} |\n` +
      `| out of scope, answered all the same | ${share(leaked.length, outside.length)} |\n\n` +
      `${agentTable(judged)}\n${pairTable(inside)}`,
  )
  const isReached = (Object.keys(bar) as (keyof typeof bar)[]).every((name) => seen[name] >= bar[name])
  return isReached ? 0 : 1
}

/** Which agent messages were for, in lines, and which they went to, in columns. */
function agentTable(judged: readonly Judged[]): string {
  const agents = ['account', 'general', 'payments', 'tickets', unknownIntent]
  const count = (right: string, said: string): number =>
    judged.filter(({ intent, result }) => agentOf(intent) === right && agentOf(result.intent) === said).length
  const rows = agents.map((right) => `| ${right} | ${agents.map((said) => count(right, said)).join(' | ')} |\n`)
  return `| for, in lines; taken for, in columns | ${agents.join(' | ')} |\n| --- |${' --- |'.repeat(agents.length)}\n${rows.join('')}`
}

/** The intents taken for one another most often. */
function pairTable(inside: readonly Judged[]): string {
  const pairs = new Map<string, number>()
  for (const { intent, result } of inside) {
    if (intent === result.intent) continue
    const pair = `${intent} | ${result.intent}`
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  const most = [...pairs].sort(([, one], [, other]) => other - one).slice(0, mostConfusions)
  return `| meant | taken for | messages |\n| --- | --- | --- |\n${most.map(([pair, count]) => `| ${pair} | ${count} |\n`).join('')}`
}
