import { expect, onTestFinished, test, vi } from 'vitest'
import type { Address } from '../../../src/core/message.ts'
import type { ChannelEvent, OpenPlatform } from '../../../src/core/ports.ts'
import { replyOf, storeInto } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const wait = { timeout: 10_000, interval: 5 }
const { startServer, openWhole } = managed()

interface Rig {
  readonly server: DiscordServer
  readonly platform: OpenPlatform
  readonly address: Address
}

/** Somebody has asked with /ask, and Discord shows "is thinking". */
async function asked(): Promise<Rig> {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const platform = await openWhole(server, { now: () => new Date(server.world.now()) })
  await platform.channel.start(storeInto(events))
  const deed = await server.people.type('ask', { question: 'what are your opening hours?' })
  await vi.waitFor(() => expect(deed?.answer).toMatchObject({ type: 5 }), wait)
  const [event] = events
  return { server, platform, address: event?.kind === 'message' ? event.message.address : {} }
}

async function post({ platform, address }: Omit<Rig, 'server'>, key: string, text: string): Promise<string> {
  const reply = replyOf(key.replace('again:', ''), text)
  return await platform.channel.send({ kind: 'post', key: reply.id, address, reply, mayExist: key !== reply.id })
}

function texts({ server }: Rig): unknown[] {
  return server.posts.map(({ body }) => body['content'])
}

test('after 14 minutes the answer is a message of its own', async () => {
  const rig = await asked()
  rig.server.passTime(14 * 60_000)

  await post(rig, 'reply-1', 'Monday to Friday.')

  expect(texts(rig)).toEqual(['Monday to Friday.'])
  expect(rig.server.called('PATCH', /original/)).toEqual([])
})

test.each([
  ['taken away before Discord writes that the bot has failed', false],
  ['left alone once an answer stands there', true],
])('"is thinking" is %s', async (_what, isAnswered) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const rig = await asked()
  if (isAnswered) await post(rig, 'reply-1', 'Monday to Friday.')
  const before = rig.server.called('GET', /original/).length

  await vi.advanceTimersByTimeAsync(13.5 * 60_000)
  vi.useRealTimers()

  await vi.waitFor(() => expect(rig.server.called('GET', /original/)).toHaveLength(before + 1), wait)
  await vi.waitFor(() => expect(rig.server.world.messages).toHaveLength(isAnswered ? 1 : 0), wait)
})

test('"is thinking" that was there before a restart is taken away as well, at the same time', async () => {
  const rig = await asked()
  await rig.platform.channel.stop()
  rig.server.passTime(10 * 60_000)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const addresses = [rig.address, { ...rig.address, interaction: 'token-of-long-ago', interactionAt: '1' }]
  const again = await openWhole(rig.server, {
    now: () => new Date(rig.server.world.now()),
    newest: async () => ({ id: 'discord:1', receivedAt: new Date(), addresses }),
  })
  await again.channel.start(storeInto([]))
  await expect.poll(() => rig.server.called('GET', /messages$/).length, wait).toBeGreaterThan(0)

  await vi.advanceTimersByTimeAsync(3.4 * 60_000)
  const tooEarly = rig.server.called('GET', /original/).length
  await vi.advanceTimersByTimeAsync(0.1 * 60_000)
  vi.useRealTimers()

  await vi.waitFor(() => expect(rig.server.world.messages).toEqual([]), wait)
  expect([tooEarly, rig.server.called('GET', /original/).length]).toEqual([0, 1])
})

test('a second answer to the same question does not take the place of the first', async () => {
  const rig = await asked()

  await post(rig, 'reply-1', 'I am looking into it.')
  await post(rig, 'reply-2', 'Monday to Friday.')

  expect(texts(rig)).toEqual(['I am looking into it.', 'Monday to Friday.'])
})

test('an answer whose confirmation was lost is not shown twice', async () => {
  const rig = await asked()
  rig.server.failNext('PATCH', /original/, { kind: 'act-then-drop' })

  const failure = await post(rig, 'reply-1', 'Monday to Friday.').catch((error: unknown) => error)
  await post(rig, 'again:reply-1', 'Monday to Friday.')

  expect(failure).toMatchObject({ retryable: true, isAmbiguous: true })
  expect(texts(rig)).toEqual(['Monday to Friday.'])
})

test('a token that Discord does not know any more leads to a message of its own', async () => {
  const rig = await asked()
  rig.server.failNext('GET', /original/, { kind: 'refused', status: 401, code: 50_027 })

  await post(rig, 'reply-1', 'Monday to Friday.')
  await post({ ...rig, address: { channel: '500000000000000001' } }, 'reply-2', 'And on Saturday.') // the bot's own token still counts

  expect(texts(rig)).toEqual(['Monday to Friday.', 'And on Saturday.'])
})

test('the first answer may still be on its way to Discord when the second is there', async () => {
  const rig = await asked()
  rig.server.failNext('GET', /original/, { kind: 'refused', status: 404, code: 10_015 })

  await post(rig, 'reply-1', 'Monday to Friday.')

  expect(texts(rig)).toEqual(['Monday to Friday.'])
  expect(rig.server.called('PATCH', /original/)).toHaveLength(1)
})

test.each([
  ['while "is thinking" stands there, which it would replace for everybody, a direct message', false],
  ['once the answer stands there, a message that only they see', true],
])('a note for one person is, %s', async (_how, isAnswered) => {
  const rig = await asked()
  const author = { id: '700000000000000001' }
  if (isAnswered) await post(rig, 'reply-1', 'Monday to Friday.')

  const reply = replyOf('note', 'Only you.')
  await rig.platform.channel.send({ kind: 'ephemeral', key: 'note', address: rig.address, author, reply })

  const note = rig.server.world.messages.find(({ body }) => body['content'] === 'Only you.')
  expect(note).toMatchObject(isAnswered ? { onlyFor: author.id } : { channel: '600000000000000001' })
})
