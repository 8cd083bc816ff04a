import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import type { Contender } from './contenders.ts'
import { round } from './numbers.ts'

/** What one message costs on the way to the servers. */
export interface RoundTrips {
  /** Statements of Postgres, `begin` and `commit` among them. */
  readonly statements: number
  /** Commands that Redis was sent, one script counting as one. */
  readonly commands: number
  readonly dearest: readonly Statement[]
}

/** A statement of Postgres. */
export interface Statement {
  readonly text: string
  /** How often for one message. */
  readonly times: number
  /** In Postgres, for one message. */
  readonly ms: number
}

const seconds = 5

/** Counts for some seconds of full load; counting costs something, so nothing else is measured meanwhile. */
export async function countRoundTrips({ customers, postgres, redis }: Contender): Promise<RoundTrips | undefined> {
  if (postgres === undefined || redis === undefined) return undefined
  const database = await connected(postgres.address)
  const keys = new Redis(redis.address)
  try {
    await database.query('create extension if not exists pg_stat_statements')
    await countStatements(postgres.address, true)
    const before = await commandsOf(keys)
    const { sent } = await customers.closedLoop({ unanswered: 64, seconds })
    const commands = (await commandsOf(keys)) - before
    await countStatements(postgres.address, false)
    const { rows } = await database.query<{ query: string; calls: string; ms: number }>(
      'select query, calls::text, total_exec_time + total_plan_time as ms from pg_stat_statements order by 2 desc',
    )
    const statements = rows.map(({ query, calls, ms }) => ({
      text: query.replaceAll(/\s+/g, ' ').slice(0, 100),
      times: round(Number(calls) / sent),
      ms: Math.round((ms / sent) * 1000) / 1000,
    }))
    const all = rows.reduce((sum, { calls }) => sum + Number(calls), 0)
    return {
      statements: round(all / sent),
      commands: round(commands / sent),
      dearest: statements.toSorted((one, other) => other.ms - one.ms).slice(0, 20),
    }
  } finally {
    await database.end()
    keys.disconnect()
  }
}

/** From now on, in all connections. */
export async function countStatements(address: string, isWanted: boolean): Promise<void> {
  const database = await connected(address)
  await database.query(`alter system set pg_stat_statements.track = '${isWanted ? 'top' : 'none'}'`)
  await database.query('select pg_reload_conf()')
  await database.end()
}

/** A server takes connections before it takes questions. */
async function connected(address: string): Promise<Client> {
  const endsMs = performance.now() + 30_000
  for (;;) {
    const database = new Client(address)
    try {
      await database.connect()
      return database
    } catch (error) {
      if (performance.now() > endsMs) throw error
      await pause(50)
    }
  }
}

/** Of clients: what a script calls is not on the way. */
async function commandsOf(keys: Redis): Promise<number> {
  const told = await keys.info('commandstats')
  const counts = new Map(
    [...told.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name, calls]) => [name, Number(calls)]),
  )
  return ['eval', 'evalsha', 'bzpopmin'].reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)
}
