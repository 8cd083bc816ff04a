import { cutText, maximumTextLength, type Message } from '../src/core/message.ts'
import type { ChannelEvent, Inbox, Intake, Observer, Queue } from '../src/core/ports.ts'

interface IntakeParts {
  readonly inbox: Inbox
  readonly queue: Queue
  readonly observer: Observer
}

/**
 * A platform delivered something: it is recorded, and only then may the platform hear "got it". Waking the worker may
 * fail without harm, because recovery finds whatever is owed.
 */
export function createIntake(parts: IntakeParts): (event: ChannelEvent) => Promise<Intake> {
  return async (event) => {
    if (event.kind !== 'message' && event.kind !== 'action') return { kind: 'ignored', because: 'not-handled' }
    const message = storable(event.message)
    const acceptance = await parts.inbox.accept(message)
    if (acceptance === 'action-used' || acceptance === 'action-unknown') return { kind: 'ignored', because: acceptance }
    const name = acceptance === 'new' ? 'message.accepted' : 'message.repeated'
    parts.observer.event({ name, level: 'debug', fields: { message: message.id, channel: message.channel } })
    await wake(message, parts)
    return { kind: acceptance }
  }
}

async function wake(message: Message, { queue, observer }: IntakeParts): Promise<void> {
  try {
    await queue.wake({ tenant: message.tenant, conversation: message.conversation })
  } catch (error) {
    observer.event({ name: 'queue.failed', level: 'warn', fields: { message: message.id }, error })
  }
}

/** A database keeps neither half characters nor NUL; a text above the limit is cut, as every platform would show it. */
function storable(message: Message): Message {
  const { name, ...author } = message.author
  return {
    ...message,
    text: cutText(clean(message.text), maximumTextLength),
    author: name === undefined ? author : { ...author, name: cutText(clean(name), 200) },
  }
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
