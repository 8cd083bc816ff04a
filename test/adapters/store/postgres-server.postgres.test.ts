import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { openStore, type Store } from '../../../adapters/store/store.ts'
import { MigrationError, StoreOpenError, StoreUnavailableError } from '../../../src/core/errors.ts'
import { Bench } from '../../contracts/store/bench.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schema = `test_${randomBytes(8).toString('hex')}`
const schemas = new Set([schema])
const stores: Store[] = []
let admin: pg.Client
let bench: Bench

beforeAll(async () => {
  admin = new pg.Client({ connectionString: url })
  await admin.connect()
})
beforeEach(async () => {
  bench = new Bench(await open(), { at: new Date() })
})
afterEach(async () => {
  await admin.query('rollback')
  for (const store of stores.splice(0)) await store.close()
})
afterAll(async () => {
  for (const name of schemas) await admin.query(`drop schema if exists ${name} cascade`)
  await admin.end()
})

async function open(place: { readonly url?: string; readonly schema?: string } = {}): Promise<Store> {
  const store = await openStore(
    { kind: 'postgres', url, schema, ...place },
    () => bench?.clock.at ?? new Date(),
    uuidv7,
  )
  stores.push(store)
  return store
}

/** The server processes that wait for `admin`, and those that wait for them. */
async function waiting(): Promise<readonly number[]> {
  await admin.query('select pg_stat_clear_snapshot()') // a transaction sees the activity as it was when it first looked
  const { rows } = await admin.query<{ pid: number }>(
    `with first as (select pid from pg_stat_activity where pg_blocking_pids(pid) @> array[pg_backend_pid()])
     select pid from pg_stat_activity
     where pid in (select pid from first) or pg_blocking_pids(pid) && (select array_agg(pid) from first)`,
  )
  return rows.map(({ pid }) => pid)
}

/** The messages of a conversation that workers have taken and not answered. */
async function claimed(conversation: string): Promise<readonly unknown[]> {
  const { rows } = await admin.query<Record<string, unknown>>(
    `select id from ${schema}.inbox where tenant = $1 and conversation = $2 and state = 'owed' and lease_until is not null`,
    [bench.tenant, conversation],
  )
  return rows
}

/** Holds the inbox rows of the bench's company, until the end of admin's transaction. */
async function holdInbox(): Promise<void> {
  await admin.query('begin')
  await admin.query(`select 1 from ${schema}.inbox where tenant = $1 for update`, [bench.tenant])
}

const limit = { timeout: 10_000, interval: 10 }

test.each(['that is missing', 'that is empty'])(
  'eight processes that start at once in a schema %s migrate it once',
  async (state) => {
    const fresh = `test_${randomBytes(8).toString('hex')}`
    schemas.add(fresh)
    if (state === 'that is empty') await admin.query(`create schema ${fresh}`)

    await Promise.all(Array.from({ length: 8 }, () => open({ schema: fresh })))

    const { rows } = await admin.query<{ version: number }>(`select version from ${fresh}.migrations order by version`)
    expect(rows.map(({ version }) => version)).toEqual(rows.map((_, index) => index + 1))
    expect(rows.length).toBeGreaterThan(0)
  },
)

test('a message that waited while a later one arrived is not answered beside it', async () => {
  const [first, second] = [bench.message({ id: 'contested' }), bench.message()]
  await bench.answered({}, { id: 'opens the conversation' })
  await bench.answered({}, { id: 'elsewhere', conversation: 'elsewhere' })
  // Somebody is just storing the first id, so the insertion of the first has to wait for how that ends.
  await admin.query('begin')
  await admin.query(
    `insert into ${schema}.inbox (tenant, conversation, id, address, author_id, text, is_private, received_at, due_at)
     values ($1, 'elsewhere', $2, '{}', 'U1', '', true, now(), now())`,
    [bench.tenant, first.id],
  )
  const acceptingFirst = bench.store.inbox.accept(first)
  await expect.poll(waiting, limit).toHaveLength(1)
  let isSecondStored = false
  const acceptingSecond = bench.store.inbox.accept(second).finally(() => (isSecondStored = true))
  await expect.poll(async () => isSecondStored || (await waiting()).length === 2, limit).toBe(true)

  const early = await bench.store.inbox.claim(bench.key())
  await admin.query('rollback')
  const acceptances = [await acceptingFirst, await acceptingSecond]
  const later = await bench.store.inbox.claim(bench.key())

  expect(acceptances).toEqual(['new', 'new'])
  expect([early, later].flatMap((claim) => (claim === undefined ? [] : [claim.message.id]))).toEqual(['contested'])
})

test('a newer version of the database is refused', async () => {
  const newer = `test_${randomBytes(8).toString('hex')}`
  schemas.add(newer)
  await open({ schema: newer })
  await admin.query(`insert into ${newer}.migrations (version, name) values (99, '0099-later.sql')`)

  await expect(open({ schema: newer })).rejects.toThrow(MigrationError)
})

test('a user who may not create schemas can use one that is there', async () => {
  const own = `test_${randomBytes(8).toString('hex')}`
  schemas.add(own)
  await admin.query(`create role ${own} login password 'sesame'`)
  await admin.query(`create schema ${own}; grant all on schema ${own} to ${own}`)
  const address = new URL(url)
  address.username = own
  address.password = 'sesame'

  const store = await open({ url: address.href, schema: own })

  await expect(store.ping()).resolves.toBeUndefined()
  await stores.pop()?.close()
  await admin.query(`drop owned by ${own}; drop role ${own}`)
})

test('a plan renews a month after the day in UTC, wherever the database thinks it is', async () => {
  const far = `test_${randomBytes(8).toString('hex')}`
  schemas.add(far)
  await admin.query(`create role ${far} login password 'sesame'`)
  await admin.query(`alter role ${far} set timezone = 'Pacific/Auckland'`)
  await admin.query(`create schema ${far}; grant all on schema ${far} to ${far}`)
  const address = new URL(url)
  address.username = far
  address.password = 'sesame'
  const store = await open({ url: address.href, schema: far })
  const there = new Bench(store, bench.clock)
  await there.plantSample()
  there.clock.at = new Date('2026-11-30T23:30:00Z') // the first of December in Auckland

  await there.carryOut({ kind: 'change-plan', customer: 'c-ben', from: 'Free', to: 'Plus' })

  expect((await store.customers.byId(there.tenant, 'c-ben'))?.planRenewsOn).toBe('2026-12-30')
  await stores.pop()?.close()
  await admin.query(`drop owned by ${far}; drop role ${far}`)
})

test.each(['pg_cancel_backend', 'pg_terminate_backend'])(
  'a statement ended by %s is a fault that passes',
  async (end) => {
    await bench.accept()
    await holdInbox()
    const claiming = bench.store.inbox.claim(bench.key()).catch((error: unknown) => error)
    await expect.poll(waiting, limit).toHaveLength(1)

    await admin.query(`select ${end}(pid) from unnest($1::integer[]) pid`, [await waiting()])

    const fault = await claiming
    await admin.query('rollback')
    expect(fault).toBeInstanceOf(StoreUnavailableError)
    expect(fault).toMatchObject({ retryable: true })
    expect((await bench.claim()).attempt).toBe(1)
  },
)

test('a server that cannot be reached is named by its variable, and its password is not told', async () => {
  const refusal: unknown = await openPostgres('postgres://user:open-sesame@127.0.0.1:1/none').catch(
    (error: unknown) => error,
  )

  expect(refusal).toBeInstanceOf(StoreOpenError)
  expect(String(refusal)).toContain('DATABASE_URL')
  expect(inspect(refusal, { depth: 5 })).not.toContain('open-sesame')
})

test(
  'workers of two processes answer 240 messages, each sent twice, once and in order',
  { timeout: 60_000 },
  async () => {
    const both = [bench.store, await open()]
    const names = Array.from({ length: 8 }, (_, index) => `c${index}`)
    const messages = names.flatMap((conversation) => Array.from({ length: 30 }, () => bench.message({ conversation })))
    const overlaps: string[] = []
    let answered = 0
    const work = async (store: Store, from: number): Promise<void> => {
      for (let turn = from; answered < messages.length; turn += 1) {
        const conversation = names[turn % names.length] ?? ''
        const claim = await store.inbox.claim(bench.key(conversation))
        if (claim === undefined) continue
        // The database is asked, because what another worker has stored is visible before that worker hears of it.
        if ((await claimed(conversation)).length > 1) overlaps.push(claim.message.id)
        await bench.complete(claim)
        answered += 1
      }
    }

    const accepting = both.flatMap((store) => messages.map((message) => store.inbox.accept(message)))
    const working = both.flatMap((store) => [work(store, 0), work(store, 3), work(store, 5)])
    const acceptances = await Promise.all(accepting)
    await Promise.all(working)

    expect(acceptances.filter((acceptance) => acceptance === 'new')).toHaveLength(messages.length)
    expect(overlaps).toEqual([])
    for (const name of names) {
      const transcript = await bench.store.conversations.transcript(bench.key(name))
      const turns = transcript?.turns.map(({ message }) => message.id) ?? []
      expect(turns).toHaveLength(30)
      expect(transcript?.replies.map(({ message }) => message)).toEqual(turns)
    }
  },
)

test('a column that another release adds meanwhile stands in no statement’s way', async () => {
  const key = bench.key()
  await bench.accept()
  await bench.accept()
  await bench.complete(await bench.claim())
  await bench.store.conversations.load(key)

  for (const table of ['conversations', 'inbox'])
    await admin.query(`alter table ${schema}.${table} add column later text`)

  await bench.complete(await bench.claim())
  expect((await bench.store.conversations.load(key))?.id).toBe(key.conversation)
})

test('what runs again is kept prepared by the server, and what asks for all columns is not', async () => {
  const database = await openPostgres(url, schema)
  const prepared = async (): Promise<number> => {
    const [row] = await database.query(
      'select count(*)::integer as count from pg_prepared_statements where statement like $1',
      ['%from conversations where tenant%'],
    )
    return Number(row?.['count'])
  }
  try {
    await database.query('select id from conversations where tenant = $1', ['one'])
    await database.query('select * from conversations where tenant = $1', ['one'])

    expect(await prepared()).toBe(1)
  } finally {
    await database.close()
  }
})
