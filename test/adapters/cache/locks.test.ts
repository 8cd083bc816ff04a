import { expect, test } from 'vitest'
import { createInProcessLocks } from '../../../adapters/cache/locks-in-process.ts'
import { createTwoLevelLocks } from '../../../adapters/cache/locks-two-level.ts'
import { RedisError } from '../../../src/core/errors.ts'
import type { Locks } from '../../../src/core/ports.ts'
import { locksContract } from '../../contracts/locks.ts'

const watch = { now: () => new Date(), onAway: () => {}, onBack: () => {} }
const away = (): Promise<never> => Promise.reject(new RedisError('Redis could not take a lock.'))

locksContract('in this process', async () => createInProcessLocks())
locksContract('two levels in this process', async () =>
  createTwoLevelLocks(createInProcessLocks(), createInProcessLocks(), watch),
)
locksContract('two levels without the shared ones', async () =>
  createTwoLevelLocks(createInProcessLocks(), { take: away, stop: async () => {} }, watch),
)

test('what another process has is nobody’s here, and free here once it is given back there', async () => {
  const far = createInProcessLocks()
  const [one, two] = [1, 2].map(() => createTwoLevelLocks(createInProcessLocks(), far, watch))
  const unlock = await one?.take('key', 60_000)

  const meanwhile = await two?.take('key', 60_000)
  await unlock?.()
  const after = await two?.take('key', 60_000)

  expect([meanwhile, typeof after]).toEqual([undefined, 'function'])
})

test('a lock is given back without an error although the shared locks are away by then', async () => {
  let isAway = false
  const real = createInProcessLocks()
  const far: Locks = {
    take: async (...given) => {
      const unlock = await real.take(...given)
      return unlock === undefined ? undefined : () => (isAway ? away() : unlock())
    },
    stop: () => real.stop(),
  }
  const locks = createTwoLevelLocks(createInProcessLocks(), far, watch)
  const unlock = await locks.take('key', 60_000)
  isAway = true

  await expect(unlock?.()).resolves.toBeUndefined()
  expect(await locks.take('key', 60_000)).toBeDefined() // the shared ones are left alone for five seconds
})
