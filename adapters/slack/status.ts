import { type Address, cutText } from '../../src/core/message.ts'
import { pause } from '../../src/core/pause.ts'
import type { SlackClient } from './bolt.ts'
import { toChannelError } from './failure.ts'

const longestStatus = 100
const longestEndMs = 2000
const mostRemembered = 5000

/**
 * What the bot is doing, in one workspace: the words beside its name, and the session whose Stop button shows while it
 * works. Both exist only in threads of direct messages. Nothing here ever fails: an answer does not wait for its indicator.
 */
export class Status {
  readonly #client: SlackClient
  /** Methods that Slack will not have from this app, whatever they say. */
  readonly #refused = new Set<string>()
  /** Threads in which something was shown and not taken away yet. */
  readonly #shown = new Set<string>()
  /** What is on its way, by thread. */
  readonly #running = new Map<string, Promise<void>>()

  constructor(client: SlackClient) {
    this.#client = client
  }

  /** Shows a step, and the Stop button with it; an empty text takes both away. */
  async show(address: Address, text: string): Promise<void> {
    const step = cutText(text, longestStatus)
    const thread = threadOf(address)
    if (thread !== undefined && step !== '') this.#note(nameOf(thread))
    await this.#afterOthers(address, async (place) => {
      await this.#setStatus(place, step)
      await this.#setSession(place, step === '' ? 'active' : 'processing')
    })
  }

  /**
   * The turn is over: the reply itself has taken the words away, and the Stop button goes as well. A step still on its way
   * would come after the reply, so it is taken away, too. No answer waits longer for this than two seconds, and none for a
   * turn that has shown nothing: most are over at once.
   * @param mayBeOthers whether another process may have shown something in this turn
   */
  async end(address: Address, mayBeOthers: boolean): Promise<void> {
    const thread = threadOf(address)
    const isShown = thread !== undefined && this.#shown.delete(nameOf(thread))
    if (!isShown && !mayBeOthers) return
    const ended = this.#afterOthers(address, async (place, isBusy) => {
      if (isBusy) await this.#setStatus(place, '')
      await this.#setSession(place, 'active')
    })
    const limit = new AbortController()
    await Promise.race([ended, pause(longestEndMs, limit.signal)])
    limit.abort()
  }

  /** One after the other in each thread, so that what was said last is what stays. */
  async #afterOthers(address: Address, work: (place: Thread, isBusy: boolean) => Promise<void>): Promise<void> {
    const place = threadOf(address)
    if (place === undefined) return
    const name = nameOf(place)
    const before = this.#running.get(name)
    const run = (async () => {
      await before
      await work(place, before !== undefined)
    })()
    this.#running.set(name, run)
    await run
    if (this.#running.get(name) === run) this.#running.delete(name)
  }

  #note(thread: string): void {
    this.#shown.add(thread)
    const [oldest] = this.#shown
    if (this.#shown.size > mostRemembered && oldest !== undefined) this.#shown.delete(oldest)
  }

  async #setStatus(place: Thread, step: string): Promise<void> {
    const { assistant } = this.#client
    const messages = step === '' ? {} : { loading_messages: [step] }
    await this.#try('assistant.threads.setStatus', () =>
      assistant.threads.setStatus({ ...place, status: afterName(step), ...messages }),
    )
  }

  async #setSession(place: Thread, status: 'active' | 'processing'): Promise<void> {
    const { agents } = this.#client
    await this.#try('agents.sessions.setStatus', () => agents.sessions.setStatus({ ...place, status }))
  }

  async #try(method: string, call: () => Promise<unknown>): Promise<void> {
    if (this.#refused.has(method)) return
    try {
      await call()
    } catch (error) {
      // Without the agent view, or without the scope, every further call would be refused the same way.
      if (!toChannelError(method, error).retryable) this.#refused.add(method)
    }
  }
}

/** Slack writes the app's name before it: "Tuppence is reading your message". */
function afterName(step: string): string {
  return /^\p{Lu}\p{L}*ing\b/u.test(step) ? `is ${step.charAt(0).toLowerCase()}${step.slice(1)}` : step
}

interface Thread {
  readonly channel_id: string
  readonly thread_ts: string
}

function nameOf({ channel_id: channel, thread_ts: thread }: Thread): string {
  return `${channel} ${thread}`
}

/** A thread of a direct message; undefined anywhere else. */
function threadOf({ channel = '', thread }: Address): Thread | undefined {
  return isDirect(channel) && thread !== undefined ? { channel_id: channel, thread_ts: thread } : undefined
}

/** Whether a channel is a direct message with the bot. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D')
}
