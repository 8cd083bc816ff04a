import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { Faults } from '../config/faults.ts'
import { readModels } from '../config/models.ts'
import type { ModelSpec } from '../src/core/model.ts'
import type { MicroDollars } from '../src/core/money.ts'
import { budgetLevel } from '../src/routing/budget-level.ts'
import { usualWeights } from '../src/routing/candidate-order.ts'
import { chooseModels, type ModelSituation } from '../src/routing/choose-model.ts'
import { estimateEffort } from '../src/routing/effort.ts'
import { profileNames } from '../src/routing/profile.ts'
import { tierFor, weighEffort } from '../src/routing/weigh-effort.ts'
import { recoveredGap, type Judged } from './recovered-gap.ts'

/*
 * How long one routing decision takes, and how well the estimates of effort divide public questions between a weak and a
 * strong model:
 *   npm run bench -- routing [--data FOLDER]
 */
const dataSets = ['routellm_mmlu.jsonl.gz', 'routellm_gsm8k.jsonl.gz']
const whereToGetData =
  'No questions found, so only times are measured. Give --data FOLDER with routellm_mmlu.jsonl.gz and ' +
  'routellm_gsm8k.jsonl.gz: lines {"prompt", "weak", "strong"} made from the responses in ' +
  'https://github.com/lm-sys/RouteLLM (routellm/evals).\n'

/** The slowest hundredth of decisions may take so long. */
const limitMicroseconds = 1000

const messages = [
  'hi',
  'Where is my order 1042?',
  'how do I reset my password',
  'I was charged twice for #1042 and #1043. If only one can be refunded now, how much is left, and when will the other come?',
  'This is unacceptable!! My lawyer will hear of it.',
  'Please compare the two plans step by step and recommend one for a family of four. '.repeat(20),
  '你好，我的订单在哪里？',
]

const unknown = { intent: 'unknown', confidence: 0.4, candidates: [] }

function weigh(text: string): ReturnType<typeof weighEffort> {
  return weighEffort({ text, turns: 0, classification: unknown, entities: 0, coverage: undefined })
}

/** One decision as it is made for a message: effort, tier, level, models. */
function decide(text: string, round: number, models: readonly ModelSpec[]): number {
  const { tier } = tierFor(weigh(text))
  const spent = (round * 7919) % 1_000_000
  const level = budgetLevel(
    { limit: 1_000_000 as MicroDollars, spent: spent as MicroDollars, held: 0 as MicroDollars },
    false,
  )
  const situation: ModelSituation = {
    models,
    unusable: new Map(),
    profile: profileNames[round % profileNames.length] ?? 'hybrid',
    level,
    budgetMode: 'free',
    circuits: new Map(),
    waitsMs: new Map(),
    latenciesMs: new Map(),
    qualities: new Map(),
    today: '2026-11-21',
    asked: new Set(),
    defaultModel: undefined,
    weights: usualWeights,
    cloudCallsLeft: undefined,
  }
  const need = { purpose: 'answer', needs: ['answer'], tier, promptTokens: 900, outputTokens: 300 } as const
  return chooseModels({ ...need, asksForCloud: false }, situation).candidates.length
}

function measureTimes(models: readonly ModelSpec[]): { readonly p50: number; readonly p99: number } {
  const microseconds: number[] = []
  for (let round = 0; round < 25_000; round += 1) {
    const begun = process.hrtime.bigint()
    decide(messages[round % messages.length] ?? '', round, models)
    // The first rounds run before the code is compiled.
    if (round >= 5000) microseconds.push(Number(process.hrtime.bigint() - begun) / 1000)
  }
  microseconds.sort((a, b) => a - b)
  const at = (share: number): number => microseconds[Math.floor(share * microseconds.length)] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

const seed = 20261121

/** Mulberry32: small, and the same on every machine. */
function createRandom(): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function printQuality(name: string, questions: readonly Judged[]): void {
  const random = createRandom()
  const routers: readonly (readonly [string, (question: Judged) => number])[] = [
    [`random (seed ${seed})`, () => random()],
    ['length alone', ({ prompt }) => prompt.length],
    ['keywords-v1', ({ prompt }) => estimateEffort(prompt, 0)],
    ['ours', ({ prompt }) => weigh(prompt).effort],
  ]
  process.stdout.write(`${name}, ${questions.length} questions\n${' '.repeat(24)}   APGR   CPT50   CPT80\n`)
  for (const [router, scoreOf] of routers) {
    const { apgr, cpt50, cpt80 } = recoveredGap(questions, scoreOf)
    const figures = [apgr.toFixed(3), cpt50.toFixed(1), cpt80.toFixed(1)].map((figure) => figure.padStart(7))
    process.stdout.write(`${router.padEnd(24)}${figures.join(' ')}\n`)
  }
  process.stdout.write('\n')
}

function readQuestions(path: string): Judged[] {
  const lines = gunzipSync(readFileSync(path)).toString().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Judged)
}

function findData(given: string | undefined): string[] {
  const folders = given === undefined ? [process.env.TUPPENCE_TEST_DATA, '../shared/data'] : [given]
  const candidates = folders.flatMap((folder) => (folder === undefined ? [] : [folder, join(folder, 'routing')]))
  const found = candidates.map((folder) => dataSets.map((name) => join(folder, name)).filter(existsSync))
  return found.find((files) => files.length > 0) ?? []
}

/**
 * Measures and prints.
 *
 * @returns the exit code: 0, 1 when a decision takes too long, or 2 when the shipped catalogue cannot be read
 */
function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } })
  const models = readModels(undefined, new Faults())?.models
  if (models === undefined) {
    process.stderr.write('config/models.yaml cannot be read; `tuppence doctor` says why.\n')
    return 2
  }
  const { p50, p99 } = measureTimes(models)
  process.stdout.write(
    `one decision over ${models.length} models: p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs, ` +
      `allowed ${limitMicroseconds} µs\n\n`,
  )
  const paths = findData(values.data)
  if (paths.length === 0) process.stderr.write(whereToGetData)
  for (const path of paths) printQuality(path.replace(/^.*\//, ''), readQuestions(path))
  return p99 < limitMicroseconds ? 0 : 1
}

export default main
