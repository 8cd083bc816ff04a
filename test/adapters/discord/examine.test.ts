import { expect, test } from 'vitest'
import { type DiscordFinding, examineDiscord } from '../../../adapters/discord/examine.ts'
import { inviteLink, permissions } from '../../../adapters/discord/invite.ts'
import { Secret } from '../../../src/core/secret.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const { startServer } = managed()
const team = '500000000000000009'

type Options = Partial<Parameters<typeof examineDiscord>[0]>

async function examine(server: DiscordServer, options: Options = {}): Promise<readonly DiscordFinding[]> {
  const { apiUrl } = server
  return await examineDiscord({ token: new Secret(server.token), apiUrl, messageContent: false, ...options })
}

async function find(server: DiscordServer, part: string, options: Options = {}): Promise<DiscordFinding | undefined> {
  return (await examine(server, options)).find((finding) => finding.part === part)
}

test('a token that is accepted is told with the bot it is of, a wrong one with where to copy it', async () => {
  const server = await startServer()

  expect(await find(server, 'discord')).toMatchObject({ state: 'ok', detail: expect.stringContaining('tuppence') })
  expect(await examine(server, { token: new Secret('wrong') })).toMatchObject([
    { part: 'discord', state: 'failed', detail: expect.stringContaining('DISCORD_TOKEN') },
  ])
})

test('Discord out of reach is one finding', async () => {
  const server = await startServer()
  server.failNext('GET', /users/, { kind: 'drop' })

  expect(await examine(server)).toMatchObject([{ part: 'discord', state: 'failed' }])
})

test.each([
  [true, true, 'ok', /switched on/],
  [true, false, 'failed', /"Message Content Intent".*\/bot/],
  [false, false, 'ok', /not asked for.*mention.*"Message Content Intent"/],
  [false, true, 'ok', /not asked for.*discord\.messageContent/],
] as const)(
  'the message content intent, wanted %s and switched on %s, is %s',
  async (...[messageContent, isOn, state, detail]) => {
    const server = await startServer()
    server.gateway.mayReadContent = isOn

    expect(await find(server, 'discord message content', { messageContent })).toMatchObject({
      state,
      detail: expect.stringMatching(detail),
    })
  },
)

test('each permission that is missing in the team channel is named, with what it is for and where to give it', async () => {
  const server = await startServer()
  const overwrites = [{ id: '400000000000000001', type: 0, allow: '0', deny: String(1n << 11n) }]
  server.world.addChannel(team, { guild: '400000000000000001', name: 'support', overwrites })

  const finding = await find(server, 'discord team', { teamChannel: team })

  expect(finding).toMatchObject({ state: 'failed' })
  expect(finding?.detail.match(/"[A-Z][\w ]+"/g)).toEqual([
    '"Edit Channel"',
    '"Permissions"',
    '"Send Messages"',
    '"Manage Threads"',
    '"Attach Files"',
  ])
})

test('a role of the bot that may do everything misses nothing', async () => {
  const server = await startServer()
  const guild = server.world.guilds.get('400000000000000001')
  guild?.roles.push({ id: '410000000000000001', name: 'Bot', permissions: String(1n << 3n) })
  guild?.members.set('900000000000000001', ['410000000000000001'])
  server.world.addChannel(team, { guild: '400000000000000001', name: 'support' })

  expect(await find(server, 'discord team', { teamChannel: team })).toMatchObject({ state: 'ok' })
})

test.each([undefined, '500000000000000404'])('a team channel of %s says what to do', async (teamChannel) => {
  const server = await startServer()

  const finding = await find(server, 'discord team', { teamChannel })

  expect(finding?.state).toBe(teamChannel === undefined ? 'missing' : 'failed')
  expect(finding?.detail).toMatch(/team\.channels\.discord|View Channel/)
})

test('interactions that go to an address, without a key to check them, are a failure', async () => {
  const server = await startServer()
  server.interactionsAddress = 'https://bot.example.com/discord/interactions'

  expect(await find(server, 'discord interactions')).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/bot\.example\.com.*DISCORD_PUBLIC_KEY/),
  })
})

test('the key of another application is found out', async () => {
  const server = await startServer()

  expect(await find(server, 'discord interactions', { publicKey: server.publicKey })).toMatchObject({ state: 'ok' })
  expect(await find(server, 'discord interactions', { publicKey: 'ab'.repeat(32) })).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('DISCORD_PUBLIC_KEY'),
  })
})

test('the invitation asks for exactly what is explained', () => {
  const asked = BigInt(new URL(inviteLink('900000000000000002')).searchParams.get('permissions') ?? '')

  // View Channels, Send Messages, Attach Files, Read Message History, Manage Threads, Create Public Threads, Send Messages
  // in Threads: 1024 + 2048 + 32768 + 65536 + 2^34 + 2^35 + 2^38, by hand
  expect(asked).toBe(326_417_615_872n)
  expect(permissions.every(({ why }) => why.length > 10)).toBe(true)
})
