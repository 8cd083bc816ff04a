import type { ChannelName } from '../src/core/message.ts'
import type {
  Channel,
  ConversationKey,
  ForgetOld,
  Inbox,
  Observer,
  Outbox,
  Queue,
  Schedule,
} from '../src/core/ports.ts'
import { oneAtATime, repeat } from '../src/core/repeat.ts'
import { tidy, type TidyParts } from './tidy.ts'

interface RecoveryParts {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly queue: Queue
  /** The channels of this process that are running. */
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly forgetOld: ForgetOld
}

type Sweeping = Pick<RecoveryParts, 'queue' | 'observer'>

/** Wakes every conversation that is owed an answer, whatever the queue may have lost. */
export async function sweepInbox({ inbox, ...parts }: Sweeping & Pick<RecoveryParts, 'inbox'>): Promise<void> {
  await wakeOwed(() => inbox.owed(), parts)
}

/** Wakes every conversation that is owed a delivery by this process. */
export async function sweepOutbox({
  outbox,
  channels,
  ...parts
}: Sweeping & Pick<RecoveryParts, 'outbox' | 'channels'>): Promise<void> {
  await wakeOwed(() => outbox.owed([...channels.keys()]), parts)
}

async function wakeOwed(find: () => Promise<readonly ConversationKey[]>, { queue, observer }: Sweeping): Promise<void> {
  try {
    const owed = await find()
    for (const key of owed) await queue.wake(key)
    if (owed.length > 0)
      observer.event({ name: 'recovery.swept', level: 'debug', fields: { conversations: owed.length } })
  } catch (error) {
    observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  }
}

/** What is kept for a while only is kept for hours at least. */
const forgetEveryMs = 3_600_000

type Ended = () => Promise<void>

function toldBy(observer: Observer): (error: unknown) => void {
  return (error) => observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
}

/**
 * Looks now and every `everyMs` milliseconds for what is owed an answer, in one process of all; what is old is forgotten now and
 * every hour. The function it gives ends what this process does by itself; the schedule is stopped by whoever opened it.
 */
export async function recoverAnswers(
  parts: Pick<RecoveryParts, 'inbox' | 'queue' | 'observer' | 'forgetOld'> & { readonly schedule: Schedule },
  everyMs: number,
): Promise<Ended> {
  const { observer, forgetOld, schedule } = parts
  const inbox = oneAtATime(() => sweepInbox(parts), toldBy(observer))
  const old = oneAtATime(() => forgetOld(), toldBy(observer))
  for (const runs of [inbox, old]) runs.begin()
  await schedule.every('recovery', everyMs, async () => inbox.begin())
  await schedule.every('forgetting', forgetEveryMs, async () => old.begin())
  return async () => void (await Promise.all([inbox.stop(), old.stop()]))
}

/**
 * Looks now and every `everyMs` milliseconds, unless the last look still goes on, for what this process's channels are to show,
 * and for what they show twice. The function it gives ends that.
 */
export function recoverDeliveries(
  parts: Pick<RecoveryParts, 'outbox' | 'channels' | 'queue' | 'observer'> & TidyParts,
  everyMs: number,
): Ended {
  const works = [() => sweepOutbox(parts), () => tidy(parts)]
  const ends = works.map((work) => repeat(everyMs, oneAtATime(work, toldBy(parts.observer))))
  return async () => void (await Promise.all(ends.map((end) => end())))
}
