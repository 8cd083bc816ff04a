import type { Conversation, Identity, Task } from '../../src/core/conversation.ts'
import { channelNames, type ChannelName, type Message } from '../../src/core/message.ts'
import type { ConversationKey } from '../../src/core/ports.ts'
import type { Reply, StoredReply } from '../../src/core/reply.ts'
import { ticketStates, type TicketState } from '../../src/core/ticket.ts'
import { instant, integer, json, optionalText, text, type Row } from './database.ts'

export function toKey(row: Row): ConversationKey {
  return { tenant: text(row, 'tenant'), conversation: text(row, 'conversation') }
}

/** Reads a row of inbox joined with its conversation's channel. */
export function toMessage(row: Row): Message {
  const name = optionalText(row, 'author_name')
  const pressed = optionalText(row, 'pressed')
  const attachments = json<Message['attachments'] | null>(row, 'attachments') ?? undefined
  return {
    tenant: text(row, 'tenant'),
    id: text(row, 'id'),
    channel: toChannelName(row),
    conversation: text(row, 'conversation'),
    address: json(row, 'address'),
    author: { id: text(row, 'author_id'), ...(name === undefined ? {} : { name }) },
    text: text(row, 'text'),
    ...(pressed === undefined ? {} : { pressed }),
    ...(attachments === undefined ? {} : { attachments }),
    isPrivate: row['is_private'] === true,
    receivedAt: instant(row, 'received_at'),
  }
}

export function toConversation(row: Row): Conversation {
  const name = optionalText(row, 'author_name')
  const ticket = optionalText(row, 'ticket')
  const identity = json<{ customer: string; until: string } | null>(row, 'identity')
  const task = json<Task | null>(row, 'task')
  const last = json<Conversation['last'] | null>(row, 'last') ?? undefined
  const changedHands = integer(row, 'changed_hands')
  return {
    tenant: text(row, 'tenant'),
    id: text(row, 'id'),
    channel: toChannelName(row),
    address: json(row, 'address'),
    author: { id: text(row, 'author_id'), ...(name === undefined ? {} : { name }) },
    state: text(row, 'state') === 'person' ? 'person' : 'bot',
    ...(identity === null ? {} : { identity: toIdentity(identity) }),
    ...(task === null ? {} : { task }),
    paused: json(row, 'paused'),
    ...(last === undefined ? {} : { last }),
    turns: integer(row, 'turns'),
    unclear: integer(row, 'unclear'),
    ...(changedHands === 0 ? {} : { changedHands }),
    ...(ticket === undefined ? {} : { ticket }),
  }
}

function toIdentity(stored: { customer: string; until: string }): Identity {
  return { customer: stored.customer, until: new Date(stored.until) }
}

/** Reads a row of outbox. */
export function toStoredReply(row: Row): StoredReply {
  const message = optionalText(row, 'message')
  const reply = json<Reply>(row, 'body')
  return { ...reply, id: text(row, 'id'), at: instant(row, 'at'), ...(message === undefined ? {} : { message }) }
}

export function toChannelName(row: Row): ChannelName {
  const value = text(row, 'channel')
  const name = channelNames.find((known) => known === value)
  if (name === undefined)
    throw new TypeError(`the store holds the channel "${value}", known: ${channelNames.join(', ')}`)
  return name
}

/** A state as it is stored. */
export function toTicketState(value: string): TicketState {
  const state = ticketStates.find((known) => known === value)
  if (state === undefined)
    throw new TypeError(`the store holds the ticket state "${value}", known: ${ticketStates.join(', ')}`)
  return state
}
