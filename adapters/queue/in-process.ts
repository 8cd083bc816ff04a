import type { ConversationKey, Queue } from '../../src/core/ports.ts'

/** Milliseconds before the first retry of a failed run; doubled each time up to the largest. */
const firstRetryMs = 100
const largestRetryMs = 30_000
/** Longer timers overflow in Node and fire at once. */
const largestTimerMs = 2_147_483_647

/** One conversation while it has something to do; forgotten as soon as it is idle. */
interface Mailbox {
  readonly key: ConversationKey
  state: 'waiting' | 'running' | 'running-again' | 'resting'
  failures: number
}

/**
 * The queue of the embedded bot: wake-ups live in this process and are lost with it, which the inbox makes up for.
 * Conversations take turns in the order they were woken.
 *
 * @param options.concurrency how many conversations run at a time, at least 1
 * @param options.onError told of every handler that threw; that conversation is woken again after 0.1 s to 30 s
 */
export function createInProcessQueue(
  options: { readonly concurrency?: number; readonly onError?: (error: unknown) => void } = {},
): Queue {
  const { concurrency = 8, onError } = options
  const mailboxes = new Map<string, Mailbox>()
  const ready: Mailbox[] = []
  const timers = new Map<string, NodeJS.Timeout>()
  const runs = new Set<Promise<void>>()
  let work: ((key: ConversationKey) => Promise<void>) | undefined
  let stopped = false

  function wakeNow(key: ConversationKey): void {
    const name = nameOf(key)
    const mailbox = mailboxes.get(name)
    if (mailbox === undefined) enqueue({ key, state: 'waiting', failures: 0 })
    else if (mailbox.state === 'running') mailbox.state = 'running-again'
    else if (mailbox.state === 'resting') enqueue(mailbox)
  }

  function enqueue(mailbox: Mailbox): void {
    mailbox.state = 'waiting'
    mailboxes.set(nameOf(mailbox.key), mailbox)
    ready.push(mailbox)
    takeTurns()
  }

  function takeTurns(): void {
    while (work !== undefined && !stopped && runs.size < concurrency) {
      const mailbox = ready.shift()
      if (mailbox === undefined) return
      const run: Promise<void> = runOnce(mailbox, work).then(() => {
        runs.delete(run)
        takeTurns()
      })
      runs.add(run)
    }
  }

  async function runOnce(mailbox: Mailbox, handler: (key: ConversationKey) => Promise<void>): Promise<void> {
    mailbox.state = 'running'
    try {
      await handler(mailbox.key)
      mailbox.failures = 0
      cancel(`retry ${nameOf(mailbox.key)}`)
    } catch (error) {
      mailbox.failures += 1
      onError?.(error)
    }
    if (stopped) return
    if (isWanted(mailbox)) enqueue(mailbox)
    else if (mailbox.failures === 0) mailboxes.delete(nameOf(mailbox.key))
    else {
      mailbox.state = 'resting'
      wakeAfter(mailbox.key, Math.min(firstRetryMs * 2 ** (mailbox.failures - 1), largestRetryMs), 'retry')
    }
  }

  /** Two wake-ups for the same instant are one; `timer` names that instant. */
  function wakeAfter(key: ConversationKey, delayMs: number, timer: string): void {
    const name = `${timer} ${nameOf(key)}`
    if (timers.has(name)) return
    const fire = (): void => {
      timers.delete(name)
      wakeNow(key)
    }
    timers.set(name, setTimeout(fire, Math.min(delayMs, largestTimerMs)))
  }

  function cancel(name: string): void {
    clearTimeout(timers.get(name))
    timers.delete(name)
  }

  return {
    async wake(key, at) {
      if (stopped) return
      const delayMs = at === undefined ? 0 : at.getTime() - Date.now()
      if (at !== undefined && delayMs > 0) wakeAfter(key, delayMs, String(at.getTime()))
      else wakeNow(key)
    },
    async work(handler) {
      work = handler
      takeTurns()
    },
    async stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      ready.length = 0
      await Promise.all(runs)
    },
  }
}

/** A function, because the state changes while the handler runs and the type checker cannot see that. */
function isWanted(mailbox: Mailbox): boolean {
  return mailbox.state === 'running-again'
}

function nameOf(key: ConversationKey): string {
  return JSON.stringify([key.tenant, key.conversation])
}
