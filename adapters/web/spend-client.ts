import { askBot } from './ask-bot.ts'
import type { RunningBot } from './client.ts'

/**
 * Asks the running bot over loopback what was spent; the answer is as `/api/spend` gave it, to be checked by the caller.
 * @throws UsageError when the bot refuses the period; ChannelError when it does not answer
 */
export async function fetchSpend(running: RunningBot, period: string): Promise<unknown> {
  return await askBot(running, {
    path: `/api/spend?period=${encodeURIComponent(period)}`,
    about: 'tell what was spent',
  })
}
