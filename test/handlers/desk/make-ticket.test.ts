import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import type { Message } from '../../../src/core/message.ts'
import type { Form } from '../../../src/core/reply.ts'
import { openEmptyStore } from '../../store.ts'
import { ann, bob, customer, DeskRig, expectSeen } from './rig.ts'

let store: Store
let rig: DeskRig
beforeAll(async () => {
  store = await openEmptyStore()
})
beforeEach(async () => {
  rig = await new DeskRig(store, { team: { support: new Set(['slack:T1:ANN']) } }).start()
})
afterEach(() => rig.stop())
afterAll(() => store.close())

const inPublic: Partial<Message> = {
  id: 'slack:T1:C7:17.5',
  conversation: 'slack:T1:C7:17.5',
  address: { team: 'T1', channel: 'C7', thread: '17.5' },
  isPrivate: false,
}

async function formFor(author: typeof ann, message: Message): Promise<Form> {
  const asked = await rig.intake({ kind: 'shortcut', name: 'make-ticket', author, message })
  if (asked.kind !== 'form') throw new Error(`no form but ${JSON.stringify(asked)}`)
  return asked.form
}

test('a customer makes a ticket of a message of their own that nobody has answered, and the team sees it', async () => {
  const form = await formFor(customer, rig.message('My parcel is wet', inPublic))

  const told = await rig.submits(customer, form.id, { subject: 'Wet parcel', note: 'Please look' })
  await expectSeen(() => rig.handOvers()).toHaveLength(1)

  expect(form.fields[0]).toMatchObject({ value: 'My parcel is wet' })
  expect(form.id.length).toBeLessThanOrEqual(100)
  const [ticket] = await rig.tickets()
  expect(ticket).toMatchObject({ subject: 'Wet parcel', state: 'waiting-team', conversation: 'slack:T1:C7:17.5' })
  expect(told.kind === 'shown' && told.reply.text).toBe(`Ticket **${ticket?.id}** is open.`)
  expect(rig.handOvers()[0]?.text).toContain('Something for the team')
  expect(rig.handOvers()[0]?.text).toContain('Why: Cora made a ticket of a message')
})

test('a form that is sent twice opens one ticket, and says its number twice', async () => {
  const form = await formFor(customer, rig.message('My parcel is wet', inPublic))
  const values = { subject: 'Wet', note: '' }

  const told = await Promise.all([rig.submits(customer, form.id, values), rig.submits(customer, form.id, values)])

  expect(await rig.tickets()).toHaveLength(1)
  expect(told.map((one) => one.kind === 'shown' && one.reply.text)).toEqual([
    'Ticket **T-1** is open.',
    'Ticket **T-1** is open.',
  ])
})

test('the team makes tickets of anybody’s messages, for the one who wrote; others only of their own', async () => {
  const message = rig.message('My parcel is wet', inPublic)

  const form = await formFor(ann, message)
  await rig.submits(ann, form.id, { subject: 'Wet', note: 'Seen in passing' })
  const told = await rig.intake({ kind: 'shortcut', name: 'make-ticket', author: bob, message })

  expect((await rig.tickets())[0]).toMatchObject({ requester: 'slack:T1:CUST', subject: 'Wet' })
  expect((await rig.tickets())[0]?.notes[0]?.by).toBe('slack:T1:ANN')
  expect(told.kind === 'shown' && told.reply.text).toContain('of your own messages')
})

test('nobody sends a form that somebody else was given', async () => {
  const form = await formFor(customer, rig.message('My parcel is wet', inPublic))

  const told = await rig.submits(bob, form.id, { subject: 'Mine', note: '' })

  expect(told.kind === 'shown' && told.reply.text).toContain('of your own messages')
  expect(await rig.tickets()).toEqual([])
})

test('a ticket of a message in a conversation a person has stands in the thread of its card', async () => {
  const message = await rig.says('A person please')
  await expectSeen(() => rig.handOvers()).toHaveLength(1)

  const form = await formFor(ann, message)
  await rig.submits(ann, form.id, { subject: 'Callback', note: 'Call her' })

  await expectSeen(() => rig.thread()).toEqual(['Ann made ticket **T-2** of a message: Call her'])
  expect(rig.handOvers()).toHaveLength(1)
})

test('a conversation that only has a ticket stays quiet until the bot is named', async () => {
  const form = await formFor(customer, rig.message('My parcel is wet', inPublic))
  await rig.submits(customer, form.id, { subject: 'Wet', note: '' })

  const message = rig.message('Talking to a friend', { ...inPublic, id: 'slack:T1:C7:18.5' })
  const told = await rig.intake({ kind: 'message', message, isAddressed: false })

  expect(told).toEqual({ kind: 'ignored', because: 'not-addressed' })
})
