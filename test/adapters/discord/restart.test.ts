import { expect, test } from 'vitest'
import type { Address } from '../../../src/core/message.ts'
import type { Channel } from '../../../src/core/ports.ts'
import { replyOf, storeInto } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const { startServer, open } = managed()
const place = { channel: '500000000000000001', guild: '400000000000000001' }
/** After this Discord does not know a nonce any more. */
const nonceForgottenMs = 4 * 60_000
const long = Array.from({ length: 120 }, (_unused, index) => `Line ${index} of a rather long answer.`).join('\n\n')

interface Rig {
  readonly server: DiscordServer
  channel: Channel
}

async function makeRig(): Promise<Rig> {
  const server = await startServer()
  const channel = await open(server)
  await channel.start(storeInto([]))
  return { server, channel }
}

/** Another process of the bot, which remembers nothing, some minutes later. */
async function restart(rig: Rig): Promise<void> {
  await rig.channel.stop()
  rig.server.passTime(nonceForgottenMs)
  rig.channel = await open(rig.server)
  await rig.channel.start(storeInto([]))
}

async function post({ server, channel }: Rig, address: Address, said: Said): Promise<string> {
  const reply = { ...replyOf(said.key, said.text), at: new Date(server.world.now()) }
  return await channel.send({ kind: 'post', key: said.key, address, reply, mayExist: said.mayExist ?? false })
}

interface Said {
  readonly key: string
  readonly text: string
  readonly mayExist?: boolean
}

function ask({ server }: Rig): Address {
  return { ...place, message: server.people.say('<@900000000000000001> hello') }
}

function texts({ server }: Rig): readonly string[] {
  return server.posts.map(({ body }) => String(body['content']))
}

function lines(rig: Rig): number {
  return (
    texts(rig)
      .join('\n')
      .match(/Line \d+ of/g)?.length ?? 0
  )
}

const lost = { kind: 'act-then-drop' } as const
const again = (said: Said): Said => ({ ...said, mayExist: true })

test('a reply that was shown and not confirmed is found when nobody remembers its nonce any more', async () => {
  const rig = await makeRig()
  const address = ask(rig)
  const said = { key: 'reply-1', text: 'We are open **Monday** to Friday.' }
  rig.server.failNext('POST', /messages$/, lost)
  await post(rig, address, said).catch(() => undefined)
  await restart(rig)

  const id = await post(rig, address, again(said))

  expect(rig.server.posts.map((shown) => shown.id)).toEqual([id])
})

test('the same words in answer to another question are another reply', async () => {
  const rig = await makeRig()
  const [first, second] = [ask(rig), ask(rig)]
  await post(rig, first, { key: 'reply-1', text: 'Hello.' })
  rig.server.failNext('POST', /messages$/, { kind: 'drop' })
  const said = { key: 'reply-2', text: 'Hello.' }
  await post(rig, second, said).catch(() => undefined)
  await restart(rig)

  await post(rig, second, again(said))

  expect(texts(rig)).toEqual(['Hello.', 'Hello.'])
})

test('the same words said twice where nothing was asked are both shown', async () => {
  const rig = await makeRig()
  rig.server.passTime(-60_000)
  await post(rig, place, { key: 'reply-1', text: 'Ann: hello?' })
  rig.server.passTime(60_000)
  rig.server.failNext('POST', /messages$/, { kind: 'drop' })
  const said = { key: 'reply-2', text: 'Ann: hello?' }
  await post(rig, place, said).catch(() => undefined)

  await post(rig, place, again(said))

  expect(texts(rig)).toEqual(['Ann: hello?', 'Ann: hello?'])
})

test('of a long reply that broke off before the restart only what is missing is sent', async () => {
  const rig = await makeRig()
  const address = ask(rig)
  const said = { key: 'reply-1', text: long }
  rig.server.malice({ seed: 7, drop: 0.4, calls: /^POST .*messages$/ })
  for (let tries = 0; tries < 3; tries += 1) {
    await post(rig, address, tries === 0 ? said : again(said)).catch(() => undefined)
    await restart(rig)
  }
  rig.server.malice(undefined)

  await post(rig, address, again(said))

  expect(lines(rig)).toBe(120)
  expect(texts(rig).length).toBeGreaterThan(2)
})

test('a twin that Discord made late is removed with all its parts, and the kept reply stays whole', async () => {
  const rig = await makeRig()
  const address = ask(rig)
  const said = { key: 'reply-1', text: long }
  const keep = await post(rig, address, said)
  const once = texts(rig).length
  rig.server.passTime(nonceForgottenMs)
  await post(rig, address, said)
  await restart(rig)

  const removed = await rig.channel.send({ kind: 'tidy', key: said.key, address, keep })

  expect([Number(removed), texts(rig).length, lines(rig)]).toEqual([once, once, 120])
  expect(rig.server.posts[0]?.id).toBe(keep)
})

test('after a restart a long reply is changed and removed as a whole', async () => {
  const rig = await makeRig()
  const address = ask(rig)
  const platformId = await post(rig, address, { key: 'reply-1', text: long })
  await post(rig, { ...place, message: platformId }, { key: 'reply-2', text: 'An answer to a button of it.' })
  await restart(rig)

  const reply = replyOf('reply-3', 'Short.')
  await rig.channel.send({ kind: 'edit', key: 'reply-3', address, platformId, reply })
  const changed = texts(rig)
  await rig.channel.send({ kind: 'remove', key: 'reply-3', address, platformId })

  expect(changed).toEqual(['Short.', 'An answer to a button of it.'])
  expect(texts(rig)).toEqual(['An answer to a button of it.'])
})

test('a limit that Discord has told of is not run into', async () => {
  const rig = await makeRig()
  rig.server.limit({ calls: 2, perMs: 5000 })
  const sent = [1, 2, 3].map(
    async (number) => await post(rig, ask(rig), { key: `reply-${number}`, text: `${number}.` }),
  )

  const results = await Promise.allSettled(sent)

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { retryable: true, isAmbiguous: false, retryAfterMs: expect.any(Number) },
  })
})
