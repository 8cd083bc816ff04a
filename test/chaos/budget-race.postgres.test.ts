import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { racePromises } from './budget-race-promises.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''

racePromises('Postgres', 50_000, async (work) => {
  const schema = `race_${randomBytes(8).toString('hex')}`
  try {
    await work({ kind: 'postgres', url, schema })
  } finally {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`drop schema if exists ${schema} cascade`)
    await client.end()
  }
})
