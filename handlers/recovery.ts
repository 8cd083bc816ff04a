import type { ChannelName } from '../src/core/message.ts'
import type { Channel, Inbox, Observer, Outbox, Queue } from '../src/core/ports.ts'
import { tidy, type TidyParts } from './tidy.ts'

interface RecoveryParts {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly queue: Queue
  /** The channels of this process that are running. */
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
}

/** Wakes every conversation that is owed an answer, or a delivery by this process, whatever the queue may have lost. */
export async function sweep({ inbox, outbox, queue, channels, observer }: RecoveryParts): Promise<void> {
  try {
    const owed = [...(await inbox.owed()), ...(await outbox.owed([...channels.keys()]))]
    for (const key of owed) await queue.wake(key)
    if (owed.length > 0)
      observer.event({ name: 'recovery.swept', level: 'debug', fields: { conversations: owed.length } })
  } catch (error) {
    observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  }
}

/**
 * Sweeps, and looks for what is shown twice, now and every `everyMs` milliseconds, unless the last time still runs; the
 * function it gives ends that.
 */
export function startRecovery(parts: RecoveryParts & TidyParts, everyMs: number): () => Promise<void> {
  const ends = [repeat(() => sweep(parts), everyMs), repeat(() => tidy(parts), everyMs)]
  return async () => void (await Promise.all(ends.map((end) => end())))
}

function repeat(work: () => Promise<void>, everyMs: number): () => Promise<void> {
  let running: Promise<void> | undefined
  const begin = (): void => {
    running ??= work().finally(() => {
      running = undefined
    })
  }
  begin()
  const timer = setInterval(begin, everyMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
