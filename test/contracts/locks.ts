import { afterEach, describe, expect, test } from 'vitest'
import type { Locks } from '../../src/core/ports.ts'

/** What all locks promise. */
export function locksContract(name: string, make: () => Promise<Locks>): void {
  describe(`locks contract: ${name}`, () => {
    const open: Locks[] = []
    const opened = async (): Promise<Locks> => {
      const locks = await make()
      open.push(locks)
      return locks
    }
    afterEach(async () => {
      for (const locks of open.splice(0)) await locks.stop()
    })

    test('of many at once one takes it', async () => {
      const locks = await opened()

      const taken = await Promise.all(Array.from({ length: 50 }, () => locks.take('key', 60_000)))

      expect(taken.filter((unlock) => unlock !== undefined)).toHaveLength(1)
    })

    test('given back it can be taken again, and giving back twice gives back nothing more', async () => {
      const locks = await opened()
      const first = await locks.take('key', 60_000)
      await first?.()
      const second = await locks.take('key', 60_000)

      await first?.()

      expect(second).toBeDefined()
      expect(await locks.take('key', 60_000)).toBeUndefined()
    })

    test('after its time it is somebody else’s, and the one before cannot give it back', async () => {
      const locks = await opened()
      const late = await locks.take('key', 50)
      await expect.poll(() => locks.take('key', 60_000), { timeout: 5000, interval: 5 }).toBeDefined()

      await late?.()

      expect(await locks.take('key', 60_000)).toBeUndefined()
    })

    test.each(['__proto__', 'a b\r\nFLUSHALL', '💥', ''])('%j is a key like any other', async (key) => {
      const locks = await opened()

      const taken = await locks.take(key, 60_000)

      expect(taken).toBeDefined()
      expect(await locks.take(key, 60_000)).toBeUndefined()
      expect(await locks.take(`${key}x`, 60_000)).toBeDefined()
    })
  })
}
