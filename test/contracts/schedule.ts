import { afterEach, describe, expect, test } from 'vitest'
import type { Schedule } from '../../src/core/ports.ts'

const limit = { timeout: 10_000, interval: 5 }

/** What every schedule promises. `make` gives one of its own. */
export function scheduleContract(name: string, make: () => Promise<Schedule>): void {
  describe(`schedule contract: ${name}`, () => {
    const open: Schedule[] = []
    const opened = async (): Promise<Schedule> => {
      const schedule = await make()
      open.push(schedule)
      return schedule
    }
    afterEach(async () => {
      for (const schedule of open.splice(0)) await schedule.stop()
    })

    test('a task is done again and again, and each of two by itself', async () => {
      const schedule = await opened()
      const done = { often: 0, seldom: 0 }

      await schedule.every('often', 50, async () => void (done.often += 1))
      await schedule.every('seldom', 3_600_000, async () => void (done.seldom += 1))

      await expect.poll(() => done.often, limit).toBeGreaterThan(4)
      expect(done.seldom).toBeLessThan(2)
    })

    test('a task that fails is done again', async () => {
      const schedule = await opened()
      let runs = 0

      await schedule.every('failing', 50, async () => {
        runs += 1
        throw new Error('the database is away')
      })

      await expect.poll(() => runs, limit).toBeGreaterThan(2)
    })

    test('a task is not begun again while it runs, and stop waits for it', async () => {
      const schedule = await opened()
      const { promise: opening, resolve: open } = Promise.withResolvers<void>()
      const log: string[] = []
      await schedule.every('slow', 20, async () => {
        log.push('begin')
        await opening
        log.push('end')
      })
      await expect.poll(() => log.length, limit).toBe(1)
      const before = Date.now()
      await expect.poll(() => Date.now() - before, limit).toBeGreaterThan(100) // it was due five times meanwhile

      const stopping = schedule.stop().then(() => log.push('stopped'))
      open()
      await stopping

      expect(log).toEqual(['begin', 'end', 'stopped'])
    })
  })
}
