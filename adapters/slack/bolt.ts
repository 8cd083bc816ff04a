import type * as bolt from '@slack/bolt'
import { PackageMissingError } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'
import { createPost, type Post } from './post.ts'
import { createFetch, type Fetch } from './fetch.ts'

/** Slack's own client of its Web API, and beside it the one call that is made without it. */
export interface SlackClient extends bolt.webApi.WebClient {
  readonly post: Post
}

/** The parts of Slack's library that are used. */
export interface Bolt extends Pick<typeof bolt, 'App' | 'LogLevel' | 'SocketModeReceiver' | 'webApi'> {
  /** How each of its clients sends a request. */
  readonly fetch: Fetch
}

/** One call may take this long; retries are the outbox's business. */
const callLimitMs = 10_000

/**
 * Loads Slack's library, which takes a second.
 * @throws PackageMissingError without `@slack/bolt` or `undici`
 */
export async function loadBolt(): Promise<Bolt> {
  try {
    const [{ App, LogLevel, SocketModeReceiver, webApi }, undici] = await Promise.all([
      import('@slack/bolt'),
      import('undici'),
    ])
    return { App, LogLevel, SocketModeReceiver, webApi, fetch: createFetch(undici) }
  } catch (error) {
    const remedy = 'npm install @slack/bolt undici'
    throw new PackageMissingError(`SLACK_BOT_TOKEN is set, and Slack needs packages: ${remedy}`, error)
  }
}

/** Slack's libraries write texts of customers and parts of tokens to the console; what matters reaches `onFailure`. */
export function silentLogger({ LogLevel }: Pick<Bolt, 'LogLevel'>): bolt.Logger & { setName(): void } {
  return { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => LogLevel.ERROR }
}

/** Whose client it is, and where Slack is. */
export interface ClientSettings {
  readonly token: Secret
  /** The workspace, where the token is for a whole organisation. */
  readonly teamId?: string | undefined
  /** Left out, slack.com. */
  readonly apiUrl?: string | undefined
}

/** Makes a client that calls in the name of a token. */
export function createClient(bolt: Bolt, { token, teamId, apiUrl }: ClientSettings): SlackClient {
  const options = { ...clientOptionsFor(bolt, apiUrl), logger: silentLogger(bolt) }
  const client = new bolt.webApi.WebClient(token.reveal(), teamId === undefined ? options : { ...options, teamId })
  const settings = { token: token.reveal(), teamId, apiUrl: client.slackApiUrl, timeoutMs: callLimitMs }
  return Object.assign(client, { post: createPost(bolt, settings) })
}

/** How every client of ours calls: once, and not for ever. */
export function clientOptionsFor(
  { fetch }: Pick<Bolt, 'fetch'>,
  apiUrl: string | undefined,
): {
  readonly slackApiUrl?: string
  readonly fetch: Fetch
  readonly retryConfig: { readonly retries: 0 }
  readonly rejectRateLimitedCalls: true
  readonly timeout: number
} {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    fetch,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callLimitMs,
  }
}
