import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { newDataFolder } from '../data-folder.ts'
import { EmbeddingsServer } from '../servers/embeddings.ts'

test('what the words leave open is put to the encoder, for free, and nothing else is', async () => {
  const server = await new EmbeddingsServer().start()
  onTestFinished(() => server.close())
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const config = loadConfig({ TUPPENCE_DATA_DIR: folder })
  // Few intents, since they are trained here.
  const intents = config.intents.filter(({ name }) => name === 'general.greeting' || name === 'payments.double-charge')
  const encoder = { kind: 'ollama', url: `http://${server.host}`, model: 'small' } as const
  const models = { ...config.models, profile: 'free' } as const
  const bot = await startBot({ ...config, intents, outOfScope: [], encoder, models }, 'terminal')
  onTestFinished(() => bot.stop())
  const client = bot.terminal?.client
  const asked = (): number => server.received.length

  const trained = asked()
  const sure = await client?.say('hello')
  const askedWhenSure = asked() - trained
  const open = await client?.say('qwertz plugh xyzzy')
  const lastAsked = server.received.at(-1)?.body

  expect(sure?.receipt?.['stage']).not.toBe('encoder')
  expect(askedWhenSure).toBe(0)
  expect(open?.receipt).toMatchObject({ stage: 'encoder', tier: 0, calls: [] })
  expect(lastAsked).toMatchObject({ input: ['qwertz plugh xyzzy'] })
})
