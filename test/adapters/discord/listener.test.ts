import { expect, test } from 'vitest'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import { managed, payloads } from './stand.ts'

const limit = { timeout: 10_000, interval: 5 }
const { startServer, open } = managed()

function textsOf(events: readonly ChannelEvent[]): unknown[] {
  return events.map((event) =>
    'message' in event && typeof event.message === 'object' ? event.message.text : event.kind,
  )
}

test('the privileged message content intent is not asked for', async () => {
  const server = await startServer()
  const channel = await open(server)

  await channel.start(storeInto([]))

  expect(server.identified[0]?.['intents']).toBe((1 << 0) | (1 << 9) | (1 << 12)) // guilds, guild messages, direct messages
})

test('a message that could not be stored is told of, kept, and stored later, before the ones after it', async () => {
  const server = await startServer()
  const failures: unknown[] = []
  const events: ChannelEvent[] = []
  const store = storeInto(events)
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(async (event) => {
    if (failures.length < 2) throw new Error('the database is away')
    return store(event)
  })

  server.dispatch('MESSAGE_CREATE', payloads.mention)
  server.dispatch('MESSAGE_CREATE', payloads.reply)

  await expect.poll(() => textsOf(events), limit).toEqual(['where is my order 1042?', 'it is still not here'])
  expect(failures).toHaveLength(2)
})

test('messages written while the connection was away arrive on resuming', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(storeInto(events))

  server.cutConnections(4000)
  await expect.poll(() => server.connections, limit).toBe(0)
  server.dispatch('MESSAGE_CREATE', payloads.directMessage)

  await expect.poll(() => textsOf(events), limit).toEqual(['change my e-mail to ann@example.com'])
  expect(server.resumes).toBe(1)
})

test('in a channel every author has their own conversation, in a thread all share one', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(storeInto(events))
  server.threads.add('500000000000000077')
  const bob = { id: '700000000000000002', username: 'bob' }

  server.dispatch('MESSAGE_CREATE', payloads.mention)
  server.dispatch('MESSAGE_CREATE', { ...payloads.mention, id: '1300000000000000011', author: bob })
  server.dispatch('MESSAGE_CREATE', {
    ...payloads.mention,
    id: '1300000000000000012',
    channel_id: '500000000000000077',
  })
  server.dispatch('MESSAGE_CREATE', {
    ...payloads.mention,
    id: '1300000000000000013',
    channel_id: '500000000000000077',
    author: bob,
  })

  await expect.poll(() => events.length, limit).toBe(4)
  const conversations = events.map((event) => (event.kind === 'message' ? event.message.conversation : '')).toSorted()
  expect(conversations).toEqual([
    'discord:500000000000000001:700000000000000001',
    'discord:500000000000000001:700000000000000002',
    'discord:500000000000000077',
    'discord:500000000000000077',
  ])
  expect(server.called('GET', /^\/channels\/\d+$/)).toHaveLength(2) // each place is asked for once
})

test('a deletion in a channel names the conversation it was in', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(async (event) => (events.push(event), { kind: 'new' }))

  server.dispatch('MESSAGE_CREATE', payloads.mention)
  server.dispatch('MESSAGE_DELETE', payloads.deletion)

  await expect.poll(() => events.length, limit).toBe(2)
  expect(events[1]).toEqual({
    kind: 'delete',
    key: { tenant: 'acme', conversation: 'discord:500000000000000001:700000000000000001' },
    message: 'discord:1300000000000000001',
  })
})

test('a button that was confirmed before is no failure', async () => {
  const server = await startServer()
  const failures: unknown[] = []
  const events: ChannelEvent[] = []
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(storeInto(events))
  server.confirmed.set(String(payloads.button['id']), 0)

  server.dispatch('INTERACTION_CREATE', payloads.button)

  await expect.poll(() => server.called('POST', /callback$/).length, limit).toBe(1)
  await channel.stop()
  expect([textsOf(events), failures]).toEqual([['Yes, a refund'], []])
})

test.each([
  null,
  undefined,
  7,
  'text',
  [],
  {},
  { id: 'x', content: null },
  { id: '1', channel_id: '2', author: null, content: '' },
  { id: '1', guild_id: '3', channel_id: null, mentions: 'x' },
])('a MESSAGE_CREATE of %j hurts nobody, and the next message is handled', async (data) => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(storeInto(events))

  for (const type of ['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE', 'INTERACTION_CREATE', 'NEW_THING'])
    server.dispatch(type, data)
  server.dispatch('MESSAGE_CREATE', payloads.directMessage)

  await expect.poll(() => textsOf(events).at(-1), limit).toBe('change my e-mail to ann@example.com')
})

test('intents that are not switched on are named at the start', async () => {
  const server = await startServer()
  server.refuseWith = 4014
  const channel = await open(server)

  await expect(channel.start(storeInto([]))).rejects.toMatchObject({
    code: 'channel',
    retryable: false,
    message: expect.stringContaining('intents'),
  })
})
