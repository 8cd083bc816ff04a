import { afterEach, expect, test } from 'vitest'
import { createReadLoad } from '../../handlers/load.ts'
import { takeTurns } from '../../handlers/turn.ts'
import { StoreUnavailableError } from '../../src/core/errors.ts'
import type { Reason } from '../../src/models/reason.ts'
import { openRig, tenant, untilEvent, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const keyOf = (conversation: string) => ({ tenant, conversation })
const shownIn = async (conversation: string): Promise<readonly string[]> =>
  (await rig.turns(conversation)).flatMap(({ replies }) => replies.map(({ text }) => text))

/** So many people wait, each in a conversation of their own. */
async function waits(count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n += 1)
    await rig.write('hello', { conversation: `w-${n}`, author: { id: `W${n}` } })
}

const large: Reason = async () =>
  await Promise.resolve({ kind: 'answered', text: 'A better answer.', model: 'large', tier: 4 })

test('with many waiting for five seconds no large model is asked, and whoever presses the button is told to come back', async () => {
  rig = await openRig({ isIdle: true, reason: large, advancedVisibleTo: 'customers' })
  await rig.write('a question')
  await takeTurns(keyOf('c-1'), rig.parts)
  await waits(16)
  rig.pass(6000)

  const button = (await rig.turns())[0]?.replies[0]?.actions.find(({ meaning }) => meaning.kind === 'advanced')
  await rig.tell({ kind: 'action', message: await pressOf(button?.id ?? '') })
  await takeTurns(keyOf('c-1'), rig.parts)

  expect((await shownIn('c-1')).at(-1)).toContain('Very many people are writing right now')
  expect(rig.events.find(({ name }) => name === 'load.changed')).toMatchObject({
    level: 'warn',
    fields: { load: 1, before: 0, waiting: 16 },
  })
})

async function pressOf(pressed: string) {
  const [turn] = await rig.turns()
  if (turn === undefined) throw new Error('nothing was said')
  return { ...turn.message, id: 'press', text: '', pressed }
}

test('with many waiting for fifteen seconds rules answer, the receipt says so, and afterwards all is as before', async () => {
  rig = await openRig({ isIdle: true })
  await waits(20)
  rig.pass(16_000)

  await takeTurns(keyOf('w-0'), rig.parts)
  for (let n = 1; n < 20; n += 1) await takeTurns(keyOf(`w-${n}`), rig.parts)
  rig.pass(2000)
  await rig.write('hello', { conversation: 'later' })
  await takeTurns(keyOf('later'), rig.parts)

  const becauseOf = async (conversation: string) => (await rig.turns(conversation))[0]?.receipt?.route.because
  expect(await becauseOf('w-0')).toContain('(the bot is behind: rules only)')
  expect(await shownIn('w-0')).toEqual(['You said hello'])
  expect(await becauseOf('later')).not.toContain('behind')
  const changes = rig.events.filter(({ name }) => name === 'load.changed').map(({ fields }) => fields['load'])
  expect([changes[0], changes.at(-1)]).toEqual([2, 0])
})

test('with a hundred waiting for a minute each is told so and has a ticket, one for a conversation', async () => {
  rig = await openRig({ isIdle: true })
  await rig.write('my lamp is broken')
  await rig.write('are you there?')
  await waits(110)
  rig.pass(61_000)

  await takeTurns(keyOf('c-1'), rig.parts)

  const [ticket, ...others] = await rig.tickets()
  expect(others).toEqual([])
  expect(ticket?.notes.map(({ text }) => text)).toEqual(['my lamp is broken', 'are you there?'])
  expect(await shownIn('c-1')).toEqual([
    expect.stringContaining(`I've put your message under ticket **${ticket?.id}**`),
    expect.stringContaining(`I've added that to ticket **${ticket?.id}**`),
  ])
})

test('what one person has waiting, what waits for a turn, and what is under way is no load', async () => {
  rig = await openRig({ isIdle: true, userLimit: { most: 1, windowMs: 600_000 } })
  for (let n = 0; n < 40; n += 1) await rig.write(`line ${n}`)
  await waits(15)
  rig.pass(61_000)

  await takeTurns(keyOf('c-1'), rig.parts)

  expect(await rig.store.waiting()).toMatchObject({ count: 15 })
  expect(rig.events.filter(({ name }) => name === 'load.changed')).toEqual([])
})

test('when nobody writes any more the level falls by itself, also after a look that failed', async () => {
  rig = await openRig({ isIdle: true })
  await waits(16)
  rig.pass(6000)
  const { observer, now } = rig.parts
  let looks = 0
  const waiting = async () => {
    looks += 1
    if (looks === 2) throw new StoreUnavailableError('The store is away.')
    return await rig.store.waiting()
  }
  await createReadLoad({ waiting, observer, now })()

  for (let n = 0; n < 16; n += 1) await rig.store.inbox.claim(keyOf(`w-${n}`))
  rig.pass(1000)

  await untilEvent(rig, 'load.changed', 2)
  expect(looks).toBe(3)
  expect(rig.events.at(-1)).toMatchObject({ level: 'info', fields: { load: 0, before: 1 } })
})
