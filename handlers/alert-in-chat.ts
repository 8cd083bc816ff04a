import type { SendAlert } from '../src/core/alert.ts'
import { ChannelError } from '../src/core/errors.ts'
import type { ChannelName } from '../src/core/message.ts'
import type { Channel } from '../src/core/ports.ts'

/** A channel of the team, on a platform that may be connected or not. */
export interface TeamChannel {
  readonly platform: ChannelName
  readonly address: string
}

/**
 * Posts alerts into a channel of the team. The key is the alert's own, so that one whose first sending ended in the dark is
 * looked for and not posted again. Errors are ChannelError; without a connection the alert waits for one.
 *
 * @param channels those that are connected, at the moment of sending
 */
export function createAlertInChat(
  { platform, address }: TeamChannel,
  channels: ReadonlyMap<ChannelName, Channel>,
): SendAlert {
  return async ({ tenant, day, scope, level, text }) => {
    const channel = channels.get(platform)
    if (channel === undefined)
      throw new ChannelError(`${platform} is not connected, so the alert waits.`, { retryable: true })
    const key = `alert/${tenant}/${day}/${scope}/${level}`
    const place = { channel: address }
    if ((await channel.find(key, place)) !== undefined) return
    const reply = { id: key, text, actions: [], audience: 'staff', at: new Date() } as const
    await channel.send({ kind: 'post', key, address: place, reply, mayExist: false })
  }
}
