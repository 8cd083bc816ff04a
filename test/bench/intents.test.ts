import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { barOf } from '../../bench/intents/bar.ts'
import { coverageChart, reliabilityChart } from '../../bench/intents/chart.ts'
import { checkData } from '../../bench/intents/data.ts'
import { judgeGuesses } from '../../bench/intents/judge.ts'
import { type AskBlock, paceOf, summedUp } from '../../bench/intents/pace.ts'
import { tableOf } from '../../bench/intents/table.ts'
import { createBenchmarkCommand } from '../../handlers/cli/benchmark.ts'
import { createMemoryIo } from '../handlers/cli/io.ts'

const guess = (best: string, confidence: number, right: string) => ({
  intent: best,
  best,
  confidence,
  message: { text: 'a message', intent: right },
})

/** Four messages of two intents, three of them right, and two out of scope. */
const judgement = judgeGuesses(
  [
    guess('refund', 0.9, 'refund'),
    guess('order', 0.8, 'order'),
    guess('refund', 0.7, 'refund'),
    guess('refund', 0.3, 'order'),
    { ...guess('order', 0.2, 'unknown'), intent: 'unknown' },
    guess('order', 0.75, 'unknown'),
  ],
  Float64Array.of(10, 20, 30, 40, 50, 60),
)
const measured = { name: 'Tuppence', judgement, trainSeconds: 9, bytes: 4_000_000, loadMs: 5, megabytes: 80 }

test('the figures of a contender are those worked out by hand', () => {
  expect(judgement).toMatchObject({
    accuracy: 0.75,
    named: 0.75,
    coverageAt: { '0.99': 0.75, '0.98': 0.75, '0.95': 0.75 },
    // Of 4 × 2 pairs the message in scope is surer in 6: 0.7 and 0.3 are below 0.75.
    auroc: 6 / 8,
    microseconds: { p50: 40, p99: 60 },
  })
  // refund: 2 of 3 named, 2 of 2 found: F1 0.8; order: 1 of 1 named, 1 of 2 found: F1 2/3.
  expect(judgement.macroF1).toBeCloseTo((0.8 + 2 / 3) / 2, 10)
  // (|0.9-1| + |0.8-1| + |0.7-1| + |0.3-0|) / 4, each in a bin of its own.
  expect(judgement.ece).toBeCloseTo(0.9 / 4, 10)
})

test('the bar says what was reached, what only just, and what was missed', () => {
  const peer = { ...measured, name: 'nlp.js', judgement: { ...judgement, accuracy: 0.7 } }

  const pace = summedUp([0.7, 0.52, 0.4])
  const bar = barOf([{ set: 'banking77', measured: [measured, peer], pace, isRepeatable: true }])

  const verdictOf = (what: string): string | undefined => bar.find((row) => row.what === `banking77 ${what}`)?.verdict
  expect(verdictOf('accuracy %')).toBe('missed')
  expect(verdictOf('training, CPU s')).toBe('must')
  expect(verdictOf('file, MB')).toBe('aim')
  expect(verdictOf('one message, as a ratio to nlp.js')).toBe('missed')
  expect(verdictOf('same lines, same bytes')).toBe('aim')
  expect(bar.find(({ what }) => what.includes('best peer'))?.seen).toBeCloseTo(5, 10)
  expect(bar.find(({ what }) => what.includes('ratio'))?.seen).toBe(0.52)
})

test('what a message takes is compared in turns, on the same messages, and either begins as often as the other', async () => {
  const asked: string[] = []
  const takes = (name: string, microseconds: number): AskBlock => {
    return async (from, to) => {
      asked.push(`${name} ${from}-${to}`)
      // One message of each block is slow, as on a busy machine; the median does not see it.
      return Array.from({ length: to - from }, (_, index) => (index === 0 ? 9000 : microseconds))
    }
  }

  const ratio = await paceOf([takes('ours', 12), takes('theirs', 30)], 50)

  expect(ratio).toBeCloseTo(12 / 30, 10)
  expect(asked.slice(0, 6)).toEqual([
    'ours 0-5',
    'theirs 0-5',
    'theirs 5-10',
    'ours 5-10',
    'ours 10-15',
    'theirs 10-15',
  ])
  expect(asked).toHaveLength(20)
})

test('of several rounds the middle one counts, and how far they lie apart is told', () => {
  expect(summedUp([0.6, 0.3, 0.5])).toEqual({ rounds: [0.6, 0.3, 0.5], median: 0.5, least: 0.3, most: 0.6 })
})

test('the table has a line for each contender, and a dash for what is not known', () => {
  const { loadMs: _loadMs, ...withoutLoading } = measured

  const lines = tableOf([measured, { ...withoutLoading, name: 'fastText' }]).split('\n')

  expect(lines).toHaveLength(3)
  expect(lines[2]).toMatch(/^fastText .* - +80$/)
})

test('both charts are SVG with a line for each contender, whatever it is called', () => {
  const stranger = { ...measured, name: '<b>&"peer"' }

  for (const chart of [reliabilityChart('set', [measured, stranger]), coverageChart('set', [measured, stranger])]) {
    expect(chart.match(/<polyline/g)).toHaveLength(2)
    expect(chart).toContain('&lt;b&gt;&amp;&quot;peer&quot;')
    expect(chart).not.toMatch(/NaN|Infinity|undefined/)
  }
})

test.each([
  ['', 'name 0 intents'],
  ['\u0000\u0001', 'line 1: is not JSON'],
  ['null\n', '"text", "intent" or "split" is missing'],
  ['{"text":"a","intent":"b","split":"train"}\n{"text":"a","intent":"b","split":"tset"}', 'line 2'],
])('data that nothing can be measured with is refused by name: %j', async (content, problem) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const path = join(folder, 'set.jsonl')
  await writeFile(path, content)

  expect(() => checkData(path)).toThrow(problem)

  await rm(folder, { recursive: true })
})

test('the command refuses what it does not know before it runs anything', async () => {
  const ran: (readonly string[])[] = []
  const command = createBenchmarkCommand(async (args) => ran.push(args))

  await expect(command.run(['--dta', 'x'], createMemoryIo())).rejects.toThrow('--dta')
  await command.run(['--data', 'a', '--data', 'b'], createMemoryIo())

  expect(ran).toEqual([['--data', 'a', '--data', 'b']])
})
