import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../adapters/store/database.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import { openDatabase } from '../../../adapters/store/open.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { toStore } from '../../../adapters/store/store.ts'
import { MigrationError } from '../../../src/core/errors.ts'
import { LedgerBench, known } from '../../contracts/ledger-bench.ts'
import { Bench } from '../../contracts/store/bench.ts'
import { migrateAsRelease, migrationFiles } from '../../release.ts'
import { rewritten } from '../../rewritten.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const program = fileURLToPath(new URL('migrate-process.ts', import.meta.url))
const admin = new pg.Client({ connectionString: url })
const users: string[] = []
let before: Database
let schema: string

beforeAll(() => admin.connect())
beforeEach(async () => {
  schema = `test_${randomBytes(8).toString('hex')}`
  before = await openPostgres(url, schema)
  await migrateAsRelease(before, 8)
})
afterEach(async () => {
  await admin.query('rollback')
  await before.close()
  await admin.query(`drop schema if exists ${schema} cascade`)
})
afterAll(async () => {
  for (const user of users) await admin.query(`drop owned by ${user} cascade; drop role ${user}`)
  await admin.end()
})

const limit = { timeout: 20_000, interval: 5 }

function benchOn(database: Database, tenant = 'ours'): Bench {
  return Object.assign(
    new Bench(
      toStore(database, () => new Date(), uuidv7),
      { at: new Date() },
    ),
    { tenant },
  )
}

/** The database for statements as the release before has them: without the columns that 0010 adds and the function of 0012. */
function asBefore(database: Database): Database {
  return rewritten(database, (sql) =>
    sql
      .replace('lost = lost + (lease_until is not null)::integer, ', '')
      .replace('i.lost, i.replays, ', '0 as lost, 0 as replays, ')
      .replace(
        'is_owed_beside($1, $3, $2)',
        `exists (select from inbox where tenant = $1 and conversation = $3 and state = 'owed' and id <> $2)`,
      ),
  )
}

/** The server processes that wait for `admin`. */
async function waiting(): Promise<number> {
  await admin.query('select pg_stat_clear_snapshot()')
  const { rows } = await admin.query(
    'select 1 from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))',
  )
  return rows.length
}

/** Has read a table, as a long report would, and goes on. */
async function readLong(table: string): Promise<void> {
  await admin.query('begin')
  await admin.query(`select 1 from ${schema}.${table} limit 1`)
}

async function versions(): Promise<number> {
  const { rows } = await admin.query(`select 1 from ${schema}.migrations`)
  return rows.length
}

test('a migration killed half-way leaves nothing, the next start does it whole, and open messages survive', async () => {
  const bench = benchOn(asBefore(before))
  await bench.accept()
  await readLong('outbox')
  const child = spawn(process.execPath, [program, url, schema], { stdio: 'inherit' })
  const ended = once(child, 'exit')
  await expect.poll(waiting, limit).toBe(1) // tables before this one are changed by now

  child.kill('SIGKILL')
  await ended
  await admin.query('commit')
  const left = await admin.query(
    `select count(*)::integer as changed from pg_class where relnamespace = '${schema}'::regnamespace and relrowsecurity`,
  )
  const leftVersions = await versions()
  const after = await openDatabase({ kind: 'postgres', url, schema, tenant: 'ours' })
  const survivor = await benchOn(after).claim()

  expect([left.rows, leftVersions]).toEqual([[{ changed: 0 }], 8])
  expect(await versions()).toBe(migrationFiles.length)
  expect(survivor.message.id).toBe('m1')
  await after.close()
})

test('a migration that waits for a long transaction lets the others work, and is done when that ends', async () => {
  const bench = benchOn(asBefore(before))
  await readLong('inbox')
  let isMigrated = false
  const migrating = (async () => {
    const other = await openPostgres(url, schema)
    await migrate(other)
    isMigrated = true
    await other.close()
  })()
  await expect.poll(waiting, limit).toBe(1)

  let slowestMs = 0
  for (let number = 0; number < 20; number += 1) {
    const begun = performance.now()
    await bench.answered()
    slowestMs = Math.max(slowestMs, performance.now() - begun)
  }
  const wasMigrated = isMigrated
  await admin.query('commit')
  await migrating

  expect([wasMigrated, isMigrated]).toEqual([false, true])
  expect(slowestMs).toBeLessThan(5000) // it waits a second at a time; the others would give up after ten
  expect(await bench.replies()).toHaveLength(20)
})

test('a migration that never gets its locks says what to end, and has done nothing', async () => {
  await readLong('inbox')

  const refusal: unknown = await migrate(before, 2).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(MigrationError)
  expect(String(refusal)).toContain('0009-tenants.sql')
  expect(String(refusal)).toContain('idle in transaction')
  expect(await versions()).toBe(8)
})

/** A database opened by the release before: by the superuser, or by a user who owns the tables and has no rights besides. */
async function openBefore(user: string): Promise<{ readonly address: string; readonly database: Database }> {
  if (user === 'a superuser') return { address: url, database: before }
  users.push(schema)
  const address = new URL(url)
  address.username = schema
  await admin.query(`create role ${schema} login`)
  await admin.query(`drop schema ${schema} cascade; create schema ${schema} authorization ${schema}`)
  const database = await openPostgres(address.href, schema)
  await migrateAsRelease(database, 8)
  return { address: address.href, database }
}

test.each(['a superuser', 'a plain user'])(
  'a process of the release before, as %s, answers on while the database is migrated, and beside the next release',
  async (user) => {
    const { address, database } = await openBefore(user)
    const bench = benchOn(asBefore(database))
    const ledger = new LedgerBench(database)
    const facts = { tenant: 'ours' }
    const call = await ledger.reserve({ id: 'begun before', amount: 10, facts })
    await bench.accept({ id: 'open before', conversation: 'open' })
    let answered = 0
    let isOver = false
    const working = (async () => {
      for (; !isOver; answered += 1) await bench.answered({}, { conversation: `c${answered}` })
    })()
    await expect.poll(() => answered, limit).toBeGreaterThan(5)

    const after = await openDatabase({ kind: 'postgres', url: address, schema, tenant: 'ours' })
    const answeredBy = answered
    await expect.poll(() => answered, limit).toBeGreaterThan(answeredBy + 5)
    isOver = true
    await working

    const next = benchOn(after)
    await next.complete(await next.claim('open'))
    const reply = await bench.nextReply('open')
    if (reply !== undefined) await bench.store.outbox.delivered(reply, 'P1')
    await next.accept({ id: 'of the next', conversation: 'of the next' })
    await bench.complete(await bench.claim('of the next'))
    expect(reply?.reply.text).toBe('Answer to open before')
    expect(await next.replies('of the next')).toEqual(['Answer to of the next'])
    const later = new LedgerBench(after)
    expect([await later.ledger.dispatch(call), await ledger.ledger.settle(call, known(7))]).toEqual(['dispatched', 7])
    expect(await next.store.inbox.owed()).toEqual([])
    await after.close()
    if (database !== before) await database.close()
  },
)

test('a message that the next release has answered anew can be answered by the release before', async () => {
  const after = await openDatabase({ kind: 'postgres', url, schema, tenant: 'ours' })
  const next = benchOn(after)
  await next.accept()
  await next.complete(await next.claim(), { parked: { reason: 'TypeError', fault: 'cannot read', tries: 1 } })
  const wish = { tenant: 'ours', message: 'm1', decision: 'replay' } as const
  await next.store.parked.decide(wish, { id: 'entry', at: new Date(), by: 'cli:ada' })

  const bench = benchOn(asBefore(before))
  await bench.complete(await bench.claim())

  expect(await next.replies()).toHaveLength(2)
  expect(await next.store.inbox.owed()).toEqual([])
  await after.close()
})
