import type { Feedback } from '../src/core/agent.ts'
import type { Conversation } from '../src/core/conversation.ts'
import { ClaimLostError, TuppenceError } from '../src/core/errors.ts'
import { deskConversation } from '../src/core/desk.ts'
import { pause } from '../src/core/pause.ts'
import type { ChannelName, Message, MessageId, TenantId } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { Claim, Completed, ConversationKey, Inbox, Observer, OutboxItem, Queue } from '../src/core/ports.ts'
import { deliver, type DeliveryParts } from './delivery.ts'
import { wakeAll } from './desk/parts.ts'
import { isSpared, noticeOfLoad, underLoad, withLoad, type ReadLoad } from './load.ts'
import { placeOf, withNotice, withoutModels, type LimitParts } from './limits.ts'
import { handleMessage } from './message.ts'
import type { MessageParts } from './message-parts.ts'
import { mostTries, parkedOutcome } from './park.ts'
import { forReplay, withWordOnTicket } from './replayed.ts'
import { watchClaim, type WatchParts } from './watch-claim.ts'

export interface TurnParts extends MessageParts, DeliveryParts, WatchParts, LimitParts {
  readonly inbox: Inbox
  readonly queue: Queue
  readonly observer: Observer
  /** How far the bot is behind. Left out, it never is. */
  readonly load?: ReadLoad
  /** Tells whoever waits for a message that its answer is stored and shows nothing. */
  readonly onAnswered: (message: MessageId) => void
  /** Has what is owed to the conversation shown by another process; left out, this one shows it. */
  readonly handOver?: (key: ConversationKey) => Promise<void>
  /** Takes away what was told of the work on a message that is not answered any more. */
  readonly onStopped?: (message: Message) => void
}

/** A message that was being answered so often when its process ended may be why it did. Once may happen to any. */
const mostLost = 2
/**
 * Those wait for each other, so that one of them takes no other along: after so long it is looked again, on average. Many look
 * at different moments, so that the next begins soon after one has ended.
 */
const suspectWaitMs = 2000

/**
 * What was not shown waits for an earlier reply that another process shows. It goes on with this one, unless both were stored
 * in the same milliseconds and neither saw the other; so it is looked again.
 */
const lookAgainMs = 200

/** After so many messages of a conversation others have their turn, however many more it owes. */
const mostInARow = 5

/**
 * Answers what a conversation owes, oldest first, each message once, and shows each answer before the next is begun. What is
 * more than a few is left to a turn behind the others that wait.
 */
export async function takeTurns(key: ConversationKey, parts: TurnParts): Promise<void> {
  for (let turn = 0; turn < mostInARow; turn += 1) {
    const claim = await parts.inbox.claim(key, shownHere(parts))
    if (claim === undefined) {
      const shown = await show(key, parts)
      if (shown === 0) return
      continue // a message may have waited until that was shown
    }
    const answered = await answer({ ...claim, takenAt: parts.now() }, parts)
    if (answered === undefined) return
    const shown = await show(key, parts, answered.begun)
    if (shown === 0 && parts.handOver === undefined) await wakeIn(lookAgainMs, key, parts)
    // A reply that was due, and not begun with its answer, has kept another process from the message behind it.
    const wasDue = shown > (answered.begun === undefined ? 0 : 1)
    if (!answered.isMoreOwed && !wasDue) return
  }
  // What is for an instant, though it has come, stands in the line of all processes and does not run at once in this one.
  await wakeIn(0, key, parts)
}

async function wakeIn(ms: number, key: ConversationKey, { queue, observer, now }: TurnParts): Promise<void> {
  try {
    await queue.wake(key, new Date(now().getTime() + ms))
  } catch (error) {
    // Recovery finds it.
    observer.event({ name: 'queue.failed', level: 'warn', fields: { conversation: key.conversation }, error })
  }
}

/** Gives how many replies were tried here. */
async function show(key: ConversationKey, parts: TurnParts, begun?: OutboxItem): Promise<number> {
  if (parts.handOver === undefined) return await deliver(key, parts, begun)
  await parts.handOver(key)
  return 0
}

/** The channels this process shows replies of. */
function shownHere({ handOver, channels }: TurnParts): readonly ChannelName[] {
  return handOver === undefined ? [...channels.keys()] : []
}

/** A claim, and when it was taken. */
type Taken = Claim & { readonly takenAt: Date }

/** Undefined when the message is still owed. */
async function answer(claim: Taken, parts: TurnParts): Promise<Completed | undefined> {
  const { message } = claim
  if (!parts.running.begin(message, claim.lost >= mostLost)) {
    await waitTurn(claim, suspectWaitMs * (0.5 + Math.random()), parts)
    return undefined
  }
  // A process that was killed has not taken away what it had told of its work.
  if (claim.tries > 1) parts.onStopped?.(message)
  try {
    tellOfSuspect(claim, parts)
    const outcome = await outcomeOf(claim, parts)
    return outcome === undefined ? undefined : await store(claim, outcome, parts)
  } catch (error) {
    const isStopped = parts.running.signalOf(message)?.aborted ?? false
    if (!isStopped && !(error instanceof ClaimLostError)) return await recover(claim, error, parts)
    parts.onStopped?.(message)
    await giveBack(claim, parts)
    return undefined
  } finally {
    parts.running.end(message)
  }
}

/** The last of these lines before a process ends tells which message it was. */
function tellOfSuspect({ message, tries, lost }: Claim, { observer }: TurnParts): void {
  if (lost < mostLost) return
  const fields = { message: message.id, channel: message.channel, tries, lost }
  observer.event({ name: 'message.suspected', level: 'warn', fields })
}

/** A message that is still owed, as when a person took the conversation, is read again at once and not after its lease. */
async function giveBack(claim: Claim, parts: TurnParts): Promise<void> {
  const { tenant, conversation } = claim.message
  await postpone(claim, parts.now(), parts)
  await parts.queue.wake({ tenant, conversation })
}

/** Undefined when the message has to wait for its turn. */
async function outcomeOf(claim: Claim, parts: TurnParts): Promise<Outcome | undefined> {
  const { message, conversation } = claim
  if (claim.tries > mostTries) return await parkedOutcome({ claim, conversation }, undefined, parts)
  const place = await placeOf(claim, conversation, parts)
  if (place.kind === 'over') {
    await waitTurn(claim, place.waitMs, parts)
    return undefined
  }
  const endWatch = watchClaim(claim, conversation.changedHands ?? 0, parts)
  try {
    if (claim.replays > 0) return withWordOnTicket(await handleMessage(message, conversation, forReplay(parts)), parts)
    if (place.kind === 'within') return await underPresentLoad({ message, conversation }, parts)
    return withNotice(await underPresentLoad({ message, conversation }, withoutModels(parts)), parts.say)
  } finally {
    await endWatch()
  }
}

/** The answer as far as there is time for it. */
async function underPresentLoad(
  { message, conversation }: { readonly message: Message; readonly conversation: Conversation },
  parts: TurnParts,
): Promise<Outcome> {
  const level = (await parts.load?.()) ?? 0
  const isNoticeOnly = level === 3 && !isSpared(message, conversation)
  const outcome = isNoticeOnly
    ? await noticeOfLoad({ message, conversation }, parts)
    : await handleMessage(message, conversation, underLoad(parts, level))
  return withLoad(outcome, level)
}

/** The message stays the oldest of its conversation, so those behind it wait with it, and their order holds. */
async function waitTurn(claim: Claim, waitMs: number, parts: TurnParts): Promise<void> {
  const { tenant, conversation } = claim.message
  const at = new Date(parts.now().getTime() + waitMs)
  await parts.inbox.postpone(claim, at, 'turn')
  try {
    await parts.queue.wake({ tenant, conversation }, at)
  } catch (error) {
    // Recovery finds it when it is due. As a fault of the answer it would be due at once.
    parts.observer.event({ name: 'queue.failed', level: 'warn', fields: { message: claim.message.id }, error })
  }
}

async function store(claim: Taken, given: Outcome, parts: TurnParts): Promise<Completed> {
  const outcome = withMoments(given, claim, parts)
  const completed = await parts.inbox.complete(claim, outcome, shownHere(parts))
  if (outcome.receipt !== undefined) parts.observer.receipt(outcome.receipt, claim.message.channel)
  for (const effect of outcome.effects) if (effect.kind === 'record-feedback') tellOfFeedback(effect.feedback, parts)
  const { misunderstood } = outcome
  if (misunderstood !== undefined) await parts.models.forget(claim.message.tenant, misunderstood)
  if (outcome.replies.length === 0) parts.onAnswered(claim.message.id)
  await wakeTeam(claim.message.tenant, outcome, parts)
  return completed
}

function withMoments(outcome: Outcome, { message, takenAt }: Taken, { now }: TurnParts): Outcome {
  const { receipt } = outcome
  if (receipt === undefined) return outcome
  const [accepted, claimed, decided] = [message.receivedAt.getTime(), takenAt.getTime(), now().getTime()]
  return { ...outcome, receipt: { ...receipt, moments: { accepted, claimed, decided } } }
}

/** What the team is told goes out by conversations of its own. */
async function wakeTeam(tenant: TenantId, { effects }: Outcome, parts: TurnParts): Promise<void> {
  const cards = effects.flatMap((effect) =>
    effect.kind === 'tell-team' ? [deskConversation(effect.change.card.id)] : [],
  )
  await wakeAll(tenant, new Set(cards), parts)
}

function tellOfFeedback({ message, value, intent, tier }: Feedback, { observer }: TurnParts): void {
  observer.event({ name: 'feedback.recorded', level: 'info', fields: { message, value, intent, tier } })
}

/** A fault that passes is tried again later; any other is answered at once with an apology and a ticket. */
async function recover(claim: Taken, error: unknown, parts: TurnParts): Promise<Completed | undefined> {
  const { message, attempt, tries } = claim
  const fields = { message: message.id, channel: message.channel, attempt }
  const isPassing = error instanceof TuppenceError && error.retryable && tries < mostTries
  if (isPassing) {
    const at = new Date(parts.now().getTime() + waitMs(tries))
    parts.observer.event({ name: 'message.postponed', level: 'warn', fields, error })
    await postpone(claim, at, parts)
    await parts.queue.wake({ tenant: message.tenant, conversation: message.conversation }, at)
    return undefined
  }
  const conversation = await parts.conversations.load({ tenant: message.tenant, conversation: message.conversation })
  if (conversation === undefined) return undefined
  try {
    return await store(claim, await parkedOutcome({ claim, conversation }, error, parts), parts)
  } catch (late) {
    if (late instanceof ClaimLostError) return undefined // another worker has the message and answers it
    throw late
  }
}

/** How long the database is waited for before a claim is left to the end of its lease. */
const givingBackMs = [50, 250, 1000, 3000]

/** Gives a message back, also when the connection has just been lost that was to store its answer: another takes its place. */
async function postpone(claim: Claim, at: Date, { inbox }: TurnParts): Promise<void> {
  for (const waitMs of givingBackMs) {
    try {
      return await inbox.postpone(claim, at)
    } catch (error) {
      if (!(error instanceof TuppenceError) || !error.retryable) throw error
    }
    await pause(waitMs)
  }
  await inbox.postpone(claim, at)
}

/** Nothing, then 1, 4, 16 seconds: a conflict is settled by reading again, an outage takes longer. */
function waitMs(tries: number): number {
  return tries === 1 ? 0 : 1000 * 4 ** (tries - 2)
}
