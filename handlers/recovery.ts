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

/**
 * Sweeps now and every `everyMs` milliseconds, unless the last time still runs: what is owed an answer in one process of all,
 * what is to be delivered, or is shown twice, in each for its own channels. What is old is forgotten now and every hour. The
 * function it gives ends what this process does by itself; the schedule is stopped by whoever opened it.
 */
export async function startRecovery(
  parts: RecoveryParts & TidyParts & { readonly schedule: Schedule },
  everyMs: number,
): Promise<() => Promise<void>> {
  const { observer, forgetOld, schedule } = parts
  const onFailure = (error: unknown): void =>
    observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  const ends = [
    repeat(
      everyMs,
      oneAtATime(() => sweepOutbox(parts), onFailure),
    ),
    repeat(
      everyMs,
      oneAtATime(() => tidy(parts), onFailure),
    ),
  ]
  const inbox = oneAtATime(() => sweepInbox(parts), onFailure)
  const old = oneAtATime(() => forgetOld(), onFailure)
  ends.push(inbox.stop, old.stop)
  for (const runs of [inbox, old]) runs.begin()
  await schedule.every('recovery', everyMs, async () => inbox.begin())
  await schedule.every('forgetting', forgetEveryMs, async () => old.begin())
  return async () => void (await Promise.all(ends.map((end) => end())))
}
