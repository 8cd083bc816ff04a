import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { integer, type Database } from '../../../adapters/store/database.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { toStore } from '../../../adapters/store/store.ts'
import { StoreOpenError } from '../../../src/core/errors.ts'
import { Bench, noon } from '../../contracts/store/bench.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schema = `test_${randomBytes(8).toString('hex')}`
const admin = new pg.Client({ connectionString: url })
const limit = { timeout: 10_000, interval: 10 }

beforeAll(async () => {
  await admin.connect()
  const database = await openPostgres(url, schema)
  await migrate(database)
  await database.close()
})
afterAll(async () => {
  await admin.query(`drop schema if exists ${schema} cascade`)
  await admin.end()
})

/** How many server processes wait for that one. */
async function waitingFor(pid: number): Promise<number> {
  await admin.query('select pg_stat_clear_snapshot()')
  const { rowCount } = await admin.query('select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))', [pid])
  return rowCount ?? 0
}

test('a message that another process stores while the answer before it is stored is seen by one of both', async () => {
  const [one, other] = [await openPostgres(url, schema), await openPostgres(url, schema)]
  onTestFinished(async () => void (await Promise.all([one.close(), other.close()])))
  const bench = new Bench(
    toStore(one, () => noon, uuidv7),
    { at: noon },
  )
  await bench.accept()
  const claim = await bench.claim()
  const [stored, mayEnd] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()]
  onTestFinished(() => mayEnd.resolve())
  const accepting = other.transaction(async (statements) => {
    const within: Database = { ...statements, transaction: (work) => work(statements), close: async () => {} }
    await toStore(within, () => noon, uuidv7).inbox.accept(bench.message())
    const [row = {}] = await statements.query('select pg_backend_pid() as pid')
    stored.resolve(integer(row, 'pid'))
    await mayEnd.promise
  })
  const pid = await stored.promise

  const completing = bench.complete(claim)
  await expect.poll(() => waitingFor(pid), limit).toBe(1)
  mayEnd.resolve()
  await accepting

  expect(await completing).toEqual({ isMoreOwed: true })
})

/** A message of Postgres: its letter, its length, and what it says. */
function said(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

test('a connection that is ready and ended in one breath is a fault like any other', async () => {
  const isReady = [said('R', Buffer.alloc(4)), said('Z', Buffer.from('I'))]
  const ended = said('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'))
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(Buffer.concat([...isReady, ended])))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  await expect(openPostgres(`postgres://nobody@127.0.0.1:${port}/none`)).rejects.toThrow(StoreOpenError)
})
