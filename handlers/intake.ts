import { cutText, maximumTextLength, type Message, type MessageId } from '../src/core/message.ts'
import type {
  Acceptance,
  ChannelEvent,
  ConversationKey,
  Given,
  Inbox,
  Intake,
  Observer,
  Queue,
  Revisions,
} from '../src/core/ports.ts'
import type { Reply } from '../src/core/reply.ts'

/** Files of one message that are noted. */
const mostAttachments = 20

/** What happens only where there is a team. */
export type TeamEvent = Extract<ChannelEvent, { kind: 'command' | 'shortcut' | 'form' | 'home' }>

/** What the team and its admins do. It is answered at once, and none of it is a customer's message. */
export interface TeamIntake {
  /** A command, a menu, a form or the bot's own page. */
  ask(event: TeamEvent): Promise<Intake>
  /** A pressed control of the team; undefined when the button is a customer's. */
  press(message: Message): Promise<Intake | undefined>
  /** Something written in the team's channel; undefined anywhere else. */
  written(message: Message, given: Given): Promise<Intake | undefined>
  /** Whether whoever pressed may press for others. */
  isSupport(message: Message): boolean
  /** What somebody reads who pressed a button that is not theirs. */
  refusal(): Reply
}

export interface IntakeParts {
  readonly inbox: Inbox
  readonly revisions: Revisions
  readonly queue: Queue
  readonly observer: Observer
  /** Left out where there are only customers, as in a terminal. */
  readonly team?: TeamIntake
  /** Ends the work on a message at once, if any is under way; on any message of the conversation when none is named. */
  readonly stopTurn?: (key: ConversationKey, message?: MessageId) => void
}

/**
 * A platform delivered something: it is recorded, and only then may the platform hear "got it". Waking the worker may
 * fail without harm, because recovery finds whatever is owed.
 */
export function createIntake(parts: IntakeParts): (event: ChannelEvent) => Promise<Intake> {
  const { revisions, team, stopTurn } = parts
  return async (event) => {
    switch (event.kind) {
      case 'message':
        return (await team?.written(event.message, event)) ?? (await takeMessage(event, parts))
      case 'action':
        return (await team?.press(event.message)) ?? (await takePress(event.message, parts))
      case 'edit': {
        const text = cutText(clean(event.text), maximumTextLength)
        const at = event.at === undefined ? {} : { at: event.at }
        const revised = await revisions.revise(event.key, event.message, { text, ...at })
        if (revised === 'revised') stopTurn?.(event.key, event.message)
        return revised === 'revised'
          ? await woken(event.key, event.message, parts)
          : { kind: 'ignored', because: revised }
      }
      case 'delete':
      case 'stop': {
        const message = event.kind === 'delete' ? event.message : undefined
        const withdrawn = await revisions.withdraw(event.key, message)
        if (withdrawn === 'withdrawn') stopTurn?.(event.key, message)
        return withdrawn === 'withdrawn'
          ? await woken(event.key, event.kind, parts)
          : { kind: 'ignored', because: withdrawn }
      }
      case 'command':
      case 'shortcut':
      case 'form':
      case 'home':
        return (await team?.ask(event)) ?? { kind: 'ignored', because: 'not-handled' }
    }
  }
}

async function takeMessage(
  { message: given, isAddressed }: Extract<ChannelEvent, { kind: 'message' }>,
  parts: IntakeParts,
): Promise<Intake> {
  const message = storable(given)
  return await accepted(message, await parts.inbox.accept(message, { isAddressed }), parts)
}

async function takePress(given: Message, parts: IntakeParts): Promise<Intake> {
  const message = storable(given)
  // The web and the terminal show a button to those only who may press it.
  const isSupport =
    (message.channel !== 'slack' && message.channel !== 'discord') || (parts.team?.isSupport(message) ?? false)
  const acceptance = await parts.inbox.accept(message, { isAddressed: true, mayPressForOthers: isSupport })
  // In a channel of Discord each author has a conversation of their own, which does not know the buttons of the others.
  const isOthers = acceptance === 'someone-else' || (acceptance === 'action-unknown' && !message.isPrivate)
  if (isOthers && parts.team !== undefined) return { kind: 'shown', reply: parts.team.refusal() }
  return await accepted(message, acceptance, parts)
}

async function accepted(message: Message, acceptance: Acceptance, parts: IntakeParts): Promise<Intake> {
  if (acceptance !== 'new' && acceptance !== 'seen') return { kind: 'ignored', because: acceptance }
  const name = acceptance === 'new' ? 'message.accepted' : 'message.repeated'
  parts.observer.event({ name, level: 'debug', fields: { message: message.id, channel: message.channel } })
  await wake(message, parts)
  return { kind: acceptance }
}

/** What changed in a conversation may be all its worker waits for. */
async function woken({ tenant, conversation }: ConversationKey, id: string, parts: IntakeParts): Promise<Intake> {
  await wake({ tenant, conversation, id }, parts)
  return { kind: 'new' }
}

async function wake(
  message: Pick<Message, 'tenant' | 'conversation' | 'id'>,
  { queue, observer }: IntakeParts,
): Promise<void> {
  try {
    await queue.wake({ tenant: message.tenant, conversation: message.conversation })
  } catch (error) {
    observer.event({ name: 'queue.failed', level: 'warn', fields: { message: message.id }, error })
  }
}

/** A database keeps neither half characters nor NUL; a text above the limit is cut, as every platform would show it. */
function storable(message: Message): Message {
  const { name, ...author } = message.author
  const attachments = message.attachments
    ?.slice(0, mostAttachments)
    .map((file) => ({ ...file, name: cutText(clean(file.name), 200) }))
  return {
    ...message,
    ...(attachments === undefined ? {} : { attachments }),
    text: cutText(clean(message.text), maximumTextLength),
    author: name === undefined ? author : { ...author, name: cutText(clean(name), 200) },
  }
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
