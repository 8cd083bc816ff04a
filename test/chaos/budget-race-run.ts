import { createLedger } from '../../adapters/store/ledger.ts'
import { integer, text, type Database } from '../../adapters/store/database.ts'
import { budgetDay } from '../../src/budget/day.ts'
import type { Budget } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import { seeded } from '../random.ts'
import { noFaults, startMeter, type MeterFaults, type MeterServer } from '../servers/meter.ts'
import { openPlace, userLimit, users, type Algorithm, type ChildPlan, type RacePlace } from './budget-race-child.ts'
import { nothingTold, RaceProcess, type Told } from './budget-race-process.ts'

export interface RacePlan {
  readonly place: RacePlace
  readonly seed: number
  readonly seconds: number
  /** For each algorithm, over all processes. */
  readonly workers: number
  /** Micro-dollars a day. */
  readonly limit: number
  readonly algorithms: readonly Algorithm[]
  /** Whether processes are killed and the provider misbehaves. */
  readonly isRough: boolean
}

/** What the provider billed under one algorithm. All amounts in micro-dollars. */
export interface Lane {
  readonly algorithm: Algorithm
  readonly limit: number
  readonly metered: number
  /** What the meter shows beyond the limit, of the installation or of one of its users, on the worst day. */
  readonly overspent: number
}

export interface RaceReport {
  readonly seed: number
  readonly kills: number
  readonly freezes: number
  readonly lanes: readonly Lane[]
  /** What the ledger says at the end, when every lease is over. */
  readonly held: number
  readonly spent: number
  readonly unconfirmed: number
  readonly calls: number
  /** Calls that were sent a second time. */
  readonly repeats: number
  /** Charged for calls whose process was killed, beyond what the provider billed for them. */
  readonly stranded: number
  /** The bounds of what was under way at each kill. */
  readonly strandable: number
  /** Charged for calls that the provider did not answer properly, beyond what it billed for them. */
  readonly unanswered: number
}

const roughly: MeterFaults = { hang: 0.03, cut: 0.03, mute: 0.03, refuse: 0.03 }
/** In milliseconds: how long an answer is waited for, and how long a call's lease lasts. */
const roughTimes = { waitMs: 250, leaseMs: 1500 }
/** Nobody gives up, however slow the machine. */
const cleanTimes = { waitMs: 20_000, leaseMs: 60_000 }
const zone = 'UTC'

/** Lets many workers spend from one budget at a provider with a meter of its own, and compares the two at the end. */
export async function runRace(plan: RacePlan): Promise<RaceReport> {
  const meter = await startMeter({
    seed: plan.seed,
    faults: plan.isRough ? roughly : noFaults,
    today: () => budgetDay(new Date(), zone),
    slowestMs: 20,
  })
  const told = nothingTold()
  try {
    await prepare(plan.place)
    const race = new Race(plan, meter, told)
    await race.run()
    const database = await openPlace(plan.place)
    try {
      const account = await readAccount(database, meter, { told, limit: plan.limit })
      const lanes = plan.algorithms.map((algorithm) => laneOf(meter, algorithm, plan.limit))
      const { seed } = plan
      return { seed, kills: race.kills, freezes: race.freezes, lanes, ...account, strandable: told.strandable }
    } finally {
      await database.close()
    }
  } finally {
    await meter.stop()
  }
}

async function prepare(place: RacePlace): Promise<void> {
  const database = await openPlace(place)
  await database.query(
    `create table if not exists wrong_budgets (name text primary key, spent bigint not null, expires_at timestamptz not null)`,
  )
  await database.query(`insert into wrong_budgets values ('set', 0, now() + interval '24 hours'), ('add', 0, now())`)
  await database.close()
}

class Race {
  kills = 0
  freezes = 0
  readonly #plan: RacePlan
  readonly #meter: MeterServer
  readonly #told: Told
  readonly #random: () => number
  #started = 0

  constructor(plan: RacePlan, meter: MeterServer, told: Told) {
    this.#plan = plan
    this.#meter = meter
    this.#told = told
    this.#random = seeded(plan.seed + 1)
  }

  async run(): Promise<void> {
    const count = this.#plan.place.kind === 'folder' ? 1 : 4
    const racers = Array.from({ length: count }, () => this.#start(count))
    await Promise.all(racers.map((racer) => racer.ready))
    const end = performance.now() + this.#plan.seconds * 1000
    while (performance.now() < end) {
      const wait = (count === 1 ? 900 : 300) + this.#random() * (count === 1 ? 1200 : 500)
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, end - performance.now())))
      if (this.#plan.isRough && performance.now() < end) await this.#strike(racers)
    }
    await Promise.all(racers.map((racer) => racer.end()))
  }

  #start(count: number): RaceProcess {
    this.#started += 1
    const { place, seed, algorithms, limit, workers } = this.#plan
    const plan: ChildPlan = {
      place,
      meter: this.#meter.url,
      name: `p${this.#started}`,
      seed: seed + 100 + this.#started,
      algorithms,
      workers: Math.ceil(workers / count),
      limit,
      zone,
      ...(this.#plan.isRough ? roughTimes : cleanTimes),
    }
    return new RaceProcess(plan, this.#told)
  }

  /** Kills one process and starts the next, or stops it for longer than its leases last. */
  async #strike(racers: RaceProcess[]): Promise<void> {
    const index = Math.floor(this.#random() * racers.length)
    if (racers.length > 1 && this.#random() < 0.2) {
      this.freezes += 1
      await racers[index]?.freeze(roughTimes.leaseMs + 200)
      return
    }
    this.kills += 1
    await racers[index]?.kill()
    const next = this.#start(racers.length)
    racers[index] = next
    await next.ready
  }
}

function laneOf(meter: MeterServer, algorithm: Algorithm, limit: number): Lane {
  const sum = (account: string): number => [...meter.billed(account).values()].reduce((total, cost) => total + cost, 0)
  const worst = (account: string): number => Math.max(0, ...meter.billed(account).values())
  const names = Array.from({ length: users }, (_, user) => `${algorithm} u${user}`)
  const beyond = [worst(algorithm) - limit, ...names.map((name) => worst(name) - userLimit(limit))]
  // The wrong ones know no limit of a user; theirs is the day's alone.
  const overspent = Math.max(0, ...(algorithm === 'reserve' ? beyond : beyond.slice(0, 1)))
  return { algorithm, limit, metered: sum(algorithm), overspent }
}

async function readAccount(
  database: Database,
  meter: MeterServer,
  { told, limit }: { told: Told; limit: number },
): Promise<Omit<RaceReport, 'seed' | 'kills' | 'freezes' | 'lanes' | 'strandable'>> {
  const ledger = createLedger(database, { zone, limit: () => limit as MicroDollars })
  const { held } = await settled(() => ledger.on())
  const rows = await database.query('select id, state, cost from model_calls')
  let [spent, unconfirmed, stranded, unanswered] = [0, 0, 0, 0]
  for (const row of rows) {
    const [id, cost] = [text(row, 'id'), integer(row, 'cost')]
    spent += cost
    if (row['state'] !== 'forfeited') continue
    unconfirmed += cost
    const excess = cost - (meter.billedFor(id) ?? 0)
    if (told.unknown.has(id)) unanswered += excess
    else if (told.cutOff.has(id)) stranded += excess
  }
  return { held, spent, unconfirmed, calls: rows.length, repeats: meter.repeats(), stranded, unanswered }
}

/** Waits until the leases of those who were killed are over. */
async function settled(read: () => Promise<Budget>): Promise<Budget> {
  const end = performance.now() + 10_000
  for (;;) {
    const budget = await read()
    if (budget.held === 0 || performance.now() > end) return budget
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
