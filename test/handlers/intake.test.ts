import { afterEach, expect, test } from 'vitest'
import { createIntake } from '../../handlers/intake.ts'
import type { Message } from '../../src/core/message.ts'
import type { Observer, Queue } from '../../src/core/ports.ts'
import { openRig, tenant, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const silent: Observer = { receipt: () => {}, event: () => {} }
const brokenQueue: Queue = {
  wake: async () => {
    throw new Error('the queue is away')
  },
  work: async () => {},
  stop: async () => {},
}

function message(id: string, text = 'hello'): Message {
  const receivedAt = new Date()
  return {
    tenant,
    id,
    channel: 'slack',
    conversation: 'c-1',
    address: {},
    author: { id: 'U1' },
    text,
    isPrivate: true,
    receivedAt,
  }
}

test('a text is stored as a database can keep it: no NUL, no half characters, 4,000 characters', async () => {
  rig = await openRig({ isIdle: true })

  await rig.write('a\u0000b \uD83D c \uDC00')
  await rig.write(`${'a'.repeat(3999)}🧨 and more`)
  await rig.write('x'.repeat(100_000))

  const [controls, cut, long] = (await rig.turns()).map((turn) => turn.message.text)
  expect(controls).toBe('a\uFFFDb \uFFFD c \uFFFD')
  expect(cut).toBe(`${'a'.repeat(3999)}🧨`)
  expect(long).toBe('x'.repeat(4000))
})

test("an author's name is cleaned and cut as well", async () => {
  rig = await openRig({ isIdle: true })

  await rig.write('hello', { author: { id: 'U1', name: `A\u0000nn \uD83D${'e'.repeat(500)}` } })

  const [turn] = await rig.turns()
  expect(turn?.message.author.name).toBe(`A\uFFFDnn \uFFFD${'e'.repeat(194)}`)
})

test('a message that is delivered again is stored once and answered once', async () => {
  rig = await openRig()

  await rig.write('hello', { id: 'm-1' })
  await rig.write('hello', { id: 'm-1' })
  await untilShown(rig, 1)
  await Promise.all(Array.from({ length: 20 }, () => rig.write('other words', { id: 'm-1' })))
  await rig.write('the end', { id: 'm-2' })
  await untilShown(rig, 2)

  expect(rig.platform.shown.map(({ text }) => text)).toEqual(['You said hello', 'You said the end'])
})

test('a message counts as stored although nobody could be woken, and recovery finds it', async () => {
  rig = await openRig()
  const events: string[] = []
  const observer = { ...silent, event: ({ name }: { name: string }) => void events.push(name) }
  const intake = createIntake({ inbox: rig.store.inbox, revisions: rig.store.revisions, queue: brokenQueue, observer })

  const taken = await intake({ kind: 'message', message: message('m-1'), isAddressed: true })
  await rig.sweep()
  await untilShown(rig, 1)

  expect(taken).toEqual({ kind: 'new' })
  expect(events).toEqual(['message.accepted', 'queue.failed'])
})

test('a message that cannot be stored is not taken: the platform hears no "got it"', async () => {
  rig = await openRig({ isIdle: true })
  const away = { ...rig.store.inbox, accept: async () => Promise.reject(new Error('the database is away')) }
  const intake = createIntake({
    inbox: away,
    revisions: rig.store.revisions,
    queue: brokenQueue,
    observer: silent,
  })

  await expect(intake({ kind: 'message', message: message('m-1'), isAddressed: true })).rejects.toThrow(
    'the database is away',
  )
})

test('a button that was never offered is not stored', async () => {
  rig = await openRig({ isIdle: true })
  const intake = createIntake({
    inbox: rig.store.inbox,
    revisions: rig.store.revisions,
    queue: brokenQueue,
    observer: silent,
  })
  await rig.write('hello')

  const taken = await intake({ kind: 'action', message: { ...message('press-1'), pressed: 'never-offered' } })

  expect(taken).toEqual({ kind: 'ignored', because: 'action-unknown' })
  expect(await rig.turns()).toHaveLength(1)
})

test('where there is no team, a command and the home page are ignored with a reason', async () => {
  rig = await openRig({ isIdle: true })
  const intake = createIntake({
    inbox: rig.store.inbox,
    revisions: rig.store.revisions,
    queue: brokenQueue,
    observer: silent,
  })
  const author = { id: 'U1' }

  const taken = [
    await intake({ kind: 'command', tenant, channel: 'slack', author, name: 'spend', text: '', address: {} }),
    await intake({ kind: 'home', tenant, channel: 'slack', author, address: {} }),
  ]

  const ignored = { kind: 'ignored', because: 'not-handled' }
  expect(taken).toEqual([ignored, ignored])
})

test('an edit and a deletion of a message that was never stored are ignored with a reason', async () => {
  rig = await openRig({ isIdle: true })
  const intake = createIntake({
    inbox: rig.store.inbox,
    revisions: rig.store.revisions,
    queue: brokenQueue,
    observer: silent,
  })
  const key = { tenant, conversation: 'c-1' }

  const taken = [
    await intake({ kind: 'edit', key, message: 'm-1', text: 'x' }),
    await intake({ kind: 'delete', key, message: 'm-1' }),
  ]

  const unknown = { kind: 'ignored', because: 'unknown-message' }
  expect(taken).toEqual([unknown, unknown])
})

test('a message that does not name the bot is taken where its author talks with it already, and nowhere else', async () => {
  rig = await openRig({ isIdle: true })
  const say = (id: string, author: string) =>
    rig.tell({ kind: 'message', message: { ...message(id), author: { id: author } }, isAddressed: false })

  const before = await say('m-1', 'U1')
  await rig.write('hello')
  const taken = [await say('m-2', 'U1'), await say('m-3', 'U2'), await say('m-4', 'U1')]

  expect(before).toEqual({ kind: 'ignored', because: 'not-addressed' })
  expect(taken).toEqual([
    { kind: 'new' },
    { kind: 'ignored', because: 'someone-else' },
    { kind: 'ignored', because: 'not-addressed' },
  ])
})

test("whoever presses another person's button is told so, and nobody else; a helper's press counts", async () => {
  rig = await openRig({ isSupport: false })
  await rig.write('hello')
  await untilShown(rig, 1)
  const [turn] = await rig.turns()
  const thumb = turn?.replies[0]?.actions.find(({ label }) => label === '👍')
  const pressOf = (id: string, author: string): Message => {
    return { ...message(id), author: { id: author }, pressed: thumb?.id ?? '' }
  }

  const stranger = await rig.tell({ kind: 'action', message: pressOf('press-1', 'U2') })
  const author = await rig.tell({ kind: 'action', message: pressOf('press-2', 'U1') })

  expect(stranger).toMatchObject({ kind: 'shown', reply: { text: 'This is not yours to press.' } })
  expect(author).toEqual({ kind: 'new' })
})
