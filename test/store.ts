import { uuidv7 } from 'uuidv7'
import { openStore, type Store, type StorePlace } from '../adapters/store/store.ts'
import { loadConfig } from '../config/load.ts'

/** A store of its own, in memory unless told otherwise, with the sample company planted under `tenant`. */
export async function openTestStore(tenant = 'default', place: StorePlace = { kind: 'memory' }): Promise<Store> {
  const store = await openStore(place, () => new Date(), uuidv7)
  await store.plantSample(tenant, loadConfig({}).sample)
  return store
}
