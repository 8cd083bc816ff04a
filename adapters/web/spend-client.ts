import { ChannelError, UsageError } from '../../src/core/errors.ts'
import type { RunningBot } from './client.ts'

/**
 * Asks the running bot over loopback what was spent; the answer is as `/api/spend` gave it, to be checked by the caller.
 * @throws UsageError when the bot refuses the period; ChannelError when it does not answer
 */
export async function fetchSpend({ url, token }: RunningBot, period: string): Promise<unknown> {
  const address = `${url}/api/spend?period=${encodeURIComponent(period)}`
  let response: Response
  try {
    response = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    })
  } catch (cause) {
    throw new ChannelError(`The running bot at ${url} does not answer. Look at its log, or stop it and try again.`, {
      retryable: true,
      cause,
    })
  }
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer
  if (response.status === 400) throw new UsageError(messageOf(answer))
  throw new ChannelError(
    `The running bot at ${url} did not tell what was spent (${response.status}: ${messageOf(answer)}). Look at its log, or stop it and try again.`,
    { retryable: response.status >= 500 },
  )
}

function messageOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return 'no reason given'
  const { error } = answer
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'no reason given'
}
