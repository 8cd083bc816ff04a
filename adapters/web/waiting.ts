import type { MessageId } from '../../src/core/message.ts'
import type { ConversationKey, Conversations, TranscriptTurn } from '../../src/core/ports.ts'
import type { StatusStep } from '../../src/core/status.ts'

/**
 * An answer given by this process is told; one given by another is looked for: first after this time, then three times as
 * late each time, so that a thousand who wait do not keep the database from answering them.
 */
const firstLookMs = 300

/** Requests that wait for the answer to their message. */
export class Waiting {
  readonly #waiting = new Map<MessageId, Set<() => void>>()
  readonly #listening = new Map<MessageId, Set<(step: StatusStep) => void>>()
  readonly #conversations: Conversations

  constructor(conversations: Conversations) {
    this.#conversations = conversations
  }

  /** Wakes whoever waits for this message: its answer is stored. */
  answered(message: MessageId): void {
    for (const wake of this.#waiting.get(message) ?? []) wake()
  }

  /** Tells whoever listens what is being done for this message. */
  tell(message: MessageId, step: StatusStep): void {
    for (const hear of this.#listening.get(message) ?? []) hear(step)
  }

  /** Hears the steps of answering a message; the function it gives ends that. */
  listen(message: MessageId, hear: (step: StatusStep) => void): () => void {
    const listeners = this.#listening.get(message) ?? new Set()
    this.#listening.set(message, listeners.add(hear))
    return () => {
      listeners.delete(hear)
      if (listeners.size === 0) this.#listening.delete(message)
    }
  }

  /**
   * The turn of a stored message once it is answered, or as it stands when the time is over or the caller has gone;
   * undefined when the conversation has no such message.
   */
  async turnOf(
    key: ConversationKey,
    message: MessageId,
    limits: { timeoutMs: number; signal: AbortSignal },
  ): Promise<TranscriptTurn | undefined> {
    const endsAt = performance.now() + limits.timeoutMs
    for (let lookAfterMs = firstLookMs; ; lookAfterMs *= 3) {
      const change = this.#change(message, {
        signal: limits.signal,
        timeoutMs: Math.min(lookAfterMs, Math.max(0, endsAt - performance.now())),
      })
      try {
        const turn = await this.#conversations.turn(key, message)
        if (turn === undefined || turn.isAnswered || performance.now() >= endsAt || limits.signal.aborted) return turn
        await change.happened
      } finally {
        change.forget()
      }
    }
  }

  #change(
    message: MessageId,
    { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
  ): { happened: Promise<void>; forget: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiters = this.#waiting.get(message) ?? new Set()
    this.#waiting.set(message, waiters.add(resolve))
    const timer = setTimeout(resolve, timeoutMs)
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    return {
      happened: promise,
      forget: () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        waiters.delete(resolve)
        if (waiters.size === 0) this.#waiting.delete(message)
      },
    }
  }
}
