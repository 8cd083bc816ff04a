import { onTestFinished } from 'vitest'
import { loadConfig } from '../config/load.ts'
import { startBot, type Bot, type StartOptions } from '../src/assemble.ts'
import { newBotFolder } from './store.ts'
import { unlimitedFolder } from './unlimited.ts'

/** The assembled bot on a folder of its own and any free port; stopped and removed when the test ends, if not before. */
export async function startTestBot(
  environment: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): Promise<Bot & { readonly url: string }> {
  const folder = newBotFolder()
  onTestFinished(() => folder.remove())
  const own = { TUPPENCE_CONFIG_DIR: unlimitedFolder, TUPPENCE_DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'silent' }
  const bot = await startBot(loadConfig({ ...own, ...environment }), 'configured', {
    openStore: folder.openStore,
    ...options,
  })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= bot.stop())
  onTestFinished(stop)
  return { ...bot, stop, url: bot.url ?? '' }
}
