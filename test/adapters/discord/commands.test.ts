import { expect, onTestFinished, test, vi } from 'vitest'
import { commands } from '../../../adapters/discord/commands.ts'
import { storeInto } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

const wait = { timeout: 10_000, interval: 5 }
const { startServer, open } = managed()

/** Starts a bot and lets it look at the commands. */
async function startOnce(server: DiscordServer, failures: unknown[] = []): Promise<void> {
  const before = server.called('GET', /commands$/).length
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(storeInto([]))
  await vi.waitFor(() => expect(server.called('GET', /commands$/)).toHaveLength(before + 1), wait)
  await channel.stop()
}

test('commands are put once, and not again while Discord has them, whatever it fills in', async () => {
  const server = await startServer()

  for (let times = 0; times < 3; times += 1) await startOnce(server)

  expect(server.called('PUT', /commands$/)).toHaveLength(1)
  expect(server.commands.all.map(({ name }) => name)).toEqual(['ask', 'spend', 'Make a ticket', 'Try advanced AI'])
})

test.each([
  ['a description', { description: 'Something else' }],
  ['a permission', { default_member_permissions: '8' }],
  ['an option', { options: [] }],
  ['where it can be used', { contexts: [0] }],
])('when %s differs, all are put again', async (_what, change) => {
  const server = await startServer()
  server.commands.put(commands.map((command) => (command.name === 'ask' ? { ...command, ...change } : command)))

  await startOnce(server)

  expect(server.called('PUT', /commands$/)).toHaveLength(1)
})

test('a command of somebody else goes, the entry of an activity stays', async () => {
  const server = await startServer()
  const entry = { name: 'launch', type: 4, description: '' }
  server.commands.put([...commands, { name: 'dance', type: 1, description: 'Dances' }, entry])

  await startOnce(server)

  const names = server.commands.all.map(({ name }) => name)
  expect([names.includes('dance'), names.includes('launch')]).toEqual([false, true])
})

test('/spend is for administrators in servers, the menus for whoever manages messages', () => {
  const rules = commands.map(({ name, default_member_permissions: bits, contexts }) => [name, bits, contexts])

  expect(rules).toEqual([
    ['ask', null, [0, 1]],
    ['spend', '0', [0]],
    ['Make a ticket', '8192', [0]],
    ['Try advanced AI', '8192', [0]],
  ])
})

test('commands that cannot be registered are told and tried again, and the bot runs all the same', async () => {
  const server = await startServer()
  server.failNext('GET', /commands$/, { kind: 'status', status: 503 })
  const failures: unknown[] = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(storeInto([]))
  await expect.poll(() => failures.length, wait).toBe(1)

  await vi.advanceTimersByTimeAsync(5000)
  vi.useRealTimers()

  await vi.waitFor(() => expect(server.commands.all).toHaveLength(4), wait)
  expect(failures).toMatchObject([{ code: 'channel', message: expect.stringContaining('commands') }])
})
