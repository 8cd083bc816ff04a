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

/**
 * Troubles after which "some aspect of the operation" may have succeeded (the errors of
 * https://docs.slack.dev/reference/methods/chat.postMessage, read 2026-11-27).
 */
const halfDone = ['internal_error', 'fatal_error', 'service_unavailable']

/** Failures of a connection that was never made. */
const neverSent = ['EMFILE', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']

/** Words that are about everything the app says in a workspace, not about one channel. They come without a time. */
const workspaceWide = ['rate_limited', 'accesslimited']
const workspaceWaitMs = 10_000

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

/**
 * A failed call of Slack as our own error: whether it may succeed later, when Slack wants to be asked again, and whether
 * Slack may have acted all the same.
 */
export function toChannelError(what: string, error: unknown): ChannelError {
  if (error instanceof ChannelError) return error
  switch (property(error, 'code')) {
    case 'slack_webapi_rate_limited_error':
      return toWaiting(what, error)
    case 'slack_webapi_platform_error':
      return toRefusal(what, error)
    case 'slack_webapi_http_error': {
      const status = Number(property(error, 'statusCode'))
      // Below 400 some proxy answers: Slack itself says 200, with words.
      const isPassing = status >= 500 || status < 400 || status === 408 || status === 429
      const isAmbiguous = isPassing && status !== 429
      return new ChannelError(`${what}: HTTP status ${status}.`, { cause: error, retryable: isPassing, isAmbiguous })
    }
  }
  const fault = connectionFault(error)
  const said = error instanceof Error ? error.message : String(error)
  // Where several addresses refuse, only the network's own word is left.
  const reason = fault === undefined || said.includes(fault) ? said : `${said.trim()} (${fault})`
  // The SDK has no class for a 429 that does not say how long to wait; that call was refused.
  const isRefused = reason.startsWith('Retry header did not contain')
  const isAmbiguous = !isRefused && !(fault !== undefined && neverSent.includes(fault))
  return new ChannelError(`${what}: ${reason}`, { cause: error, retryable: true, isAmbiguous })
}

function toWaiting(what: string, error: unknown): ChannelError {
  const seconds = Number(property(error, 'retryAfter'))
  const message = `${what}: too many calls, again in ${seconds} s.`
  return new ChannelError(message, { cause: error, retryable: true, retryAfterMs: seconds * 1000 })
}

function toRefusal(what: string, error: unknown): ChannelError {
  const reason = reasonOf(error) ?? ''
  // Some proxy's page instead of an answer: the SDK hands its text on as the reason.
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(reason)) {
    const message = `${what}: the answer was not Slack’s.`
    return new ChannelError(message, { cause: error, retryable: true, isAmbiguous: true })
  }
  const needed = property(property(error, 'data'), 'needed')
  const remedy = Object.hasOwn(remedies, reason) ? ` – ${remedies[reason]}` : ''
  const scope = typeof needed === 'string' ? ` Missing: ${needed}.` : ''
  return new ChannelError(`${what}: ${reason}${remedy}${scope}`, {
    cause: error,
    retryable: passing.includes(reason),
    isAmbiguous: halfDone.includes(reason),
    ...(workspaceWide.includes(reason) ? { retryAfterMs: workspaceWaitMs } : {}),
  })
}

/** The bot itself is not let in, whatever it says where. */
const lockedOut = ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive']

/** A reply that cannot be sent because the bot is locked out waits until its owner has let it in again. */
export function toSendingError(what: string, error: unknown): ChannelError {
  const failure = toChannelError(what, error)
  if (!lockedOut.includes(reasonOf(error) ?? '')) return failure
  return new ChannelError(failure.message, { cause: error, retryable: true })
}

/** Whether Slack wants to hear less of the app everywhere in the workspace. */
export function isWorkspaceWide(error: unknown): boolean {
  return workspaceWide.includes(reasonOf(error) ?? '')
}

/** The network's own word for why a request failed, for example `ECONNREFUSED`. */
function connectionFault(error: unknown): string | undefined {
  const fault = property(error, 'original')
  const word = property(fault, 'code') ?? property(property(fault, 'cause'), 'code')
  return typeof word === 'string' ? word : undefined
}

/** The word with which Slack refused a call, for example `channel_not_found`. */
export function reasonOf(error: unknown): string | undefined {
  const reason = property(property(error, 'data'), 'error')
  return typeof reason === 'string' ? reason : undefined
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined
}
