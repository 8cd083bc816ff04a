import type { ConversationKey, Queue } from '../../src/core/ports.ts'

export interface InProcessQueueOptions {
  /** How many conversations run at a time, at least 1. */
  readonly concurrency?: number
  /** Told of every handler that threw; that conversation is woken again after 0.1 s to 30 s. */
  readonly onError?: (error: unknown) => void
}

/** A queue that knows whether a wake-up would have to wait in it. */
export interface QueueWithRoom extends Queue {
  /** Whether the conversation has its place here already, or would run at once. Never before the work has begun. */
  hasRoomFor(key: ConversationKey): boolean
}

/**
 * The queue of the embedded bot: wake-ups live in this process and are lost with it, which the inbox makes up for.
 * Conversations take turns in the order they were woken.
 */
export function createInProcessQueue(options: InProcessQueueOptions = {}): QueueWithRoom {
  return new InProcessQueue(options)
}

const firstRetryMs = 100
const longestRetryMs = 30_000
/** Longer timers overflow in Node and fire at once. */
const longestTimerMs = 2_147_483_647

/** One conversation while it has something to do; forgotten as soon as it is idle. */
interface Mailbox {
  readonly name: string
  readonly key: ConversationKey
  state: 'waiting' | 'running' | 'running-again' | 'resting'
  failures: number
}

class InProcessQueue implements QueueWithRoom {
  readonly #options: InProcessQueueOptions
  readonly #mailboxes = new Map<string, Mailbox>()
  readonly #ready: Mailbox[] = []
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #runs = new Set<Promise<void>>()
  #handler: ((key: ConversationKey) => Promise<void>) | undefined
  #isStopped = false

  constructor(options: InProcessQueueOptions) {
    this.#options = options
  }

  async wake(key: ConversationKey, at?: Date): Promise<void> {
    if (this.#isStopped) return
    const delayMs = at === undefined ? 0 : at.getTime() - Date.now()
    if (at !== undefined && delayMs > 0) this.#wakeAfter(key, delayMs, `at ${at.getTime()} ${nameOf(key)}`)
    else this.#wakeNow(key)
  }

  hasRoomFor(key: ConversationKey): boolean {
    if (this.#handler === undefined || this.#isStopped) return false
    return this.#mailboxes.has(nameOf(key)) || this.#isFree()
  }

  async work(handler: (key: ConversationKey) => Promise<void>): Promise<void> {
    this.#handler = handler
    this.#takeTurns()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const name of this.#timers.keys()) this.#cancel(name)
    this.#ready.length = 0
    await Promise.all(this.#runs)
  }

  #wakeNow(key: ConversationKey): void {
    const name = nameOf(key)
    const mailbox = this.#mailboxes.get(name)
    if (mailbox === undefined) this.#enqueue({ name, key, state: 'waiting', failures: 0 })
    else if (mailbox.state === 'running') mailbox.state = 'running-again'
    else if (mailbox.state === 'resting') this.#enqueue(mailbox)
  }

  #enqueue(mailbox: Mailbox): void {
    mailbox.state = 'waiting'
    this.#mailboxes.set(mailbox.name, mailbox)
    this.#ready.push(mailbox)
    this.#takeTurns()
  }

  #takeTurns(): void {
    while (this.#handler !== undefined && !this.#isStopped && this.#isFree()) {
      const mailbox = this.#ready.shift()
      if (mailbox === undefined) return
      const run: Promise<void> = this.#run(mailbox, this.#handler).then(() => {
        this.#runs.delete(run)
        this.#takeTurns()
      })
      this.#runs.add(run)
    }
  }

  #isFree(): boolean {
    return this.#runs.size < (this.#options.concurrency ?? 8)
  }

  async #run(mailbox: Mailbox, handler: (key: ConversationKey) => Promise<void>): Promise<void> {
    mailbox.state = 'running'
    const retry = `retry ${mailbox.name}`
    try {
      await handler(mailbox.key)
      mailbox.failures = 0
      this.#cancel(retry)
    } catch (error) {
      mailbox.failures += 1
      this.#options.onError?.(error)
    }
    if (this.#isStopped) return
    if (isWanted(mailbox)) this.#enqueue(mailbox)
    else if (mailbox.failures === 0) this.#mailboxes.delete(mailbox.name)
    else {
      mailbox.state = 'resting'
      this.#wakeAfter(mailbox.key, Math.min(firstRetryMs * 2 ** (mailbox.failures - 1), longestRetryMs), retry)
    }
  }

  /** Two wake-ups of a conversation for the same instant are one timer. */
  #wakeAfter(key: ConversationKey, delayMs: number, name: string): void {
    if (this.#timers.has(name)) return
    const fire = (): void => {
      this.#timers.delete(name)
      this.#wakeNow(key)
    }
    // Node's timers may fire a millisecond before the clock says so, and what is due then is not due yet.
    this.#timers.set(name, setTimeout(fire, Math.min(delayMs + 1, longestTimerMs)))
  }

  #cancel(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }
}

/** A function, because the state changes while the handler runs and the type checker cannot see that. */
function isWanted(mailbox: Mailbox): boolean {
  return mailbox.state === 'running-again'
}

function nameOf(key: ConversationKey): string {
  return JSON.stringify([key.tenant, key.conversation])
}
