import type { webApi } from '@slack/bolt'
import type { Fetch } from './requests.ts'

/** Where a message goes, and what it says (https://docs.slack.dev/reference/methods/chat.postMessage, read 2026-11-28). */
export type Posted = webApi.ChatPostMessageArguments

/**
 * Posts one message.
 * @returns its timestamp, which is its id in its channel; undefined where Slack did not tell
 * @throws what Slack's client throws
 */
export type Post = (message: Posted) => Promise<string | undefined>

/** What posting needs of Slack's library. */
export interface PostParts {
  readonly webApi: Pick<
    typeof webApi,
    'WebAPIHTTPError' | 'WebAPIPlatformError' | 'WebAPIRateLimitedError' | 'WebAPIRequestError'
  >
  readonly fetch: Fetch
}

/** In whose name, and where. */
export interface PostSettings {
  readonly token: string
  /** The workspace, where the token is for a whole organisation. */
  readonly teamId?: string | undefined
  /** Ends with a slash. */
  readonly apiUrl: string
  readonly timeoutMs: number
}

/**
 * The call that every answer makes, as JSON and without Slack's client: that sends a form, in which a message with buttons
 * is twice as long, writes it out once more for a log nobody reads, and has a queue and repetitions of its own, which took a
 * tenth of the bot's processor (docs/decisions/2026-11-28-calls-of-slack.md). Everything else goes through the client.
 */
export function createPost({ webApi, fetch }: PostParts, { token, teamId, apiUrl, timeoutMs }: PostSettings): Post {
  const url = `${apiUrl}chat.postMessage`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' }
  const team = teamId === undefined ? {} : { team_id: teamId }

  const send = async (body: string): Promise<Answer> => {
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    } catch (error) {
      throw new webApi.WebAPIRequestError(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return async (message) => {
    const answer = await send(JSON.stringify({ ...team, ...message }))
    const waitSeconds = Number.parseInt(answer.headers.get('retry-after') ?? '', 10)
    if (answer.status === 429 && waitSeconds >= 0) throw new webApi.WebAPIRateLimitedError(waitSeconds)
    if (answer.status !== 200)
      throw new webApi.WebAPIHTTPError(answer.status, '', Object.fromEntries(answer.headers.entries()), answer.text)
    const said = read(answer.text)
    if (said.ok !== true) {
      // Some proxy's page is what Slack said, word for word.
      const error = typeof said.error === 'string' ? said.error : answer.text
      throw new webApi.WebAPIPlatformError({ ...said, ok: false, error })
    }
    return typeof said.ts === 'string' ? said.ts : undefined
  }
}

interface Answer {
  readonly status: number
  readonly headers: Awaited<ReturnType<Fetch>>['headers']
  readonly text: string
}

interface Said {
  readonly ok?: unknown
  readonly ts?: unknown
  readonly error?: unknown
}

function read(text: string): Said {
  try {
    const said: unknown = JSON.parse(text)
    return typeof said === 'object' && said !== null ? said : {}
  } catch {
    return {} // not JSON, so not Slack
  }
}
