import { afterEach, describe, expect, test } from 'vitest'
import type { Cache } from '../../src/core/ports.ts'

/** What every cache promises. */
export function cacheContract(name: string, make: () => Promise<Cache>): void {
  describe(`cache contract: ${name}`, () => {
    const open: Cache[] = []
    const opened = async (): Promise<Cache> => {
      const cache = await make()
      open.push(cache)
      return cache
    }
    afterEach(async () => {
      for (const cache of open.splice(0)) await cache.stop()
    })

    test('an unknown key has no value', async () => {
      const cache = await opened()

      expect(await cache.get('nothing')).toBeUndefined()
    })

    test.each(['refund', '', '🙂 ‮ שלום', 'x'.repeat(100_000), '{"a":"\\u0000"}'])(
      'a value comes back as it was: %#',
      async (value) => {
        const cache = await opened()

        await cache.set('key', value, 60)

        expect(await cache.get('key')).toBe(value)
      },
    )

    test.each(['__proto__', 'constructor', 'a b\r\nFLUSHALL', '💥'])('%j is a key like any other', async (key) => {
      const cache = await opened()

      await cache.set(key, 'mine', 60)

      expect([await cache.get(key), await cache.get(`${key}x`)]).toEqual(['mine', undefined])
    })

    test('a second value replaces the first', async () => {
      const cache = await opened()

      await cache.set('key', 'first', 60)
      await cache.set('key', 'second', 60)

      expect(await cache.get('key')).toBe('second')
    })

    test('a value is gone after its time', async () => {
      const cache = await opened()

      await cache.set('short', 'value', 0.05)
      await cache.set('long', 'value', 60)

      await expect.poll(() => cache.get('short'), { timeout: 5000, interval: 5 }).toBeUndefined()
      expect(await cache.get('long')).toBe('value')
    })

    test('a value for no time is not kept and removes the one before', async () => {
      const cache = await opened()

      await cache.set('key', 'old', 60)
      await cache.set('key', 'new', 0)

      expect(await cache.get('key')).toBeUndefined()
    })
  })
}
