import { uuidv7 } from 'uuidv7'
import { afterEach, expect, test } from 'vitest'
import { createLog } from '../../adapters/metrics/log.ts'
import { decideParked, showParked, type ParkedParts } from '../../handlers/parked.ts'
import { takeTurns } from '../../handlers/turn.ts'
import type { Turn } from '../../src/core/agent.ts'
import { UsageError } from '../../src/core/errors.ts'
import type { ConversationKey } from '../../src/core/ports.ts'
import { openRig, tenant, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const key = { tenant, conversation: 'c-1' }
const sorry = expect.stringContaining('something went wrong on our side')
const texts = (): string[] => rig.platform.shown.map(({ text }) => text)
const said = (turn: Turn) => ({ kind: 'reply', text: `You said ${turn.message.text}` }) as const

function parts(): ParkedParts {
  const { queue, observer, now } = rig.parts
  return { tenant, parked: rig.store.parked, queue, observer, newId: uuidv7, now }
}

/** Cannot answer a message that begins with "bad" until the fault is mended. */
function mendable() {
  const fault = { isMended: false }
  const answer = (turn: Turn) => {
    if (!fault.isMended && turn.message.text.startsWith('bad')) throw new TypeError('4111 1111 1111 1111 is no number')
    return said(turn)
  }
  return { fault, answer }
}

test('a message that cannot be answered is on record with why, without personal details, and the log has the reason only', async () => {
  rig = await openRig({ answer: mendable().answer })

  await rig.write('bad luck', { id: 'm1' })
  await untilShown(rig, 1)

  expect(await rig.store.parked.list(tenant, 'parked')).toMatchObject([
    { message: 'm1', reason: 'TypeError', tries: 1, ticket: (await rig.tickets())[0]?.id },
  ])
  const lines: string[] = []
  rig.events.forEach(createLog('debug', { write: (line) => void lines.push(line) }))
  expect(lines.filter((line) => line.includes('"message.parked"'))).toEqual([expect.stringContaining('TypeError')])
  expect(lines.join('')).not.toContain('4111')
})

test('before a replay an admin sees what was done already and what will be', async () => {
  rig = await openRig({ answer: mendable().answer })
  await rig.write('bad luck, my card is 4111 1111 1111 1111', { id: 'm1' })
  await rig.write('hello?')
  await untilShown(rig, 2)

  const shown = await showParked('m1', parts())

  expect(shown).toMatchObject({
    alreadyDone: [
      { what: 'reply', state: 'sent', onReplay: 'kept' },
      { what: 'ticket', state: 'waiting-team', onReplay: 'found' },
    ],
    willBeDone: ['answer'],
    later: { answered: 1, owed: 0 },
  })
  expect(JSON.stringify(shown)).not.toContain('4111')
})

test('replayed after the fault is mended, the customer has the answer once, and the team the same ticket with a word on it', async () => {
  const { fault, answer } = mendable()
  rig = await openRig({ answer })
  await rig.write('bad luck', { id: 'm1' })
  await untilShown(rig, 1)
  fault.isMended = true

  const wish = { message: 'm1', decision: 'replay', by: 'web:ada' } as const
  const decided = await Promise.allSettled(Array.from({ length: 5 }, () => decideParked(wish, parts())))
  await untilShown(rig, 2)
  await rig.write('and now?')
  await untilShown(rig, 3)

  expect(texts()).toEqual([sorry, 'You said bad luck', 'You said and now?'])
  expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(decided.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(UsageError) })
  const tickets = await rig.tickets()
  expect(tickets).toHaveLength(1)
  expect(tickets[0]?.notes.map(({ text }) => text)).toEqual(['bad luck', expect.stringContaining('after all')])
  expect(rig.events.filter(({ name }) => name === 'message.replayed')).toHaveLength(1)
})

test('a replay that asks for a person finds the ticket of the apology, and notes the message once', async () => {
  const { fault } = mendable()
  rig = await openRig({
    answer: () => {
      if (!fault.isMended) throw new TypeError('broken')
      return { kind: 'escalate', because: 'a test' }
    },
  })
  await rig.write('bad luck', { id: 'm1' })
  await untilShown(rig, 1)
  fault.isMended = true

  await decideParked({ message: 'm1', decision: 'replay', by: 'web:ada' }, parts())
  await untilShown(rig, 2)

  const tickets = await rig.tickets()
  expect(tickets.map(({ notes }) => notes.map(({ text }) => text))).toEqual([['bad luck']])
  expect(texts()[1]).toContain(tickets[0]?.id)
})

test('a replay that fails again says nothing more to the customer, and the message is parked anew', async () => {
  rig = await openRig({ answer: mendable().answer })
  await rig.write('bad luck', { id: 'm1' })
  await untilShown(rig, 1)

  await decideParked({ message: 'm1', decision: 'replay', by: 'web:ada' }, parts())
  await untilEvent(rig, 'message.parked', 2)
  await rig.write('hello')
  await untilShown(rig, 2)

  expect(texts()).toEqual([sorry, 'You said hello'])
  expect(await rig.store.parked.list(tenant, 'parked')).toMatchObject([{ message: 'm1', replays: 1 }])
  expect((await rig.tickets())[0]?.notes).toHaveLength(1)
  const [first] = await rig.turns()
  expect(first?.receipt?.route).toEqual({ kind: 'person', because: 'the message could not be answered: a fault' })
})

test('a discarded message is not answered, and nobody can replay it', async () => {
  rig = await openRig({ answer: mendable().answer })
  await rig.write('bad luck', { id: 'm1' })
  await untilShown(rig, 1)

  const discarded = await decideParked({ message: 'm1', decision: 'discard', by: 'web:ada' }, parts())

  expect(discarded).toMatchObject({ state: 'discarded', closed: { by: 'web:ada' }, willBeDone: [] })
  await expect(decideParked({ message: 'm1', decision: 'replay', by: 'x' }, parts())).rejects.toThrow(
    'web:ada has decided',
  )
  await expect(showParked('m9', parts())).rejects.toThrow('No message "m9" was parked')
})

/** The worker of this conversation is gone so often, without giving its message back. */
async function crash(times: number, crashed: ConversationKey): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await rig.store.inbox.claim(crashed)
    rig.pass(61_000)
  }
}

test('messages that were answered when their process ended twice are answered one at a time, all others beside them', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let atOnce = 0
  let most = 0
  rig = await openRig({
    isIdle: true,
    answer: async (turn) => {
      if (turn.message.text !== 'suspect') return said(turn)
      most = Math.max(most, (atOnce += 1))
      await gate
      atOnce -= 1
      return said(turn)
    },
  })
  const suspects = ['c-1', 'c-2', 'c-3'].map((conversation) => ({ tenant, conversation }))
  for (const { conversation } of suspects) await rig.write('suspect', { conversation })
  for (let n = 0; n < 2; n += 1) {
    for (const suspect of suspects) await rig.store.inbox.claim(suspect)
    rig.pass(61_000)
  }
  await rig.write('innocent', { conversation: 'c-4' })

  const working = suspects.map((suspect) => takeTurns(suspect, rig.parts))
  await untilEvent(rig, 'message.suspected')
  await takeTurns({ tenant, conversation: 'c-4' }, rig.parts)
  const shownMeanwhile = texts()
  open()
  await Promise.all(working)
  await rig.parts.queue.work((one) => takeTurns(one, rig.parts))
  const shownNext = async (): Promise<number> => {
    rig.pass(2001)
    await rig.sweep()
    return texts().length
  }
  await expect.poll(shownNext, { timeout: 10_000, interval: 20 }).toBe(4)

  expect(shownMeanwhile).toEqual(['You said innocent'])
  expect(most).toBe(1)
  expect(await rig.store.parked.list(tenant, 'all')).toEqual([])
})

test('a message whose very apology kills the process gets one without anything of it, and the conversation goes on', async () => {
  rig = await openRig({ isIdle: true })
  await rig.write('kills whoever reads it', { id: 'm1' })
  await crash(8, key)
  await rig.write('hello')

  await takeTurns(key, rig.parts)

  expect(texts()).toEqual([sorry, 'You said hello'])
  expect(await rig.tickets()).toMatchObject([
    { subject: expect.stringContaining('m1'), notes: [{ text: expect.not.stringContaining('kills') }] },
  ])
  expect(await rig.store.parked.list(tenant, 'parked')).toMatchObject([{ reason: 'attempts-used-up' }])
})
