import { expect, onTestFinished, test, vi } from 'vitest'
import { payloads as discordPayloads } from '../adapters/discord/stand.ts'
import { payloads as slackPayloads } from '../adapters/slack/stand.ts'
import { startTestBot } from '../bot.ts'
import { DiscordServer } from '../servers/discord.ts'
import { SlackServer } from '../servers/slack.ts'

const wait = { timeout: 15_000, interval: 20 }

test('Slack: a question in a channel is answered once in its thread, and a direct message goes on to its slots', async () => {
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  await startTestBot({ SLACK_BOT_TOKEN: 'xoxb-example', SLACK_APP_TOKEN: 'xapp-example', SLACK_API_URL: slack.apiUrl })
  await vi.waitFor(() => expect(slack.connections).toBe(1), wait)
  const ask = (name: 'mention' | 'mentionAsMessage', text: string): string =>
    slack.deliver({ ...slackPayloads[name], event: { ...slackPayloads[name].event, text } })

  ask('mention', '<@U0BOT> what are your opening hours?')
  const repeated = ask('mentionAsMessage', '<@U0BOT> what are your opening hours?')
  await vi.waitFor(() => expect(slack.acknowledged.has(repeated)).toBe(true), wait)
  const direct = { ...slackPayloads.directMessage.event, text: 'I was charged twice for order 1042' }
  slack.deliver({ ...slackPayloads.directMessage, event: direct })
  await vi.waitFor(() => expect(slack.posts).toHaveLength(2), wait)

  const [inThread, inDirectMessage] = slack.posts
  expect(inThread).toMatchObject({ channel: 'C0HELP', thread_ts: '1763700001.000100' })
  expect(inThread?.text).toContain('Monday to Friday')
  expect(inDirectMessage).toMatchObject({ channel: 'D0CUSTOMER' })
  expect(inDirectMessage?.text).toContain('1042')
})

test('Discord: a mention is answered in its channel, a private question about an order in the direct message', async () => {
  const discord = await new DiscordServer().start()
  discord.token = 'example-token-of-some-length'
  onTestFinished(() => discord.close())
  await startTestBot({ DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl })
  await vi.waitFor(() => expect(discord.connections).toBe(1), wait)

  discord.dispatch('MESSAGE_CREATE', {
    ...discordPayloads.mention,
    content: '<@900000000000000001> what are your opening hours?',
  })
  await vi.waitFor(() => expect(discord.posts).toHaveLength(1), wait)
  discord.dispatch('MESSAGE_CREATE', {
    ...discordPayloads.directMessage,
    content: 'I was charged twice for order 1042',
  })
  await vi.waitFor(() => expect(discord.posts).toHaveLength(2), wait)

  expect(JSON.stringify(discord.posts[0])).toContain('Monday to Friday')
  expect(JSON.stringify(discord.posts[1])).toContain('1042')
})

test('personal details are not discussed where others read', async () => {
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  await startTestBot({ SLACK_BOT_TOKEN: 'xoxb-example', SLACK_APP_TOKEN: 'xapp-example', SLACK_API_URL: slack.apiUrl })
  await vi.waitFor(() => expect(slack.connections).toBe(1), wait)

  slack.deliver(slackPayloads.mention)
  await vi.waitFor(() => expect(slack.posts).toHaveLength(1), wait)

  expect(slack.posts[0]?.text).toMatch(/direct message/i)
})
