import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ChannelError } from '../../../src/core/errors.ts'
import { Secret } from '../../../src/core/secret.ts'
import { channelContract, type PlatformStand, replyOf, type Shown, storeInto } from '../../contracts/channel.ts'
import { type DiscordPost, DiscordServer } from '../../servers/discord.ts'
import { address, managed, openFor, payloads } from './stand.ts'

interface Row {
  readonly components: readonly { readonly custom_id: string }[]
}

/** Everything of a post that Discord would show or ping, by its published rules and not by ours. */
function toShown({ id, body }: DiscordPost): Shown {
  const { content = '', flags = 0, components = [], allowed_mentions: allowed } = body
  const text = String(content)
  // From left to right, whichever begins first: an escaped character, a code block, a code span.
  const active = text.replace(/\\[^0-9A-Za-z\s]|```[^]*?```|`[^`]*`/g, '\u0000')
  const links = found(active, /\bhttps?:\/\/[^\s<>]+|\[[^\]]*\]\([^)]*\)/g)
  const notifies = [...found(active, /<@[!&]?\d+>|<#\d+>|<\/[^:>]+:\d+>|<t:\d+/g), ...found(text, /@everyone|@here/g)]
  if (JSON.stringify(allowed) !== '{"parse":[],"replied_user":false}') notifies.push('mentions are allowed')
  if ((Number(flags) & 4) === 0 || /discord(\.gg|(app)?\.com\/invite)\//i.test(text)) links.push('previews')
  const rows: readonly Row[] = Array.isArray(components) ? components : []
  const buttons = rows.flatMap((row) => row.components.map((button) => button.custom_id))
  return { id, text, notifies, links, buttons }
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([whole]) => whole)
}

const faults = {
  'lost-answer': { kind: 'act-then-drop' },
  'wait-7-seconds': { kind: 'rate-limited', seconds: 7 },
  'channel-gone': { kind: 'refused', status: 404, code: 10_003 },
  'platform-down': { kind: 'status', status: 503 },
} as const

async function makeStand(): Promise<PlatformStand> {
  const server = await new DiscordServer().start()
  const { channel } = await openFor(server, { linkHosts: new Set(['help.example']) })
  return {
    channel,
    address,
    writeTwice(text) {
      const message = { ...payloads.mention, content: `<@900000000000000001> ${text}` }
      for (let times = 0; times < 2; times += 1) server.dispatch('MESSAGE_CREATE', message)
    },
    press(action) {
      const before = new Set(server.interactions.deeds.keys())
      const pressing = server.people.press(action, address.message)
      pressing.catch(() => undefined)
      const [id = ''] = [...server.interactions.deeds.keys()].filter((known) => !before.has(known))
      // 6 says "got it"; 4 shows a sentence to whoever pressed.
      return () => server.interactions.deeds.get(id)?.answer?.['type'] === 6
    },
    failNextSend: (fault) => server.failNext('POST', /\/messages$/, faults[fault]),
    shown: () => server.posts.map(toShown),
    connections: () => server.connections,
    close: () => server.close(),
  }
}

channelContract('discord', makeStand)

const { startServer, open } = managed()

test('a reply refers to its question, pings nobody with that, and carries an enforced nonce', async () => {
  const server = await startServer()
  const channel = await open(server)
  await channel.start(storeInto([]))

  await channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false })

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
  await first
    .send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false })
    .catch(() => {})
  await first.stop()

  const second = await open(server)
  await second.start(storeInto([]))
  const id =
    (await second.find('reply-1', address)) ??
    (await second.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false }))

  expect(server.posts.map((post) => post.id)).toEqual([id])
})

test('a failed call is never repeated by the SDK', async () => {
  const server = await startServer()
  const channel = await open(server)
  await channel.start(storeInto([]))
  server.failNext('POST', /\/messages$/, { kind: 'status', status: 500 })

  await channel
    .send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false })
    .catch(() => {})

  expect(server.called('POST', /\/messages$/)).toHaveLength(1)
})

test.each([
  [403, 50_013, false, 'Send Messages'],
  [403, 50_007, false, 'direct messages'],
  [404, 10_003, false, 'does not exist'],
  [403, 50_001, false, 'View Channel'],
  [401, 0, true, 'DISCORD_TOKEN'],
  [400, 50_035, false, '50035'],
])(
  'Discord refusing with %i and code %i: retryable is %s, and the remedy names %j',
  async (...[status, code, retryable, remedy]) => {
    const server = await startServer()
    const channel = await open(server)
    await channel.start(storeInto([]))
    server.failNext('POST', /\/messages$/, { kind: 'refused', status, code })

    const sending = channel.send({
      kind: 'post',
      key: 'reply-1',
      address,
      reply: replyOf('reply-1', 'Hello.'),
      mayExist: false,
    })

    await expect(sending).rejects.toMatchObject({
      code: 'channel',
      retryable,
      message: expect.stringContaining(remedy),
    })
  },
)

test('after a refusal of the token the next try is made with it again', async () => {
  const server = await startServer()
  const channel = await open(server)
  await channel.start(storeInto([]))
  const reply = replyOf('reply-1', 'Hello.')
  const post = { kind: 'post', key: 'reply-1', address, reply, mayExist: false } as const
  server.failNext('POST', /\/messages$/, { kind: 'refused', status: 401, code: 0 })
  const failure = await channel.send(post).catch((error: unknown) => error)

  await channel.send(post)

  expect(failure).toMatchObject({ retryable: true })
  expect(server.posts).toHaveLength(1)
})

test('a wrong token is named at the start', async () => {
  const server = await startServer()
  const channel = await open(server, { token: new Secret('wrong') })

  const starting = channel.start(storeInto([]))

  await expect(starting).rejects.toBeInstanceOf(ChannelError)
  await expect(starting).rejects.toThrow(/DISCORD_TOKEN/)
  await expect(starting).rejects.toMatchObject({ retryable: false })
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

  expect(server.posts[0]?.channel).toBe('600000000000000001')
  expect(server.called('POST', /users/)[0]?.body).toEqual({ recipient_id: author.id })
  await expect(home).rejects.toMatchObject({ retryable: false })
})

test('a stopped channel keeps no process alive', async () => {
  const server = await startServer()
  const file = new URL('../../../adapters/discord/discord.ts', import.meta.url).href
  const script = `
    const { openDiscord } = await import(${JSON.stringify(file)})
    const { channel } = await openDiscord({
      token: { reveal: () => 'example-token' }, apiUrl: '${server.apiUrl}', tenant: 'acme', messageContent: false, servers: [],
      now: () => new Date(), linkHosts: new Set(), onFailure() {}, newest: async () => undefined,
    })
    await channel.start(async () => ({ kind: 'new' }))
    await channel.stop()
    console.log('stopped')`

  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 })

  await expect(run).resolves.toMatchObject({ stdout: 'stopped\n', stderr: '' })
})
