import { StoreOpenError, StoreUnavailableError } from '../../src/core/errors.ts'
import { lockStart, storable, type Bounds, type Database, type Row, type Statements } from './database.ts'
import type { Pool, PoolClient } from 'pg'

/**
 * Connects to Postgres 15 or newer.
 * @param schema where the tables live; tests give each its own
 * @param bounds what each connection is bound to; without them it sees the rows of all tenants
 * @throws StoreOpenError when the server cannot be reached or refuses.
 */
export async function openPostgres(url: string, schema = 'public', bounds?: Bounds): Promise<Database> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5000,
    options: startOptions({
      search_path: schema,
      statement_timeout: '15000',
      ...(bounds === undefined ? {} : { 'app.tenant': bounds.tenant }),
      ...(bounds?.role === undefined ? {} : { role: bounds.role }),
    }),
  })
  pool.on('error', () => {}) // a connection lost while idle is replaced on next use
  const database = toDatabase(pool)
  try {
    await database.transaction((transaction) => makeSchema(transaction, schema))
  } catch (error) {
    await pool.end()
    throw new StoreOpenError(
      `Postgres at DATABASE_URL cannot be used: ${(error instanceof Error ? error.message : String(error)).replace(/\.$/, '')}. ` +
        'Check the address, the user and that the server runs.',
      error,
    )
  }
  return database
}

/** Settings as a connection brings them along, so that they need no statement of their own. */
function startOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\s\\]/g, (letter) => `\\${letter}`)}`)
    .join(' ')
}

/** A user who may not create schemas can still work in one that is there, so it is looked for first. */
async function makeSchema(transaction: Statements, schema: string): Promise<void> {
  await lockStart(transaction)
  const present = await transaction.query('select 1 from pg_namespace where nspname = $1', [schema])
  if (present.length === 0) await transaction.query(`create schema "${schema}"`)
}

function toDatabase(pool: Pool): Database {
  return {
    ...toStatements(pool),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  }
}

function toStatements(client: Pool | PoolClient): Statements {
  return {
    query: async (sql, parameters = []) =>
      (await translated(() => client.query<Row>(sql, parameters.map(storable)))).rows,
  }
}

async function inTransaction<Result>(pool: Pool, work: (statements: Statements) => Promise<Result>): Promise<Result> {
  const client = await translated(() => pool.connect())
  let broken: Error | undefined
  try {
    const statements = toStatements(client)
    await statements.query('begin')
    const result = await work(statements)
    await statements.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure))
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** Lost connections, shutdowns, time limits, dead locks and too many clients pass; a wrong statement does not. */
const passing = /^(08|40|53|57|55P03)/

async function translated<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
    const isLost = code.startsWith('E') || /terminat|timeout|closed|ended/i.test(error.message)
    if (passing.test(code) || (isLost && !/^[0-9]/.test(code))) {
      throw new StoreUnavailableError(
        `Postgres did not answer (${code === '' ? error.message : code}). It is tried again.`,
        error,
      )
    }
    throw error
  }
}
