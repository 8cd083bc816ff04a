import { rm } from 'node:fs/promises'
import { uuidv7 } from 'uuidv7'
import { text, type Database } from '../adapters/store/database.ts'
import { migrate } from '../adapters/store/migrate.ts'
import { openPglite } from '../adapters/store/pglite.ts'
import { toStore, type Store } from '../adapters/store/store.ts'
import { enterTenant, prepareTenantRole } from '../adapters/store/tenant.ts'
import { loadConfig } from '../config/load.ts'
import type { Now } from '../src/core/ports.ts'
import { openConfiguredStore } from '../src/open-store.ts'
import type { Trial } from '../src/trial.ts'
import { newDataFolder, newFolderWithoutDatabase } from './data-folder.ts'

/** An empty database that nobody used before, for a test that changes more than its rows; closing it removes it. */
export async function openOwnDatabase(): Promise<Database> {
  const folder = newDataFolder()
  const database = await openPglite(folder)
  await migrate(database)
  return {
    ...database,
    close: async () => {
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An empty database of its own, up to date. Closing it empties it for another test: whoever still uses it is refused. */
export async function openEmptyDatabase(): Promise<Database> {
  const reusable = await takeReusable()
  return closable(reusable.database, () => giveBack(reusable))
}

/** An empty store of its own; closing it does the same. */
export async function openEmptyStore(now: Now = () => new Date()): Promise<Store> {
  return toStore(await openEmptyDatabase(), now, uuidv7)
}

/** A data folder of its own for bots of this process, one after the other; other tests have used its database before. */
export interface BotFolder {
  readonly path: string
  /** What the bots of this folder left, of all tenants. One may have it open at a time. */
  readonly openDatabase: () => Promise<Database>
  /** The same as a bot opens it: for one tenant alone. A bot that is told of another place has its store there. */
  readonly openStore: NonNullable<Trial['openStore']>
  /** Once no bot uses it. */
  remove(): Promise<void>
}

/** Opening a database costs more than most tests do with it, so tests that are not about that share a few. */
export function newBotFolder(): BotFolder {
  const path = newFolderWithoutDatabase()
  let taken: Promise<Reusable> | undefined
  const openDatabase = async (): Promise<Database> => {
    const { database } = await (taken ??= takeReusable())
    return closable(database, () => leaveTenant(database))
  }
  return {
    path,
    openDatabase,
    openStore: async (config, now) => {
      const { tenant, dataDir, databaseUrl } = config
      if (dataDir !== path || databaseUrl !== undefined) return await openConfiguredStore(config, now)
      const database = await openDatabase()
      await enterTenant(database, { tenant, role: await prepareTenantRole(database) })
      return toStore(database, now, uuidv7)
    },
    remove: async () => {
      const reusable = await taken
      if (reusable !== undefined) await giveBack(reusable)
      await rm(path, { recursive: true, force: true })
    },
  }
}

async function leaveTenant(database: Database): Promise<void> {
  await database.query('reset role')
  await database.query('reset app.tenant')
}

/** A database that refuses whoever still uses it after it is closed. */
function closable(open: Database, onClose: () => Promise<void>): Database {
  let isClosed = false
  const whileOpen = async <Result>(step: () => Promise<Result>): Promise<Result> => {
    if (isClosed) throw new Error('the store is closed')
    return await step()
  }
  const guarded = (asked: Pick<Database, 'query' | 'transaction'>): typeof asked => ({
    query: (sql, parameters) => whileOpen(() => asked.query(sql, parameters)),
    transaction: (work) => whileOpen(() => asked.transaction(work)),
  })
  return {
    ...guarded(open),
    ...(open.urgent === undefined ? {} : { urgent: guarded(open.urgent) }),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await onClose()
    },
  }
}

/** A store of its own with the sample company planted under `tenant`. */
export async function openTestStore(tenant = 'default'): Promise<Store> {
  const store = await openEmptyStore()
  await store.plantSample(tenant, loadConfig({}).sample)
  return store
}

/** A database that can be made what it is after a first start, in a tenth of the time it takes to open one. */
interface Reusable {
  readonly database: Database
  readonly empty: () => Promise<void>
  uses: number
}

/** What was deleted stays in the files of a database. */
const mostUses = 50

// Invariant: what is numbered is numbered from the start, as in a database that nobody used before.
const restartSequences = `
  select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences
  where schemaname = 'public'`

/** What tests of this process have given back. The folders are removed with all others when the run ends. */
const idle: Reusable[] = []

async function takeReusable(): Promise<Reusable> {
  const reusable = idle.pop() ?? (await openReusable())
  reusable.uses += 1
  return reusable
}

async function giveBack(reusable: Reusable): Promise<void> {
  if (reusable.uses === mostUses) return await reusable.database.close()
  await reusable.empty()
  idle.push(reusable)
}

async function openReusable(): Promise<Reusable> {
  const database = await openOwnDatabase()
  const rows = await database.query(`select tablename from pg_tables where schemaname = 'public'`)
  const tables = rows.map((row) => `"${text(row, 'tablename')}"`)
  const kept: [table: string, copy: string][] = []
  for (const [index, table] of tables.entries()) {
    if ((await database.query(`select from ${table} limit 1`)).length === 0) continue
    await database.query(`create temporary table at_first_${index} as table ${table}`)
    kept.push([table, `at_first_${index}`])
  }
  const empty = async (): Promise<void> =>
    await database.transaction(async (transaction) => {
      // Not even a record that the store only adds to outlives its test.
      await transaction.query('set local session_replication_role = replica')
      for (const table of tables) await transaction.query(`delete from ${table}`)
      for (const [table, copy] of kept) await transaction.query(`insert into ${table} select * from ${copy}`)
      await transaction.query(restartSequences)
    })
  return { database, empty, uses: 0 }
}
