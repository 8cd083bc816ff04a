import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { runStep, unhurried, type Database, type Parameter, type Row } from '../../../adapters/store/database.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'
import { startLossyPostgres } from '../../servers/lossy-postgres.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schema = `test_${randomBytes(8).toString('hex')}`
const admin = new pg.Client({ connectionString: url })
const opened: Database[] = []
const limit = { timeout: 10_000, interval: 10 }

beforeAll(async () => {
  await admin.connect()
  const database = await openPostgres(url, schema)
  await database.query('create table notes (id text primary key, value integer not null check (value > 0))')
  await database.close()
  await admin.query(`set search_path = ${schema}`)
})
afterEach(async () => {
  await admin.query('rollback')
  await admin.query('truncate notes')
  for (const database of opened.splice(0)) await database.close()
})
afterAll(async () => {
  await admin.query(`drop schema if exists ${schema} cascade`)
  await admin.end()
})

async function open(address = url, limits: NonNullable<Parameters<typeof openPostgres>[2]>['limits'] = {}) {
  const database = await openPostgres(address, schema, { limits })
  opened.push(database)
  const ask = (sql: string, parameters: readonly Parameter[] = [], about = ''): Promise<readonly Row[]> =>
    runStep(database, { about, sql, parameters })
  return { database, ask }
}

const write = 'insert into notes values ($1, $2) returning id, pg_current_xact_id()::text as transaction'

async function noted(): Promise<string[]> {
  const { rows } = await admin.query<{ id: string }>('select id from notes order by id')
  return rows.map(({ id }) => id)
}

test('what is asked for at the same moment is one transaction, and the same statement again, too', async () => {
  const { ask } = await open()

  for (const round of ['first', 'again']) {
    const rows = await Promise.all(['a', 'b', 'c'].map((name) => ask(write, [`${name} ${round}`, 1], name)))

    expect(rows.flat().map(({ id }) => id)).toEqual([`a ${round}`, `b ${round}`, `c ${round}`])
    expect(new Set(rows.flat().map(({ transaction }) => transaction)).size).toBe(1)
  }
})

describe('a value is read and written as by a statement alone', () => {
  test.each<[string, Parameter]>([
    ['text', 'naïve 👍 "quoted" \\ \n'],
    ['text', ''],
    ['text', 'half \ud800 and \0 nothing'],
    ['integer', -7],
    ['bigint', 9_007_199_254_740_991],
    ['float8', 0.1],
    ['boolean', false],
    ['boolean', true],
    ['timestamptz', new Date('2026-11-28T23:59:59.999Z')],
    ['timestamptz', new Date('1969-12-31T00:00:00.001Z')],
    ['jsonb', '{"a":[1,"x",null]}'],
    ['text[]', '{one,two}'],
    ['date', '2026-11-28'],
    ['text', null],
    ['timestamptz', null],
  ])('%s %j', async (type, value) => {
    const { database, ask } = await open()
    const sql = `select $1::${type} as value`

    const [own, alone] = [await ask(sql, [value]), await database.query(sql, [value])]

    expect(own).toEqual(alone)
    expect(own).toHaveLength(1)
  })

  test('and so are many rows, none, and a statement that returns nothing', async () => {
    const { ask } = await open()

    const [many, none, nothing, after] = await Promise.all([
      ask('select n, n * 2 as doubled from generate_series(1, 3) n'),
      ask('select 1 as one where false'),
      ask(`insert into notes values ('silent', 1)`),
      ask('select $1::text as after', ['x']),
    ])

    expect(many).toEqual([1, 2, 3].map((n) => ({ n, doubled: n * 2 })))
    expect([none, nothing, after]).toEqual([[], [], [{ after: 'x' }]])
  })
})

test('one that is wrong takes nobody along, and what follows finds the database as ever', async () => {
  const { ask } = await open()

  const ended = await Promise.allSettled([
    ask(write, ['good', 1], 'a'),
    ask(write, ['wrong', 0], 'b'),
    ask('select nonsense', [], 'c'),
    ask(write, ['too', 2], 'd'),
  ])

  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(await noted()).toEqual(['good', 'too'])
  await expect(ask(write, ['after', 1])).resolves.toHaveLength(1)
})

test('a lock of somebody else keeps one statement waiting, not those asked for at the same moment, nor the later ones', async () => {
  const { ask } = await open()
  await ask(write, ['held', 1])
  await admin.query('begin')
  await admin.query(`select from notes where id = 'held' for update`)

  const held = ask('update notes set value = value + 1 where id = $1 returning value', ['held'], 'held')
  await Promise.all(['a', 'z'].map((name) => ask(write, [name, 1], name)))
  await expect.poll(waiting, limit).toBe(1)
  for (let count = 0; count < 5; count += 1) await ask(write, [`later ${count}`, 1])
  await admin.query('commit')

  expect(await held).toEqual([{ value: 2 }])
})

/** How many server processes wait for `admin`. */
async function waiting(): Promise<number> {
  await admin.query('select pg_stat_clear_snapshot()')
  const { rowCount } = await admin.query(
    'select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))',
  )
  return rowCount ?? 0
}

test('two processes that lock the same rows in the opposite order do not wait in a circle', async () => {
  const [one, other] = [await open(), await open()]
  const names = Array.from({ length: 20 }, (_unused, index) => `n${index}`)
  for (const name of names) await one.ask(write, [name, 1])
  const change = 'update notes set value = value + 1 where id = $1 returning pg_current_xact_id()::text as transaction'

  for (let round = 0; round < 10; round += 1) {
    const both = await Promise.all(
      [one, other].map(async ({ ask }, place) =>
        Promise.all((place === 0 ? names : names.toReversed()).map((name) => ask(change, [name], name))),
      ),
    )
    // Who had waited in a circle would have been undone, and done one by one.
    for (const rows of both) expect(new Set(rows.flat().map(({ transaction }) => transaction)).size).toBe(1)
  }

  const { rows } = await admin.query<{ value: number }>('select distinct value from notes')
  expect(rows).toEqual([{ value: 21 }])
})

test('one that goes alone is done again where a dead lock has undone it', async () => {
  const { ask } = await open()
  for (const name of ['a', 'b']) await ask(write, [name, 1])
  // Who waits longest for a dead lock to be found is not the one that is undone.
  await admin.query(`set deadlock_timeout = '1h'`)
  await admin.query('begin')
  await admin.query(`update notes set value = value + 1 where id = 'b'`)
  const asked = ask(`
    with ordered as materialized (select id from notes order by id for update)
    update notes set value = value + 1 where id in (select id from ordered)`)
  await expect.poll(waiting, limit).toBe(1)

  await admin.query(`update notes set value = value + 1 where id = 'a'`)
  await admin.query('commit')
  await asked

  expect((await admin.query('select value from notes')).rows).toEqual([{ value: 3 }, { value: 3 }])
  await admin.query('reset deadlock_timeout')
})

test('a value that cannot be sent is refused to whoever asked, and to nobody else', async () => {
  const { ask } = await open()
  const stamp = 'select $1::timestamptz as at'

  const ended = await Promise.allSettled([
    ask(write, ['before', 1], 'a'),
    ask(stamp, [new Date(Number.NaN)], 'b'),
    ask(write, ['behind', 1], 'c'),
  ])

  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('after a value that Postgres refuses the same statement takes the next one', async () => {
  const { ask } = await open(url, { connections: 1 })
  const number = 'select $1::integer as n'

  await expect(ask(number, ['none'])).rejects.toThrow('invalid input syntax')

  await expect(ask(number, ['7'])).resolves.toEqual([{ n: 7 }])
})

test('what need not wait for the disk is never one transaction with what has to', async () => {
  const { ask } = await open()
  const unhurriedWrite = write.replace('returning', `returning ${unhurried},`)

  const rows = await Promise.all(
    [write, unhurriedWrite, write, unhurriedWrite].map((sql, index) => ask(sql, [`note ${index}`, 1])),
  )

  const [waits, not, waitsToo, notEither] = rows.map(([row]) => row?.['transaction'])
  expect([waitsToo, notEither]).toEqual([waits, not])
  expect(waits).not.toBe(not)
})

test('where a connection ends before anybody has heard, all who asked on it are told that it is not known, and none is done twice', async () => {
  const server = await startLossyPostgres(url)
  onTestFinished(() => server.stop())
  const { ask } = await open(server.url)
  await ask(write, ['before', 1])
  server.loseAnswerTo('lost first')

  const ended = await Promise.allSettled(['lost first', 'lost second'].map((name) => ask(write, [name, 1], name)))

  for (const one of ended) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) })
  expect(await noted()).toEqual(['before', 'lost first', 'lost second'])
  await expect(ask(write, ['after', 1])).resolves.toHaveLength(1)
})

test('a server that says nothing is given up, and all who asked are told so', async () => {
  const server = await startLossyPostgres(url)
  onTestFinished(() => server.stop())
  const { ask } = await open(server.url, { answerMs: 300, connectMs: 300 })
  await ask(write, ['before', 1])
  server.swallow()

  const ended = await Promise.allSettled(['a', 'b'].map((name) => ask(write, [name, 1], name)))

  for (const one of ended) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) })
})
