import { describe, expect, test, vi } from 'vitest'
import type { Intake } from '../../../src/core/ports.ts'
import type { Form } from '../../../src/core/reply.ts'
import { replyOf } from '../../contracts/channel.ts'
import { member, postCard, rigs, said, texts, type Way, whispers } from './answering.ts'
import { sentences } from './stand.ts'

const wait = { timeout: 15_000, interval: 5 }
const makeRig = rigs()

const form: Form = {
  id: 'desk:note:142',
  title: 'Note on T-142',
  submit: 'Save',
  fields: [{ name: 'note', label: 'What happened', isLong: true, most: 3000 }],
}

test('what is too long for a form is never cut inside a character', async () => {
  const flag = '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'
  const [title, value] = ['x'.repeat(40) + flag, 'x'.repeat(95) + flag]
  const fields = [{ name: 'note', label: title, value, isLong: true, most: 100 }]
  const rig = await makeRig('gateway', async () => ({ kind: 'form', form: { ...form, title, fields } }))

  const deed = await rig.server.people.press('desk:note:142', await postCard(rig))

  await vi.waitFor(() => expect(deed?.modal).toBeDefined(), wait)
  const short = `${'x'.repeat(40)}…`
  expect(deed?.modal).toMatchObject({
    title: short,
    components: [{ label: short, component: { value: 'x'.repeat(95) } }],
  })
})

describe.each<Way>(['gateway', 'http'])('over %s', (way) => {
  test('a button that was stored stops spinning, and nothing else is shown', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'new' }))
    const card = await postCard(rig)

    const deed = await rig.server.people.press('act-1', card)

    await vi.waitFor(() => expect(deed?.answer).toMatchObject({ type: 6 }), wait)
    expect(rig.events).toMatchObject([{ kind: 'action', message: { pressed: 'act-1', address: { message: card } } }])
    expect([texts(rig.server), whispers(rig.server), deed?.failure]).toEqual([['T-142 refund'], [], undefined])
  })

  test('the button of a message that was deleted meanwhile is answered as well', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'ignored', because: 'action-unknown' }))

    const deed = await rig.server.people.press('act-1', '1400000000000000001', member)

    await vi.waitFor(() => expect(deed?.answer).toMatchObject({ type: 6 }), wait)
  })

  test('a command is answered to whoever typed it and nobody else', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'shown', reply: said }))

    const deed = await rig.server.people.type('spend', { what: 'today' })

    await vi.waitFor(() => expect(whispers(rig.server)).toEqual(['Today: **$0.12**']), wait)
    expect(rig.events).toMatchObject([{ kind: 'command', name: 'spend', text: 'today' }])
    expect([texts(rig.server), deed?.answer?.['type']]).toEqual([[], 4])
  })

  test('a long answer to a command goes on in messages that only they see', async () => {
    const text = Array.from({ length: 80 }, (_unused, index) => `Line ${index} of the models and their prices.`).join(
      '\n\n',
    )
    const rig = await makeRig(way, async () => ({ kind: 'shown', reply: { ...said, text } }))

    await rig.server.people.type('spend', { what: 'models' })

    await vi.waitFor(
      () =>
        expect(
          whispers(rig.server)
            .join('\n')
            .match(/Line \d+/g),
        ).toHaveLength(80),
      wait,
    )
    expect(whispers(rig.server).length).toBeGreaterThan(1)
    expect(texts(rig.server)).toEqual([])
  })

  test('a picture comes with the answer, with words for those who cannot see it', async () => {
    const picture = { png: new Uint8Array([137, 80, 78, 71]), description: 'Spend by hour' }
    const rig = await makeRig(way, async () => ({ kind: 'shown', reply: said, picture }))

    const deed = await rig.server.people.type('spend')

    await vi.waitFor(() => expect(deed?.original?.files.map(({ name }) => name)).toEqual(['picture.png']), wait)
    expect(deed?.original).toMatchObject({
      onlyFor: member.user,
      body: { content: 'Today: **$0.12**', attachments: [{ id: 0, description: 'Spend by hour' }] },
    })
  })

  test('an answer in place of what was pressed changes that message', async () => {
    const rig = await makeRig(way, async () => ({
      kind: 'shown',
      reply: { ...said, text: 'Claimed by Bo' },
      replaces: true,
    }))
    const card = await postCard(rig)

    await rig.server.people.press('desk:claim:142', card)

    await vi.waitFor(() => expect(texts(rig.server)).toEqual(['Claimed by Bo']), wait)
    expect(whispers(rig.server)).toEqual([])
  })

  test('a form is opened at once, and what is written in it arrives by the names of its fields', async () => {
    const answers: Intake[] = [
      { kind: 'form', form },
      { kind: 'shown', reply: { ...said, text: 'Saved.' } },
    ]
    const rig = await makeRig(way, async () => answers.shift() ?? { kind: 'seen' })
    const card = await postCard(rig)
    const opened = await rig.server.people.press('desk:note:142', card)
    await vi.waitFor(() => expect(opened?.modal).toMatchObject({ title: 'Note on T-142' }), wait)

    if (opened !== undefined) await rig.server.people.submit(opened, { note: 'Called them back.' })

    await vi.waitFor(() => expect(whispers(rig.server)).toEqual(['Saved.']), wait)
    expect(rig.events[1]).toMatchObject({ kind: 'form', form: 'desk:note:142', values: { note: 'Called them back.' } })
  })

  test('a form that is sent twice arrives as two submissions, each with an id of its own', async () => {
    const answers: Intake[] = [{ kind: 'form', form }]
    const rig = await makeRig(way, async () => answers.shift() ?? { kind: 'new' })
    const opened = await rig.server.people.press('desk:note:142', await postCard(rig))
    await vi.waitFor(() => expect(opened?.modal).toBeDefined(), wait)
    if (opened === undefined) throw new Error('no form was opened')

    for (let times = 0; times < 2; times += 1) await rig.server.people.submit(opened, { note: 'Once.' })

    await vi.waitFor(() => expect(rig.events).toHaveLength(3), wait)
    const ids = rig.events.flatMap((event) => (event.kind === 'form' ? [event.id] : []))
    expect(new Set(ids).size).toBe(2)
  })

  test('the menu of a message hands over the message, and opens a form', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'form', form }))
    const message = rig.server.people.say('my parcel is wet', { user: '700000000000000002' })

    const deed = await rig.server.people.choose('Make a ticket', message, { user: member.user })

    await vi.waitFor(() => expect(deed?.modal).toMatchObject({ custom_id: 'desk:note:142' }), wait)
    expect(rig.events).toMatchObject([
      {
        kind: 'shortcut',
        name: 'make-ticket',
        author: { id: member.user },
        message: { id: `discord:${message}`, text: 'my parcel is wet', author: { id: '700000000000000002' } },
      },
    ])
  })

  test('the menu of an answer of the bot hands over the answer', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'form', form }))
    const answer = await postCard(rig)

    const deed = await rig.server.people.choose('Try advanced AI', answer, { user: member.user })

    await vi.waitFor(() => expect(deed?.modal).toBeDefined(), wait)
    expect(rig.events).toMatchObject([
      { kind: 'shortcut', name: 'try-advanced', author: { id: member.user }, message: { id: `discord:${answer}` } },
    ])
  })

  test('the menu of a message of another bot says what to choose instead', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'new' }))
    const message = rig.server.people.say('beep', { user: '700000000000000002' })
    const found = rig.server.world.messages.find(({ id }) => id === message)
    Object.assign(Object(found?.author), { bot: true })

    await rig.server.people.choose('Make a ticket', message, { user: member.user })

    await vi.waitFor(() => expect(whispers(rig.server)).toEqual([sentences.notForThis]), wait)
    expect(rig.events).toEqual([])
  })

  test('while the store takes its time, Discord hears that something is done; what became of it follows', async () => {
    const { promise: storing, resolve: stored } = Promise.withResolvers<void>()
    const rig = await makeRig(way, async (event) => {
      await storing
      if (event.kind === 'shortcut') return { kind: 'form', form }
      if (event.kind === 'command' && event.text === 'week') throw new Error('the database is away')
      return { kind: 'shown', reply: said }
    })
    const card = await postCard(rig)
    const message = rig.server.people.say('my parcel is wet', { user: '700000000000000002' })

    const deeds = await Promise.all([
      rig.server.people.type('spend', { what: 'today' }),
      rig.server.people.type('spend', { what: 'week' }),
      rig.server.people.choose('Make a ticket', message, { user: member.user }),
      rig.server.people.press('act-1', card),
    ])
    await vi.waitFor(() => expect(deeds.map((deed) => deed?.answer?.['type'])).toEqual([5, 5, 5, 6]), wait)
    const before = whispers(rig.server)
    stored()

    await vi.waitFor(() => expect(new Set(whispers(rig.server))).not.toContain(undefined), wait)
    await vi.waitFor(() => expect(whispers(rig.server)).toHaveLength(4), wait)
    expect(before).toEqual([undefined, undefined, undefined]) // "is thinking", for whoever acted
    expect(whispers(rig.server)).toEqual([
      'Today: **$0.12**',
      sentences.notStored,
      sentences.tooSlow, // a form can only be the first answer
      'Today: **$0.12**',
    ])
    expect(rig.failures).toHaveLength(1)
  })

  test('/ask is answered in its own place, in public', async () => {
    const rig = await makeRig(way, async () => ({ kind: 'new' }))
    const deed = await rig.server.people.type('ask', { question: 'what are your opening hours?' })
    await vi.waitFor(() => expect(deed?.answer).toMatchObject({ type: 5 }), wait)
    const [event] = rig.events
    if (event?.kind !== 'message') throw new Error('no message arrived')

    const { address } = event.message
    const reply = replyOf('reply-1', 'Monday to Friday.')
    const id = await rig.platform.channel.send({ kind: 'post', key: 'reply-1', address, reply, mayExist: false })

    expect(texts(rig.server)).toEqual(['Monday to Friday.'])
    expect([id, deed?.original?.isLoading]).toEqual([deed?.original?.id, false])
  })
})
