import { parseArgs } from 'node:util'
import { loadConfig } from '../config/load.ts'
import { examplesFromIntents, train } from '../src/classification/training.ts'
import type { Intent } from '../src/core/intent.ts'
import { aligned } from './intents/table.ts'

/*
 * What it takes to learn the configured intents: from nothing, and again after an utterance or an intent was added. Time of the
 * processor, so that whatever else the machine does counts little; what the compiler of the language takes at first is in
 * the first row. The least is closest to what a machine with nothing else to do takes:
 *   npm run bench -- retrain [--runs 5]
 */
const mostSeconds = 1

function secondsFor(intents: readonly Intent[], outOfScope: readonly string[]): number {
  const before = process.cpuUsage()
  train(examplesFromIntents(intents, outOfScope), intents)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function withUtterance(intents: readonly Intent[]): readonly Intent[] {
  const [first, ...others] = intents
  if (first === undefined) return intents
  return [
    { ...first, utterances: [...first.utterances, 'could somebody look at the thing I wrote about on Monday?'] },
    ...others,
  ]
}

function withIntent(intents: readonly Intent[]): readonly Intent[] {
  const [first] = intents
  if (first === undefined) return intents
  const subjects = ['piano', 'violin', 'guitar', 'drum', 'flute', 'harp', 'organ', 'cello', 'trumpet', 'oboe']
  const utterances = subjects.flatMap((subject) => [
    `can you tune my ${subject}`,
    `my ${subject} sounds wrong since it was moved`,
    `what does a lesson on the ${subject} cost`,
  ])
  return [...intents, { ...first, name: 'instruments', utterances, keywords: [] }]
}

/**
 * Prints processor seconds, least and median.
 *
 * @returns the exit code: 1 when training again takes longer than a second
 */
export default function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { runs: { type: 'string', default: '5' } } })
  const { intents, outOfScope } = loadConfig(process.env)
  const first = secondsFor(intents, outOfScope)
  const cases = [
    ['the intents', intents],
    ['one utterance more', withUtterance(intents)],
    ['one intent more', withIntent(intents)],
  ] as const
  let slowest = 0
  const rows = cases.map(([name, changed]) => {
    const seconds = Array.from({ length: Number(values.runs) }, () => secondsFor(changed, outOfScope)).sort(
      (a, b) => a - b,
    )
    const least = seconds[0] ?? NaN
    if (name !== 'the intents') slowest = Math.max(slowest, least)
    const lines = String(examplesFromIntents(changed, outOfScope).length)
    return [name, lines, least.toFixed(2), (seconds[Math.floor(seconds.length / 2)] ?? NaN).toFixed(2)]
  })
  const lines = String(examplesFromIntents(intents, outOfScope).length)
  const table = [
    ['processor seconds', 'lines', 'least', 'median'],
    ['first of the process', lines, first.toFixed(2), ''],
    ...rows,
  ]
  const isKept = slowest <= mostSeconds
  process.stdout.write(
    `${aligned(table)}\n\nTraining again takes ${slowest.toFixed(2)} s at the least; ${mostSeconds} s is ${isKept ? '' : 'not '}kept.\n`,
  )
  return isKept ? 0 : 1
}
