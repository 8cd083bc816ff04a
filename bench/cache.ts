import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { createClassifier } from '../src/classification/classify.ts'
import { comparableText } from '../src/classification/intent-key.ts'
import { normalise } from '../src/classification/terms.ts'
import { train } from '../src/classification/training.ts'
import { trafficOf, type Arrival, type Repetition } from './cache/traffic.ts'
import { chanceOf } from './damage.ts'
import type { TestMessage } from '../src/classification/evaluation.ts'
import { examplesOf, findData, readMessages, testsOf, whereToGetData } from './intents/data.ts'
import { aligned } from './intents/table.ts'

/*
 * What the intent cache spares. First: which lines of a data set meet under one key, and whether two of different intents
 * do. Then a replay of seeded traffic, made of the test lines: a share of messages is first contact, a question in nobody
 * else's words; the others are a few hundred questions of Zipf's frequencies, each typed otherwise every time. The free
 * stages, trained on the training lines, settle what they are sure of (0.80); only the rest looks into the cache, whose
 * verdicts live a day. A verdict counts as right: the wrong ones among the hits are those that a like message left.
 */
const seed = 20_261_128
const freeThreshold = 0.8
const ttlSeconds = 86_400
const stretch = { messages: 3000, days: 3, questions: 500 }
const firstContacts = [0, 0.25, 0.5, 0.75]
const target = 0.6

const keys: readonly (readonly [string, (text: string) => string])[] = [
  ['the exact text', (text) => text],
  ['case, punctuation, digits', normalise],
  ['the key of the cache', comparableText],
]

const percent = (share: number): string => (100 * share).toFixed(1)

/** Lines that meet under a key, and groups of them that hold two intents although no equal normalised text does. */
function joinsOf(lines: readonly TestMessage[], keyOf: (text: string) => string): { joined: number; wrong: number } {
  const literal = Map.groupBy(lines, ({ text }) => normalise(text))
  const groups = Map.groupBy(lines, ({ text }) => keyOf(text))
  const intentsIn = (group: readonly TestMessage[]): Set<string> => new Set(group.map(({ intent }) => intent))
  let [joined, wrong] = [0, 0]
  for (const [key, group] of groups) {
    if (key === '') continue
    joined += group.length - 1
    const intents = intentsIn(group)
    const isOwnContradiction = group.some(({ text }) => {
      const equal = intentsIn(literal.get(normalise(text)) ?? [])
      return [...intents].every((intent) => equal.has(intent))
    })
    if (intents.size > 1 && !isOwnContradiction) wrong += 1
  }
  return { joined, wrong }
}

interface Replayed {
  readonly unsure: number
  readonly hits: number
  readonly wrong: number
}

function replay(unsure: readonly Arrival[], keyOf: (text: string) => string): Replayed {
  const kept = new Map<string, { readonly intent: string; readonly until: number }>()
  let [hits, wrong] = [0, 0]
  for (const { text, intent, atSeconds } of unsure) {
    const key = keyOf(text)
    const found = kept.get(key)
    if (found !== undefined && found.until > atSeconds && key !== '') {
      hits += 1
      if (found.intent !== intent) wrong += 1
    } else kept.set(key, { intent, until: atSeconds + ttlSeconds })
  }
  return { unsure: unsure.length, hits, wrong }
}

function replayTable(lines: readonly TestMessage[], isUnsure: (text: string) => boolean): string {
  const rows = firstContacts.flatMap((firstContact) => {
    const repetition: Repetition = { ...stretch, firstContact }
    const traffic = trafficOf(lines, repetition, chanceOf(seed))
    const unsure = traffic.filter(({ text }) => isUnsure(text))
    return keys.map(([name, keyOf]) => {
      const { hits, wrong } = replay(unsure, keyOf)
      const rate = hits / unsure.length
      const free = 1 - (unsure.length - hits) / traffic.length
      const reached = rate >= target ? 'yes' : 'no'
      const cells = [percent(unsure.length / traffic.length), percent(rate), reached, percent(free), String(wrong)]
      return [`${percent(firstContact)} % first contact, ${name}`, ...cells]
    })
  })
  return aligned([['', 'unsure %', 'hits of unsure %', '60 %?', 'free or hit %', 'wrong hits'], ...rows])
}

/**
 * Prints what each key joins and what it spares, for each data set.
 *
 * @returns the exit code: 0; 1 where the key joins two intents of BANKING77; 2 when there is no data
 */
function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { data: { type: 'string', multiple: true } } })
  const paths = findData(values.data ?? []).filter((path) => !path.includes('10shot'))
  const missing = paths.find((path) => !existsSync(path))
  if (paths.length === 0 || missing !== undefined) {
    process.stderr.write(missing === undefined ? whereToGetData : `${missing} does not exist. ${whereToGetData}`)
    return 2
  }
  let code = 0
  for (const path of paths) {
    const lines = readMessages(path)
    const joins = keys.map(([name, keyOf]) => ({ name, ...joinsOf(lines, keyOf) }))
    const joinRows = joins.map(({ name, joined, wrong }) => [name, String(joined), String(wrong)])
    process.stdout.write(`${basename(path)}, ${lines.length} lines; seed ${seed}\n`)
    process.stdout.write(`${aligned([['', 'lines joined', 'groups of two intents'], ...joinRows])}\n\n`)
    if (path.includes('banking77') && joins.some(({ wrong }) => wrong > 0)) code = 1
    const classifier = createClassifier({ fitted: train(examplesOf(lines)), freeThreshold })
    const isUnsure = (text: string): boolean => classifier.classify(text).confidence < freeThreshold
    process.stdout.write(`${replayTable(testsOf(lines), isUnsure)}\n\n`)
  }
  return code
}

export default main
