import { rm } from 'node:fs/promises'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../adapters/store/database.ts'
import { openPglite } from '../adapters/store/pglite.ts'
import { openStore, type Store } from '../adapters/store/store.ts'
import { loadConfig } from '../config/load.ts'
import type { Now } from '../src/core/ports.ts'
import { newDataFolder } from './data-folder.ts'

/** An empty store of its own; closing it removes it. */
export async function openEmptyStore(now: Now = () => new Date()): Promise<Store> {
  const folder = newDataFolder()
  const store = await openStore({ kind: 'folder', folder }, now, uuidv7)
  return {
    ...store,
    close: async () => {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An empty database of its own, up to date; closing it removes it. */
export async function openEmptyDatabase(): Promise<Database> {
  const folder = newDataFolder()
  const database = await openPglite(folder)
  return {
    ...database,
    close: async () => {
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A store of its own with the sample company planted under `tenant`; closing it removes it. */
export async function openTestStore(tenant = 'default'): Promise<Store> {
  const store = await openEmptyStore()
  await store.plantSample(tenant, loadConfig({}).sample)
  return store
}
