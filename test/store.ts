import { rm } from 'node:fs/promises'
import { uuidv7 } from 'uuidv7'
import { text, type Database } from '../adapters/store/database.ts'
import { migrate } from '../adapters/store/migrate.ts'
import { openPglite } from '../adapters/store/pglite.ts'
import { toStore, type Store } from '../adapters/store/store.ts'
import { loadConfig } from '../config/load.ts'
import type { Now } from '../src/core/ports.ts'
import { newDataFolder } from './data-folder.ts'

/** An empty database of its own, up to date; closing it removes it. */
export async function openEmptyDatabase(): Promise<Database> {
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

/** An empty store of its own. Closing it empties its database for another test: whoever still uses it is refused. */
export async function openEmptyStore(now: Now = () => new Date()): Promise<Store> {
  const reusable = idle.pop() ?? (await openReusable())
  reusable.uses += 1
  let isClosed = false
  const whileOpen = async <Result>(step: () => Promise<Result>): Promise<Result> => {
    if (isClosed) throw new Error('the store is closed')
    return await step()
  }
  const database: Database = {
    query: (sql, parameters) => whileOpen(() => reusable.database.query(sql, parameters)),
    transaction: (work) => whileOpen(() => reusable.database.transaction(work)),
    close: async () => {
      if (isClosed) return
      isClosed = true
      if (reusable.uses === mostUses) return await reusable.database.close()
      await reusable.empty()
      idle.push(reusable)
    },
  }
  return toStore(database, now, uuidv7)
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

/** What tests of this process have given back. The folders are removed with all others when the run ends. */
const idle: Reusable[] = []

async function openReusable(): Promise<Reusable> {
  const database = await openEmptyDatabase()
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
    })
  return { database, empty, uses: 0 }
}
