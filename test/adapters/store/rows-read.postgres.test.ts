import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../../adapters/store/store.ts'
import { Bench } from '../../contracts/store/bench.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''

test('a new database reads few rows for a message, though nobody has looked at its tables yet', async () => {
  const schema = `test_${randomBytes(8).toString('hex')}`
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  const clock = { at: new Date() }
  const store = await openStore({ kind: 'postgres', url, schema }, () => clock.at, uuidv7)
  onTestFinished(async () => {
    await admin.query(`drop schema ${schema} cascade`)
    await admin.end()
  })
  // What Postgres finds out by itself comes when it likes.
  for (const table of ['inbox', 'outbox', 'conversations', 'receipts', 'actions'])
    await admin.query(`alter table ${schema}.${table} set (autovacuum_enabled = false)`)
  const bench = new Bench(store, clock)
  const messages = 600

  for (let count = 0; count < messages; count += 1) {
    await bench.answered({}, { conversation: `talk ${count}` })
    const item = await bench.nextReply(`talk ${count}`)
    if (item !== undefined) await store.outbox.delivered(item, `platform ${count}`)
  }

  await store.close() // each connection tells what it has read when it ends at the latest
  const { rows } = await admin.query<{ read: string }>(
    'select sum(idx_tup_read)::text as read from pg_stat_user_indexes where schemaname = $1',
    [schema],
  )
  // Some 20. Where indexes begin with the tenant it is 2,000: all its messages and replies, several times.
  expect(Number(rows[0]?.read) / messages).toBeLessThan(60)
}, 60_000)
