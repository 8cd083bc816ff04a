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
  start(): Promise<BotProcess>
}

export interface Scene {
  readonly seats: readonly Seat[]
  readonly redis: FragileServer
  readonly postgres: FragileServer
  readonly random: () => number
}

/** The disturbances in an order that the seed decides. */
export function inOrder(disturbances: Disturbances, random: () => number): readonly Disturbance[] {
  const all = Object.entries(disturbances).flatMap(([kind, times]) =>
    Array.from({ length: times }, () => ({ kind: kind as Disturbance, at: random() })),
  )
  return all.toSorted((one, other) => one.at - other.at).map(({ kind }) => kind)
}

/** Does it, and resolves when whatever was ended has begun again. */
export async function disturb(kind: Disturbance, scene: Scene): Promise<void> {
  const { redis, postgres, random } = scene
  switch (kind) {
    case 'kills':
      return await killOne(scene)
    case 'freezes':
      return await freezeOne(scene)
    case 'wipes':
      return await wipe(redis)
    case 'redisCrashes':
      return await interrupt(redis, random() * 3000)
    case 'postgresCrashes':
      return await interrupt(postgres, random() * 2000)
  }
}

async function killOne({ seats, random }: Scene): Promise<void> {
  const running = seats.filter(({ bot }) => bot !== undefined)
  const seat = running[Math.floor(random() * running.length)]
  if (seat?.bot === undefined) return
  const { bot } = seat
  seat.bot = undefined
  await bot.end('SIGKILL')
  seat.bot = await seat.start()
}

async function freezeOne({ seats, random }: Scene): Promise<void> {
  const running = seats.flatMap(({ bot }) => bot ?? [])
  const bot = running[Math.floor(random() * running.length)]
  if (bot === undefined) return
  process.kill(bot.pid, 'SIGSTOP')
  await pause(500 + random() * 3500)
  process.kill(bot.pid, 'SIGCONT')
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
