import type { ChannelName } from '../src/core/message.ts'
import type { Channel, ForgetOld, Inbox, Observer, Outbox, Queue } from '../src/core/ports.ts'
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

/** Wakes every conversation that is owed an answer, or a delivery by this process, whatever the queue may have lost. */
export async function sweep({
  inbox,
  outbox,
  queue,
  channels,
  observer,
}: Omit<RecoveryParts, 'forgetOld'>): Promise<void> {
  try {
    const owed = [...(await inbox.owed()), ...(await outbox.owed([...channels.keys()]))]
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
 * Sweeps, and looks for what is shown twice, now and every `everyMs` milliseconds, unless the last time still runs, and
 * forgets what is old now and every hour; the function it gives ends that.
 */
export function startRecovery(parts: RecoveryParts & TidyParts, everyMs: number): () => Promise<void> {
  const { observer, forgetOld } = parts
  const onFailure = (error: unknown): void =>
    observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  const ends = [
    repeat(
      everyMs,
      oneAtATime(() => sweep(parts), onFailure),
    ),
    repeat(
      everyMs,
      oneAtATime(() => tidy(parts), onFailure),
    ),
    repeat(
      forgetEveryMs,
      oneAtATime(() => forgetOld(), onFailure),
    ),
  ]
  return async () => void (await Promise.all(ends.map((end) => end())))
}
