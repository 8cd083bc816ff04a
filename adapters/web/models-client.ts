import { askBot } from './ask-bot.ts'
import type { RunningBot } from './client.ts'

/**
 * Asks the running bot over loopback how models have done; the answer is as `/api/models` gave it, to be checked by the caller.
 * @throws UsageError when the bot refuses the days; ChannelError when it does not answer
 */
export async function fetchModels(running: RunningBot, days: number): Promise<unknown> {
  return await askBot(running, { path: `/api/models?days=${days}`, about: 'tell how models have done' })
}

/**
 * Tells the running bot what somebody decided about a proposal; the answer is the stored decision, to be checked by the caller.
 * @throws UsageError when the bot knows no such proposal; ChannelError when it does not answer
 */
export async function sendDecision(
  running: RunningBot,
  { id, decision, days, by }: { readonly [Field in 'id' | 'decision' | 'by']: string } & { readonly days: number },
): Promise<unknown> {
  return await askBot(running, {
    path: '/api/models/decision',
    body: { id, decision, days, by },
    about: 'store the decision',
  })
}
