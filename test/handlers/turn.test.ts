import { afterEach, expect, test } from 'vitest'
import { takeTurns } from '../../handlers/turn.ts'
import type { Turn } from '../../src/core/agent.ts'
import { EffectConflictError, MigrationError, StoreUnavailableError } from '../../src/core/errors.ts'
import { openRig, tenant, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const key = { tenant, conversation: 'c-1' }
const texts = (): string[] => rig.platform.shown.map(({ text }) => text)
const said = (turn: Turn) => ({ kind: 'reply', text: `You said ${turn.message.text}` }) as const

/** Throws this often for each message, then answers. */
function failing(times: number, error: () => Error): (turn: Turn) => ReturnType<typeof said> {
  const failures = new Map<string, number>()
  return (turn) => {
    const count = (failures.get(turn.message.id) ?? 0) + 1
    failures.set(turn.message.id, count)
    if (count <= times && turn.message.text.startsWith('bad')) throw error()
    return said(turn)
  }
}

const passing = (): Error => new StoreUnavailableError('The records do not answer. It is tried again.')
const lasting = (): Error => new TypeError('cannot read properties of undefined')

test('a message that fails for a reason that passes is answered by the second try at once, and the next one after it', async () => {
  rig = await openRig({ answer: failing(1, passing) })

  await rig.write('bad luck')
  await rig.write('hello')
  await untilShown(rig, 2)

  expect(texts()).toEqual(['You said bad luck', 'You said hello'])
  expect(rig.events.filter(({ name }) => name === 'message.postponed')).toMatchObject([
    { level: 'warn', fields: { attempt: 1 } },
  ])
  expect(await rig.tickets()).toEqual([])
})

test('a message that keeps failing is tried five times, then gets one apology and one ticket, and the next one is answered', async () => {
  rig = await openRig({ answer: failing(99, passing) })

  await rig.write('bad from the start')
  await rig.write('hello')
  for (const postponed of [2, 3, 4]) {
    await untilEvent(rig, 'message.postponed', postponed)
    rig.pass(16_001)
    await rig.sweep()
  }
  await untilShown(rig, 2)

  expect(texts()).toEqual([expect.stringContaining('something went wrong on our side'), 'You said hello'])
  expect(await rig.tickets()).toMatchObject([
    { state: 'waiting-team', subject: 'bad from the start', notes: [{ text: 'bad from the start' }] },
  ])
  expect(texts()[0]).toContain((await rig.tickets())[0]?.id)
  expect(rig.events.filter(({ name }) => name === 'message.parked')).toMatchObject([
    { level: 'error', fields: { attempt: 5 } },
  ])
})

test.each([
  ['a fault nobody foresaw', lasting],
  ['a fault that does not pass', () => new MigrationError('The database is newer than this program.')],
])('a message that fails by %s gets one apology and one ticket at once', async (_, fault) => {
  rig = await openRig({ answer: failing(99, fault) })

  await rig.write('bad')
  await rig.write('hello')
  await untilShown(rig, 2)

  expect(texts()).toEqual([expect.stringContaining('something went wrong on our side'), 'You said hello'])
  expect(await rig.tickets()).toHaveLength(1)
  expect(rig.events.filter(({ name }) => name === 'message.parked')).toMatchObject([
    { fields: { attempt: 1 }, error: expect.any(Error) },
  ])
})

test('an apology says nothing of the fault, and its receipt costs nothing', async () => {
  rig = await openRig({ answer: failing(99, lasting) })

  await rig.write('bad')
  await untilShown(rig, 1)
  const [turn] = await rig.turns()

  expect(texts()[0]).not.toMatch(/undefined|TypeError|properties/)
  expect(turn).toMatchObject({ isAnswered: true, receipt: { cost: 0, tier: 0, route: { kind: 'person' } } })
})

test('a second apology in the same conversation goes under the same ticket', async () => {
  rig = await openRig({ answer: failing(99, lasting) })

  await rig.write('bad one')
  await rig.write('bad two')
  await untilShown(rig, 2)

  expect(await rig.tickets()).toMatchObject([{ notes: [{ text: 'bad one' }, { text: 'bad two' }] }])
})

test('a message that killed its worker five times is not tried again: an apology and a ticket', async () => {
  let asked = 0
  rig = await openRig({ isIdle: true, answer: (turn) => ((asked += 1), said(turn)) })
  await rig.write('a message that kills')
  for (let crashes = 1; crashes <= 5; crashes += 1) {
    expect((await rig.store.inbox.claim(key))?.attempt).toBe(crashes)
    rig.pass(61_000)
  }

  await takeTurns(key, rig.parts)

  expect(asked).toBe(0)
  expect(texts()).toEqual([expect.stringContaining('something went wrong on our side')])
  expect(await rig.tickets()).toMatchObject([{ notes: [{ text: 'a message that kills' }] }])
})

test('records that change underneath are read again, and the customer sees one answer', async () => {
  rig = await openRig({
    answer: failing(3, () => new EffectConflictError('The order changed meanwhile. The message is answered again.')),
  })

  await rig.write('bad timing')
  await untilEvent(rig, 'message.postponed', 2)
  rig.pass(16_001)
  await rig.sweep()
  await untilEvent(rig, 'message.postponed', 3)
  rig.pass(16_001)
  await rig.sweep()
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said bad timing'])
})

test('of two workers on one message one answers; the slower one stores nothing and shows nothing', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let asked = 0
  rig = await openRig({
    isIdle: true,
    answer: async () => {
      asked += 1
      const mine = asked
      if (mine === 1) await gate
      return { kind: 'reply', text: `answer of worker ${mine}` }
    },
  })
  await rig.write('hello')

  const slow = takeTurns(key, rig.parts)
  await expect.poll(() => asked).toBe(1)
  rig.pass(61_000)
  await takeTurns(key, rig.parts)
  open()
  await slow

  expect(texts()).toEqual(['answer of worker 2'])
  expect((await rig.turns()).map(({ replies }) => replies.length)).toEqual([1])
})

test('a worker that fails after another took its message over stores no apology and ends in peace', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let asked = 0
  rig = await openRig({
    isIdle: true,
    answer: async () => {
      asked += 1
      if (asked > 1) return { kind: 'reply', text: 'answer of worker 2' }
      await gate
      throw lasting()
    },
  })
  await rig.write('hello')

  const slow = takeTurns(key, rig.parts)
  await expect.poll(() => asked).toBe(1)
  rig.pass(61_000)
  await takeTurns(key, rig.parts)
  open()
  await slow

  expect(texts()).toEqual(['answer of worker 2'])
  expect(await rig.tickets()).toEqual([])
})

test('while one worker answers a conversation, another finds nothing to do in it', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let asked = 0
  rig = await openRig({ isIdle: true, answer: async (turn) => ((asked += 1), await gate, said(turn)) })
  await rig.write('first')
  await rig.write('second')

  const working = takeTurns(key, rig.parts)
  await expect.poll(() => asked).toBe(1)
  await takeTurns(key, rig.parts)
  const askedMeanwhile = asked
  open()
  await working

  expect(askedMeanwhile).toBe(1)
  expect(texts()).toEqual(['You said first', 'You said second'])
})

test('thirty conversations at once are each answered in their own order', async () => {
  rig = await openRig()

  const writing = Array.from({ length: 30 }, async (_, c) => {
    for (let n = 1; n <= 3; n += 1) await rig.write(`${c}.${n}`, { conversation: `c-${c}` })
  })
  await Promise.all(writing)
  await untilShown(rig, 90)

  for (let c = 0; c < 30; c += 1) {
    const own = texts().filter((text) => text.startsWith(`You said ${c}.`))
    expect(own).toEqual([1, 2, 3].map((n) => `You said ${c}.${n}`))
  }
})

test('a message that was stopped and is still owed is read again at once, and what was told of the work is taken away', async () => {
  let tries = 0
  const stopped: string[] = []
  rig = await openRig({
    onStopped: ({ text }) => void stopped.push(text),
    answer: (turn) => {
      tries += 1
      if (tries > 1) return said(turn)
      rig.parts.running.stop(key) // as a person does who takes the conversation
      throw lasting()
    },
  })

  await rig.write('hello')
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said hello'])
  expect(stopped).toEqual(['hello', 'hello']) // at the stop, and before another try, which may be another process's
  expect(rig.events.filter(({ level }) => level !== 'debug')).toEqual([])
})

/** Answers only when it is told to end, as a model does that is hung up on. */
async function untilStopped({ message }: Turn): Promise<ReturnType<typeof said>> {
  await expect.poll(() => rig.parts.running.signalOf(message)?.aborted, { timeout: 5000, interval: 2 }).toBe(true)
  throw lasting()
}

test('a message that is taken back in another process is not worked on any more', async () => {
  const stopped: string[] = []
  rig = await openRig({ answer: untilStopped, onStopped: ({ text }) => void stopped.push(text) })
  await rig.write('hello', { id: 'm1' })
  await expect.poll(() => rig.parts.running.signalOf({ tenant, id: 'm1' }), { timeout: 5000 }).toBeDefined()

  await rig.store.revisions.withdraw(key)

  await expect.poll(() => stopped, { timeout: 5000, interval: 5 }).toEqual(['hello'])
  expect(texts()).toEqual([])
})

test('a message that is changed in another process while it is answered is answered as it is then', async () => {
  rig = await openRig({ answer: (turn) => (turn.message.text === 'order 1' ? untilStopped(turn) : said(turn)) })
  await rig.write('order 1', { id: 'm1' })
  await expect.poll(() => rig.parts.running.signalOf({ tenant, id: 'm1' }), { timeout: 5000 }).toBeDefined()

  await rig.store.revisions.revise(key, 'm1', { text: 'order 2' })
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said order 2'])
})

test('conversations that owe much, and take up every worker, let one that came later have its turn', async () => {
  rig = await openRig({ isIdle: true })
  const busy = Array.from({ length: 8 }, (_, n) => `busy-${n}`)
  for (const conversation of busy)
    for (let n = 0; n < 12; n += 1) await rig.write(`${conversation} ${n}`, { conversation })
  await rig.write('late', { conversation: 'late' })

  await rig.parts.queue.work((one) => takeTurns(one, rig.parts))
  await expect.poll(texts, { timeout: 40_000, interval: 5 }).toContain('You said late')

  // Five of each in a row, and whatever else those eight have begun meanwhile.
  expect(texts().indexOf('You said late')).toBeLessThan(8 * (5 + 1))
  for (const conversation of busy) {
    const own = texts().filter((text) => text.includes(conversation))
    expect(own).toEqual(own.map((_, n) => `You said ${conversation} ${n}`))
  }
}, 60_000)
