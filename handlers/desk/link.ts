import type { Message } from '../../src/core/message.ts'
import type { Say } from '../../src/core/wording.ts'

/**
 * Where a message can be read, when others than its author may: made of what the platform told us and nothing else.
 * Slack: https://docs.slack.dev/interactivity/deep-linking, read 2026-11-27; what it does not know it leaves out.
 */
export function linkTo({ channel, address, isPrivate }: Message, say: Say): string | undefined {
  if (isPrivate) return undefined
  const { team, channel: place, thread, guild, message } = address
  if (place === undefined) return undefined
  if (channel === 'slack' && isId(team, place, thread ?? '0'))
    return say('desk.link.slack', { team: team ?? '', channel: place, message: thread ?? '' })
  // Discord shows no message of whoever asked by a command: then the link leads to the channel.
  if (channel === 'discord' && isId(guild, place, message ?? '0'))
    return say('desk.link.discord', { guild: guild ?? '', channel: place, message: message ?? '' }).replace(/\/$/, '')
  return undefined
}

function isId(...ids: readonly (string | undefined)[]): boolean {
  return ids.every((id) => id !== undefined && /^[A-Z0-9.]{1,40}$/.test(id))
}
