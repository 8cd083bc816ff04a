import { expect, onTestFinished, test } from 'vitest'
import type { SlackOptions } from '../../../adapters/slack/slack.ts'
import type { ChannelEvent, OpenPlatform } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { replyOf, storeInto } from '../../contracts/channel.ts'
import { SlackServer } from '../../servers/slack.ts'
import { openPlatform } from './stand.ts'

const limit = { timeout: 10_000, interval: 5 }
const second = { team: 'T0SECOND', token: 'xoxb-second', user: 'U0BOT2', bot: 'B0BOT2', name: 'Second' }
const botTokens = [new Secret('xoxb-example'), new Secret('xoxb-second')]

async function start(options: Partial<SlackOptions> = {}): Promise<{ server: SlackServer; platform: OpenPlatform }> {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  server.workspaces.push(second)
  const platform = await openPlatform(server, { botTokens, ...options })
  onTestFinished(() => platform.channel.stop())
  return { server, platform }
}

function tokensOf(server: SlackServer, method: string): readonly string[] {
  return server.called(method).map(({ authorization }) => authorization.replace('Bearer ', ''))
}

test('an event belongs to its workspace, and is answered with the token of that workspace', async () => {
  const { server, platform } = await start()
  const events: ChannelEvent[] = []
  await platform.channel.start(storeInto(events))

  server.person('U0ANN').says('<@U0BOT> hello', { channel: 'C0HELP' })
  server.person('U0BEN', 'T0SECOND').says('<@U0BOT2> hello', { channel: 'C0OTHER' })
  await expect.poll(() => events.length, limit).toBe(2)
  for (const event of events)
    if (event.kind === 'message') {
      const { address, id } = event.message
      await platform.channel.send({ kind: 'post', key: id, address, reply: replyOf(id, 'Hello.'), mayExist: false })
    }

  expect(events).toMatchObject([
    { isAddressed: true, message: { text: 'hello', author: { id: 'T0EXAMPLE:U0ANN' } } },
    { isAddressed: true, message: { text: 'hello', author: { id: 'T0SECOND:U0BEN' } } },
  ])
  expect(tokensOf(server, 'chat.postMessage')).toEqual(['xoxb-example', 'xoxb-second'])
})

test('what names no workspace goes to the first one, and a workspace without a token is named', async () => {
  const { server, platform } = await start()
  const post = (address: Readonly<Record<string, string>>): Promise<string> =>
    platform.channel.send({ kind: 'post', key: 'r', address, reply: replyOf('r', 'Hello.'), mayExist: false })

  await post({ channel: 'C0STAFF' })

  await expect(post({ team: 'T0GONE', channel: 'C0STAFF' })).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/T0GONE.*SLACK_BOT_TOKEN/),
  })
  expect(tokensOf(server, 'chat.postMessage')).toEqual(['xoxb-example'])
})

test('a channel named without a workspace is looked for once, and everything for it uses the token of its own', async () => {
  const { server, platform } = await start()
  server.world.channels.homes.set('C0STAFF', 'T0SECOND')
  const address = { channel: 'C0STAFF' }
  const { channel } = platform

  const card = await channel.send({ kind: 'post', key: 'r', address, reply: replyOf('r', 'Card.'), mayExist: false })
  const edited = replyOf('r', 'Claimed.')
  await channel.send({ kind: 'edit', key: 'r', address, platformId: card, reply: edited })
  const below = { ...address, thread: card }
  await channel.send({ kind: 'post', key: 's', address: below, reply: replyOf('s', 'Hello?'), mayExist: false })

  expect(await channel.find('r', address)).toBe(card)
  expect(server.posts.map(({ text }) => text)).toEqual(['Claimed.', 'Hello?'])
  expect(tokensOf(server, 'chat.postMessage')).toEqual(['xoxb-second', 'xoxb-second'])
  expect(tokensOf(server, 'conversations.history').filter((token) => token === 'xoxb-example')).toHaveLength(1)
})

test('a channel that one workspace does not know and another cannot be asked about is asked about again', async () => {
  const { server, platform } = await start()
  server.world.channels.homes.set('C0STAFF', 'T0SECOND')
  const address = { channel: 'C0STAFF' }
  const post = { kind: 'post', key: 'r', address, reply: replyOf('r', 'Card.'), mayExist: false } as const
  server.revoke('xoxb-second')

  await expect(platform.channel.send(post)).rejects.toMatchObject({
    retryable: true,
    message: expect.stringMatching(/token_revoked/),
  })

  expect(tokensOf(server, 'chat.postMessage')).toEqual([])
})

test('a channel that no workspace knows is refused, and one the bot is not in says so', async () => {
  const { server, platform } = await start()
  const post = (channel: string): Promise<string> => {
    const reply = replyOf('r', 'Card.')
    return platform.channel.send({ kind: 'post', key: 'r', address: { channel }, reply, mayExist: false })
  }
  server.world.channels.homes.set('C0GONE', 'T0ELSE').set('C0STAFF', 'T0SECOND')
  server.world.channels.leave('C0STAFF', 'U0BOT2')

  await expect(post('C0GONE')).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/channel_not_found/),
  })
  await expect(post('C0STAFF')).rejects.toMatchObject({
    retryable: false,
    message: expect.stringMatching(/not_in_channel.*invite/),
  })
})

test('with one token refused the others are open, and the refusal is told', async () => {
  const failures: unknown[] = []
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  server.workspaces.push(second)
  server.revoke('xoxb-second')

  const { channel } = await openPlatform(server, { botTokens, onFailure: (error) => failures.push(error) })
  await channel.stop()

  expect(failures.map(String)).toEqual([expect.stringMatching(/SLACK_BOT_TOKEN.*token_revoked/)])
})

test('with one token that could not be asked about nothing is opened, so that it is tried again', async () => {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  server.workspaces.push(second)
  server.failNext('auth.test', { kind: 'status', status: 503 })

  await expect(openPlatform(server, { botTokens })).rejects.toMatchObject({ code: 'channel', retryable: true })
})

test('a token for a whole organisation names the workspace with every call', async () => {
  const { server } = await start()
  server.workspaces.splice(0, 2, { ...second, organisation: 'E0ORG' })
  const { channel } = await openPlatform(server, { botTokens: [new Secret('xoxb-second')] })
  onTestFinished(() => channel.stop())
  const address = { team: 'T0ANY', channel: 'C0HELP' }

  await channel.send({ kind: 'post', key: 'r', address, reply: replyOf('r', 'Hello.'), mayExist: false })

  expect(server.called('chat.postMessage')[0]?.body).toMatchObject({ team_id: 'T0ANY' })
})

test('without a way for Slack to reach the bot nothing is opened', async () => {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())

  await expect(openPlatform(server, { appToken: undefined })).rejects.toThrow(/SLACK_APP_TOKEN or SLACK_SIGNING_SECRET/)
})
