import { ChannelError } from '../../src/core/errors.ts'

/** Slack answers these within a second. */
const answerLimitMs = 5000

/** Answers whoever acted through the address their action came with. */
export type Respond = (responseUrl: string, body: object) => Promise<void>

/**
 * Posts to addresses of Slack's only: what is shown there is for one person, and an address is a part of the payload.
 * Redirects are not followed.
 *
 * @param apiUrl where Slack is when it is not at slack.com
 */
export function createRespond(apiUrl: string | undefined): Respond {
  const own = apiUrl === undefined ? undefined : new URL(apiUrl).origin
  return async (responseUrl, body) => {
    const address = URL.canParse(responseUrl) ? new URL(responseUrl) : undefined
    if (address === undefined || !(isSlack(address) || address.origin === own))
      throw new ChannelError('An answer was not sent: its address is not one of Slack.', { retryable: false })
    const { status, refusal } = await post(address, body)
    if (status < 200 || status >= 300 || refusal !== undefined)
      throw new ChannelError(`Slack refused an answer to what somebody did: ${refusal ?? `status ${status}`}.`, {
        retryable: false,
      })
  }
}

async function post(address: URL, body: object): Promise<{ status: number; refusal: string | undefined }> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerLimitMs),
    })
    const { status } = response
    const refusal = /"error":"(\w{1,100})"/.exec(await response.text())?.[1]
    return { status, refusal }
  } catch (error) {
    throw new ChannelError('Slack did not take an answer to what somebody did.', { cause: error, retryable: true })
  }
}

function isSlack({ protocol, hostname, port, username }: URL): boolean {
  const isHost = hostname === 'slack.com' || hostname.endsWith('.slack.com')
  return protocol === 'https:' && isHost && port === '' && username === ''
}
