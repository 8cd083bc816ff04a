import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { integer, type Database } from '../../../adapters/store/database.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { toStore } from '../../../adapters/store/store.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'
import { Bench } from '../../contracts/store/bench.ts'
import { startLossyPostgres } from '../../servers/lossy-postgres.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schema = `test_${randomBytes(8).toString('hex')}`
const admin = new pg.Client({ connectionString: url })
const opened: Database[] = []

beforeAll(async () => {
  await admin.connect()
  const database = await openPostgres(url, schema)
  await migrate(database)
  await database.query('create table counts (id text primary key, value integer not null)')
  await database.close()
  await admin.query(`set search_path = ${schema}`)
})
afterEach(async () => {
  await admin.query('rollback')
  await admin.query('truncate counts')
  for (const database of opened.splice(0)) await database.close()
})
afterAll(async () => {
  await admin.query(`drop schema if exists ${schema} cascade`)
  await admin.end()
})

type Limits = NonNullable<Parameters<typeof openPostgres>[2]>['limits']

async function open(limits: Limits = {}, address = url): Promise<Database> {
  const database = await openPostgres(address, schema, { limits })
  opened.push(database)
  return database
}

const add = 'update counts set value = value + 1 where id = $1'

async function valueOf(id: string): Promise<number> {
  const { rows } = await admin.query('select value from counts where id = $1', [id])
  return integer(rows[0] ?? {}, 'value')
}

async function begin(...ids: readonly string[]): Promise<void> {
  for (const id of ids) await admin.query('insert into counts values ($1, 0)', [id])
}

/** How many server processes wait for `admin`. */
async function waiting(): Promise<number> {
  await admin.query('select pg_stat_clear_snapshot()')
  const { rows } = await admin.query(
    'select 1 from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))',
  )
  return rows.length
}

/** Resolves for all that call it once so many have. */
function createMeeting(guests: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let present = 0
  return async () => {
    present += 1
    if (present >= guests) resolve()
    await promise
  }
}

const limit = { timeout: 10_000, interval: 10 }

test('of two transactions in a dead lock both are done, and each once', async () => {
  const database = await open()
  await begin('a', 'b')
  const meet = createMeeting(2)
  let attempts = 0
  const addTo = async (first: string, second: string): Promise<void> =>
    await database.transaction(async (statements) => {
      attempts += 1
      await statements.query(add, [first])
      await meet()
      await statements.query(add, [second])
    })

  await Promise.all([addTo('a', 'b'), addTo('b', 'a')])

  expect(attempts).toBe(3)
  expect([await valueOf('a'), await valueOf('b')]).toEqual([2, 2])
})

test('a single statement in a dead lock is done, and once', async () => {
  const database = await open()
  await begin('a', 'b')
  // Who waits longest for a dead lock to be found is not the one that is undone.
  await admin.query(`set deadlock_timeout = '1h'`)
  await admin.query('begin')
  await admin.query(add, ['b'])
  const adding = database.query(`
    with ordered as materialized (select id from counts order by id for update)
    update counts set value = value + 1 where id in (select id from ordered)`)
  await expect.poll(waiting, limit).toBe(1)

  await admin.query(add, ['a'])
  await admin.query('commit')
  await adding

  expect([await valueOf('a'), await valueOf('b')]).toEqual([2, 2])
  await admin.query('reset deadlock_timeout')
})

test.each([
  ['once is done the second time', 1, 2],
  ['three times is done the fourth time', 3, 4],
])('a transaction that others overtake %s', async (_how, overtaken, tries) => {
  const database = await open()
  await begin('a')

  const attempts = await overtake(database, overtaken)

  expect(attempts).toBe(tries)
  expect(await valueOf('a')).toBe(overtaken + 1)
})

test('a transaction that others overtake four times is a fault that passes, and leaves nothing', async () => {
  const database = await open()
  await begin('a')

  const fault: unknown = await overtake(database, 4).catch((error: unknown) => error)

  expect(fault).toBeInstanceOf(StoreUnavailableError)
  expect(fault).toMatchObject({ retryable: true, cause: { code: '40001' } })
  expect(await valueOf('a')).toBe(4)
})

/** Adds one in a transaction that holds to what it first saw, while `admin` adds one so many times. @returns the tries */
async function overtake(database: Database, times: number): Promise<number> {
  let attempts = 0
  await database.transaction(async (statements) => {
    attempts += 1
    await statements.query('set transaction isolation level repeatable read')
    await statements.query('select value from counts')
    if (attempts <= times) await admin.query(add, ['a'])
    await statements.query(add, ['a'])
  })
  return attempts
}

test('an outcome whose commit was done unheard is neither stored twice nor asked for again', async () => {
  const server = await startLossyPostgres(url)
  const bench = new Bench(
    toStore(await open({}, server.url), () => new Date(), uuidv7),
    { at: new Date() },
  )
  await bench.accept()
  const claim = await bench.claim()
  server.loseAnswerTo('held as materialized')

  const fault: unknown = await bench.complete(claim).catch((error: unknown) => error)

  expect(fault).toBeInstanceOf(StoreUnavailableError)
  expect(await bench.store.inbox.claim(bench.key())).toBeUndefined()
  expect(await bench.replies()).toEqual(['Answer to m1'])
  await opened.pop()?.close()
  await server.stop()
})

test('a server that is still starting is waited for', async () => {
  const server = await startLossyPostgres(url)
  server.startsAfter(3)

  const database = await open({}, server.url)

  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
  await opened.pop()?.close()
  await server.stop()
})

test('a message that finds all connections taken is refused, and taken when one is free', async () => {
  const database = await open({ connections: 2, connectMs: 200 })
  const bench = new Bench(
    toStore(database, () => new Date(), uuidv7),
    { at: new Date() },
  )
  const { promise: end, resolve: endAll } = Promise.withResolvers<void>()
  const meet = createMeeting(3)
  const holding = Array.from({ length: 2 }, () =>
    database.transaction(async () => {
      await meet()
      await end
    }),
  )
  await meet()

  const fault: unknown = await bench.accept({ id: 'pressed on' }).catch((error: unknown) => error)
  endAll()
  await Promise.all(holding)

  expect(fault).toBeInstanceOf(StoreUnavailableError)
  expect(await bench.store.inbox.accept(bench.message({ id: 'pressed on' }))).toBe('new')
})

test('a statement over its time is a fault that passes, and the next one is answered', async () => {
  const database = await open({ connections: 1, statementMs: 50 })

  const fault: unknown = await database.query('select pg_sleep(60)').catch((error: unknown) => error)

  expect(fault).toBeInstanceOf(StoreUnavailableError)
  expect(fault).toMatchObject({ cause: { code: '57014' } })
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
})

test('a lock that is not given in time is a fault that passes, told from a slow statement', async () => {
  const database = await open({ lockMs: 50 })
  await begin('a')
  await admin.query('begin')
  await admin.query(add, ['a'])

  const fault: unknown = await database.query(add, ['a']).catch((error: unknown) => error)

  expect(fault).toBeInstanceOf(StoreUnavailableError)
  expect(fault).toMatchObject({ cause: { code: '55P03' } })
})

test('a transaction that stands still is ended, its locks are free, and its process lives on', async () => {
  const database = await open({ connections: 1, idleInTransactionMs: 50 })
  await begin('a')

  const fault: unknown = await database
    .transaction(async (statements) => {
      await statements.query(add, ['a'])
      await admin.query(add, ['a']) // waits for the lock
      await statements.query('select 1')
    })
    .catch((error: unknown) => error)

  expect(fault).toBeInstanceOf(StoreUnavailableError)
  expect(await valueOf('a')).toBe(1)
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }])
})

test('a server that says nothing any more is a fault that passes, inside a transaction and outside', async ({
  onTestFinished,
}) => {
  const lossy = await startLossyPostgres(url)
  onTestFinished(() => lossy.stop())
  const database = await open({ connections: 2, answerMs: 200, rollbackMs: 50, connectMs: 200 }, lossy.url)
  await Promise.all([1, 2].map(() => database.query('select pg_sleep(0.05)'))) // both connections are open

  lossy.swallow()
  const faults: unknown[] = await Promise.all([
    database.query('select 1').catch((error: unknown) => error),
    database.transaction((statements) => statements.query('select 1')).catch((error: unknown) => error),
  ])

  for (const fault of faults) expect(fault).toBeInstanceOf(StoreUnavailableError)
})
