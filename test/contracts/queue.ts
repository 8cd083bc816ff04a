import { afterEach, describe, expect, test } from 'vitest'
import type { ConversationKey, Queue } from '../../src/core/ports.ts'

const limit = { timeout: 10_000, interval: 5 }

/** A promise that the test settles. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: () => resolve() }
}

function conversation(name: string): ConversationKey {
  return { tenant: 'acme', conversation: name }
}

/** What every queue promises. `make` gives a queue of its own with four runs at a time. */
export function queueContract(name: string, make: () => Promise<Queue>): void {
  describe(`queue contract: ${name}`, () => {
    const open: Queue[] = []
    const opened = async (): Promise<Queue> => {
      const queue = await make()
      open.push(queue)
      return queue
    }
    afterEach(async () => {
      for (const queue of open.splice(0)) await queue.stop()
    })

    test('200 wake-ups of 5 conversations never run one conversation twice at a time, and none is left out', async () => {
      const queue = await opened()
      const owed = new Map<string, number>()
      const running = new Set<string>()
      const overlaps: string[] = []
      await queue.work(async (key) => {
        if (running.has(key.conversation)) overlaps.push(key.conversation)
        running.add(key.conversation)
        const taken = owed.get(key.conversation) ?? 0
        await new Promise((resolve) => setImmediate(resolve))
        owed.set(key.conversation, (owed.get(key.conversation) ?? 0) - taken)
        running.delete(key.conversation)
      })

      const wakes = Array.from({ length: 200 }, (_unused, index) => {
        const key = conversation(`c${index % 5}`)
        owed.set(key.conversation, (owed.get(key.conversation) ?? 0) + 1)
        return queue.wake(key)
      })
      await Promise.all(wakes)

      await expect.poll(() => [...owed.values()], limit).toEqual([0, 0, 0, 0, 0])
      expect(overlaps).toEqual([])
    })

    test('different conversations run side by side', async () => {
      const queue = await opened()
      const started: string[] = []
      const both = gate()
      await queue.work(async (key) => {
        started.push(key.conversation)
        if (started.length === 2) both.open()
        await both.opened
      })

      await queue.wake(conversation('one'))
      await queue.wake(conversation('two'))

      await expect.poll(() => started.toSorted(), limit).toEqual(['one', 'two'])
    })

    test('ten wake-ups during a run cause exactly one more run after it', async () => {
      const queue = await opened()
      const first = gate()
      const runs: string[] = []
      await queue.work(async (key) => {
        runs.push(key.conversation)
        if (runs.length === 1) await first.opened
      })
      await queue.wake(conversation('busy'))
      await expect.poll(() => runs.length, limit).toBe(1)

      for (let count = 0; count < 10; count += 1) await queue.wake(conversation('busy'))
      first.open()
      await expect.poll(() => runs.length, limit).toBe(2)
      await queue.wake(conversation('marker'))
      await expect.poll(() => runs.includes('marker'), limit).toBe(true)

      expect(runs).toEqual(['busy', 'busy', 'marker'])
    })

    test('wake-ups before the work begins are kept', async () => {
      const queue = await opened()
      const runs: string[] = []

      await queue.wake(conversation('early'))
      await queue.work(async (key) => void runs.push(key.conversation))

      await expect.poll(() => runs, limit).toEqual(['early'])
    })

    test('a wake-up for later runs at its time, not before', async () => {
      const queue = await opened()
      const ranAt: number[] = []
      await queue.work(async () => void ranAt.push(Date.now()))
      const at = new Date(Date.now() + 150)

      await queue.wake(conversation('later'), at)

      await expect.poll(() => ranAt.length, limit).toBe(1)
      expect(ranAt[0]).toBeGreaterThanOrEqual(at.getTime() - 2) // timers may fire a millisecond early
    })

    test('a wake-up for now is not held up by one for later', async () => {
      const queue = await opened()
      const runs: string[] = []
      await queue.work(async (key) => void runs.push(key.conversation))

      await queue.wake(conversation('both'), new Date(Date.now() + 3_600_000))
      await queue.wake(conversation('both'))

      await expect.poll(() => runs, limit).toEqual(['both'])
    })

    test('a handler that throws is woken again, and again', async () => {
      const queue = await opened()
      let runs = 0
      await queue.work(async () => {
        runs += 1
        if (runs <= 2) throw new Error('the database is away')
      })

      await queue.wake(conversation('failing'))

      await expect.poll(() => runs, limit).toBe(3)
    })

    test('a new wake-up does not wait for the pause after a failure', async () => {
      const queue = await opened()
      let runs = 0
      await queue.work(async () => {
        runs += 1
        if (runs <= 5) throw new Error('still away') // the next retry by itself would come after 1.6 s
      })
      await queue.wake(conversation('failing'))
      await expect.poll(() => runs, limit).toBe(5)
      const before = Date.now()

      await expect.poll(async () => (await queue.wake(conversation('failing')), runs), limit).toBeGreaterThan(5)

      expect(Date.now() - before).toBeLessThan(1200)
    })

    test('stop waits for the running handler, and nothing runs afterwards', async () => {
      const queue = await opened()
      const first = gate()
      const log: string[] = []
      await queue.work(async (key) => {
        log.push(`begin ${key.conversation}`)
        await first.opened
        log.push(`end ${key.conversation}`)
      })
      await queue.wake(conversation('last'))
      await expect.poll(() => log.length, limit).toBe(1)
      await queue.wake(conversation('soon'), new Date(Date.now() + 20))

      const stopping = queue.stop().then(() => log.push('stopped'))
      await queue.wake(conversation('last'))
      await queue.wake(conversation('too late'))
      first.open()
      await stopping

      expect(log.slice(0, 3)).toEqual(['begin last', 'end last', 'stopped'])
      const after = Date.now()
      await expect.poll(() => Date.now() - after, limit).toBeGreaterThan(100) // past the time of "soon"
      expect(log).toHaveLength(3)
    })
  })
}
