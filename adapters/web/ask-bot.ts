import { ChannelError, UsageError } from '../../src/core/errors.ts'
import type { RunningBot } from './client.ts'

/** One question to the running bot. */
export interface BotQuestion {
  /** With its query. */
  readonly path: string
  /** Sent as JSON by POST; a GET without one. */
  readonly body?: object
  /** What an error says that the bot did not do. */
  readonly about: string
}

/**
 * Asks the running bot over loopback, with the token it left; the answer is as the bot gave it, to be checked by the caller.
 * @throws UsageError when the bot refuses what is asked; ChannelError when it does not answer
 */
export async function askBot({ url, token }: RunningBot, { path, body, about }: BotQuestion): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': jsonType }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
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
    `The running bot at ${url} did not ${about} (${response.status}: ${messageOf(answer)}). Look at its log, or stop it and try again.`,
    { retryable: response.status >= 500 },
  )
}

const jsonType = 'application/json'

function messageOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return 'no reason given'
  const { error } = answer
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : 'no reason given'
}
