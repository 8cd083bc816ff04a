import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { createDiscordChannel, type DiscordOptions } from '../../../adapters/discord/discord.ts'
import { ChannelError } from '../../../src/core/errors.ts'
import type { Channel, ChannelEvent } from '../../../src/core/ports.ts'
import { channelContract, type PlatformStand, replyOf, type Shown, storeInto } from '../../contracts/channel.ts'
import { type DiscordPost, DiscordServer } from '../../servers/discord.ts'

const payloads: Record<string, any> = JSON.parse(
  readFileSync(new URL('../../fixtures/discord/payloads.json', import.meta.url), 'utf8'),
)
const limit = { timeout: 10_000, interval: 5 }
const address = { channel: '500000000000000001', message: '1300000000000000001' }

/** Everything of a post that Discord would show or ping, by its published rules and not by ours. */
export function toShown({ id, body }: DiscordPost): Shown {
  const content = String(body['content'] ?? '')
  // From left to right, whichever begins first: an escaped character, a code block, a code span.
  const shown = content.replace(/\\[^0-9A-Za-z\s]|```[^]*?```|`[^`]*`/g, '\u0000')
  const links = [...shown.matchAll(/\bhttps?:\/\/[^\s<>]+/g)].map(([link]) => link)
  const masked = [...shown.matchAll(/\[[^\]]*\]\([^)]*\)/g)].map(([link]) => `masked ${link}`)
  const notifies = [
    ...shown.matchAll(/<@[!&]?\d+>|<#\d+>|<\/[^:>]+:\d+>|<t:\d+/g),
    ...content.matchAll(/@everyone|@here/g),
  ].map(([token]) => token)
  if (JSON.stringify(body['allowed_mentions']) !== '{"parse":[],"replied_user":false}')
    notifies.push('mentions are allowed')
  if ((body['flags'] & 4) === 0 || /discord(\.gg|(app)?\.com\/invite)\//i.test(content)) links.push('previews')
  const buttons = (body['components'] ?? []).flatMap((row: any) =>
    row.components.map((button: any) => button.custom_id),
  )
  return { id, text: content, notifies, links: [...links, ...masked], buttons }
}

async function makeStand(): Promise<PlatformStand> {
  const server = await new DiscordServer().start()
  const channel = await createDiscordChannel({ token: server.token, apiUrl: server.apiUrl, tenant: 'acme' })
  const faults = {
    'lost-answer': { kind: 'act-then-drop' },
    'wait-7-seconds': { kind: 'rate-limited', seconds: 7 },
    'channel-gone': { kind: 'refused', status: 404, code: 10003 },
    'platform-down': { kind: 'status', status: 503 },
  } as const
  let presses = 1_300_000_000_000_001_000n
  return {
    channel,
    address,
    writeTwice(text) {
      for (let times = 0; times < 2; times += 1)
        server.dispatch('MESSAGE_CREATE', { ...payloads['mention'], content: `<@900000000000000001> ${text}` })
    },
    press(action) {
      const id = String((presses += 1n))
      server.dispatch('INTERACTION_CREATE', {
        ...payloads['button'],
        id,
        message: { ...payloads['button'].message, id: address.message },
        data: { custom_id: action, component_type: 2 },
      })
      return () => server.confirmed.has(id)
    },
    failNextSend: (fault) => server.failNext('POST', /\/messages$/, faults[fault]),
    shown: () => server.posts.map(toShown),
    connections: () => server.connections,
    close: () => server.close(),
  }
}

channelContract('discord', makeStand)

const servers: DiscordServer[] = []
const channels: Channel[] = []
afterEach(async () => {
  for (const channel of channels.splice(0)) await channel.stop()
  for (const server of servers.splice(0)) await server.close()
})

async function startServer(): Promise<DiscordServer> {
  const server = await new DiscordServer().start()
  servers.push(server)
  return server
}

async function open(server: DiscordServer, options: Partial<DiscordOptions> = {}): Promise<Channel> {
  const channel = await createDiscordChannel({ token: server.token, apiUrl: server.apiUrl, tenant: 'acme', ...options })
  channels.push(channel)
  return channel
}

function textsOf(events: readonly ChannelEvent[]): unknown[] {
  return events.map((event) =>
    'message' in event && typeof event.message === 'object' ? event.message.text : event.kind,
  )
}

describe('what only Discord does', () => {
  test('the privileged message content intent is not asked for', async () => {
    const server = await startServer()
    const channel = await open(server)

    await channel.start(storeInto([]))

    expect(server.identified[0]?.['intents']).toBe((1 << 0) | (1 << 9) | (1 << 12)) // guilds, guild messages, direct messages
  })

  test('a reply refers to its question, pings nobody with that, and carries an enforced nonce', async () => {
    const server = await startServer()
    const channel = await open(server)
    await channel.start(storeInto([]))

    await channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') })

    const body = server.posts[0]?.body
    expect(body).toMatchObject({
      message_reference: { message_id: address.message, fail_if_not_exists: false },
      allowed_mentions: { parse: [], replied_user: false },
      enforce_nonce: true,
    })
    expect(body?.['nonce']).toMatch(/^.{1,25}$/)
  })

  test('a reply sent again after a restart, within minutes, is still one message', async () => {
    const server = await startServer()
    const first = await open(server)
    await first.start(storeInto([]))
    server.failNext('POST', /\/messages$/, { kind: 'act-then-drop' })
    await first.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') }).catch(() => {})
    await first.stop()

    const second = await open(server)
    await second.start(storeInto([]))
    const id =
      (await second.find('reply-1', address)) ??
      (await second.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') }))

    expect(server.posts.map((post) => post.id)).toEqual([id])
  })

  test('a failed call is never repeated by the SDK', async () => {
    const server = await startServer()
    const channel = await open(server)
    await channel.start(storeInto([]))
    server.failNext('POST', /\/messages$/, { kind: 'status', status: 500 })

    await channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') }).catch(() => {})

    expect(server.called('POST', /\/messages$/)).toHaveLength(1)
  })

  test.each([
    [403, 50_013, false, 'Send Messages'],
    [403, 50_007, false, 'direct messages'],
    [404, 10_003, false, 'does not exist'],
    [403, 50_001, false, 'View Channel'],
    [401, 0, false, 'DISCORD_TOKEN'],
    [400, 50_035, false, '50035'],
  ])(
    'Discord refusing with %i and code %i: retryable is %s, and the remedy names %j',
    async (status, code, retryable, remedy) => {
      const server = await startServer()
      const channel = await open(server)
      await channel.start(storeInto([]))
      server.failNext('POST', /\/messages$/, { kind: 'refused', status, code })

      const sending = channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') })

      await expect(sending).rejects.toMatchObject({
        code: 'channel',
        retryable,
        message: expect.stringContaining(remedy),
      })
    },
  )

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

    server.dispatch('MESSAGE_CREATE', payloads['mention'])
    server.dispatch('MESSAGE_CREATE', payloads['reply'])

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
    server.dispatch('MESSAGE_CREATE', payloads['directMessage'])

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

    server.dispatch('MESSAGE_CREATE', payloads['mention'])
    server.dispatch('MESSAGE_CREATE', { ...payloads['mention'], id: '1300000000000000011', author: bob })
    server.dispatch('MESSAGE_CREATE', {
      ...payloads['mention'],
      id: '1300000000000000012',
      channel_id: '500000000000000077',
    })
    server.dispatch('MESSAGE_CREATE', {
      ...payloads['mention'],
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

    server.dispatch('MESSAGE_CREATE', payloads['mention'])
    server.dispatch('MESSAGE_DELETE', payloads['deletion'])

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
    server.confirmed.set(payloads['button'].id, 0)

    server.dispatch('INTERACTION_CREATE', payloads['button'])

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
    server.dispatch('MESSAGE_CREATE', payloads['directMessage'])

    await expect.poll(() => textsOf(events).at(-1), limit).toBe('change my e-mail to ann@example.com')
  })

  test('a wrong token is named at the start', async () => {
    const server = await startServer()
    const channel = await open(server, { token: 'wrong' })

    const starting = channel.start(storeInto([]))

    await expect(starting).rejects.toBeInstanceOf(ChannelError)
    await expect(starting).rejects.toThrow(/DISCORD_TOKEN/)
    await expect(starting).rejects.toMatchObject({ retryable: false })
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

  test('Discord out of reach is a retryable failure of the start', async () => {
    const server = await startServer()
    server.failNext('GET', /gateway/, { kind: 'drop' })
    const channel = await open(server)

    await expect(channel.start(storeInto([]))).rejects.toMatchObject({ code: 'channel', retryable: true })
  })

  test('a note only one person sees goes to them directly, and a home page is refused for good', async () => {
    const server = await startServer()
    const channel = await open(server)
    await channel.start(storeInto([]))
    const author = { id: '700000000000000001' }

    await channel.send({ kind: 'ephemeral', key: 'r1', address, author, reply: replyOf('r1', 'Today: $0.12') })
    const home = channel.send({ kind: 'home', key: 'r2', author, reply: replyOf('r2', 'Today') })

    expect(server.posts[0]?.channel).toBe('600000000000000009')
    expect(server.called('POST', /users/)[0]?.body).toEqual({ recipient_id: author.id })
    await expect(home).rejects.toMatchObject({ retryable: false })
  })
})
