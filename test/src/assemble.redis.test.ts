import { Redis } from 'ioredis'
import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { ChannelError } from '../../src/core/errors.ts'
import { newDataFolder } from '../data-folder.ts'
import { SlackServer } from '../servers/slack.ts'

/** A database that no other test uses, so that its connections can be counted. */
const database = '9'

test('a bot whose platform refuses at the start leaves no connection to Redis, which would keep it alive', async () => {
  const address = process.env['TEST_REDIS_URL'] ?? ''
  const probe = new Redis(address)
  onTestFinished(() => probe.disconnect())
  const url = new URL(address)
  url.pathname = database
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  slack.failNext('auth.test', { kind: 'refused', error: 'invalid_auth' })
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-example', SLACK_APP_TOKEN: 'xapp-example', SLACK_API_URL: slack.apiUrl }
  const environment = { TUPPENCE_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', REDIS_URL: url.href, ...tokens }

  await expect(startBot(loadConfig(environment), 'configured')).rejects.toThrow(ChannelError)

  await vi.waitFor(async () => expect(String(await probe.client('LIST'))).not.toContain(`db=${database} `))
})
