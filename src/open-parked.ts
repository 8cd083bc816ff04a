import { userInfo } from 'node:os'
import { uuidv7 } from 'uuidv7'
import type { Store } from '../adapters/store/store.ts'
import { fetchParked, fetchParkedMessage, sendParkedDecision } from '../adapters/web/parked-client.ts'
import type { Config } from '../config/config.ts'
import type { ParkedSource } from '../handlers/cli/parked.ts'
import { decideParked, readParked, showParked, type ParkedParts } from '../handlers/parked.ts'
import type { Now, Observer, Queue } from './core/ports.ts'
import { checkedAnswer, inStoreOrRunning } from './open-store.ts'
import { isWireParkedDetails, isWireParkedList } from './safety/wire-parked.ts'

/** Parked messages: of the bot that holds the data folder when there is one, else in the store itself. */
export async function openParked(config: Pick<Config, 'tenant' | 'databaseUrl' | 'dataDir'>): Promise<ParkedSource> {
  const by = `terminal:${userInfo().username}`
  return await inStoreOrRunning<ParkedSource>(
    config,
    (store) => {
      const parts = partsOf(config, { store, now: () => new Date() })
      return {
        list: (which) => readParked(which, parts),
        show: (message) => showParked(message, parts),
        decide: (message, decision) => decideParked({ message, decision, by }, parts),
        close: () => store.close(),
      }
    },
    (running) => ({
      list: async (which) => checkedAnswer(await fetchParked(running, which), isWireParkedList),
      show: async (message) => checkedAnswer(await fetchParkedMessage(running, message), isWireParkedDetails),
      decide: async (message, decision) =>
        checkedAnswer(await sendParkedDecision(running, { message, decision, by }), isWireParkedDetails),
      close: async () => {},
    }),
  )
}

interface Needs {
  readonly store: Pick<Store, 'parked'>
  readonly now: Now
  readonly queue?: Pick<Queue, 'wake'>
  readonly observer?: Observer
}

/** What `GET` and `POST /api/parked` work with. */
export function webParked(config: Pick<Config, 'tenant'>, needs: Needs) {
  const parts = partsOf(config, needs)
  return {
    list: async (which: 'parked' | 'all') => await readParked(which, parts),
    show: async (message: string) => await showParked(message, parts),
    decide: async (wish: Parameters<typeof decideParked>[0]) => await decideParked(wish, parts),
  }
}

function partsOf({ tenant }: Pick<Config, 'tenant'>, { store, ...needs }: Needs): ParkedParts {
  return { tenant, parked: store.parked, newId: uuidv7, ...needs }
}
