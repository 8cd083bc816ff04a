import { setTimeout as pause } from 'node:timers/promises'
import { StoreOpenError, StoreUnavailableError } from '../../src/core/errors.ts'
import {
  lockStart,
  storable,
  unhurried,
  type Bounds,
  type Database,
  type Row,
  type Statements,
  type Step,
} from './database.ts'
import { sendBatch, toText, type Wire } from './postgres-batch.ts'
import { codeOf, isUndone, repeated, translated } from './postgres-faults.ts'
import { createTogether } from './together.ts'
import type { Pool, PoolClient } from 'pg'

/** How much of the server one process takes, and for how long. */
interface Limits {
  readonly connections: number
  readonly connectMs: number
  readonly statementMs: number
  readonly lockMs: number
  readonly idleInTransactionMs: number
  readonly answerMs: number
  readonly rollbackMs: number
}

const usualLimits: Limits = {
  // Of the 100 that Postgres allows by default: nine processes fit, with some left for people and backups. More would not
  // answer more; a message holds one for some milliseconds of its seconds.
  connections: 10,
  // For a connection, be it a free one of ours or a new one of the server's. A platform waits three seconds for us anyhow.
  connectMs: 5_000,
  // A thousand times what a statement takes; a quarter of a message's lease, so its worker still learns of it in time.
  statementMs: 15_000,
  // Less than the former, so that the fault tells a lock from a slow statement; a transaction is over in milliseconds.
  lockMs: 10_000,
  // No transaction waits for anything but the database. One that stands still belongs to a process that hangs or whose
  // machine is gone, and others wait for its locks: they get them just before they would give up.
  idleInTransactionMs: 9_000,
  // More than the server needs to say that a statement took too long. Whoever says nothing by then is gone, as behind a
  // network that swallows packets, and the connection is given up.
  answerMs: 18_000,
  // After a statement without an answer this one is not waited for as long again.
  rollbackMs: 2_000,
}

const keepAliveMs = 10_000

interface Settings {
  readonly bounds?: Bounds
  /** Others than usual; for tests. */
  readonly limits?: Partial<Limits>
}

/**
 * Connects to Postgres 15 or newer. One that says it is still starting is waited for, at most half a minute.
 * @param schema where the tables live; tests give each its own
 * @param settings bounds of each connection; without them it sees the rows of all tenants
 * @throws StoreOpenError when the server cannot be reached or refuses.
 */
export async function openPostgres(url: string, schema = 'public', settings: Settings = {}): Promise<Database> {
  const [{ default: pg }, { serialize }] = await Promise.all([import('pg'), import('pg-protocol')])
  const limits = { ...usualLimits, ...settings.limits }
  const pool = new pg.Pool({
    connectionString: url,
    max: limits.connections,
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.answerMs,
    // An idle connection whose other side is gone is found out by the system, before somebody waits for it.
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    options: startOptions(schema, limits, settings.bounds),
  })
  pool.on('error', () => {}) // a connection lost while idle is replaced on next use
  // One that ends at the moment at which it is handed out tells nobody else yet; whoever uses it learns of it then.
  pool.on('connect', (client) => void client.on('error', () => {}))
  const database = toDatabase(pool, limits, { findReader: pg.types.getTypeParser, serialize })
  try {
    await onceStarted(() => database.transaction((transaction) => makeSchema(transaction, schema)))
  } catch (error) {
    await pool.end()
    throw new StoreOpenError(
      `Postgres at DATABASE_URL cannot be used: ${(error instanceof Error ? error.message : String(error)).replace(/(?:\. It is tried again)?\.$/, '')}. ` +
        'Check the address, the user and that the server runs.',
      error,
    )
  }
  return database
}

/** SQLSTATE of a server that starts, or reads its log after a crash. */
const starting = '57P03'
const longestStartMs = 30_000
const lookAgainMs = 250

async function onceStarted(step: () => Promise<void>): Promise<void> {
  for (const endsAt = performance.now() + longestStartMs; ;) {
    try {
      return await step()
    } catch (error) {
      const isStarting = error instanceof StoreUnavailableError && codeOf(error.cause) === starting
      if (!isStarting || performance.now() > endsAt) throw error
    }
    await pause(lookAgainMs)
  }
}

/** Settings as a connection brings them along, so that they need no statement of their own. */
function startOptions(schema: string, limits: Limits, bounds: Bounds | undefined): string {
  const settings = {
    search_path: schema,
    statement_timeout: String(limits.statementMs),
    lock_timeout: String(limits.lockMs),
    idle_in_transaction_session_timeout: String(limits.idleInTransactionMs),
    // To compile a statement takes longer than any of ours.
    jit: 'off',
    ...(bounds === undefined ? {} : { 'app.tenant': bounds.tenant }),
    ...(bounds?.role === undefined ? {} : { role: bounds.role }),
  }
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

function toDatabase(pool: Pool, limits: Limits, wire: Wire): Database {
  const statements = toStatements(pool)
  const query: Database['query'] = (sql, parameters) => repeated(() => statements.query(sql, parameters))
  const senders = {
    all: (steps: readonly Step[]) => repeated(() => translated(() => sendAll(pool, steps, wire))),
    one: ({ sql, parameters }: Step) => query(sql, parameters),
    isUndone,
  }
  // What need not wait for the disk would take that from whatever is in its transaction.
  const [waitsForDisk, doesNot] = [createTogether(senders), createTogether(senders)]
  return {
    query,
    transaction: (work) => repeated(() => inTransaction(pool, work, limits)),
    together: async ({ about, sql, parameters }) => {
      const step = { about, sql, parameters: parameters.map(toText) }
      return await (sql.includes(unhurried) ? doesNot(step) : waitsForDisk(step))
    },
    close: () => pool.end(),
  }
}

// A lock that somebody else holds for longer than this keeps one statement waiting, and not all that went with it: they are
// undone, and each is done by itself.
const briefLock: Step = { about: '', sql: `select set_config('lock_timeout', '100ms', true)`, parameters: [] }

async function sendAll(pool: Pool, steps: readonly Step[], wire: Wire): Promise<readonly Row[][]> {
  if (steps.length === 1) return await sendBatch(pool, steps, wire)
  const [, ...rows] = await sendBatch(pool, [briefLock, ...steps], wire)
  return rows
}

function toStatements(client: Pool | PoolClient): Statements {
  return {
    query: async (sql, parameters = []) =>
      (await translated(() => client.query<Row>({ ...namedAs(sql), text: sql, values: parameters.map(storable) })))
        .rows,
  }
}

async function inTransaction<Result>(
  pool: Pool,
  work: (statements: Statements) => Promise<Result>,
  { rollbackMs }: Limits,
): Promise<Result> {
  const client = await translated(() => pool.connect())
  let broken: Error | undefined
  const onEnd = (error: Error): void => {
    broken = error
  }
  // A connection that ends between two statements has nobody else to tell; untold it would end the process.
  client.on('error', onEnd)
  try {
    const statements = toStatements(client)
    await statements.query('begin')
    const result = await work(statements)
    await statements.query('commit')
    return result
  } catch (error) {
    const rollback = { text: 'rollback', query_timeout: rollbackMs }
    await client.query(rollback).catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure))
    })
    throw error
  } finally {
    client.removeListener('error', onEnd)
    client.release(broken)
  }
}

const isRepeatable = /^\s*(?:select|insert|update|delete|with)\b/i
/** Another release may add a column meanwhile, and Postgres refuses a prepared statement whose result would have it, too. */
const hasAllColumns = /(?:\bselect\s+|\.)\*/i
/** The store's own statements are far fewer; so many could only come from one that is put together each time anew. */
const mostPrepared = 500
const names = new Map<string, string>()

/** What runs again and again is analysed once on each connection, under a name; after five times it is not planned anew either. */
function namedAs(sql: string): { readonly name?: string } {
  const known = names.get(sql)
  if (known !== undefined) return { name: known }
  if (names.size >= mostPrepared || !isRepeatable.test(sql) || hasAllColumns.test(sql)) return {}
  const name = `s${names.size}`
  names.set(sql, name)
  return { name }
}
