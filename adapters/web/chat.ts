import { createHash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import {
  ActionUnknownError,
  ActionUsedError,
  ConversationUnknownError,
  ForbiddenError,
  InputError,
} from '../../src/core/errors.ts'
import { toEvent } from '../../src/core/channel-event.ts'
import type { Conversation } from '../../src/core/conversation.ts'
import type { AgentName, IntentName } from '../../src/core/intent.ts'
import type { Message, TenantId } from '../../src/core/message.ts'
import type {
  ChannelEvent,
  ConversationKey,
  Conversations,
  Intake,
  Now,
  Observer,
  Transcript,
  TranscriptTurn,
} from '../../src/core/ports.ts'
import type { StatusStep } from '../../src/core/status.ts'
import { identifyCaller, type Caller, type CallerParts } from './caller.ts'
import { tellSteps, typeOut, type Send } from './event-stream.ts'
import { report, toErrorBody } from './http-errors.ts'
import { chatSchema, pressSchema, readBody } from './request.ts'
import type { Waiting } from './waiting.ts'
import { safeTranscript, safeTurn } from './safe-replies.ts'
import {
  maySee,
  shownReplies,
  storedId,
  toWireReceipt,
  toWireReply,
  toWireTranscript,
  toWireTurn,
  type View,
} from './wire.ts'

export interface ChatParts extends CallerParts {
  readonly tenant: TenantId
  readonly conversations: Conversations
  readonly waiting: Waiting
  /** What a customer reads while a message is being answered. */
  readonly statusText: (step: StatusStep) => string
  readonly agentOf: (intent: IntentName) => AgentName | 'unknown'
  /** Where links of the bot may lead: hosts in lower case. */
  readonly linkHosts: ReadonlySet<string>
  readonly onEvent: (event: ChannelEvent) => Promise<Intake>
  readonly observer: Observer
  readonly now: Now
}

/** A request waits this long for its answer, longer than the slowest local model may take; after that it gets 202 and reads it later. */
const answerTimeoutMs = 45_000

/** The chat over HTTP: what the playground, scripts and the terminal beside a running bot use. */
export function createChat(parts: ChatParts): Hono {
  const chat = new Hono()
  chat.post('/', async (context) => {
    return await respond(context, await readMessage(context, parts), parts)
  })
  chat.post('/stream', async (context) => {
    return stream(context, await readMessage(context, parts), parts)
  })
  chat.post('/action', async (context) => {
    const press = await readPress(context, parts)
    const wantsEvents = context.req.header('accept')?.includes('text/event-stream') === true
    return wantsEvents ? stream(context, press, parts) : await respond(context, press, parts)
  })
  chat.get('/:conversation', async (context) => await readTranscript(context, parts))
  return chat
}

/** What a caller said, once it is known who they are. */
interface Request {
  readonly message: Message
  readonly caller: Caller
}

async function readMessage(context: Context, parts: ChatParts): Promise<Request> {
  const body = await readBody(context.req.raw, chatSchema)
  const author =
    body.author === undefined
      ? undefined
      : { id: body.author.id, ...(body.author.name === undefined ? {} : { name: body.author.name }) }
  const caller = identifyCaller(context.req.raw.headers, author, parts)
  const id = storedId(caller.author.id, body.id ?? parts.newId())
  const conversation = body.conversation ?? conversationFor(id)
  if (body.conversation !== undefined) await requireConversation(body.conversation, caller, parts)
  return { message: toMessage({ id, conversation, text: body.text }, caller, parts), caller }
}

async function readPress(context: Context, parts: ChatParts): Promise<Request> {
  const body = await readBody(context.req.raw, pressSchema)
  const caller = identifyCaller(context.req.raw.headers, undefined, parts)
  const owner = await requireConversation(body.conversation, caller, parts)
  const key = { tenant: parts.tenant, conversation: body.conversation }
  const action = isStorable(body.action) ? await parts.conversations.action(key, body.action) : undefined
  if (action === undefined) throw unknownAction(body.action)
  if (!maySee(action, caller.maySeeReceipts)) throw staffOnly(action.label)
  const id = storedId(owner.author.id, body.id ?? `press-${parts.newId()}`)
  const earlier = body.id === undefined ? undefined : await parts.conversations.turn(key, id)
  if (earlier !== undefined && earlier.message.pressed !== action.id) throw usedId(body.id ?? '')
  const message = toMessage(
    { id, conversation: body.conversation, text: action.label },
    { ...caller, author: owner.author },
    parts,
  )
  return { message: { ...message, pressed: action.id }, caller }
}

interface Said {
  readonly id: string
  readonly conversation: string
  readonly text: string
}

function toMessage(said: Said, caller: Caller, parts: ChatParts): Message {
  return {
    ...said,
    tenant: parts.tenant,
    channel: 'web',
    address: {},
    author: caller.author,
    isPrivate: true,
    receivedAt: parts.now(),
  }
}

/** A message sent again without its conversation, because the first answer was lost, must meet the same one. */
function conversationFor(messageId: string): string {
  return `web-${createHash('sha256').update(messageId).digest('base64url').slice(0, 27)}`
}

/** The conversation, when it is the caller's own. Somebody else's and one that never was sound the same. */
async function requireConversation(conversation: string, caller: Caller, parts: ChatParts) {
  const found = isStorable(conversation)
    ? await parts.conversations.load({ tenant: parts.tenant, conversation })
    : undefined
  if (found === undefined || !(caller.isAdmin || found.author.id === caller.author.id)) {
    throw new ConversationUnknownError(
      `You have no conversation "${conversation.slice(0, 80)}". Leave "conversation" out to open one, and send the cookie you were given to go on with your own.`,
    )
  }
  return found
}

/** A database keeps neither NUL nor half characters, so no id of ours ever holds one. */
function isStorable(id: string): boolean {
  return id.isWellFormed() && !id.includes('\0')
}

/** A message's turn, and who has the conversation after it. */
interface Answered {
  readonly turn: TranscriptTurn
  readonly state: Conversation['state']
}

/**
 * Stores the message and waits for its answer.
 * @throws InputError when its id belongs to a message of another conversation
 */
async function answerTo(message: Message, signal: AbortSignal, parts: ChatParts): Promise<Answered> {
  const intake = await parts.onEvent(toEvent(message))
  if (intake.kind === 'ignored' && message.pressed !== undefined)
    throw intake.because === 'action-used' ? usedAction(message.pressed) : unknownAction(message.pressed)
  const key = { tenant: message.tenant, conversation: message.conversation }
  const turn = await parts.waiting.turnOf(key, message.id, { timeoutMs: answerTimeoutMs, signal })
  if (turn === undefined) throw usedId(toWireIds(message).message)
  const conversation = await parts.conversations.load(key)
  return { turn, state: conversation?.state ?? 'bot' }
}

async function respond(context: Context, { message, caller }: Request, parts: ChatParts): Promise<Response> {
  const { turn, state } = await answerTo(message, context.req.raw.signal, parts)
  if (caller.setCookie !== undefined) context.header('set-cookie', caller.setCookie)
  const { isAnswered } = turn
  return context.json(
    { ...toWireTurn(safeTurn(turn, parts.linkHosts), viewFor(caller, parts)), isAnswered, state },
    isAnswered ? 200 : 202,
  )
}

/** What happens to a message as it happens: first what is being done, then, once it is checked and stored, the answer. */
function stream(context: Context, { message, caller }: Request, parts: ChatParts): Response {
  if (caller.setCookie !== undefined) context.header('set-cookie', caller.setCookie)
  return streamSSE(context, async (events) => {
    const send: Send = async (event, data) => await events.writeSSE({ event, data: JSON.stringify(data) })
    const status = tellSteps(send, parts.statusText)
    const stopListening = parts.waiting.listen(message.id, status.tell)
    try {
      status.tell('understanding')
      const { turn, state } = await answerTo(message, context.req.raw.signal, parts)
      stopListening()
      await status.told()
      for (const reply of shownReplies(safeTurn(turn, parts.linkHosts))) {
        await typeOut(reply.text, send)
        await send('reply', toWireReply(reply, caller.maySeeReceipts))
      }
      const { receipt } = viewFor(caller, parts).receipt(turn.receipt)
      if (receipt !== undefined) await send('receipt', receipt)
      const { conversation, message: id } = toWireIds(message)
      await send('done', { conversation, message: id, isAnswered: turn.isAnswered, state })
    } catch (error) {
      const { status: code, body } = toErrorBody(error)
      report(error, code, parts.observer)
      await send('error', { ...body.error, status: code })
    } finally {
      stopListening()
    }
  })
}

async function readTranscript(context: Context, parts: ChatParts): Promise<Response> {
  const caller = identifyCaller(context.req.raw.headers, undefined, parts)
  const conversation = context.req.param('conversation') ?? ''
  const owner = await requireConversation(conversation, caller, parts)
  const after = context.req.query('after')
  const key = { tenant: parts.tenant, conversation }
  const transcript =
    after === undefined
      ? await parts.conversations.transcript(key)
      : await transcriptAfter(parts.conversations, key, [after, storedId(owner.author.id, after)])
  if (transcript === undefined) {
    throw new InputError(
      'after',
      `"after" is "${(after ?? '').slice(0, 80)}", which is no reply or message of this conversation; use the "cursor" of an earlier answer, or leave it out.`,
    )
  }
  return context.json(toWireTranscript(safeTranscript(transcript, parts.linkHosts), viewFor(caller, parts)))
}

/** `after` is the id of a reply, or the client's own id of a message. */
async function transcriptAfter(
  conversations: Conversations,
  key: ConversationKey,
  ids: readonly string[],
): Promise<Transcript | undefined> {
  for (const id of ids.filter(isStorable)) {
    const found = await conversations.transcript(key, id)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a caller may see of an answer. */
function viewFor({ maySeeReceipts }: Caller, parts: ChatParts): View {
  return {
    isStaff: maySeeReceipts,
    receipt: (receipt) =>
      receipt === undefined || !maySeeReceipts ? {} : { receipt: toWireReceipt(receipt, parts.agentOf) },
  }
}

function toWireIds(message: Message): { conversation: string; message: string } {
  return { conversation: message.conversation, message: message.id.slice(message.id.indexOf('/') + 1) }
}

function unknownAction(action: string): ActionUnknownError {
  return new ActionUnknownError(
    `"action" is "${action.slice(0, 80)}", which this conversation never offered; use the id of a button in one of its replies.`,
  )
}

function staffOnly(label: string): ForbiddenError {
  return new ForbiddenError(
    'action',
    `The button "${label}" is for the support team, and nothing was done. Send the header authorization: Bearer TOKEN with the admin token, or ask for a person instead.`,
  )
}

function usedId(id: string): InputError {
  return new InputError(
    'id',
    `"id" is "${id}", which another message of yours has; repeat a message with its own conversation or button, and give a new one a new id.`,
  )
}

function usedAction(action: string): ActionUsedError {
  return new ActionUsedError(
    `The button "${action.slice(0, 80)}" was pressed before. Its effect stands; read the conversation to see the answer.`,
  )
}
