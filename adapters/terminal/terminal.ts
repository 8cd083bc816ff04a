import { toEvent } from '../../src/core/channel-event.ts'
import type { ChatAction, ChatAnswer, ChatClient } from '../../src/core/chat-client.ts'
import { ChannelError, InputError } from '../../src/core/errors.ts'
import { endOfKept } from '../../src/core/kept-reply.ts'
import type { Message, MessageId, TenantId } from '../../src/core/message.ts'
import type { Channel, ChannelEvent, Conversations, Delivery, Intake, NewId, Now } from '../../src/core/ports.ts'
import { safeMarkup } from '../../src/core/print-markup.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import { ratingKind, type ReplyAction } from '../../src/core/reply.ts'

export interface TerminalParts {
  readonly tenant: TenantId
  readonly conversations: Conversations
  readonly toWireReceipt: (receipt: Receipt) => Readonly<Record<string, unknown>>
  /** Where links of the bot may lead: hosts in lower case. */
  readonly linkHosts: ReadonlySet<string>
  readonly newId: NewId
  readonly now: Now
}

/** The terminal as a channel: one conversation, whose answers go to whoever typed. */
export interface Terminal extends Channel {
  readonly client: ChatClient
  /** Wakes whoever waits for a message that is answered without a reply. */
  onAnswered(message: MessageId): void
}

/** Longer than an answer takes, also one that is tried again. */
const longestAnswerMs = 60_000

/** @param answerLimitMs how long an answer is waited for before the client throws a ChannelError that may pass */
export function createTerminal(parts: TerminalParts, answerLimitMs = longestAnswerMs): Terminal {
  const conversation = `terminal-${parts.newId()}`
  const waiting = new Map<string, () => void>()
  let onEvent: ((event: ChannelEvent) => Promise<Intake>) | undefined

  const ask = async (said: Pick<Message, 'text' | 'pressed'>): Promise<ChatAnswer> => {
    if (onEvent === undefined) throw new Error('the terminal has not been started')
    const message = toMessage(said, conversation, parts)
    const { promise: shown, resolve } = Promise.withResolvers<void>()
    waiting.set(message.id, resolve)
    try {
      const intake = await onEvent(toEvent(message))
      if (intake.kind === 'ignored')
        throw new InputError(
          'action',
          `The button was not accepted (${intake.because}); choose one of the last answer.`,
        )
      await within(answerLimitMs, shown)
    } finally {
      waiting.delete(message.id)
    }
    return await readAnswer(message, parts)
  }
  return {
    name: 'terminal',
    start: async (listener) => {
      onEvent = listener
    },
    send: async (delivery: Delivery) => {
      if ('reply' in delivery && delivery.reply.message !== undefined) waiting.get(delivery.reply.message)?.()
      return endOfKept(delivery)
    },
    find: async (key) => key,
    stop: async () => {},
    onAnswered: (message) => waiting.get(message)?.(),
    client: {
      say: (text) => ask({ text }),
      press: async (action) => {
        const known = await parts.conversations.action({ tenant: parts.tenant, conversation }, action)
        return await ask({ text: known?.label ?? action, pressed: action })
      },
      close: async () => {},
    },
  }
}

/** Resolves with `happening`, or when the time is over. */
async function within(limitMs: number, happening: Promise<void>): Promise<void> {
  const { promise: limit, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, limitMs)
  await Promise.race([happening, limit])
  clearTimeout(timer)
}

function toMessage(said: Pick<Message, 'text' | 'pressed'>, conversation: string, parts: TerminalParts): Message {
  return {
    ...said,
    tenant: parts.tenant,
    id: `terminal/${parts.newId()}`,
    channel: 'terminal',
    conversation,
    address: {},
    author: { id: 'terminal' },
    isPrivate: true,
    receivedAt: parts.now(),
  }
}

function toChatAction(action: ReplyAction): ChatAction {
  const { id, label } = action
  const kind = ratingKind(action)
  return kind === undefined ? { id, label } : { id, label, kind }
}

/** The turn as it stands. @throws ChannelError when the message has not been answered */
async function readAnswer(message: Message, parts: TerminalParts): Promise<ChatAnswer> {
  const turn = await parts.conversations.turn(
    { tenant: message.tenant, conversation: message.conversation },
    message.id,
  )
  if (turn?.isAnswered !== true) {
    throw new ChannelError(
      'Your message is stored, but there is no answer yet. Write again in a moment; if that does not help, look at the log.',
      { retryable: true },
    )
  }
  const { receipt } = turn
  return {
    conversation: message.conversation,
    message: message.id.slice(message.id.indexOf('/') + 1),
    replies: turn.replies.map((reply) => ({
      text: safeMarkup(reply, parts.linkHosts),
      actions: reply.actions.map(toChatAction),
    })),
    receipt: receipt === undefined ? undefined : parts.toWireReceipt(receipt),
  }
}
