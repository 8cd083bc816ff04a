import type { Database } from '../../adapters/store/database.ts'
import { createLedger } from '../../adapters/store/ledger.ts'
import type { BudgetLedger } from '../../src/core/ports.ts'
import { migrate } from '../../adapters/store/migrate.ts'
import { openPglite } from '../../adapters/store/pglite.ts'
import { openPostgres } from '../../adapters/store/postgres.ts'
import type { Bill, BudgetScope, ReservationRequest } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import { seeded } from '../random.ts'
import { callMeter, type MeterAnswer } from '../servers/meter.ts'

/** The ways to spend that are compared; the last two are known to be wrong. */
export type Algorithm = 'reserve' | 'set' | 'add'

export type RacePlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string }

/** What a process of the race is told, as JSON, in its first argument. */
export interface ChildPlan {
  readonly place: RacePlace
  readonly meter: string
  /** Begins the id of each call; every process has its own. */
  readonly name: string
  readonly seed: number
  readonly algorithms: readonly Algorithm[]
  /** For each algorithm. */
  readonly workers: number
  readonly limit: number
  readonly zone: string
  /** How long an answer is waited for, and when the ledger takes a call for dead. */
  readonly waitMs: number
  readonly leaseMs: number
}

export const users = 4

/** A user may spend so much of the day's limit. */
export function userLimit(limit: number): number {
  return Math.floor(limit * 0.4)
}

export async function openPlace(place: RacePlace): Promise<Database> {
  const database =
    place.kind === 'folder' ? await openPglite(place.folder) : await openPostgres(place.url, place.schema)
  await migrate(database)
  return database
}

/** What a worker works with. */
export interface Desk {
  readonly plan: ChildPlan
  readonly database: Database
  readonly ledger: BudgetLedger
  readonly random: () => number
  /** False once the parent wants an end: what is under way is ended properly. */
  readonly isOpen: () => boolean
}

export interface Attempt {
  readonly id: string
  readonly user: string
  readonly bound: number
}

const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const pause = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 100))

async function send({ plan }: Desk, { id, user, bound }: Attempt, algorithm: Algorithm): Promise<MeterAnswer> {
  return await callMeter(plan.meter, { id, accounts: [algorithm, `${algorithm} ${user}`], bound }, plan.waitMs)
}

/** Ours: reserve the bound, say that it is sent, send, settle. Tells the parent what is in flight before it can be. */
export async function reserveFirst(desk: Desk, attempt: Attempt): Promise<void> {
  const { ledger } = desk
  const reservation = await ledger.reserve(requestOf(desk.plan, attempt))
  if (reservation.kind === 'refused') return await pause()
  tell(`+ ${attempt.id} ${attempt.bound}`)
  if ((await ledger.dispatch(attempt.id)) === 'lost') return tell(`- ${attempt.id}`)
  const bill = toBill(await send(desk, attempt, 'reserve'))
  await ledger.settle(attempt.id, bill)
  tell(`${bill.kind === 'unknown' ? '?' : '-'} ${attempt.id}`)
}

function toBill(answer: MeterAnswer): Bill {
  if (answer.kind !== 'known') return { kind: answer.kind }
  const usage = { model: 'metered', input: answer.cost, cached: 0, cacheWrite: 0, output: 1 }
  return { kind: 'known', cost: answer.cost as MicroDollars, usage }
}

function requestOf(plan: ChildPlan, { id, user, bound }: Attempt): ReservationRequest {
  const scope = (kind: BudgetScope['kind'], name: string, limit: number): BudgetScope => ({
    kind,
    id: name,
    limit: limit as MicroDollars,
  })
  return {
    id,
    amount: bound as MicroDollars,
    leaseMs: plan.leaseMs,
    scopes: [
      scope('request', id, plan.limit),
      scope('user', user, userLimit(plan.limit)),
      scope('model', 'metered', plan.limit),
      scope('installation', '', plan.limit),
    ],
    facts: {
      tenant: 'race',
      message: id,
      channel: 'web',
      author: user,
      conversation: user,
      intent: 'none',
      purpose: 'answer',
      model: 'metered',
      provider: 'loopback',
      wireName: 'metered',
      tier: 2,
      prices: 'race',
    },
  }
}

/** Known to be wrong: look whether the budget is used up, call, then read the sum, add to it and write it back. */
async function setAfterwards(desk: Desk, attempt: Attempt): Promise<void> {
  const { database, plan } = desk
  const read = async (): Promise<number> => {
    const [row] = await database.query(`select spent from wrong_budgets where name = 'set' and expires_at > now()`)
    return Number(row?.['spent'] ?? 0)
  }
  if ((await read()) >= plan.limit) return await pause()
  const answer = await send(desk, attempt, 'set')
  if (answer.kind !== 'known') return
  const sum = (await read()) + answer.cost
  await database.query(
    `update wrong_budgets set spent = $1, expires_at = now() + interval '24 hours' where name = 'set'`,
    [sum],
  )
}

/** Known to be wrong: look whether the budget is used up, call, then add to the sum in one step. */
async function addAfterwards(desk: Desk, attempt: Attempt): Promise<void> {
  const { database, plan } = desk
  const [row] = await database.query(`select spent from wrong_budgets where name = 'add'`)
  if (Number(row?.['spent'] ?? 0) >= plan.limit) return await pause()
  const answer = await send(desk, attempt, 'add')
  if (answer.kind !== 'known') return
  await database.query(`update wrong_budgets set spent = spent + $1 where name = 'add'`, [answer.cost])
}

const ways = { reserve: reserveFirst, set: setAfterwards, add: addAfterwards }

async function work(desk: Desk, algorithm: Algorithm, worker: number): Promise<void> {
  for (let count = 0; desk.isOpen(); count += 1) {
    const bound = 100 + Math.floor(desk.random() * 900)
    const id = `${desk.plan.name}-${algorithm}-${worker}-${count}`
    await ways[algorithm](desk, { id, user: `u${worker % users}`, bound })
  }
}

async function main(plan: ChildPlan): Promise<void> {
  const database = await openPlace(plan.place)
  const ledger = createLedger(database, { zone: plan.zone, limit: () => plan.limit as MicroDollars })
  let isOpen = true
  process.stdin.on('end', () => (isOpen = false)).resume()
  const desk: Desk = { plan, database, ledger, random: seeded(plan.seed), isOpen: () => isOpen }
  tell('ready')
  const numbers = Array.from({ length: plan.workers }, (_, worker) => worker)
  await Promise.all(plan.algorithms.flatMap((algorithm) => numbers.map((worker) => work(desk, algorithm, worker))))
  await database.close()
}

const [told] = process.argv.slice(2)
if (import.meta.main && told !== undefined) await main(JSON.parse(told))
