import type { Queue } from '../../src/core/ports.ts'
import type { QueueWithRoom } from './in-process.ts'
import { oneByOne } from './one-by-one.ts'

/**
 * The queue of several processes, of which each does at once what it has room for: a wake-up goes to the others only when it
 * would have to wait here, is for later, or is for work that this process does not do. This process runs a conversation once at a
 * time; that two processes do not is for whoever runs it to see to, as the inbox does by its lease.
 *
 * @param near runs in this process
 * @param far runs in all of them, this one included
 */
export function createNearFirstQueue(near: QueueWithRoom, far: Queue): Queue {
  return {
    wake: async (key, at) => await (at === undefined && near.hasRoomFor(key) ? near.wake(key) : far.wake(key, at)),
    async work(handler) {
      const { handle } = oneByOne(handler)
      await near.work(handle)
      await far.work(handle)
    },
    async stop() {
      await Promise.all([near.stop(), far.stop()])
    },
  }
}
