import type { Conversation } from '../src/core/conversation.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { Claim, Counted, MessageLimit, MessageLimits, Observer, Place } from '../src/core/ports.ts'
import type { Reply } from '../src/core/reply.ts'
import type { Say } from '../src/core/wording.ts'
import type { MessageParts } from './message-parts.ts'

/** How fast customers are answered. An undefined limit is none. */
export interface TurnLimits {
  /** Never fails. */
  readonly counted: MessageLimits
  /** For one person on one channel. */
  readonly user: MessageLimit | undefined
  /** For one channel of a platform, whoever writes there; beside it one message of each person is answered in a window. */
  readonly channel: MessageLimit | undefined
  /** A name that tells nobody what it stands for. */
  readonly pseudonym: (...parts: readonly string[]) => string
  /** Whether the message is from somebody who runs the bot or helps customers. */
  readonly isOfTeam: (message: Message) => boolean
}

export interface LimitParts {
  /** Left out, nobody is limited. */
  readonly limits?: TurnLimits | undefined
  readonly observer: Observer
}

/**
 * Whether the claimed message may be answered now. It is counted here and not when it comes in: what comes in is only
 * stored, so the platform hears at once that it is, also while Redis hangs, and a repeated delivery is no further message.
 */
export async function placeOf(
  { message, tries, replays }: Claim,
  conversation: Conversation,
  { limits, observer }: LimitParts,
): Promise<Place> {
  if (limits === undefined || replays > 0 || !isLimited(message, conversation, limits)) return { kind: 'within' }
  const place = await take(message, limits)
  // Whoever was let in is not held up when an answer fails and is tried again; the one to be told is told all the same.
  if (tries > 1) return place.kind === 'first-over' ? place : { kind: 'within' }
  if (place.kind === 'within') return place
  const { channel, id } = message
  const waitMs = place.kind === 'over' ? place.waitMs : 0
  const level = place.kind === 'first-over' ? 'info' : 'debug'
  observer.event({ name: 'message.limited', level, fields: { message: id, channel, place: place.kind, waitMs } })
  return place
}

/** A press answers what the bot asked, and what is for a person costs the bot nothing. */
function isLimited(message: Message, { state }: Conversation, { isOfTeam }: TurnLimits): boolean {
  return message.pressed === undefined && state === 'bot' && !isOfTeam(message)
}

async function take(message: Message, limits: TurnLimits): Promise<Place> {
  const { counted, pseudonym, user, channel: everybody } = limits
  const asked = askedFor(message, limits)
  if (asked.length === 0) return within
  const places = await counted.take(pseudonym('message', message.id), asked)
  const [mine = within, due, shared = within] = user === undefined ? [within, ...places] : places
  if (everybody === undefined || shared.kind === 'within') return mine
  if (shared.kind !== 'over') return shared
  const untilDueMs = due?.kind === 'over' ? due.waitMs : everybody.windowMs
  return { kind: 'over', waitMs: Math.min(shared.waitMs, untilDueMs) }
}

const within: Place = { kind: 'within' }

/**
 * A place with the person first: whoever writes too fast takes none of the channel's places. The channel's limit is for what
 * comes beyond one message of each person in a window: nobody waits for others who write much.
 */
function askedFor(
  { tenant, channel, address, author }: Message,
  { pseudonym, user, channel: everybody }: TurnLimits,
): readonly Counted[] {
  const keyOf = (kind: string, ...names: readonly string[]): string =>
    // Between braces stands what a cluster of Redis servers shares keys out by.
    `{${tenant}}:${kind}:${pseudonym(kind, channel, ...names)}`
  const own: readonly Counted[] =
    user === undefined ? [] : [{ key: keyOf('user', author.id), limit: user, endsWith: 'over' }]
  const where = address['channel']
  if (everybody === undefined || where === undefined) return own
  return [
    ...own,
    { key: keyOf('due', where, author.id), limit: { ...everybody, most: 1 }, endsWith: 'within' },
    { key: keyOf('channel', where), limit: everybody, endsWith: 'over' },
  ]
}

/** Rules alone answer whoever writes faster than that: a burst must not be what the budget goes to. */
export function withoutModels<Parts extends Pick<MessageParts, 'models'>>(parts: Parts): Parts {
  const models = {
    ...parts.models,
    classify: async (_text: string, classification: Parameters<MessageParts['models']['classify']>[1]) =>
      classification,
    canWrite: () => false,
  }
  return { ...parts, models }
}

/** The answer, and under it the sentence that there are many messages and each will have its turn. */
export function withNotice(outcome: Outcome, say: Say): Outcome {
  const notice = say('limits.one-at-a-time')
  const place = outcome.replies.findIndex(({ audience }) => audience === 'customer')
  const said: Reply = { text: notice, actions: [], audience: 'customer' }
  if (place < 0) return { ...outcome, replies: [...outcome.replies, said] }
  const replies = outcome.replies.map((reply, index) =>
    index === place ? { ...reply, text: `${reply.text}\n\n${notice}` } : reply,
  )
  return { ...outcome, replies }
}
