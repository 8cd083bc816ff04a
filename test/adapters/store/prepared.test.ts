import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../adapters/store/database.ts'
import { openPglite } from '../../../adapters/store/pglite.ts'
import { newDataFolder } from '../../data-folder.ts'

const folder = newDataFolder()
let database: Database
beforeAll(async () => {
  database = await openPglite(folder)
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await database.query('drop table if exists things')
  await database.query(
    'create table things (id integer primary key, name text, at timestamptz, more jsonb, is_new boolean)',
  )
})

const insert = 'insert into things values ($1, $2, $3, $4, $5) returning id'
const at = new Date('2026-11-27T12:00:00.123Z')

test('each time a statement runs it takes and returns what is given to it then', async () => {
  const values = [
    ['plain', at, '{"a":1}', true],
    [null, null, null, null],
    ['', new Date(0), '[]', false],
    ["'; drop table things; --", at, '"text"', true],
    ['🫖 \u202e \0', at, 'null', null],
    ['x'.repeat(100_000), at, '{}', true],
  ] as const
  const told: unknown[] = []

  for (const [id, [name, when, more, isNew]] of values.entries()) {
    await database.query(insert, [id, name, when, more, isNew])
    told.push((await database.query('select name, at, more, is_new from things where id = $1', [id]))[0])
  }

  expect(told).toEqual([
    { name: 'plain', at, more: { a: 1 }, is_new: true },
    { name: null, at: null, more: null, is_new: null },
    { name: '', at: new Date(0), more: [], is_new: false },
    { name: "'; drop table things; --", at, more: 'text', is_new: true },
    { name: '🫖 \u202e \uFFFD', at, more: null, is_new: null },
    { name: 'x'.repeat(100_000), at, more: {}, is_new: true },
  ])
})

test('a statement that fails says why, undoes its transaction alone, and leaves the next one to run', async () => {
  const put = (id: number) => database.query('insert into things (id) values ($1)', [id])
  for (const id of [1, 2, 3]) await put(id)

  const twice = database.transaction(async (transaction) => {
    await transaction.query('insert into things (id) values ($1)', [4])
    await transaction.query('insert into things (id) values ($1)', [3])
  })

  await expect(twice).rejects.toMatchObject({ code: '23505', message: expect.stringContaining('things_pkey') })
  await expect(database.query('select * from things where id = $1', ['no number'])).rejects.toThrow('no number')
  await put(5)
  expect(await database.query('select id from things order by id')).toEqual([1, 2, 3, 5].map((id) => ({ id })))
})

test('a statement sees the columns of a table that was changed since it first ran', async () => {
  const read = () => database.query('select * from things where id = $1', [1])
  await database.query('insert into things (id) values ($1)', [1])
  for (let times = 0; times < 3; times += 1) await read()

  await database.query(`alter table things add column colour text default 'red'`)

  for (let times = 0; times < 3; times += 1) expect(await read()).toMatchObject([{ id: 1, colour: 'red' }])
})

test('thousands of statements at once answer in their order', async () => {
  await database.query('insert into things (id, name) values ($1, $2)', [1, '0'])
  const add = () => database.query('update things set name = name::integer + 1 where id = $1 returning name', [1])

  const told = await Promise.all(Array.from({ length: 2500 }, add))

  expect(told.map(([row]) => Number(row?.['name']))).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1))
})
