import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { openPostgres } from '../../adapters/store/postgres.ts'
import { kinds } from '../../bin/servers.mjs'
import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import { newDataFolder } from '../data-folder.ts'
import type { RacePlace } from './budget-race-child.ts'
import { runRace, type Lane, type RacePlan, type RaceReport } from './budget-race-run.ts'

const names = {
  reserve: 'reserve, send, settle (Tuppence)',
  set: 'call, then get, add, set with expiry',
  add: 'check, call, then add atomically',
}

/** The table of docs/budget.md. */
function tableOf(lanes: readonly Lane[]): string {
  const dollars = (amount: number): string => printDollars(amount as MicroDollars)
  const rows = lanes.map(({ algorithm, limit, metered, overspent }) => {
    const share = `${((100 * overspent) / limit).toFixed(1)} %`
    return `| ${names[algorithm]} | ${dollars(limit)} | ${dollars(metered)} | ${dollars(overspent)} | ${share} |`
  })
  return ['| | limit | billed by the provider | beyond the limit | |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

function accountOf(report: RaceReport): string {
  const { kills, freezes, calls, held, spent, stranded, strandable, unanswered, repeats } = report
  const amounts = [held, spent, stranded, strandable, unanswered].map((amount) => printDollars(amount as MicroDollars))
  return [
    `${kills} kills, ${freezes} freezes, ${calls} calls of ours, ${repeats} sent twice.`,
    `At the end held ${amounts[0]}, spent ${amounts[1]}; stranded by kills ${amounts[2]} of at most ${amounts[3]};`,
    `charged for what was not answered ${amounts[4]}.`,
  ].join(' ')
}

/** What may not be, in words; empty when every promise was kept. */
export function brokenPromises(report: RaceReport, isRough: boolean): readonly string[] {
  const ours = report.lanes.find(({ algorithm }) => algorithm === 'reserve')
  const { held, spent, unconfirmed, stranded, strandable, unanswered, repeats } = report
  const metered = ours?.metered ?? Number.NaN
  const promises = [
    [ours?.overspent === 0, `overspent by ${ours?.overspent}`],
    [held === 0, `${held} still held`],
    [repeats === 0, `${repeats} calls sent twice`],
    [stranded >= 0 && stranded <= strandable, `${stranded} stranded, at most ${strandable} expected`],
    [
      spent === metered + stranded + unanswered,
      `spent ${spent}, billed ${metered}, ${stranded + unanswered} explained`,
    ],
    [isRough || (spent === metered && unconfirmed === 0), `spent ${spent} in a clean run, billed ${metered}`],
  ] as const
  return promises.filter(([isKept]) => !isKept).map(([, breach]) => breach)
}

/**
 * `node bin/run.mjs test/chaos/budget-race.ts [--seconds 10] [--workers 16] [--store postgres|pglite] [--limit MICRO-DOLLARS]
 * [--seed N]` prints an undisturbed run and one with kills, beside two algorithms known to be wrong.
 */
export default async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      workers: { type: 'string', default: '16' },
      store: { type: 'string', default: 'postgres' },
      limit: { type: 'string' },
      seed: { type: 'string' },
    },
  })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  const limit = Number(values.limit ?? (values.store === 'pglite' ? 10_000 : 50_000))
  const seconds = Number(values.seconds)
  const race = { seed, workers: Number(values.workers), limit }
  const run = async (part: Pick<RacePlan, 'algorithms' | 'isRough' | 'seconds'>): Promise<RaceReport> =>
    await atPlace(values.store, async (place) => await runRace({ ...race, ...part, place }))
  process.stdout.write(`${values.store}, ${availableParallelism()} cores, ${values.workers} workers, seed ${seed}\n`)
  const clean = await run({ algorithms: ['reserve'], isRough: false, seconds: Math.min(3, seconds) })
  process.stdout.write(`\nUndisturbed: ${accountOf(clean)}\n`)
  const rough = await run({ algorithms: ['reserve'], isRough: true, seconds })
  process.stdout.write(`\nWith kills and faults, ${seconds} s: ${accountOf(rough)}\n`)
  const wrong = await run({ algorithms: ['set', 'add'], isRough: true, seconds })
  process.stdout.write(`\n${tableOf([...rough.lanes, ...wrong.lanes])}\n`)
  const broken = [...brokenPromises(clean, false), ...brokenPromises(rough, true)]
  for (const breach of broken) process.stderr.write(`Not kept: ${breach}\n`)
  return broken.length === 0 ? 0 : 1
}

/** A folder of its own, or a schema of its own on $TEST_DATABASE_URL or on a Postgres of its own. */
async function atPlace<Result>(store: string, work: (place: RacePlace) => Promise<Result>): Promise<Result> {
  if (store === 'pglite') {
    const folder = newDataFolder()
    try {
      return await work({ kind: 'folder', folder })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  const schema = `race_${randomBytes(8).toString('hex')}`
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined) return await work({ kind: 'postgres', url: given, schema })
  const postgres = kinds.find(({ name }) => name === 'Postgres')
  const program = postgres?.find()
  if (postgres === undefined || program === undefined) throw new Error('There is no Postgres here: --store pglite')
  const server = await postgres.start(program)
  try {
    await awake(server.address)
    return await work({ kind: 'postgres', url: server.address, schema })
  } finally {
    await server.stop()
  }
}

/** A Postgres that listens may still be starting up. */
async function awake(url: string): Promise<void> {
  for (const end = performance.now() + 10_000; ;) {
    try {
      return await (await openPostgres(url)).close()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
