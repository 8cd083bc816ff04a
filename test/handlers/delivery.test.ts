import { afterEach, expect, test } from 'vitest'
import { deliver } from '../../handlers/delivery.ts'
import { takeTurns } from '../../handlers/turn.ts'
import type { Reply } from '../../src/core/reply.ts'
import { createPlatform } from './platform.ts'
import { openRig, tenant, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const key = { tenant, conversation: 'c-1' }
const channels = ['slack'] as const
const texts = (): string[] => rig.platform.shown.map(({ text }) => text)

test('replies are shown once and in the order of the messages', async () => {
  rig = await openRig()

  for (let n = 1; n <= 20; n += 1) await rig.write(`message ${n}`)
  await untilShown(rig, 20)

  expect(texts()).toEqual(Array.from({ length: 20 }, (_, n) => `You said message ${n + 1}`))
})

test('when the first send fails, the later replies wait for it', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 150 })

  await rig.write('first')
  await untilEvent(rig, 'reply.postponed')
  await rig.write('second')
  await rig.write('third')
  await untilShown(rig, 3)

  expect(texts()).toEqual(['You said first', 'You said second', 'You said third'])
})

test('a platform that says how long to wait is not asked earlier, and then without anybody writing', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 300 })
  const begun = performance.now()

  await rig.write('hello')
  await untilShown(rig, 1)

  expect(performance.now() - begun).toBeGreaterThanOrEqual(295)
})

test('a second try looks for the first before it sends', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 20 })

  await rig.write('hello')
  await untilShown(rig, 1)

  const { key: reply } = rig.platform.shown[0] ?? {}
  expect(rig.platform.calls).toEqual(['send You said hello', `find ${reply}`, 'send You said hello'])
})

test('a reply whose answer was lost after it was shown is found and not shown twice', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'lose-answer' })

  await rig.write('first')
  await untilEvent(rig, 'reply.delivered')
  await rig.write('second')
  await untilShown(rig, 2)

  expect(texts()).toEqual(['You said first', 'You said second'])
  expect(rig.platform.calls.filter((call) => call === 'send You said first')).toHaveLength(1)
})

test('a reply that was shown while the process died before it could note so is found after the restart', async () => {
  rig = await openRig({ isIdle: true })
  await rig.write('hello')
  const claim = await rig.store.inbox.claim(key)
  if (claim === undefined) throw new Error('the message is owed')
  const { handleMessage } = await import('../../handlers/message.ts')
  const conversation = await rig.store.conversations.load(key)
  if (conversation === undefined) throw new Error('the conversation is open')
  await rig.store.inbox.complete(claim, await handleMessage(claim.message, conversation, rig.parts))
  const item = await rig.store.outbox.next(key, channels)
  if (item === undefined) throw new Error('the reply is owed')
  await rig.platform.send({
    kind: 'post',
    key: item.reply.id,
    address: item.address,
    reply: item.reply,
    mayExist: false,
  })

  rig.pass(60_000)
  await deliver(key, rig.parts)

  expect(texts()).toEqual(['You said hello'])
  expect(await rig.store.outbox.owed(channels)).toEqual([])
})

test('a reply that the platform refuses for good is given up, reported, and the next one is shown', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'gone' })

  await rig.write('first')
  await rig.write('second')
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said second'])
  expect(rig.events.filter(({ name }) => name === 'reply.abandoned')).toMatchObject([
    { level: 'error', fields: { attempt: 1, channel: 'slack' } },
  ])
  expect(await rig.store.outbox.owed(channels)).toEqual([])
  expect((await rig.turns()).map((turn) => turn.isAnswered)).toEqual([true, true])
})

test('a reply that is refused for a day is given up after thirty tries', async () => {
  rig = await openRig()
  for (let times = 0; times < 40; times += 1) rig.platform.faults.push({ kind: 'refuse' })

  await rig.write('hello')
  for (let tries = 1; tries < 30; tries += 1) {
    await untilEvent(rig, 'reply.postponed', tries)
    rig.pass(3_600_000)
    await rig.sweep()
  }
  await untilEvent(rig, 'reply.abandoned')

  expect(rig.platform.calls.filter((call) => call.startsWith('send'))).toHaveLength(30)
})

test('waiting grows from try to try and stays below an hour', async () => {
  rig = await openRig()
  for (let times = 0; times < 16; times += 1) rig.platform.faults.push({ kind: 'refuse' })

  await rig.write('hello')
  for (let tries = 1; tries <= 16; tries += 1) {
    await untilEvent(rig, 'reply.postponed', tries)
    rig.pass(3_600_000)
    await rig.sweep()
  }

  const waits = rig.events
    .filter(({ name }) => name === 'reply.postponed')
    .map(({ fields }) => Number(fields['waitMs']))
  expect(waits.slice(0, 3)).toEqual([2000, 4000, 8000])
  expect(waits).toEqual(waits.toSorted((a, b) => a - b))
  expect(Math.max(...waits)).toBe(3_600_000)
})

test('a fault of the adapter itself does not lose the reply: it is shown once the adapter works', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'break' })

  await rig.write('hello')
  await untilEvent(rig, 'queue.failed')
  rig.pass(31_000)
  await rig.sweep()
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said hello'])
})

test('of two processes on one store each shows the replies of its own channels, at once', async () => {
  rig = await openRig({ isIdle: true })
  const web = createPlatform('web')
  const webParts = { ...rig.parts, channels: new Map([[web.name, web]]) }
  const webKey = await rig.write('from the web', { channel: 'web', conversation: 'c-web' })
  await rig.write('from Slack')

  // Each process answers what the other one's channel has brought, and delivers before the other one gets to it.
  await takeTurns(key, webParts)
  await takeTurns(webKey, rig.parts)
  await Promise.all([deliver(key, rig.parts), deliver(webKey, rig.parts)])
  await Promise.all([deliver(key, webParts), deliver(webKey, webParts)])

  expect(texts()).toEqual(['You said from Slack'])
  expect(web.shown.map(({ text }) => text)).toEqual(['You said from the web'])
  expect(web.calls).toEqual(['send You said from the web']) // no search: nobody had tried before
  expect(rig.events.filter(({ level }) => level !== 'debug' && level !== 'info')).toEqual([])
})

test('a reply left by a terminal that is gone stays owed, and no process wakes for it or speaks of it', async () => {
  rig = await openRig()
  const gone = await rig.write('hello', { channel: 'terminal', conversation: 'terminal-1' })
  const turns = () => rig.turns(gone.conversation)
  await expect.poll(async () => (await turns()).map(({ isAnswered }) => isAnswered)).toEqual([true])
  const before = rig.events.length

  for (let times = 0; times < 3; times += 1) {
    rig.pass(3_600_001)
    await rig.sweep()
    await deliver(gone, rig.parts)
  }

  expect(rig.events.slice(before)).toEqual([])
  expect(await rig.store.outbox.owed(['terminal'])).toEqual([gone])
})

test('what is refused for good reaches the team as a ticket with the text, and the bot goes on', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'gone' })

  await rig.write('hello')
  await untilEvent(rig, 'reply.abandoned')

  const [ticket] = await rig.tickets()
  expect(ticket).toMatchObject({ state: 'waiting-team', conversation: 'c-1', notes: [{ by: 'bot' }] })
  expect(ticket?.notes[0]?.text).toContain('The channel is gone.')
  expect(ticket?.notes[0]?.text).toContain('You said hello')
  expect(rig.events.find(({ name }) => name === 'reply.abandoned')?.fields).toMatchObject({ ticket: ticket?.id })
  expect((await rig.store.conversations.load(key))?.state).toBe('bot')
})

test('three replies that are refused for good are three notes on one ticket', async () => {
  rig = await openRig()
  for (let times = 0; times < 3; times += 1) rig.platform.faults.push({ kind: 'gone' })

  for (const text of ['one', 'two', 'three']) await rig.write(text)
  await untilEvent(rig, 'reply.abandoned', 3)

  expect((await rig.tickets()).map(({ notes }) => notes.length)).toEqual([3])
})

test('what only the team was to read waits until the bot is let in, and whoever runs it is told why', async () => {
  rig = await openRig({ isIdle: true })
  rig.platform.faults.push({ kind: 'gone' }, { kind: 'gone' })
  await answered('A card', { audience: 'staff' })

  for (let tries = 1; tries <= 3; tries += 1) {
    await deliver(key, rig.parts)
    rig.pass(3_600_000)
  }

  expect(texts()).toEqual(['A card'])
  expect(rig.events.filter(({ name }) => name === 'reply.postponed')).toMatchObject([
    { level: 'error', error: { message: 'The channel is gone.' } },
    { level: 'warn' },
  ])
})

test('what only the team was to read is given up without a ticket after about five days', async () => {
  rig = await openRig({ isIdle: true })
  await answered('A card', { audience: 'staff' })
  for (let tries = 1; tries <= 120; tries += 1) {
    rig.platform.faults.push({ kind: 'gone' })
    await deliver(key, rig.parts)
    rig.pass(3_600_000)
  }

  const told = rig.events.map(({ name }) => name)
  expect(told.filter((name) => name === 'reply.postponed')).toHaveLength(119)
  expect(told.at(-1)).toBe('reply.abandoned')
  expect(await rig.tickets()).toEqual([])
})

test('a reply that replaces an earlier one changes its message', async () => {
  rig = await openRig({ isIdle: true })
  const first = await answered('first', {})
  await deliver(key, rig.parts)
  await answered('second', { replaces: first })

  await deliver(key, rig.parts)

  expect(texts()).toEqual(['second'])
  expect(rig.platform.calls).toEqual(['send first', 'change platform-1 to second'])
})

test('where the earlier message is not there any more, the reply is written anew', async () => {
  rig = await openRig({ isIdle: true })
  const first = await answered('first', {})
  await deliver(key, rig.parts)
  await answered('second', { replaces: first })
  rig.platform.lose('platform-1')

  await deliver(key, rig.parts)

  expect(texts()).toEqual(['second'])
})

/** Stores a reply as if the bot had just given it; gives its id. */
async function answered(text: string, more: Partial<Reply>): Promise<string> {
  await rig.write('hello')
  const claim = await rig.store.inbox.claim(key)
  const conversation = await rig.store.conversations.load(key)
  if (claim === undefined || conversation === undefined) throw new Error('the message is owed')
  const replies = [{ text, actions: [], audience: 'customer' as const, ...more }]
  await rig.store.inbox.complete(claim, { conversation, replies, effects: [], receipt: undefined })
  const turn = await rig.store.conversations.turn(key, claim.message.id)
  return turn?.replies[0]?.id ?? ''
}

test('one conversation whose platform refuses does not hold up another', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 60_000 })

  await rig.write('first', { conversation: 'c-1' })
  await untilEvent(rig, 'reply.postponed')
  await rig.write('elsewhere', { conversation: 'c-2' })
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said elsewhere'])
})
