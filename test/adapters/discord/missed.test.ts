import { expect, test, vi } from 'vitest'
import type { ChannelEvent, NewestMessage } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const wait = { timeout: 15_000, interval: 5 }
const { startServer, open } = managed()
const named = '<@900000000000000001>'
const direct = '600000000000000001'
const thread = '500000000000000077'

interface Rig {
  readonly server: DiscordServer
  readonly events: ChannelEvent[]
  /** All that was handed in, also what is not stored. */
  readonly handed: ChannelEvent[]
  readonly failures: unknown[]
  /** Another run of the bot, over what the first has stored. */
  readonly start: () => Promise<() => Promise<void>>
}

async function makeRig(messageContent = false): Promise<Rig> {
  const server = await startServer()
  server.world.addChannel(direct, { type: 1 })
  server.world.addChannel(thread, { type: 11, guild: '400000000000000001', parent: '500000000000000001' })
  const [events, handed, failures]: [ChannelEvent[], ChannelEvent[], unknown[]] = [[], [], []]
  const store = storeInto(events)
  const start = async (): Promise<() => Promise<void>> => {
    const newest = async (): Promise<NewestMessage | undefined> => newestOf(events)
    const onFailure = (error: unknown): void => void failures.push(error)
    const channel = await open(server, { newest, onFailure, messageContent })
    await channel.start(async (event) => (handed.push(event), await store(event)))
    return () => channel.stop()
  }
  return { server, events, handed, failures, start }
}

function messagesOf(events: readonly ChannelEvent[]) {
  return events.flatMap((event) => (event.kind === 'message' ? [event.message] : []))
}

function newestOf(events: readonly ChannelEvent[]): NewestMessage | undefined {
  const messages = messagesOf(events)
  const id = messages
    .map((message) => message.id)
    .toSorted((one, other) => one.length - other.length || (one < other ? -1 : 1))
    .at(-1)
  return id === undefined
    ? undefined
    : { id, receivedAt: new Date(), addresses: messages.map(({ address }) => address) }
}

function textsOf(events: readonly ChannelEvent[]): readonly string[] {
  return messagesOf(events).map(({ text }) => text)
}

test('what was written while the bot was away is read at its next start: each message once, the oldest first', async () => {
  const { server, events, failures, start } = await makeRig()
  const stop = await start()
  server.people.say(`${named} one`)
  server.people.say('two', { channel: direct })
  await vi.waitFor(() => expect(events).toHaveLength(2), wait)
  await stop()

  server.people.say(`${named} three`)
  server.people.say('lunch?')
  server.people.say('four', { channel: direct })
  server.people.say(`${named} five`, { channel: thread })
  server.people.say(`${named} six`)
  await start()

  await vi.waitFor(() => expect(events).toHaveLength(6), wait)
  expect(textsOf(events).toSorted()).toEqual(['five', 'four', 'one', 'six', 'three', 'two'])
  expect(textsOf(events).indexOf('three')).toBeLessThan(textsOf(events).indexOf('six'))
  expect(messagesOf(events).find(({ text }) => text === 'five')).toMatchObject({
    conversation: `discord:${thread}`,
    address: { guild: '400000000000000001', parent: '500000000000000001' },
  })
  expect(failures).toEqual([])
})

test('with the message content intent, what was written in threads without a mention is read as well', async () => {
  const { server, events, start } = await makeRig(true)
  const stop = await start()
  server.people.say(`${named} one`, { channel: thread })
  await vi.waitFor(() => expect(events).toHaveLength(1), wait)
  await stop()

  server.people.say('and the other one?', { channel: thread })
  await start()

  await vi.waitFor(() => expect(textsOf(events)).toEqual(['one', 'and the other one?']), wait)
  expect(events[1]).toMatchObject({ isAddressed: false })
})

test('talk in a thread from before the newest stored message is not told again', async () => {
  const { server, events, handed, start } = await makeRig(true)
  const stop = await start()
  server.people.say(`${named} one`, { channel: thread })
  server.people.say('we talk among ourselves', { channel: thread, user: '700000000000000002' })
  server.people.say(`${named} two`, { channel: thread })
  await vi.waitFor(() => expect(events).toHaveLength(3), wait)
  await stop()
  handed.length = 0

  server.people.say('three', { channel: thread })
  await start()

  await vi.waitFor(() => expect(textsOf(handed)).toContain('three'), wait)
  expect(textsOf(handed)).toEqual(['one', 'two', 'three'])
})

test('a bot that has stored nothing yet reads nothing old', async () => {
  const { server, events, start } = await makeRig()
  server.people.say(`${named} before there was a bot`)

  await start()
  server.people.say(`${named} hello`)

  await vi.waitFor(() => expect(textsOf(events)).toEqual(['hello']), wait)
  expect(server.called('GET', /messages$/)).toEqual([])
})

test('what is older than a day is not answered any more', async () => {
  const { server, events, start } = await makeRig()
  const stop = await start()
  server.passTime(-26 * 3_600_000)
  server.people.say(`${named} one`)
  await vi.waitFor(() => expect(events).toHaveLength(1), wait)
  await stop()
  server.people.say(`${named} too old`)
  server.passTime(26 * 3_600_000)
  server.people.say(`${named} fresh`)

  await start()

  await vi.waitFor(() => expect(textsOf(events)).toEqual(['one', 'fresh']), wait)
})

test('of a channel where much was written 500 messages are read, and that there are more is told', async () => {
  const { server, events, failures, start } = await makeRig()
  const stop = await start()
  server.people.say(`${named} one`)
  await vi.waitFor(() => expect(events).toHaveLength(1), wait)
  await stop()
  for (let index = 0; index < 520; index += 1) server.people.say('talk')
  server.people.say(`${named} too many before it`)

  await start()

  await vi.waitFor(() => expect(failures).toMatchObject([{ message: expect.stringContaining('More than 500') }]), wait)
  expect(server.called('GET', /messages$/)).toHaveLength(5)
})

test('a channel that may not be read is passed over, a limit is waited for', async () => {
  const { server, events, failures, start } = await makeRig()
  const stop = await start()
  server.people.say(`${named} one`)
  server.people.say('two', { channel: direct })
  await vi.waitFor(() => expect(events).toHaveLength(2), wait)
  await stop()
  server.people.say(`${named} hidden`)
  server.people.say('three', { channel: direct })
  server.world.refusals.set('500000000000000001', 50_001)
  server.failNext('GET', new RegExp(`${direct}/messages`), { kind: 'rate-limited', seconds: 0.2 })

  await start()

  await vi.waitFor(() => expect(textsOf(events)).toContain('three'), wait)
  expect(textsOf(events)).not.toContain('hidden')
  expect(failures).toEqual([])
})

test('a session that is declared invalid begins anew, and what was written meanwhile is read', async () => {
  const { server, events, start } = await makeRig()
  await start()
  server.people.say(`${named} one`)
  await vi.waitFor(() => expect(events).toHaveLength(1), wait)

  server.cutConnections(4009) // "Session timed out": the resume that follows is refused
  await vi.waitFor(() => expect(server.connections).toBe(0), wait)
  server.people.say(`${named} two`)

  await vi.waitFor(() => expect(textsOf(events)).toEqual(['one', 'two']), wait)
  expect([server.identified.length, server.resumes]).toEqual([2, 0])
})
