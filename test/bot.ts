import { rm } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { loadConfig } from '../config/load.ts'
import { startBot, type Bot } from '../src/assemble.ts'
import { newDataFolder } from './data-folder.ts'

/** The assembled bot on a folder of its own and any free port; stopped and removed when the test ends, if not before. */
export async function startTestBot(
  environment: Readonly<Record<string, string>> = {},
): Promise<Bot & { readonly url: string }> {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const bot = await startBot(
    loadConfig({ TUPPENCE_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', ...environment }),
    'configured',
  )
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= bot.stop())
  onTestFinished(stop)
  return { ...bot, stop, url: bot.url ?? '' }
}
