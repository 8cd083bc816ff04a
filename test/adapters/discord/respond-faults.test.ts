import { expect, test, vi } from 'vitest'
import { member, postCard, rigs, said, whispers } from './answering.ts'
import { sentences } from './stand.ts'

const wait = { timeout: 15_000, interval: 5 }
const makeRig = rigs()

test('what could not be stored is said to whoever acted, and never confirmed', async () => {
  const rig = await makeRig('gateway', async () => await Promise.reject(new Error('the database is away')))

  const pressed = await rig.server.people.press('act-1', await postCard(rig))

  await vi.waitFor(() => expect(whispers(rig.server)).toEqual([sentences.notStored]), wait)
  expect(pressed?.answer).toMatchObject({ type: 4 })
  expect(rig.failures).toHaveLength(1)
})

test('what becomes of a question that could not be stored in time is said to whoever asked alone', async () => {
  const { promise: failing, reject } = Promise.withResolvers<never>()
  const rig = await makeRig('gateway', async () => await failing)
  const asked = await rig.server.people.type('ask', { question: 'what are your opening hours?' })
  await vi.waitFor(() => expect(asked?.answer).toMatchObject({ type: 5 }), wait)

  reject(new Error('the database is away'))

  await vi.waitFor(() => expect(whispers(rig.server)).toEqual([sentences.notStored]), wait)
  expect(rig.server.world.messages.filter(({ onlyFor }) => onlyFor === undefined)).toEqual([])
})

test('over HTTP what could not be stored is answered with 503', async () => {
  const rig = await makeRig('http', async () => await Promise.reject(new Error('the database is away')))

  const pressed = await rig.server.people.press('act-1', await postCard(rig))

  expect(pressed?.failure).toBe('HTTP status 503')
  expect(rig.failures).toHaveLength(1)
})

test('an interaction that the gateway repeats after a resume is handled once', async () => {
  const rig = await makeRig('gateway', async () => ({ kind: 'shown', reply: said }))
  await rig.server.people.type('spend')
  await vi.waitFor(() => expect(whispers(rig.server)).toHaveLength(1), wait)
  const [deed] = [...rig.server.interactions.deeds.values()]
  const again = {
    id: deed?.id,
    token: deed?.token,
    application_id: '900000000000000002',
    type: 2,
    channel_id: member.channel,
  }

  rig.server.gateway.dispatch('INTERACTION_CREATE', {
    ...again,
    data: { name: 'spend', type: 1 },
    user: { id: member.user },
  })
  await rig.server.people.type('spend')

  await vi.waitFor(() => expect(whispers(rig.server)).toHaveLength(2), wait)
  expect(rig.events).toHaveLength(2)
})

test('an interaction that came too late is a named failure, and the next one is answered', async () => {
  const rig = await makeRig('gateway', async () => ({ kind: 'new' }))
  const card = await postCard(rig)
  rig.server.failNext('POST', /callback$/, { kind: 'refused', status: 404, code: 10_062 })

  await rig.server.people.press('act-1', card)
  await vi.waitFor(() => expect(rig.failures).toMatchObject([{ code: 'channel', retryable: false }]), wait)
  const next = await rig.server.people.press('act-2', card)

  await vi.waitFor(() => expect(next?.answer).toMatchObject({ type: 6 }), wait)
})

test('a button that was confirmed before is no failure', async () => {
  const rig = await makeRig('gateway', async () => ({ kind: 'new' }))
  rig.server.failNext('POST', /callback$/, { kind: 'refused', status: 400, code: 40_060 })

  await rig.server.people.press('act-1', await postCard(rig))

  await vi.waitFor(() => expect(rig.server.called('POST', /callback$/)).toHaveLength(1), wait)
  await rig.platform.channel.stop()
  expect(rig.failures).toEqual([])
})
