import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { ChannelError } from '../../src/core/errors.ts'
import { startTestBot } from '../bot.ts'
import { freePort } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { DiscordServer } from '../servers/discord.ts'
import { SlackServer } from '../servers/slack.ts'

test('a bot whose platform refuses at the start leaves nothing open: neither its port nor its folder', async () => {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const discord = await new DiscordServer().start()
  onTestFinished(() => discord.close())
  const environment = { TUPPENCE_DATA_DIR: folder, PORT: String(await freePort()), LOG_LEVEL: 'silent' }
  const withDiscord = { ...environment, DISCORD_TOKEN: 'not-the-token-of-this-server', DISCORD_API_URL: discord.apiUrl }

  await expect(startBot(loadConfig(withDiscord), 'configured')).rejects.toThrow(ChannelError)

  const second = await startBot(loadConfig(environment), 'configured')
  await second.stop()
})

test('while a platform cannot be reached the rest of the bot answers, and the platform is joined later', async () => {
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  slack.failNext('auth.test', { kind: 'status', status: 503 })
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-example', SLACK_APP_TOKEN: 'xapp-example', SLACK_API_URL: slack.apiUrl }

  const bot = await startTestBot(tokens)
  const meanwhile = await fetch(`${bot.url}/readyz`)

  expect(meanwhile.status).toBe(200)
  await vi.waitFor(() => expect(slack.connections).toBe(1), { timeout: 15_000, interval: 50 })
})

test('a conversation in the terminal is answered in its own process, whatever queue other processes share', async () => {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const nobody = `redis://127.0.0.1:${await freePort()}`
  const bot = await startBot(loadConfig({ TUPPENCE_DATA_DIR: folder, REDIS_URL: nobody }), 'terminal')
  onTestFinished(() => bot.stop())

  const answer = await bot.terminal?.client.say('hello')

  expect(answer?.replies).toHaveLength(1)
})
