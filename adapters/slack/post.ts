import type { webApi } from '@slack/bolt'
import type { Fetch } from './fetch.ts'

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

/** As Slack's client says who calls, which some proxies want to know. */
const userAgent = 'Tuppence'

/**
 * The call that every answer makes, as JSON and without Slack's client: that sends a form, in which a message with buttons
 * is twice as long, writes it out once more for a log nobody reads, and has a queue and repetitions of its own, all of which
 * costs a tenth of the bot's processor (docs/decisions/2026-11-28-calls-of-slack.md). Everything else goes through the client.
 */
export function createPost({ webApi, fetch }: PostParts, { token, teamId, apiUrl, timeoutMs }: PostSettings): Post {
  const url = `${apiUrl}chat.postMessage`
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'content-type': 'application/json; charset=utf-8',
    'user-agent': userAgent,
  }
  const team = teamId === undefined ? {} : { team_id: teamId }
  const orRequestError = async <Value>(step: Promise<Value>): Promise<Value> => {
    try {
      return await step
    } catch (error) {
      throw new webApi.WebAPIRequestError(error instanceof Error ? error : new Error(String(error)))
    }
  }

  return async (message) => {
    const body = JSON.stringify({ ...team, ...message })
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await orRequestError(fetch(url, { method: 'POST', headers, body, redirect: 'error', signal }))
    const { status } = answer
    const waitSeconds = Number.parseInt(answer.headers.get('retry-after') ?? '', 10)
    if (status === 429 && !Number.isNaN(waitSeconds)) throw new webApi.WebAPIRateLimitedError(waitSeconds)
    const text = await orRequestError(answer.text())
    if (status !== 200) throw new webApi.WebAPIHTTPError(status, '', Object.fromEntries(answer.headers.entries()), text)
    const said = read(text)
    const { error = '' } = said
    if (said.ok !== true) throw new webApi.WebAPIPlatformError({ ...said, ok: false, error })
    return typeof said.ts === 'string' ? said.ts : undefined
  }
}

interface Said {
  readonly ok?: unknown
  readonly ts?: unknown
  readonly error?: string
}

/** What is no object, as some proxy's page or a single word, is none of Slack's. */
function read(text: string): Said {
  try {
    const said: unknown = JSON.parse(text)
    if (typeof said !== 'object' || said === null) return {}
    const { error, ...others }: { readonly error?: unknown } = said
    return typeof error === 'string' ? { ...others, error } : others
  } catch {
    return {}
  }
}
