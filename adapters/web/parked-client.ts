import { askBot } from './ask-bot.ts'
import type { RunningBot } from './client.ts'

/**
 * Asks the running bot over loopback what could not be answered; the answer is as `/api/parked` gave it, to be checked by
 * the caller.
 * @throws ChannelError when the bot does not answer
 */
export async function fetchParked(running: RunningBot, which: 'parked' | 'all'): Promise<unknown> {
  const query = which === 'all' ? '?all=true' : ''
  return await askBot(running, { path: `/api/parked${query}`, about: 'tell what could not be answered' })
}

/**
 * The same for one message.
 * @throws UsageError when none of this id was parked; ChannelError when the bot does not answer
 */
export async function fetchParkedMessage(running: RunningBot, message: string): Promise<unknown> {
  return await askBot(running, { path: pathOf(message), about: 'tell of the message' })
}

/**
 * Tells the running bot what somebody decided about a parked message.
 * @throws UsageError when there is nothing to decide any more; ChannelError when the bot does not answer
 */
export async function sendParkedDecision(
  running: RunningBot,
  { message, ...body }: { readonly message: string; readonly decision: 'replay' | 'discard'; readonly by: string },
): Promise<unknown> {
  return await askBot(running, { path: pathOf(message), body, about: 'store the decision' })
}

function pathOf(message: string): string {
  return `/api/parked/${encodeURIComponent(message)}`
}
