import { expect, test, vi } from 'vitest'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const wait = { timeout: 10_000, interval: 5 }
const { startServer, openWhole } = managed()
const guild = '400000000000000001'
const owner = '700000000000000009'
const user = '700000000000000005'
const address = { channel: '500000000000000001', guild }

function give(server: DiscordServer, permissions: bigint): void {
  const acme = server.world.guilds.get(guild)
  acme?.roles.push({ id: '410000000000000001', permissions: String(permissions) })
  acme?.members.set(user, ['410000000000000001'])
}

test.each([
  ['Administrator', 1n << 3n, true],
  ['Manage Server', 1n << 5n, true],
  ['Manage Messages', 1n << 13n, false],
  ['everything else', ((1n << 50n) - 1n) ^ (1n << 3n) ^ (1n << 5n), false],
])('a role with %s makes an admin: %s', async (_name, permissions, isAdmin) => {
  const server = await startServer()
  give(server, permissions)
  const platform = await openWhole(server)
  await platform.channel.start(storeInto([]))

  expect(await platform.isAdmin(user, address)).toBe(isAdmin)
})

test('the owner of a server is an admin, who left or never was there is none, and without a server nobody is', async () => {
  const server = await startServer()
  const platform = await openWhole(server)
  await platform.channel.start(storeInto([]))

  expect(await platform.isAdmin(owner, address)).toBe(true)
  expect(await platform.isAdmin('700000000000000404', address)).toBe(false)
  expect(await platform.isAdmin(owner, { channel: '600000000000000001' })).toBe(false)
  expect(await platform.isAdmin(owner, { channel: '1', guild: '../users' })).toBe(false)
})

test('whoever lost the role is no admin any more within a minute', async () => {
  const server = await startServer()
  give(server, 1n << 3n)
  let offsetMs = 0
  const platform = await openWhole(server, { now: () => new Date(Date.now() + offsetMs) })
  await platform.channel.start(storeInto([]))
  const before = await platform.isAdmin(user, address)

  server.world.guilds.get(guild)?.members.set(user, [])
  offsetMs = 60_000

  expect([before, await platform.isAdmin(user, address)]).toEqual([true, false])
})

test('what Discord says of whoever acts counts at once, without another call', async () => {
  const server = await startServer()
  give(server, 1n << 5n)
  const events: ChannelEvent[] = []
  const platform = await openWhole(server)
  await platform.channel.start(async (event) => (events.push(event), { kind: 'new' }))

  await server.people.type('spend', {}, { user })
  await vi.waitFor(() => expect(events).toHaveLength(1), wait)

  expect(await platform.isAdmin(user, address)).toBe(true)
  expect(server.called('GET', /guilds/)).toEqual([])
})

test('when Discord cannot be asked nobody is an admin, and it is told', async () => {
  const server = await startServer()
  const failures: unknown[] = []
  const platform = await openWhole(server, { onFailure: (error) => failures.push(error) })
  await platform.channel.start(storeInto([]))
  server.failNext('GET', /guilds/, { kind: 'status', status: 503 })

  expect(await platform.isAdmin(owner, address)).toBe(false)
  expect(failures).toMatchObject([{ code: 'channel', retryable: true }])
})

const foreign = '400000000000000002'
const foreignAddress = { channel: '500000000000000002', guild: foreign }

/** A stranger lets the bot into a server of their own, where they may do everything. */
function foundServer(server: DiscordServer, founder: string): void {
  const acme = { id: foreign, name: 'Mine', owner: founder, roles: [], members: new Map([[founder, []]]) }
  server.world.guilds.set(foreign, acme)
  server.world.addChannel(foreignAddress.channel, { guild: foreign })
  server.gateway.dispatch('GUILD_CREATE', server.world.shapeGuild(acme))
}

/** Waits until everything the gateway sent before was heard. */
async function heard(server: DiscordServer, events: readonly ChannelEvent[]): Promise<void> {
  const before = events.length
  server.people.say('<@900000000000000001> hello')
  await vi.waitFor(() => expect(events.length).toBe(before + 1), wait)
}

test('who lost the role in the company’s server does not get it back by a server of their own', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const platform = await openWhole(server, { teamChannel: address.channel })
  await platform.channel.start(async (event) => (events.push(event), { kind: 'new' }))
  foundServer(server, user)
  await heard(server, events)

  await server.people.type('spend', {}, { user, channel: foreignAddress.channel })

  await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toContain('command'), wait)
  expect(await platform.isAdmin(user, foreignAddress)).toBe('other-server')
  expect(await platform.isAdmin(user, address)).toBe(false)
  expect(await platform.isAdmin(owner, address)).toBe(true)
})

test('a server that bot.yaml names is one of the company’s', async () => {
  const server = await startServer()
  foundServer(server, owner)
  const platform = await openWhole(server, { teamChannel: address.channel, servers: [foreign] })
  await platform.channel.start(storeInto([]))

  expect(await platform.isAdmin(owner, foreignAddress)).toBe(true)
  expect(await platform.isAdmin(owner, address)).toBe(true)
})

test('without a team’s channel the only server counts, and of two none, until the bot has left one', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const platform = await openWhole(server)
  await platform.channel.start(storeInto(events))
  await heard(server, events)
  const alone = await platform.isAdmin(owner, address)

  foundServer(server, user)
  await heard(server, events)
  const ofTwo = [await platform.isAdmin(owner, address), await platform.isAdmin(user, foreignAddress)]
  server.gateway.dispatch('GUILD_DELETE', { id: foreign, unavailable: true })
  await heard(server, events)
  const ofTwoStill = await platform.isAdmin(owner, address)
  server.gateway.dispatch('GUILD_DELETE', { id: foreign })
  await heard(server, events)

  expect([alone, ...ofTwo, ofTwoStill]).toEqual([true, 'other-server', 'other-server', 'other-server'])
  expect(await platform.isAdmin(owner, address)).toBe(true)
})

test('when Discord does not say where the team’s channel is, nobody is an admin', async () => {
  const server = await startServer()
  const failures: unknown[] = []
  const platform = await openWhole(server, {
    teamChannel: '500000000000000404',
    onFailure: (error) => failures.push(error),
  })
  await platform.channel.start(storeInto([]))

  expect(await platform.isAdmin(owner, address)).toBe(false)
  expect(failures).toMatchObject([{ code: 'channel' }])
})
