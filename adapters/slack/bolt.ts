import type * as bolt from '@slack/bolt'
import { PackageMissingError } from '../../src/core/errors.ts'

/** Slack's own client of its Web API. */
export type SlackClient = InstanceType<typeof bolt.webApi.WebClient>

/** The parts of Slack's library that are used. */
export type Bolt = Pick<typeof bolt, 'App' | 'LogLevel' | 'SocketModeReceiver' | 'webApi'>

/** One call may take this long; retries are the outbox's business. */
const callLimitMs = 10_000

/**
 * Loads Slack's library, which takes a second.
 * @throws PackageMissingError without `@slack/bolt`
 */
export async function loadBolt(): Promise<Bolt> {
  try {
    return await import('@slack/bolt')
  } catch (error) {
    throw new PackageMissingError('SLACK_BOT_TOKEN is set, and Slack needs a package: npm install @slack/bolt', error)
  }
}

/** Slack's libraries write texts of customers and parts of tokens to the console; what matters reaches `onFailure`. */
export function silentLogger({ LogLevel }: Pick<Bolt, 'LogLevel'>): bolt.Logger & { setName(): void } {
  return { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => LogLevel.ERROR }
}

/** How every client of ours calls: once, and not for ever. */
export function clientOptionsFor(apiUrl: string | undefined): {
  readonly slackApiUrl?: string
  readonly retryConfig: { readonly retries: 0 }
  readonly rejectRateLimitedCalls: true
  readonly timeout: number
} {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callLimitMs,
  }
}
