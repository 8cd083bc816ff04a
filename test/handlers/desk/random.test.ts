import { afterAll, beforeAll } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import { openEmptyStore } from '../../store.ts'
import { randomPromises } from './random-walk.ts'

let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

randomPromises(() => store, 2)
