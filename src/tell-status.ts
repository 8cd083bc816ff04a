import type { Web } from '../adapters/web/server.ts'
import type { Config } from '../config/config.ts'
import { createSay } from '../config/wording.ts'
import type { ChannelName, Message } from './core/message.ts'
import type { Channel, Observer } from './core/ports.ts'
import type { StatusStep } from './core/status.ts'

interface StatusParts {
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly web: Pick<Web, 'onStatus'> | undefined
  readonly observer: Observer
}

/** Both ways of telling, see the parts of a turn. */
interface TellStatus {
  readonly onStatus: (message: Message, step: StatusStep) => void
  readonly onStopped: (message: Message) => void
}

/** Tells whoever waits for an answer what is being done. A word that does not get through is no reason to wait for it. */
export function createTellStatus(
  config: Pick<Config, 'wording'>,
  { channels, web, observer }: StatusParts,
): TellStatus {
  const say = createSay(config.wording)
  return {
    onStatus: (message, step) => {
      if (message.channel === 'web') return web?.onStatus(message.id, step)
      tell(message, say(`status.${step}`), { channels, observer })
    },
    onStopped: (message) => tell(message, '', { channels, observer }),
  }
}

function tell(message: Message, text: string, { channels, observer }: Omit<StatusParts, 'web'>): void {
  const { id: key, channel, address } = message
  if (channel !== 'slack' && channel !== 'discord') return
  channels
    .get(channel)
    ?.send({ kind: 'status', key, address, text })
    .catch((error: unknown) =>
      observer.event({ name: 'reply.postponed', level: 'debug', fields: { channel, message: key }, error }),
    )
}
