import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { BotProcess } from '../../bot-process.ts'
import type { FragileServer } from './servers.ts'

/** How often what is done to the bots and to what they stand on. */
export interface Disturbances {
  /** `kill -9` of a bot, which is started again. */
  readonly kills: number
  /** A bot stands still for up to four seconds, and goes on. */
  readonly freezes: number
  /** A bot stands still for longer than any lease, and goes on as if nothing had happened; the others fail meanwhile. */
  readonly sleeps: number
  /** All of Redis is emptied. */
  readonly wipes: number
  /** Redis is gone for up to three seconds. */
  readonly redisCrashes: number
  /** Postgres is gone for up to two seconds. */
  readonly postgresCrashes: number
}

export type Disturbance = keyof Disturbances

/** One of several bots, always on the same port. */
export interface Seat {
  bot: BotProcess | undefined
  /** While it stands still for long nothing else is done to it. */
  isAsleep: boolean
  start(): Promise<BotProcess>
}

export interface Scene {
  readonly seats: readonly Seat[]
  readonly redis: FragileServer
  readonly postgres: FragileServer
  readonly random: () => number
  /** What is under way while others fail. */
  readonly asleep: Promise<void>[]
}

/** The disturbances in an order that the seed decides. */
export function inOrder(disturbances: Disturbances, random: () => number): readonly Disturbance[] {
  const all = Object.entries(disturbances).flatMap(([kind, times]) =>
    Array.from({ length: times }, () => ({ kind: kind as Disturbance, at: random() })),
  )
  return all.toSorted((one, other) => one.at - other.at).map(({ kind }) => kind)
}

/** Does it, and resolves when whatever was ended has begun again; a bot that sleeps does so while others fail. */
export async function disturb(kind: Disturbance, scene: Scene): Promise<void> {
  const { redis, postgres, random } = scene
  switch (kind) {
    case 'kills':
      return await killOne(scene)
    case 'freezes':
      return await freezeOne(scene)
    case 'sleeps':
      return void scene.asleep.push(putToSleep(scene))
    case 'wipes':
      return await wipe(redis)
    case 'redisCrashes':
      return await interrupt(redis, random() * 3000)
    case 'postgresCrashes':
      return await interrupt(postgres, random() * 2000)
  }
}

/** A bot that runs and is awake. */
function pick({ seats, random }: Scene): Seat | undefined {
  const running = seats.filter(({ bot, isAsleep }) => bot !== undefined && !isAsleep)
  return running[Math.floor(random() * running.length)]
}

async function killOne(scene: Scene): Promise<void> {
  const seat = pick(scene)
  if (seat?.bot === undefined) return
  const { bot } = seat
  seat.bot = undefined
  await bot.end('SIGKILL')
  seat.bot = await seat.start()
}

async function freezeOne(scene: Scene): Promise<void> {
  const bot = pick(scene)?.bot
  if (bot === undefined) return
  process.kill(bot.pid, 'SIGSTOP')
  await pause(500 + scene.random() * 3500)
  process.kill(bot.pid, 'SIGCONT')
}

/** Longer than a claim of the inbox holds, which is the longest lease. */
const sleepMs = 65_000

async function putToSleep(scene: Scene): Promise<void> {
  const seat = pick(scene)
  if (seat?.bot === undefined) return
  const { pid } = seat.bot
  seat.isAsleep = true
  process.kill(pid, 'SIGSTOP')
  await pause(sleepMs)
  process.kill(pid, 'SIGCONT')
  seat.isAsleep = false
}

async function wipe({ address }: FragileServer): Promise<void> {
  const redis = new Redis(address, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => {}) // a Redis that is gone has nothing to be emptied of
  try {
    await redis.connect()
    await redis.flushall()
  } catch {
    // as above
  } finally {
    redis.disconnect()
  }
}

async function interrupt(server: FragileServer, ms: number): Promise<void> {
  await server.crash()
  await pause(ms)
  await server.start()
}
