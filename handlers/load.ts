import type { Conversation } from '../src/core/conversation.ts'
import type { Message } from '../src/core/message.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { Now, Observer, ReadWaiting } from '../src/core/ports.ts'
import type { Reason } from '../src/models/reason.ts'
import { loadLevel, type LoadLevel } from '../src/routing/load-level.ts'
import { withTicket } from './apology.ts'
import { withoutModels } from './limits.ts'
import type { MessageParts } from './message-parts.ts'

/** How far the bot is behind, at this moment. Never fails. */
export type ReadLoad = () => Promise<LoadLevel>

/** What a look at the load needs. */
export interface LoadWatchParts {
  readonly waiting: ReadWaiting
  readonly observer: Observer
  readonly now: Now
}

/** Whoever asks more often is told what was found before. */
const keptMs = 1000

/**
 * Looks how much waits, at most once a second however many messages are answered, and tells when the level changes. Behind, it
 * goes on to look, so that whoever watches the level sees it fall although nobody writes any more.
 */
export function createReadLoad({ waiting, observer, now }: LoadWatchParts): ReadLoad {
  let level: LoadLevel = 0
  let readAtMs = -Infinity
  let reading: Promise<void> | undefined
  const read = async (): Promise<void> => {
    const { count, since } = await waiting()
    const ageMs = since === undefined ? 0 : Math.max(0, now().getTime() - since.getTime())
    const next = loadLevel({ count, ageMs }, level)
    if (next !== level) {
      const fields = { load: next, before: level, waiting: count, ageMs }
      observer.event({ name: 'load.changed', level: next > level ? 'warn' : 'info', fields })
    }
    level = next
  }
  let again: NodeJS.Timeout | undefined
  const lookAgain = (): void => {
    clearTimeout(again)
    if (level === 0) return
    again = setTimeout(() => void lookNow(), keptMs).unref()
  }
  const look: ReadLoad = async () => {
    if (reading === undefined && Math.abs(now().getTime() - readAtMs) >= keptMs) {
      readAtMs = now().getTime()
      // A store that is away is told of by whoever stores the answer; until then the level is as it was.
      reading = read()
        .catch(() => undefined)
        .finally(() => {
          reading = undefined
          lookAgain()
        })
    }
    await reading
    return level
  }
  const lookNow = async (): Promise<void> => {
    readAtMs = -Infinity // a timer may be a moment early
    await look()
  }
  return look
}

const mostUnderLoad = 3

/** What answers a message at this level: without large models, or without any. */
export function underLoad<Parts extends MessageParts>(parts: Parts, level: LoadLevel): Parts {
  if (level === 0) return parts
  const { reason: ask } = parts.models
  const reason: Reason = async (question, effort) => {
    if (level > 1 || effort.purpose === 'advanced')
      return { kind: 'unanswered', because: 'busy', detail: 'the bot is behind' }
    const tier = effort.tier > mostUnderLoad ? mostUnderLoad : effort.tier
    return await ask(question, { ...effort, tier, mostTier: mostUnderLoad })
  }
  const limited = level === 1 ? parts : withoutModels(parts)
  return { ...limited, models: { ...limited.models, reason } }
}

const levelWords = { 1: 'no large models', 2: 'rules only', 3: 'a notice and a ticket' } as const

/** The outcome, with the level in its receipt. */
export function withLoad(outcome: Outcome, level: LoadLevel): Outcome {
  const { receipt } = outcome
  if (level === 0 || receipt === undefined) return outcome
  const because = `${receipt.route.because} (the bot is behind: ${levelWords[level]})`
  return { ...outcome, receipt: { ...receipt, route: { ...receipt.route, because } } }
}

/** At the highest level: a ticket in place of an answer, the same for all messages of a conversation as long as it is open. */
export async function noticeOfLoad(
  { message, conversation }: { readonly message: Message; readonly conversation: Conversation },
  parts: MessageParts,
): Promise<Outcome> {
  return await withTicket({ message, conversation }, parts, {
    because: 'too many messages wait',
    say: (ticket, isNew) => parts.say(isNew ? 'load.notice' : 'load.added', { ticket, hours: parts.hours }),
  })
}

/** A press answers what the bot asked, and what is for a person costs the bot nothing. */
export function isSpared(message: Message, { state }: Conversation): boolean {
  return message.pressed !== undefined || state === 'person'
}
