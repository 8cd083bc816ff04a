import { afterEach, describe, expect, test } from 'vitest'
import type { Counted, MessageLimit, MessageLimits, Place } from '../../src/core/ports.ts'

/** A way to ask for a place by one limit alone. */
export function byOne(limits: MessageLimits): (key: string, message: string, limit: MessageLimit) => Promise<Place> {
  return async (key, message, limit) => {
    const [place] = await limits.take(message, [{ key, limit, endsWith: 'over' }])
    if (place === undefined) throw new Error('a limit was asked and gave no place')
    return place
  }
}

/** What all limits promise. */
export function limitsContract(name: string, make: () => Promise<MessageLimits>): void {
  describe(`limits contract: ${name}`, () => {
    const open: MessageLimits[] = []
    const opened = async (): Promise<MessageLimits> => {
      const limits = await make()
      open.push(limits)
      return limits
    }
    afterEach(async () => {
      for (const limits of open.splice(0)) await limits.stop()
    })
    const long = { most: 3, windowMs: 60_000 }
    const takeAll = async (limits: MessageLimits, messages: readonly string[], limit = long): Promise<Place[]> => {
      const places: Place[] = []
      for (const message of messages) places.push(await byOne(limits)('{one}:anna', message, limit))
      return places
    }
    const kinds = (places: readonly Place[]): string[] => places.map(({ kind }) => kind)

    test('as many as allowed are within, one more is told, and the others wait', async () => {
      const limits = await opened()

      const places = await takeAll(limits, ['1', '2', '3', '4', '5', '6'])

      expect(kinds(places)).toEqual(['within', 'within', 'within', 'first-over', 'over', 'over'])
    })

    test('those who wait have places one after the other, each a window after the one that makes room for it', async () => {
      const limits = await opened()

      const places = await takeAll(limits, ['1', '2', '3', '4', '5', '6', '7', '8'])

      const waits = places.flatMap((place) => (place.kind === 'over' ? [place.waitMs] : []))
      expect(waits).toHaveLength(4)
      // 2, 3 and 4 make room within a minute for 5, 6 and 7, and 5 in its turn for 8.
      for (const wait of waits.slice(0, 3)) expect(wait).toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000)
      expect(waits[3]).toSatisfy((ms: number) => ms > 110_000 && ms <= 120_000)
    })

    test('the same message is counted once and hears the same again', async () => {
      const limits = await opened()

      const places = await takeAll(limits, ['1', '1', '1', '2', '3', '4', '4', '5', '5'])

      const heard = ['within', 'within', 'within', 'within', 'within', 'first-over', 'first-over', 'over', 'over']
      expect(kinds(places)).toEqual(heard)
    })

    test('keys do not count for each other', async () => {
      const limits = await opened()
      await takeAll(limits, ['1', '2', '3', '4', '5'])

      expect(await byOne(limits)('{one}:ben', '6', long)).toEqual({ kind: 'within' })
      expect(await byOne(limits)('{two}:anna', '7', long)).toEqual({ kind: 'within' })
    })

    test('whoever waited as long as told is within, and nobody is told twice meanwhile', async () => {
      const limits = await opened()
      const limit = { most: 2, windowMs: 300 }
      const messages = ['1', '2', '3', '4', '5', '6', '7']
      await takeAll(limits, messages, limit)
      const seen = new Set<string>()

      for (const message of messages.slice(3)) {
        await expect
          .poll(
            async () => {
              const place = await byOne(limits)('{one}:anna', message, limit)
              seen.add(place.kind)
              return place.kind
            },
            { timeout: 5000, interval: 5 },
          )
          .toBe('within')
      }

      expect([...seen].toSorted()).toEqual(['over', 'within'])
    })

    test('after a window without messages everything is as at first', async () => {
      const limits = await opened()
      const limit = { most: 1, windowMs: 100 }
      await takeAll(limits, ['1', '2'], limit)

      await expect
        .poll(async () => kinds(await takeAll(limits, ['3'], { ...limit, windowMs: 100 })), { timeout: 5000 })
        .toEqual(['within'])
    })

    test('of many at once exactly as many as allowed are within, and one is told', async () => {
      const limits = await opened()

      const places = await Promise.all(
        Array.from({ length: 200 }, (_, index) => byOne(limits)('{one}:anna', `m${index}`, long)),
      )

      const counts = Map.groupBy(kinds(places), (kind) => kind)
      expect([counts.get('within')?.length, counts.get('first-over')?.length, counts.get('over')?.length]).toEqual([
        3, 1, 196,
      ])
    })

    const two = { most: 2, windowMs: 60_000 }
    const ofOne = { most: 1, windowMs: 60_000 }
    const inTurn = (endsWith: Counted['endsWith']): readonly Counted[] => [
      { key: '{one}:anna', limit: ofOne, endsWith },
      { key: '{one}:all', limit: two, endsWith: 'over' },
    ]

    test('the limits after one that says "over" are not asked, and the message takes no place there', async () => {
      const limits = await opened()

      const places = []
      for (const message of ['1', '2', '3', '4']) places.push(await limits.take(message, inTurn('over')))

      expect(places.map(kinds)).toEqual([['within', 'within'], ['first-over', 'within'], ['over'], ['over']])
      expect((await byOne(limits)('{one}:all', '5', two)).kind).toBe('first-over')
    })

    test('the limits after one that says "within" are not asked where that ends it', async () => {
      const limits = await opened()

      const places = []
      for (const message of ['1', '2', '3', '4']) places.push(await limits.take(message, inTurn('within')))

      const next = ['over', 'within']
      expect(places.map(kinds)).toEqual([['within'], ['first-over', 'within'], next, ['over', 'first-over']])
    })

    test('a message that asks again hears the same of each limit, and nobody is asked where there is none', async () => {
      const limits = await opened()
      for (const message of ['1', '2', '3']) await limits.take(message, inTurn('within'))

      expect(kinds(await limits.take('2', inTurn('within')))).toEqual(['first-over', 'within'])
      expect(kinds(await limits.take('3', inTurn('within')))).toEqual(['over', 'within'])
      expect(await limits.take('3', [])).toEqual([])
    })

    test.each(['__proto__', 'constructor', 'a b\r\nFLUSHALL', '💥', ''])('%j is a key like any other', async (key) => {
      const limits = await opened()

      await byOne(limits)(key, key, { most: 1, windowMs: 60_000 })

      expect((await byOne(limits)(key, `${key}x`, { most: 1, windowMs: 60_000 })).kind).toBe('first-over')
    })
  })
}
