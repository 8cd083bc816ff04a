import type { Alert, SendAlert } from '../../src/core/alert.ts'
import { ChannelError } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'

/** A receiver that has not answered by then is tried again later. */
const usualTimeoutMs = 5000

/**
 * Posts alerts as JSON: `{text, content, level, day, scope, tenant}`. `text` stands first because the incoming webhooks of
 * Slack and of many others show that field and ignore the rest; Discord's read `content`, which therefore says the same.
 * Whatever is no answer of 200 to 299 is a ChannelError that may be tried again. Redirects are not followed.
 *
 * @param url holds its own secret as a rule, so it is never printed; a name and password in it are sent as basic
 * authentication
 */
export function createAlertWebhook(url: Secret, timeoutMs: number = usualTimeoutMs): SendAlert {
  const { address, headers } = receiverOf(url)
  return async (alert) => {
    let status: number
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await fetch(address, {
        method: 'POST',
        headers,
        body: toBody(alert),
        redirect: 'manual', // the next host would read the alert, and it was not chosen by the owner
        signal,
      })
      status = response.status
      await response.body?.cancel()
    } catch (error) {
      throw new ChannelError('The webhook for alerts cannot be reached; check TUPPENCE_ALERT_WEBHOOK.', {
        cause: error,
        retryable: true,
      })
    }
    if (status < 200 || status >= 300) {
      throw new ChannelError(`The webhook for alerts answered ${status}; check TUPPENCE_ALERT_WEBHOOK.`, {
        retryable: true,
      })
    }
  }
}

/** `fetch` refuses an address with a name and password, and prints all of it in its error. */
function receiverOf(url: Secret): { readonly address: URL; readonly headers: Readonly<Record<string, string>> } {
  const address = new URL(url.reveal())
  const { username, password } = address
  const headers = { 'content-type': 'application/json' }
  if (username === '' && password === '') return { address, headers }
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  address.username = ''
  address.password = ''
  return { address, headers: { ...headers, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } }
}

function toBody({ text, level, day, scope, tenant }: Alert): string {
  return JSON.stringify({ text, content: text, level, day, scope, tenant })
}
