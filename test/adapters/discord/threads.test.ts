import { expect, test, vi } from 'vitest'
import type { Address } from '../../../src/core/message.ts'
import type { Channel } from '../../../src/core/ports.ts'
import type { StoredReply } from '../../../src/core/reply.ts'
import { replyOf, storeInto } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const { startServer, open } = managed()
const guild = '400000000000000001'
const team = '500000000000000009'

interface Rig {
  readonly server: DiscordServer
  readonly channel: Channel
}

async function makeRig(type = 0, onFailure: (error: unknown) => void = () => {}): Promise<Rig> {
  const server = await startServer()
  const tags = ['Waiting', 'Claimed', 'Resolved', 'Bug'].map((name, index) => ({ id: `60${index}`, name }))
  server.world.addChannel(team, { guild, type, name: 'support', tags })
  const channel = await open(server, { onFailure })
  await channel.start(storeInto([]))
  return { server, channel }
}

let count = 0

/** Shows something to the team; with a key of its own it may be there already. */
async function post({ channel }: Rig, address: Address, said: string | StoredReply): Promise<string> {
  count += 1
  const reply = typeof said === 'string' ? toReply(`reply-${count}`, said) : said
  return await channel.send({ kind: 'post', key: reply.id, address, reply, mayExist: typeof said !== 'string' })
}

function toReply(id: string, text: string, buttons: readonly string[] = []): StoredReply {
  const actions = buttons.map((button) => ({ id: button, label: button, meaning: { kind: 'control' } }) as const)
  return { ...replyOf(id, text), actions, audience: 'staff', at: new Date() }
}

const words = '**A customer waits for a person** · ticket **T-142**\n\n**Ann** on Discord: open the conversation'
const waiting = toReply('card-1', words, ['desk:claim:1', 'desk:resolve:1'])

function threadsOf({ server }: Rig): readonly string[] {
  return [...server.world.channels.values()].filter(({ parent }) => parent === team).map(({ name }) => name)
}

/** What stands in a channel, wherever in a message it stands. */
function textsIn({ server }: Rig, channel: string): readonly string[] {
  const found = server.posts.filter((message) => message.channel === channel)
  return found.map(({ body }) => JSON.stringify(body).match(/"content":"([^"]*)"/)?.[1] ?? '')
}

test('the first word below a card begins its thread, named after the card; the second goes there as well', async () => {
  const rig = await makeRig()
  const card = await post(rig, { channel: team }, waiting)

  await post(rig, { channel: team, thread: card }, 'Ann: hello?')
  await post(rig, { channel: team, thread: card }, 'Ann: anybody?')

  expect(threadsOf(rig)).toEqual(['T-142 Ann on Discord'])
  expect(textsIn(rig, card)).toEqual(['Ann: hello?', 'Ann: anybody?'])
  expect(rig.server.called('POST', /threads$/)).toHaveLength(1)
  expect(rig.server.called('POST', /threads$/)[0]?.body).toMatchObject({ auto_archive_duration: 10_080 })
})

test('a thread that somebody began meanwhile is used', async () => {
  const rig = await makeRig()
  const card = await post(rig, { channel: team }, 'T-142 refund')
  rig.server.failNext('POST', new RegExp(`^/channels/${card}/messages$`), {
    kind: 'refused',
    status: 404,
    code: 10_003,
  })
  rig.server.world.addChannel(card, { guild, type: 11, parent: team, name: 'already there' })

  await post(rig, { channel: team, thread: card }, 'Ann: hello?')

  expect(threadsOf(rig)).toEqual(['already there'])
  expect(textsIn(rig, card)).toEqual(['Ann: hello?'])
})

test('an archived thread is opened again before something is written in it', async () => {
  const rig = await makeRig()
  const card = await post(rig, { channel: team }, 'T-142 refund')
  await post(rig, { channel: team, thread: card }, 'Ann: hello?')
  const thread = rig.server.world.channel(card)
  thread.isArchived = true

  await post(rig, { channel: team, thread: card }, 'Ann: still there?')

  expect([thread.isArchived, textsIn(rig, card)]).toEqual([false, ['Ann: hello?', 'Ann: still there?']])
})

test('what a thread of a removed card cannot hold is refused for good', async () => {
  const rig = await makeRig()

  await expect(post(rig, { channel: team, thread: '1400000000000000404' }, 'Ann: hello?')).rejects.toMatchObject({
    code: 'channel',
    retryable: false,
  })
})

test('in a forum a card is a post with the tag of its state, and what belongs to it stands in the post', async () => {
  const rig = await makeRig(15)

  const card = await post(rig, { channel: team }, waiting)
  await post(rig, { channel: team, thread: card }, 'Ann: hello?')

  expect(threadsOf(rig)).toEqual(['T-142 Ann on Discord'])
  expect(textsIn(rig, card)).toHaveLength(2)
  expect(rig.server.world.channel(card).applied).toEqual(['600'])
})

test.each([
  [['desk:resolve:1'], ['601']],
  [[], ['602']],
  [['desk:take:1'], []],
])(
  'a card of a forum left with the buttons %j changes the tag of its state alone, also after a restart',
  async (buttons, tags) => {
    const rig = await makeRig(15)
    const card = await post(rig, { channel: team }, waiting)
    rig.server.world.channel(card).applied = ['603', '600'] // the first one by somebody of the team
    await rig.channel.stop()
    const second = await open(rig.server)
    await second.start(storeInto([]))

    const reply = toReply('card-2', '**Bo has this** · ticket **T-142**', buttons)
    await second.send({ kind: 'edit', key: 'card-2', address: { channel: team }, platformId: card, reply })

    expect(textsIn(rig, card)).toEqual([expect.stringContaining('Bo has this')])
    expect(rig.server.world.channel(card).applied).toEqual([...tags, '603'])
  },
)

test('a post of a forum whose answer was lost is found instead of begun again', async () => {
  const rig = await makeRig(15)
  rig.server.failNext('POST', /threads$/, { kind: 'act-then-drop' })
  await post(rig, { channel: team }, waiting).catch(() => undefined)

  const id = await post(rig, { channel: team }, waiting)

  expect(threadsOf(rig)).toHaveLength(1)
  expect(rig.server.world.channel(id).parent).toBe(team)
})

test('a direct message to a person is shown as typing until the answer comes, a channel once', async () => {
  const rig = await makeRig()
  rig.server.world.addChannel('600000000000000001', { type: 1 })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const typing = (): number => rig.server.called('POST', /\/channels\/600000000000000001\/typing$/).length
  try {
    await rig.channel.send({ kind: 'status', key: 'm1', address: { channel: '600000000000000001' }, text: 'Looking …' })
    await vi.advanceTimersByTimeAsync(8000)
  } finally {
    vi.useRealTimers()
  }
  await vi.waitFor(() => expect(typing()).toBe(2))

  await post(rig, { channel: '600000000000000001' }, 'Here it is.')
  await rig.channel.send({ kind: 'status', key: 'm2', address: { channel: team, guild }, text: 'Looking …' })

  expect(typing()).toBe(2)
  expect(rig.server.called('POST', new RegExp(`${team}/typing$`))).toHaveLength(1)
})
