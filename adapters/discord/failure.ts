import { ChannelError } from '../../src/core/errors.ts'
import { property } from './shape.ts'

/** What to do about the refusals an owner meets (https://docs.discord.com/developers/topics/opcodes-and-status-codes, read 2026-11-21). */
const remedies: Readonly<Record<number, string>> = {
  10003: 'the channel does not exist any more.',
  50001: 'the bot cannot see the channel: give its role "View Channel".',
  50007: 'this person does not take direct messages from the bot.',
  50013: 'the bot lacks a permission here: give its role "Send Messages" and "Send Messages in Threads".',
  40058: 'the channel is a forum, where each message needs a post of its own.',
  40067: 'this forum asks for a tag: make tags named "waiting", "claimed" and "resolved", or require none.',
  50027: 'the command or button is older than 15 minutes.',
  50083: 'the thread is archived and the bot may not open it again: give its role "Manage Threads".',
  160005: 'the thread is locked: give the bot\'s role "Manage Threads".',
}

/** Failures of a connection that was never made. */
const neverSent: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']

/**
 * A failed call of Discord as our own error: whether it may succeed later, when Discord wants to be asked again, and
 * whether Discord may have acted all the same.
 */
export function toChannelError(what: string, error: unknown): ChannelError {
  if (error instanceof ChannelError) return error
  const name = error instanceof Error ? error.name : ''
  const reason = error instanceof Error ? error.message : String(error)
  const status = Number(property(error, 'status') ?? 0)
  const code = Number(property(error, 'code') ?? 0)
  if (name.startsWith('RateLimitError')) {
    const waitMs = Math.max(Number(property(error, 'retryAfter') ?? 0), Number(property(error, 'timeToReset') ?? 0))
    return new ChannelError(`${what}: too many calls, again in ${waitMs} ms.`, {
      cause: error,
      retryable: true,
      retryAfterMs: waitMs,
    })
  }
  if (
    (status === 401 && code !== 50_027) ||
    property(error, 'code') === 'TokenInvalid' ||
    reason === 'Authentication failed'
  ) {
    return new ChannelError(
      `${what}: the token is wrong. Copy DISCORD_TOKEN again from the application's page "Bot".`,
      { cause: error, retryable: false },
    )
  }
  if (reason.includes('disallowed intents')) {
    return new ChannelError(
      `${what}: the application may not have the message content intent. Switch "Message Content Intent" on under ` +
        '"Privileged Gateway Intents" at the page "Bot" of https://discord.com/developers/applications, or set ' +
        'discord.messageContent to false in bot.yaml.',
      { cause: error, retryable: false },
    )
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    const remedy = remedies[code] ?? reason
    return new ChannelError(`${what}: ${code === 0 ? `HTTP status ${status}` : code} – ${remedy}`, {
      cause: error,
      retryable: false,
    })
  }
  return new ChannelError(`${what}: ${status === 0 ? reason : `HTTP status ${status}`}`, {
    cause: error,
    retryable: true,
    isAmbiguous: status !== 429 && !neverSent.includes(property(error, 'code')) && !neverSent.includes(causeOf(error)),
  })
}

/** The network's own word for why a request failed. */
function causeOf(error: unknown): unknown {
  return property(property(error, 'cause'), 'code')
}

/** Whether Discord says that the thing to be removed, or to be acknowledged, already is. */
export function isDone(error: unknown): boolean {
  const code = property(error, 'code')
  return code === 10008 || code === 40060
}

/** Whether Discord does not know an interaction, or not yet: its first answer has not arrived. */
export function isUnknownWebhook(error: unknown): boolean {
  return hasCode(error, 10_015) || hasCode(error, 10_062)
}

/** Whether a call was refused with this number of Discord's. */
export function hasCode(error: unknown, code: number): boolean {
  const found = error instanceof ChannelError ? error.cause : error
  return property(found, 'code') === code
}

/** A reply that cannot be sent because the bot is locked out waits until its owner has let it in again. */
export function toSendingError(what: string, error: unknown): ChannelError {
  const failure = toChannelError(what, error)
  const { cause, message } = failure
  const isLockedOut = Number(property(cause, 'status')) === 401 && Number(property(cause, 'code')) !== 50_027
  return isLockedOut ? new ChannelError(message, { cause, retryable: true }) : failure
}
