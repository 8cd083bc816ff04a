import { expect, test } from 'vitest'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import { managed, payloads } from './stand.ts'

const dispatches = [
  'MESSAGE_CREATE',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_DELETE_BULK',
  'INTERACTION_CREATE',
  'CHANNEL_CREATE',
  'THREAD_CREATE',
  'THREAD_LIST_SYNC',
  'GUILD_MEMBER_ADD',
  'NEW_THING',
]
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

test('with the message content intent, threads are read without a mention, and talk in channels still is not', async () => {
  const server = await startServer()
  const thread = { guild: '400000000000000001', parent: '500000000000000001', type: 11 }
  server.world.addChannel('500000000000000077', thread)
  const events: ChannelEvent[] = []
  const channel = await open(server, { messageContent: true })
  await channel.start(storeInto(events))

  server.people.say('lunch?')
  server.people.say('and my other order?', { channel: '500000000000000077' })

  await expect.poll(() => textsOf(events), limit).toEqual(['and my other order?'])
  expect(events).toMatchObject([{ isAddressed: false, message: { address: { parent: '500000000000000001' } } }])
  expect(server.identified[0]?.['intents']).toBe((1 << 0) | (1 << 9) | (1 << 12) | (1 << 15))
})

test('without it, what cannot be read in a thread is told once, with what to do', async () => {
  const server = await startServer()
  const thread = { guild: '400000000000000001', parent: '500000000000000001', type: 11 }
  server.world.addChannel('500000000000000077', thread)
  const [failures, events]: [unknown[], ChannelEvent[]] = [[], []]
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(storeInto(events))

  for (const text of ['and my other order?', 'hello?', '<@900000000000000001> hello?'])
    server.people.say(text, { channel: '500000000000000077' })

  await expect.poll(() => textsOf(events), limit).toEqual(['hello?'])
  expect(failures).toMatchObject([{ code: 'channel', message: expect.stringContaining('Message Content Intent') }])
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
  const thread = { guild: '400000000000000001', parent: '500000000000000001', type: 11 }
  server.world.addChannel('500000000000000077', thread) // without a word on the gateway
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
  expect(server.called('GET', /^\/channels\/\d+$/)).toHaveLength(1) // the channel came with the server, the thread is asked for once
})

test('whoever names the role that Discord made for the bot has named the bot', async () => {
  const server = await startServer()
  const role = { id: '410000000000000007', managed: true, tags: { bot_id: '900000000000000001' }, permissions: '0' }
  const others = { ...role, id: '410000000000000008', tags: { bot_id: '900000000000000009' } }
  server.world.guilds.get('400000000000000001')?.roles.push(role, others)
  const events: ChannelEvent[] = []
  const channel = await open(server, { messageContent: true })
  await channel.start(storeInto(events))
  const named = (id: string, message: string) => ({
    ...payloads.mention,
    id: message,
    content: `<@&${id}> hello`,
    mentions: [],
    mention_roles: [id],
  })

  server.dispatch('MESSAGE_CREATE', named(others.id, '1300000000000000021'))
  server.dispatch('MESSAGE_CREATE', named(role.id, '1300000000000000022'))

  await expect.poll(() => events, limit).toMatchObject([{ isAddressed: true, message: { text: 'hello' } }])
})

test('of a message from before the restart, the store tells in which conversation it was changed', async () => {
  const server = await startServer()
  const [events, asked]: [ChannelEvent[], string[]] = [[], []]
  const conversationOf = async (message: string): Promise<string | undefined> => {
    asked.push(message)
    if (asked.length === 1) throw new Error('the database is away')
    return message === 'discord:1300000000000000001' ? 'discord:of-ann' : undefined
  }
  const channel = await open(server, { conversationOf, messageContent: true })
  await channel.start(async (event) => (events.push(event), { kind: 'new' }))
  const edit = { ...payloads.edit, content: 'never mind', mentions: [] }

  server.dispatch('MESSAGE_DELETE', { ...payloads.deletion, id: '1300000000000000099' })
  server.dispatch('MESSAGE_UPDATE', edit)
  server.dispatch('MESSAGE_DELETE', payloads.deletion)

  await expect.poll(() => events.map(({ kind }) => kind), limit).toEqual(['edit', 'delete'])
  expect(events).toMatchObject([{ text: 'never mind' }, { key: { conversation: 'discord:of-ann' } }])
  expect(new Set(asked)).toEqual(new Set(['discord:1300000000000000099', 'discord:1300000000000000001']))
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

  for (const type of dispatches) server.dispatch(type, data)
  server.dispatch('MESSAGE_CREATE', payloads.directMessage)

  await expect.poll(() => textsOf(events).at(-1), limit).toBe('change my e-mail to ann@example.com')
})

test('messages that were deleted together are deleted one by one', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(async (event) => (events.push(event), { kind: 'new' }))

  server.dispatch('MESSAGE_CREATE', payloads.directMessage)
  server.dispatch('MESSAGE_DELETE_BULK', { ids: [payloads.directMessage['id'], '1'], channel_id: '600000000000000001' })

  await expect.poll(() => events.map(({ kind }) => kind), limit).toEqual(['message', 'delete', 'delete'])
})

test('what has to be said about something written stands below it', async () => {
  const server = await startServer()
  const channel = await open(server)
  const reply = { text: 'This card is resolved.', actions: [], audience: 'staff' } as const
  await channel.start(async () => ({ kind: 'shown', reply }))

  const message = server.people.say('<@900000000000000001> hello')

  await expect.poll(() => server.posts.length, limit).toBe(1)
  expect(server.posts[0]?.body).toMatchObject({ message_reference: { message_id: message } })
})
