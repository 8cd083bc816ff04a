import { rmSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import type { Finding } from '../../handlers/cli/doctor.ts'
import { examinePlatforms } from '../../src/examine-platforms.ts'
import { writeCatalogue } from '../catalogue.ts'
import { DiscordServer } from '../servers/discord.ts'
import { SlackServer } from '../servers/slack.ts'

/** What is seen with these variables and this bot.yaml. */
async function look(
  environment: Readonly<Record<string, string>>,
  bot: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly all: readonly Finding[]; readonly get: (part: string) => Finding | undefined }> {
  const folder = writeCatalogue([], bot)
  rmSync(`${folder}/models.yaml`)
  rmSync(`${folder}/prices.yaml`)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const all = await examinePlatforms(loadConfig({ ...environment, TUPPENCE_CONFIG_DIR: folder }))
  return { all, get: (part) => all.find((finding) => finding.part === part) }
}

async function startSlack(): Promise<SlackServer> {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  return server
}

/** The manifest that a link makes an app from. @param which counted from 0 */
function manifestIn(detail: string | undefined, which = 0): unknown {
  const link = detail?.match(/https:\S+/g)?.[which] ?? ''
  return JSON.parse(new URL(link).searchParams.get('manifest_json') ?? '')
}

test('without any platform it says what to set, and gives the links that make the app and let the bot in', async () => {
  const seen = await look({})

  expect(seen.get('slack')).toMatchObject({ state: 'missing', detail: expect.stringContaining('SLACK_BOT_TOKEN') })
  expect(manifestIn(seen.get('slack')?.detail)).toMatchObject({
    features: { agent_view: {}, slash_commands: [{ command: '/spend' }] },
    settings: { socket_mode_enabled: true },
  })
  expect(seen.get('discord')?.detail).toContain('https://discord.com/oauth2/authorize?client_id=APPLICATION-ID')
  expect(seen.all.map(({ part }) => part)).toEqual(['slack', 'discord'])
})

test('before Slack is set up it gives the link of an app that Slack calls, too', async () => {
  const { get } = await look({})

  expect(get('slack')?.detail).toMatch(/SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET.*YOUR-HOST: https/)
  expect(manifestIn(get('slack')?.detail, 1)).toMatchObject({
    settings: { socket_mode_enabled: false, event_subscriptions: { request_url: 'https://YOUR-HOST/slack/events' } },
  })
})

test('each scope that an installation lacks is named with the click that grants it', async () => {
  const slack = await startSlack()
  slack.scopes.delete('groups:history')
  slack.scopes.delete('commands')

  const seen = await look({ SLACK_BOT_TOKEN: 'xoxb-example', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: slack.apiUrl })

  const failed = seen.all
    .filter(({ state }) => state === 'failed')
    .map(({ detail }) => detail)
    .join('\n')
  expect(failed).toMatch(/groups:history/)
  expect(failed).toMatch(/commands/)
  expect(failed).toMatch(/Reinstall/)
  expect(manifestIn(seen.get('slack app')?.detail)).toMatchObject({ settings: { socket_mode_enabled: true } })
  expect(seen.get('admins')).toMatchObject({ state: 'missing', detail: expect.stringContaining('team.admins') })
  expect(seen.get('slack team')).toMatchObject({ state: 'missing' })
})

test('an app that Slack calls is made with an address for its requests', async () => {
  const slack = await startSlack()

  const seen = await look({
    SLACK_BOT_TOKEN: 'xoxb-example',
    SLACK_SIGNING_SECRET: 'a-signing-secret',
    SLACK_API_URL: slack.apiUrl,
  })

  expect(manifestIn(seen.get('slack app')?.detail)).toMatchObject({
    settings: { socket_mode_enabled: false, interactivity: { request_url: 'https://YOUR-HOST/slack/events' } },
  })
})

test('of Discord it says what is lost without message content, and where the bot may not write', async () => {
  const discord = await new DiscordServer().start()
  onTestFinished(() => discord.close())
  discord.token = 'example-token-of-some-length'

  const seen = await look(
    { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl },
    { team: { admins: ['discord:700000000000000009'], channels: { discord: '500000000000000001' } } },
  )

  expect(seen.get('discord')).toMatchObject({ state: 'ok' })
  expect(seen.get('discord message content')?.detail).toMatch(/only messages that mention the bot/)
  expect(seen.all.map(({ detail }) => detail).join('\n')).toMatch(/Manage Threads/)
  expect(seen.get('discord invitation')?.detail).toContain('https://discord.com/oauth2/authorize')
  expect(seen.get('admins')).toEqual({ part: 'admins', state: 'ok', detail: 'discord:700000000000000009' })
})
