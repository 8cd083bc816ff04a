import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { ChannelError } from '../../src/core/errors.ts'
import { freePort } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'

test('a bot whose platform refuses at the start leaves nothing open: neither its port nor its folder', async () => {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const environment = { TUPPENCE_DATA_DIR: folder, PORT: String(await freePort()), LOG_LEVEL: 'silent' }
  const nobody = `http://127.0.0.1:${await freePort()}/api`
  const withDiscord = { ...environment, DISCORD_TOKEN: 'a'.repeat(24), DISCORD_API_URL: nobody }

  await expect(startBot(loadConfig(withDiscord), 'configured')).rejects.toThrow(ChannelError)

  const second = await startBot(loadConfig(environment), 'configured')
  await second.stop()
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
