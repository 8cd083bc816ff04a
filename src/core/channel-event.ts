import type { Message } from './message.ts'
import type { ChannelEvent } from './ports/channel.ts'

/** What somebody said to the bot alone, or the button they pressed there. */
export function toEvent(message: Message): Extract<ChannelEvent, { kind: 'message' | 'action' }> {
  return message.pressed === undefined ? { kind: 'message', message, isAddressed: true } : { kind: 'action', message }
}
