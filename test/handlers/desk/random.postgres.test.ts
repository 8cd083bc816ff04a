import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll } from 'vitest'
import { openStore, type Store } from '../../../adapters/store/store.ts'
import { randomPromises } from './random-walk.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schema = `test_${randomBytes(8).toString('hex')}`

let store: Store
beforeAll(async () => {
  store = await openStore({ kind: 'postgres', url, schema }, () => new Date(), uuidv7)
})
afterAll(async () => {
  await store.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`drop schema if exists ${schema} cascade`)
  await client.end()
})

randomPromises(() => store, 6)
