import { ChannelError } from '../../src/core/errors.ts'

/** Slack's own troubles; every other answer of Slack stays the same however often it is asked. */
const passing = [
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'ratelimited',
  'rate_limited',
  'accesslimited',
]

/** What to do about the refusals an owner meets (https://docs.slack.dev/reference/methods/chat.postMessage, read 2026-11-21). */
const remedies: Readonly<Record<string, string>> = {
  invalid_auth: 'the token is wrong: copy it again from the app’s page.',
  not_authed: 'the token is missing.',
  token_revoked: 'the token was revoked: reinstall the app and copy the new one.',
  token_expired: 'the token has expired: reinstall the app and copy the new one.',
  account_inactive: 'the app was uninstalled or its workspace is gone.',
  not_allowed_token_type: 'this is the other kind of token: the bot token begins with xoxb-, the app token with xapp-.',
  channel_not_found: 'the channel does not exist or the bot cannot see it.',
  not_in_channel: 'the bot is not in the channel: invite it there.',
  is_archived: 'the channel is archived.',
  missing_scope: 'the app lacks a scope: add it on the app’s page and reinstall the app.',
}

/** A failed call of Slack as our own error: whether it may succeed later, and when Slack wants to be asked again. */
export function toChannelError(what: string, error: unknown): ChannelError {
  if (error instanceof ChannelError) return error
  const code = property(error, 'code')
  const seconds = property(error, 'retryAfter')
  if (code === 'slack_webapi_rate_limited_error' && typeof seconds === 'number') {
    return new ChannelError(`${what}: too many calls, again in ${seconds} s.`, {
      cause: error,
      retryable: true,
      retryAfterMs: seconds * 1000,
    })
  }
  if (code === 'slack_webapi_platform_error') {
    const reason = reasonOf(error) ?? ''
    const needed = property(property(error, 'data'), 'needed')
    // Some proxy's page instead of an answer: the SDK hands its text on as the reason.
    if (!/^[a-z][a-z0-9_]*$/.test(reason))
      return new ChannelError(`${what}: the answer was not Slack’s.`, { cause: error, retryable: true })
    const remedy = Object.hasOwn(remedies, reason) ? ` – ${remedies[reason]}` : ''
    const scope = typeof needed === 'string' ? ` Missing: ${needed}.` : ''
    return new ChannelError(`${what}: ${reason}${remedy}${scope}`, {
      cause: error,
      retryable: passing.includes(reason),
    })
  }
  if (code === 'slack_webapi_http_error') {
    const status = Number(property(error, 'statusCode'))
    return new ChannelError(`${what}: HTTP status ${status}.`, {
      cause: error,
      retryable: status >= 500 || status === 408 || status === 429,
    })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new ChannelError(`${what}: ${reason}`, { cause: error, retryable: true })
}

/** The word with which Slack refused a call, for example `channel_not_found`. */
export function reasonOf(error: unknown): string | undefined {
  const reason = property(property(error, 'data'), 'error')
  return typeof reason === 'string' ? reason : undefined
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined
}
