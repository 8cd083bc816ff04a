import { tellAcknowledged } from '../handlers/acknowledged.ts'
import type { Platform } from './channels.ts'
import { ChannelError } from './core/errors.ts'
import type { ChannelName } from './core/message.ts'
import type { Channel, ChannelEvent, Intake, IsPlatformAdmin, Observer, Receive } from './core/ports.ts'

/** After a failed try the next one waits so long, twice as long each time up to the largest. */
const firstWaitMs = 2000
const largestWaitMs = 60_000

export interface StartParts {
  /** Undefined where the platform is only sent to. */
  readonly intake: ((event: ChannelEvent) => Promise<Intake>) | undefined
  /** Where a platform that runs is found by those who deliver. */
  readonly channels: Map<ChannelName, Channel>
  /** Where those who ask for an admin find whom to ask. */
  readonly admins: Map<ChannelName, IsPlatformAdmin>
  /** Where what a platform sends to our own address finds who receives it, by path. */
  readonly receivers: Map<string, Receive>
  readonly observer: Observer
}

/**
 * Starts a platform. One that cannot be reached is tried again while the rest of the bot answers; one that refuses the
 * bot, a wrong token for example, ends the start.
 * @returns ends the tries and leaves the platform
 * @throws ChannelError that is not retryable
 */
export async function keepStarting(platform: Platform, parts: StartParts): Promise<() => Promise<void>> {
  let isWanted = true
  let timer: NodeJS.Timeout | undefined
  let attempt = Promise.resolve()
  const tryAgainAfter = (waitMs: number): void => {
    timer = setTimeout(() => {
      attempt = tryOnce(platform, parts).then(
        (isRunning) => {
          if (!isRunning && isWanted) tryAgainAfter(Math.min(waitMs * 2, largestWaitMs))
        },
        () => {},
      ) // refused after all; the log has the reason, and the rest of the bot goes on
    }, waitMs)
  }
  if (!(await tryOnce(platform, parts))) tryAgainAfter(firstWaitMs)
  return async () => {
    isWanted = false
    clearTimeout(timer)
    await attempt
    await parts.channels.get(platform.name)?.stop()
  }
}

/** What a channel calls with what was said; undefined where it only sends. */
export function listenerOf(
  channel: ChannelName,
  { intake, observer }: Pick<StartParts, 'intake' | 'observer'>,
): StartParts['intake'] {
  if (intake === undefined) return undefined
  return tellAcknowledged(channel, intake, { observer, elapsedMs: () => performance.now() })
}

/** Whether the platform runs now. */
async function tryOnce(platform: Platform, parts: StartParts): Promise<boolean> {
  const { intake, channels, observer } = parts
  let channel: Channel | undefined
  try {
    const opened = await platform.open()
    channel = opened.channel
    await channel.start(listenerOf(platform.name, { intake, observer }))
    channels.set(platform.name, channel)
    parts.admins.set(platform.name, opened.isAdmin)
    if (intake !== undefined && platform.path !== undefined && opened.receive !== undefined)
      parts.receivers.set(platform.path, opened.receive)
    observer.event({ name: 'channel.started', level: 'info', fields: { channel: platform.name } })
    return true
  } catch (error) {
    await channel?.stop().catch(() => undefined) // it never ran; what failed before is what is told
    const isPassing = error instanceof ChannelError && error.retryable
    const level = isPassing ? 'warn' : 'error'
    observer.event({ name: 'channel.failed', level, fields: { channel: platform.name }, error })
    if (isPassing) return false
    throw error
  }
}
