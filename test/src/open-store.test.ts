import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { openConfiguredStore } from '../../src/open-store.ts'
import { Bench } from '../contracts/store/bench.ts'
import { newDataFolder } from '../data-folder.ts'

test('the store of a configuration takes the messages of its tenant, and no other', async () => {
  const folder = newDataFolder()
  const config = loadConfig({ TUPPENCE_DATA_DIR: folder })
  const store = await openConfiguredStore(config)
  const bench = new Bench(store, { at: new Date() })

  await expect(store.inbox.accept(bench.message({ tenant: 'another' }))).rejects.toThrow('row-level security')
  expect(await store.inbox.accept(bench.message({ tenant: config.tenant }))).toBe('new')
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})
