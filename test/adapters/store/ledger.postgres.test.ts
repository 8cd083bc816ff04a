import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../adapters/store/database.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { LedgerBench } from '../../contracts/ledger-bench.ts'
import { ledgerContract } from '../../contracts/ledger.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schemas: string[] = []
let admin: pg.Client

beforeAll(async () => {
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
})
afterAll(async () => {
  await admin.query('rollback')
  for (const schema of schemas) await admin.query(`drop schema if exists ${schema} cascade`)
  await admin.end()
})

async function open(): Promise<Database> {
  const schema = `test_${randomBytes(8).toString('hex')}`
  schemas.push(schema)
  const database = await openPostgres(url, schema)
  await migrate(database)
  await admin.query(`set search_path = ${schema}`)
  return database
}

ledgerContract('Postgres', open)

/** The server processes that wait for `admin`. */
async function waiting(): Promise<number> {
  await admin.query('select pg_stat_clear_snapshot()')
  const { rows } = await admin.query(
    'select 1 from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))',
  )
  return rows.length
}

const limit = { timeout: 10_000, interval: 10 }

test('a new day is not opened while a call is being sent on the old one, and does not miss it', async () => {
  const database = await open()
  const bench = new LedgerBench(database)
  bench.at = new Date('2026-11-21T23:59:59Z')
  const id = await bench.reserve({ amount: 400 })
  // Another process says that it sends, and has not committed yet.
  await admin.query('begin')
  await admin.query(`select budget_dispatch('2026-11-21T23:59:59.999Z', 'UTC', $1)`, [id])
  bench.at = new Date('2026-11-22T00:00:00Z')

  let isOpened = false
  const opening = bench.ledger.on().finally(() => (isOpened = true))
  await expect.poll(waiting, limit).toBe(1)
  expect(isOpened).toBe(false)
  await admin.query('commit')

  expect(await opening).toMatchObject({ day: '2026-11-22', spent: 400, calls: 1 })
  await database.close()
})

test('a call is not sent on the old day while the new one is being opened', async () => {
  const database = await open()
  const bench = new LedgerBench(database)
  bench.at = new Date('2026-11-21T23:59:59Z')
  const id = await bench.reserve({ amount: 400 })
  await admin.query('begin')
  await admin.query(`select budget_open('2026-11-22T00:00:00Z', 'UTC')`)

  const dispatching = bench.ledger.dispatch(id) // its clock still says one second to midnight
  await expect.poll(waiting, limit).toBe(1)
  await admin.query('commit')

  expect(await dispatching).toBe('lost')
  expect(await bench.money('2026-11-21')).toEqual([0, 0, 0])
  expect(await bench.money('2026-11-22')).toEqual([0, 0, 0])
  await database.close()
})

test('four processes with ten connections each that reserve at once from an empty day hold what fits, and no more', async () => {
  const database = await open()
  const bench = new LedgerBench(database)
  const schema = schemas.at(-1) ?? ''
  const others = await Promise.all(Array.from({ length: 4 }, () => openPostgres(url, schema)))
  const benches = others.map((other) => Object.assign(new LedgerBench(other), { limit: bench.limit }))
  const requests = Array.from({ length: 200 }, (_, index) => bench.request({ id: `racing-${index}`, amount: 7 }))

  const answers = await Promise.all(
    requests.map((request, index) => (benches[index % benches.length] ?? bench).ledger.reserve(request)),
  )

  expect(answers.filter(({ kind }) => kind === 'reserved')).toHaveLength(142) // 142 × 7 = 994
  expect(await bench.money()).toEqual([994, 0, 0])
  for (const other of [...others, database]) await other.close()
})
