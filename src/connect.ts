import { uuidv7 } from 'uuidv7'
import { findRunning, forgetRunning } from '../adapters/files/running.ts'
import { createWebClient } from '../adapters/web/client.ts'
import type { Config } from '../config/config.ts'
import { startBot } from './assemble.ts'
import type { ChatClient } from './core/chat-client.ts'
import { DataFolderInUseError, FaultError } from './core/errors.ts'

/**
 * A conversation with the bot: the one that holds the data folder when there is one, else one started for it.
 *
 * @param tell takes lines for a person
 */
export async function connect(config: Config, tell?: (line: string) => void): Promise<ChatClient> {
  try {
    const bot = await startBot(config, 'terminal', tell === undefined ? {} : { tell })
    if (bot.terminal === undefined) throw new FaultError('A bot started for the terminal has no terminal.')
    await forgetRunning(config.dataDir) // left by a bot that was killed; this process holds the folder now
    const { client } = bot.terminal
    return { ...client, close: () => bot.stop() }
  } catch (error) {
    const running = error instanceof DataFolderInUseError ? await findRunning(config.dataDir) : undefined
    if (running === undefined) throw error
    return createWebClient(running, uuidv7)
  }
}
