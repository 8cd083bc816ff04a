import { appendFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { uuidv7 } from 'uuidv7'
import { openStore } from '../../../adapters/store/store.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import { freePort, startBotProcess } from '../../bot-process.ts'
import { newDataFolder } from '../../data-folder.ts'
import { seeded } from '../../random.ts'
import { judge, type Question, type Verdict } from '../sending/judge.ts'
import { settle, until } from '../sending/run.ts'
import type { Safeguard } from '../sending/safeguards.ts'
import type { Malice, OpenStage, Stage } from '../sending/stage.ts'
import { askOnTime } from './customers.ts'
import { disturb, type Disturbance, type Disturbances, inOrder, type Scene, type Seat } from './disturbances.ts'
import { openPaidModel, type PaidModel } from './provider.ts'
import { openFragilePostgres, openFragileRedis } from './servers.ts'

const botScript = fileURLToPath(new URL('../sending-bot.ts', import.meta.url))
/** A reply that is still missing when nothing has changed for so long is lost; a slow machine takes its time. */
const lostMs = 60_000

export interface ProductionPlan {
  readonly seed: number
  readonly questions: number
  /** On average. */
  readonly perSecond: number
  readonly bots: number
  readonly malice: Malice
  readonly disturbances: Disturbances
  /** What the installation may spend on the day, in micro-dollars. */
  readonly dailyLimit: number
  /** The safeguard to do without. */
  readonly without?: Safeguard
  /** Where everything that happens is written, a JSON object a line. */
  readonly history?: string
}

export interface ProductionReport extends Verdict {
  readonly seed: number
  readonly bots: number
  readonly disturbances: Readonly<Record<Disturbance, number>>
  /** How often a reply was seen a second time, for however short a time. */
  readonly twins: number
  readonly mishaps: Readonly<Record<string, number>>
  readonly money: MoneyReport
  readonly seconds: number
}

/** In micro-dollars, of the day on which the run ended. */
export interface MoneyReport {
  readonly dailyLimit: number
  /** By the provider's own record, for as many requests. */
  readonly billed: number
  readonly modelRequests: number
  /** By the bots' ledger: what is spent, how much of it nobody has confirmed, and what is still held for calls. */
  readonly spent: number
  readonly unconfirmed: number
  readonly held: number
}

/**
 * Several bots on one Postgres and one Redis answer customers of a malicious platform, while all of them are killed, frozen,
 * emptied and interrupted in turn; then everything that can be seen is counted. The seed decides what happens.
 */
export async function runProduction(
  plan: ProductionPlan,
  openStage: OpenStage,
  log: (line: string) => void = () => {},
): Promise<ProductionReport> {
  const begunMs = performance.now()
  const note = (event: object): void => {
    if (plan.history === undefined) return
    appendFileSync(plan.history, `${JSON.stringify({ atMs: Math.round(performance.now() - begunMs), ...event })}\n`)
  }
  const stage = await openStage(plan.seed, plan.malice)
  const model = await openPaidModel(plan.seed, plan.dailyLimit as MicroDollars)
  const [redis, postgres] = [await openFragileRedis(), await openFragilePostgres()]
  const folders = Array.from({ length: plan.bots }, () => newDataFolder())
  const seats: Seat[] = []
  try {
    await Promise.all([redis.start(), postgres.start()])
    await takeSeats(seats, plan, { stage, model, redis, postgres, folders })
    const scene: Scene = { seats, redis, postgres, random: seeded(plan.seed + 1), asleep: [] }
    const questions: Question[] = []
    const asking = askOnTime(plan, stage, questions)
    const disturbances = await disturbAll(plan, scene, { questions, isOver: asking.ended, note, log })
    await Promise.all([asking.done, ...scene.asleep])
    log(`${questions.length} questions are asked`)
    await settle(() => judge(questions, stage.visible()), lostMs)
    for (const question of questions) note({ event: 'asked', ...question })
    for (const visible of stage.visible()) note({ event: 'visible', ...visible })
    for (const { bot } of seats) await bot?.end('SIGKILL')
    const seconds = Math.round((performance.now() - begunMs) / 1000)
    const [twins, mishaps] = [stage.seenTwice(), stage.mishaps()]
    const money = await moneyOf(model, postgres.address)
    const verdict = judge(questions, stage.visible())
    return { seed: plan.seed, bots: plan.bots, disturbances, ...verdict, twins, mishaps, money, seconds }
  } finally {
    for (const { bot } of seats) await bot?.end('SIGKILL')
    await stage.close()
    await model.close()
    await redis.close()
    await postgres.close()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

/** What the bots' own ledger says at the end, beside the provider's record. */
async function moneyOf(model: PaidModel, url: string): Promise<MoneyReport> {
  const { dailyLimit } = model
  const store = await openStore({ kind: 'postgres', url }, () => new Date(), uuidv7)
  try {
    const { spent, unconfirmed, held } = await store.ledger({ zone: 'UTC', limit: () => dailyLimit }).on()
    return { dailyLimit, billed: model.billed(), modelRequests: model.requests(), spent, unconfirmed, held }
  } finally {
    await store.close()
  }
}

interface Ground extends Pick<Scene, 'redis' | 'postgres'> {
  readonly stage: Stage
  readonly model: PaidModel
  readonly folders: readonly string[]
}

/** The bots, one started after the other: the first makes the tables. */
async function takeSeats(
  seats: Seat[],
  { without }: ProductionPlan,
  { stage, model, redis, postgres, folders }: Ground,
): Promise<void> {
  const ports = await Promise.all(folders.map(() => freePort()))
  for (const [index, folder] of folders.entries()) {
    const url = `http://127.0.0.1:${ports[index]}`
    const common = { PORT: String(ports[index]), DATABASE_URL: postgres.address, REDIS_URL: redis.address }
    const environment = { ...common, ...model.environment, ...stage.environment(url) }
    const script = [botScript, ...(without === undefined ? [] : [without])]
    seats.push({ bot: undefined, isAsleep: false, start: () => startBotProcess(folder, environment, script) })
  }
  for (const seat of seats) seat.bot = await seat.start()
}

interface Course {
  readonly questions: readonly Question[]
  readonly isOver: () => boolean
  readonly note: (event: object) => void
  readonly log: (line: string) => void
}

/** Spreads the disturbances over the questions; tells how many there were of each kind. */
async function disturbAll(
  { questions: wanted, disturbances }: ProductionPlan,
  scene: Scene,
  { questions, isOver, note, log }: Course,
): Promise<Record<Disturbance, number>> {
  const order = inOrder(disturbances, scene.random)
  const done = { kills: 0, freezes: 0, sleeps: 0, wipes: 0, redisCrashes: 0, postgresCrashes: 0 }
  for (const [index, kind] of order.entries()) {
    await until(() => questions.length >= (wanted * (index + 1)) / (order.length + 1), isOver)
    note({ event: kind, questions: questions.length })
    await disturb(kind, scene)
    done[kind] += 1
    if (index % 10 === 9) log(`${index + 1} of ${order.length} disturbances, ${questions.length} questions`)
  }
  return done
}
