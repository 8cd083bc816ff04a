import { expect, test } from 'vitest'
import type { Row, Step } from '../../../adapters/store/database.ts'
import { createTogether } from '../../../adapters/store/together.ts'

const step = (about: string): Step => ({ about, sql: 'select 1', parameters: [about] })

/** Senders that keep what they were given, and do what the test says with it. */
function openSenders(all: (steps: readonly Step[]) => Promise<readonly (readonly Row[])[]> = rowsOf, slowMs = 60_000) {
  const sent: string[][] = []
  const alone: string[] = []
  const together = createTogether({
    all: async (steps) => {
      sent.push(steps.map(({ about }) => about))
      return await all(steps)
    },
    one: async ({ about }) => {
      alone.push(about)
      if (about === 'wrong') throw new Error('wrong alone as well')
      return [{ about }]
    },
    slowMs,
    isUndone: (error) => error instanceof Error && error.message === 'undone',
  })
  return { together, sent, alone }
}

async function rowsOf(steps: readonly Step[]): Promise<readonly (readonly Row[])[]> {
  return steps.map(({ about }) => [{ about }])
}

test('what is asked for at the same moment goes together, in the order of what it is about; each gets its own rows', async () => {
  const { together, sent } = openSenders()

  const rows = await Promise.all(['c', 'a', 'b'].map((about) => together(step(about))))

  expect(rows).toEqual([[{ about: 'c' }], [{ about: 'a' }], [{ about: 'b' }]])
  expect(sent).toEqual([['a', 'b', 'c']])
})

test('two about the same stay in the order in which they were asked for', async () => {
  const placed: unknown[] = []
  const { together } = openSenders(async (steps) => {
    placed.push(...steps.map(({ parameters }) => parameters[0]))
    return steps.map(() => [])
  })

  await Promise.all(['first', 'second', 'third'].map((name) => together({ ...step('a'), parameters: [name] })))

  expect(placed).toEqual(['first', 'second', 'third'])
})

test('where one is wrong all are undone, and each is done by itself: the wrong one alone fails', async () => {
  const { together, alone } = openSenders(() => Promise.reject(new Error('undone')))

  const ended = await Promise.allSettled(['good', 'wrong', 'too'].map((about) => together(step(about))))

  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(alone).toEqual(['good', 'too', 'wrong'])
})

test('where it is not certain that nothing was done, nothing is done again, and all are told', async () => {
  const { together, alone } = openSenders(() => Promise.reject(new Error('the connection ended')))

  const ended = await Promise.allSettled(['one', 'other'].map((about) => together(step(about))))

  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(alone).toEqual([])
})

test('one that fails by itself is not done twice', async () => {
  const { together, sent, alone } = openSenders(() => Promise.reject(new Error('undone')))

  await expect(together(step('only'))).rejects.toThrow('undone')

  expect([sent, alone]).toEqual([[['only']], []])
})

test('while two are under way the rest waits and goes together, and 64 at most', async () => {
  const ends: (() => void)[] = []
  const { together, sent } = openSenders(async (steps) => {
    await new Promise<void>((resolve) => ends.push(resolve))
    return await rowsOf(steps)
  })
  const asked = [together(step('first'))]
  await expect.poll(() => sent.length).toBe(1)
  asked.push(together(step('second')))
  await expect.poll(() => sent.length).toBe(2)

  for (let count = 0; count < 100; count += 1) asked.push(together(step(`later ${count}`)))
  ends[0]?.()
  await expect.poll(() => sent.length).toBe(3)

  expect(sent.map(({ length }) => length)).toEqual([1, 1, 64])
  for (let end = 1; end < 4; end += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(end)
    ends[end]?.()
  }
  await Promise.all(asked)
  expect(sent.map(({ length }) => length)).toEqual([1, 1, 64, 36])
})

test('one that takes long keeps nobody from the next', async () => {
  const { together, sent } = openSenders(
    (steps) => (steps[0]?.about.startsWith('held') === true ? new Promise(() => {}) : rowsOf(steps)),
    20,
  )
  for (const about of ['held 1', 'held 2']) {
    const count = sent.length
    together(step(about)).catch(() => {})
    await expect.poll(() => sent.length).toBe(count + 1)
  }

  await expect(together(step('free'))).resolves.toEqual([{ about: 'free' }])
})
