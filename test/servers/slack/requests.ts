import { createHmac } from 'node:crypto'

/** Where the bot listens, and what Slack signs with. */
export interface SlackReceiver {
  readonly url: string
  readonly signingSecret: string
}

/** The signature of a request's raw body (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export function signatureOf(body: string | Uint8Array, timestamp: number | string, signingSecret: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`
}

/** One request and how it went. */
export interface SlackAttempt {
  /** 0 when there was no answer. */
  readonly status: number
  readonly ms: number
  readonly body: string
  readonly retry: number
}

/** What Slack sends: JSON for events, a form for everything else. */
export interface SlackRequest {
  readonly body: string
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded'
}

/** How Slack waits: three seconds for an answer; at once, a minute and five minutes before it tries again. */
export interface SlackPatience {
  readonly answerMs: number
  readonly retriesAfterMs: readonly number[]
}

/** Slack's own patience, a thousand times shorter between tries. */
export const scaledPatience: SlackPatience = { answerMs: 3000, retriesAfterMs: [0, 60, 300] }

/** One signed request. `retry` and `reason` are those of a repetition. */
export async function sendSigned(
  request: SlackRequest,
  { url, signingSecret }: SlackReceiver,
  { answerMs, retry = 0, reason = '' }: { answerMs: number; retry?: number; reason?: string },
): Promise<SlackAttempt & { readonly reason: string; readonly isFinal: boolean }> {
  const timestamp = Math.floor(Date.now() / 1000)
  const startedAt = performance.now()
  const headers = {
    'content-type': request.contentType,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signatureOf(request.body, timestamp, signingSecret),
    ...(retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason }),
  }
  const ms = (): number => performance.now() - startedAt
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body: request.body,
      signal: AbortSignal.timeout(answerMs),
    })
    const { status } = answer
    const isFinal = answer.ok || answer.headers.get('x-slack-no-retry') === '1'
    return { status, ms: ms(), body: await answer.text(), retry, reason: 'http_error', isFinal }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return {
      status: 0,
      ms: ms(),
      body: '',
      retry,
      reason: isLate ? 'http_timeout' : 'connection_failed',
      isFinal: false,
    }
  }
}
