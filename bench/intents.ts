import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { barOf, barTable, type BarRow } from './intents/bar.ts'
import { coverageChart, reliabilityChart } from './intents/chart.ts'
import { contenders, outsiders } from './intents/contenders/all.ts'
import { checkData, findData, whereToGetData } from './intents/data.ts'
import type { Measured } from './intents/measured.ts'
import type { Pace } from './intents/pace.ts'
import { compare, isRepeatable } from './intents/run.ts'
import { tableOf } from './intents/table.ts'
import { installPeers } from './peers/install.ts'

/*
 * The free stages of the classifier beside every peer that is on this machine, in one run, on the same messages:
 *   npm run bench -- intents [--data FILE or FOLDER ...] [--only NAME ...] [--json] [--charts FOLDER]
 */
const options = {
  data: { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  charts: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** What one data set gave. */
export interface SetResult {
  readonly set: string
  readonly measured: readonly Measured[]
  /** What a message takes our first stage, as a share of what it takes nlp.js, where both were measured. */
  readonly pace: Pace | undefined
  /** Whether the same lines gave the same bytes twice. */
  readonly isRepeatable: boolean
}

/**
 * Runs the comparison and prints a table for each data set, and the bar with what was reached.
 *
 * @returns the exit code: 0, 1 when something that must be reached was not, or 2 without data or peers
 */
export default async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options })
  const paths = findData(values.data ?? [])
  const missing = paths.find((path) => !existsSync(path))
  if (paths.length === 0 || missing !== undefined)
    return refuse(missing === undefined ? whereToGetData : `${missing} does not exist. ${whereToGetData}`)
  const known = [...contenders, ...outsiders].map(({ name }) => name)
  const stranger = values.only?.find((name) => !known.includes(name))
  if (stranger !== undefined) return refuse(`--only is "${stranger}"; known: ${known.join(', ')}.\n`)
  try {
    for (const path of paths) checkData(path)
    await installPeers()
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n`)
  }
  const results: SetResult[] = []
  for (const path of paths) {
    const set = basename(path).replace(/\.jsonl(?:\.gz)?$/, '')
    const onBegin = (name: string): void => void process.stderr.write(`${set}: ${name} …\n`)
    const { measured, pace } = await compare({ path, names: values.only ?? [], onBegin })
    results.push({ set, measured, pace, isRepeatable: await isRepeatable(path) })
    if (values.json !== true) process.stdout.write(`${set}\n${tableOf(measured)}\n${paceLine(pace)}\n`)
  }
  const bar = barOf(results)
  if (values.charts !== undefined) drawCharts(values.charts, results)
  process.stdout.write(values.json === true ? `${JSON.stringify({ results, bar })}\n` : `${barTable(bar)}\n`)
  return bar.some(isMissed) ? 1 : 0
}

function paceLine(pace: Pace | undefined): string {
  if (pace === undefined) return ''
  const { rounds, median, least, most } = pace
  const [middle, low, high] = [median, least, most].map((ratio) => ratio.toFixed(2))
  return `one message, as a ratio to nlp.js: ${middle} (${low} to ${high} in ${rounds.length} rounds)\n`
}

function isMissed({ verdict }: BarRow): boolean {
  return verdict === 'missed'
}

function refuse(problem: string): number {
  process.stderr.write(problem)
  return 2
}

function drawCharts(folder: string, results: readonly SetResult[]): void {
  mkdirSync(folder, { recursive: true })
  for (const { set, measured } of results) {
    writeFileSync(join(folder, `reliability-${set}.svg`), reliabilityChart(set, measured))
    writeFileSync(join(folder, `coverage-${set}.svg`), coverageChart(set, measured))
  }
}
