import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll } from 'vitest'
import { migrate } from '../../../adapters/store/migrate.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'
import { alertsContract } from '../../contracts/alerts.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schema = `test_${randomBytes(8).toString('hex')}`

afterAll(async () => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`drop schema if exists ${schema} cascade`)
  await client.end()
})

alertsContract('Postgres', async () => {
  const one = await openPostgres(url, schema)
  await migrate(one)
  return { one, other: await openPostgres(url, schema) }
})
