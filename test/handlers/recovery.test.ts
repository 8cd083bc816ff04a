import { afterEach, expect, test } from 'vitest'
import type { ConversationKey, Queue } from '../../src/core/ports.ts'
import { openRig, sweeping, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

/** Loses every wake-up for which `isLost` holds; the rest reaches the real queue. */
const dropping =
  (isLost: (at: Date | undefined) => boolean) =>
  (real: Queue): Queue => ({
    wake: async (key, at) => (isLost(at) ? undefined : await real.wake(key, at)),
    work: async (handler) => await real.work(handler),
    stop: async () => await real.stop(),
  })

/** Nobody works; the test notes who would be woken. */
const noting = (note: (key: ConversationKey) => void): Queue => ({
  wake: async (key) => note(key),
  work: async () => {},
  stop: async () => {},
})

test('messages whose wake-ups were all lost are answered by the next sweep, in order', async () => {
  let isLossy = true
  rig = await openRig({ queue: dropping(() => isLossy) })
  for (let n = 1; n <= 5; n += 1) await rig.write(`message ${n}`)
  await rig.write('elsewhere', { conversation: 'c-2' })

  isLossy = false
  await rig.sweep()
  await untilShown(rig, 6)

  const texts = rig.platform.shown.map(({ text }) => text)
  expect(texts.filter((text) => text !== 'You said elsewhere')).toEqual(
    [1, 2, 3, 4, 5].map((n) => `You said message ${n}`),
  )
  expect(rig.events.find(({ name }) => name === 'recovery.swept')).toMatchObject({ fields: { conversations: 2 } })
})

test('a delivery whose wake-up was lost is made up for by the sweep', async () => {
  rig = await openRig({ queue: dropping((at) => at !== undefined) })
  rig.platform.faults.push({ kind: 'refuse' })
  await rig.write('hello')
  await untilEvent(rig, 'reply.postponed')

  rig.pass(10_000)
  await rig.sweep()
  await untilShown(rig, 1)

  expect(rig.platform.shown).toMatchObject([{ text: 'You said hello' }])
})

test('with every second wake-up lost, a hundred messages are answered once each', async () => {
  let calls = 0
  rig = await openRig({ queue: dropping(() => (calls += 1) % 2 === 0) })
  const stop = await sweeping(rig.parts, 20)

  for (let n = 1; n <= 100; n += 1) await rig.write(`message ${n}`, { conversation: `c-${n % 10}` })
  await untilShown(rig, 100)
  await stop()

  expect(new Set(rig.platform.shown.map(({ key }) => key)).size).toBe(100)
})

test('a message whose worker vanished is answered once its time is over, not before', async () => {
  rig = await openRig({ isIdle: true })
  await rig.write('hello')
  await rig.store.inbox.claim({ tenant: 'default', conversation: 'c-1' })

  const atOnce = await rig.store.inbox.owed()
  rig.pass(61_000)
  const later = await rig.store.inbox.owed()

  expect(atOnce).toEqual([])
  expect(later).toEqual([{ tenant: 'default', conversation: 'c-1' }])
})

test('a sweep that fails is reported and the next one works', async () => {
  rig = await openRig({ queue: dropping(() => true) })
  await rig.write('hello')
  let isAway = true
  const inbox = {
    ...rig.store.inbox,
    owed: async () => (isAway ? Promise.reject(new Error('the database is away')) : await rig.store.inbox.owed()),
  }
  const woken: string[] = []
  const queue = noting(({ conversation }) => void woken.push(conversation))

  const stop = await sweeping({ ...rig.parts, inbox, queue }, 10)
  await expect.poll(() => rig.events.filter(({ name }) => name === 'recovery.failed').length).toBeGreaterThan(1)
  isAway = false
  await expect.poll(() => woken.length).toBeGreaterThan(0)
  await stop()

  expect(new Set(woken)).toEqual(new Set(['c-1']))
})

test('while a sweep runs no other is begun, and none is made up for afterwards', async () => {
  rig = await openRig({ isIdle: true })
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let begun = 0
  const inbox = { ...rig.store.inbox, owed: async () => ((begun += 1), await gate, []) }
  let ticks = 0
  const clock = setInterval(() => (ticks += 1), 1)

  const stop = await sweeping({ ...rig.parts, inbox }, 1)
  await expect.poll(() => ticks).toBeGreaterThan(20)
  const ended = stop()
  open()
  await ended
  clearInterval(clock)

  expect(begun).toBe(1)
})

test('after it was stopped, nothing is swept any more', async () => {
  rig = await openRig({ queue: dropping(() => true) })
  await rig.write('hello')
  let woken = 0
  const queue = noting(() => void (woken += 1))
  const stop = await sweeping({ ...rig.parts, queue }, 5)
  await expect.poll(() => woken).toBeGreaterThan(2)

  await stop()
  const then = woken
  await rig.write('another')
  await rig.store.inbox.owed()

  expect(woken).toBe(then)
})
