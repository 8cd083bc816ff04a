import type { Inbox, Observer, Outbox, Queue } from '../src/core/ports.ts'

interface RecoveryParts {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly queue: Queue
  readonly observer: Observer
}

/** Wakes every conversation that is owed an answer or a delivery, whatever the queue may have lost. */
export async function sweep({ inbox, outbox, queue, observer }: RecoveryParts): Promise<void> {
  try {
    const owed = [...(await inbox.owed()), ...(await outbox.owed())]
    for (const key of owed) await queue.wake(key)
    if (owed.length > 0)
      observer.event({ name: 'recovery.swept', level: 'debug', fields: { conversations: owed.length } })
  } catch (error) {
    observer.event({ name: 'recovery.failed', level: 'warn', fields: {}, error })
  }
}

/** Sweeps now and then every `everyMs` milliseconds; the function it gives ends that. */
export function startRecovery(parts: RecoveryParts, everyMs: number): () => Promise<void> {
  let running = sweep(parts)
  const timer = setInterval(() => {
    running = running.then(() => sweep(parts))
  }, everyMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
