import { askBot } from './ask-bot.ts'
import type { RunningBot } from './client.ts'

/**
 * Asks the running bot over loopback what people said messages mean; the answer is as `/api/labels` gave it, to be checked by
 * the caller.
 * @throws UsageError when the bot refuses the period or the place; ChannelError when it does not answer
 */
export async function fetchLabels(running: RunningBot, period: string, after: string | undefined): Promise<unknown> {
  const query = new URLSearchParams({ period, ...(after === undefined ? {} : { after }) })
  return await askBot(running, { path: `/api/labels?${query.toString()}`, about: 'tell what messages mean' })
}
