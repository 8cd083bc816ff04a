import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { signatureOf } from '../../test/servers/slack/requests.ts'
import { signingSecret } from '../acknowledge/load.ts'
import { percentilesOf, type Percentiles, round } from './numbers.ts'
import { channelOf, people, toBody } from './questions.ts'
import type { QuickSlack } from './slack.ts'

/** Messages and their replies over a stretch of time. */
export interface Flow {
  readonly sent: number
  /** Not acknowledged with 200. */
  readonly refused: number
  readonly replied: number
  readonly perSecond: number
  /** From when a message was due until its reply was shown. */
  readonly latency: Percentiles
}

/** The customers of one bot, and Slack between them. */
export interface Customers {
  /**
   * So many messages are always without a reply: whoever reads one writes the next, so the bot does all it can and no more
   * than that piles up.
   */
  closedLoop(plan: { readonly unanswered: number; readonly seconds: number }): Promise<Flow>
  /** Messages come when they are due, however slowly others are answered; each is counted from when it was due. */
  openLoop(plan: { readonly perSecond: number; readonly seconds: number }): Promise<Flow>
  /** Waits for replies to messages that came another way, too. @throws Error when none came for half a minute */
  shown(count: number): Promise<{ readonly count: number; readonly atMs: number }>
  /** So many were refused, or had no reply. */
  missing(): number
  close(): void
}

/** A reply that has not come so long after the last one is missing. */
const patienceMs = 30_000

/** @param url of the bot's door for signed requests */
export function createCustomers(url: string, slack: QuickSlack): Customers {
  return new Crowd(url, slack)
}

class Crowd implements Customers {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })
  readonly #begunAt = Math.floor(Date.now() / 1000)
  /** When what waits for a reply was due, by channel, oldest first. */
  readonly #due = new Map<string, number[]>()
  readonly #latencies: number[] = []
  #count = 0
  #refused = 0
  #lastPostMs = performance.now()
  #posts = 0
  #replies = 0
  #onReply = (): void => {}

  constructor(url: string, slack: QuickSlack) {
    this.#url = url
    slack.onPost = (channel) => this.#shown(channel)
  }

  async closedLoop({ unanswered, seconds }: { unanswered: number; seconds: number }): Promise<Flow> {
    const before = this.#mark()
    const endsMs = before.atMs + seconds * 1000
    this.#onReply = () => {
      if (performance.now() < endsMs) this.#say(performance.now())
    }
    for (let index = 0; index < unanswered; index += 1) this.#say(performance.now())
    await pause(seconds * 1000)
    const flow = this.#since(before)
    await this.#settle()
    return flow
  }

  async openLoop({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<Flow> {
    const before = this.#mark()
    const count = Math.round(perSecond * seconds)
    this.#onReply = () => {}
    for (let index = 0; index < count; index += 1) {
      const dueMs = before.atMs + (index * 1000) / perSecond
      const waitMs = dueMs - performance.now()
      if (waitMs > 1) await pause(waitMs)
      this.#say(dueMs)
    }
    await this.#settle()
    return { ...this.#since(before), perSecond }
  }

  async shown(count: number): Promise<{ readonly count: number; readonly atMs: number }> {
    await this.#waitFor(() => this.#posts >= count)
    if (this.#posts < count) throw new Error(`${this.#posts} of ${count} replies were shown, and no more came`)
    return { count: this.#posts, atMs: performance.now() }
  }

  missing(): number {
    return this.#count - this.#replies
  }

  close(): void {
    this.#agent.destroy()
  }

  #mark(): Mark {
    return {
      atMs: performance.now(),
      sent: this.#count,
      refused: this.#refused,
      replied: this.#replies,
      latencies: this.#latencies.length,
    }
  }

  #since(mark: Mark): Flow {
    const seconds = (performance.now() - mark.atMs) / 1000
    const replied = this.#replies - mark.replied
    return {
      sent: this.#count - mark.sent,
      refused: this.#refused - mark.refused,
      replied,
      perSecond: round(replied / seconds),
      latency: percentilesOf(this.#latencies.slice(mark.latencies)),
    }
  }

  /** Everybody who waits is answered, or nobody was for a long time. */
  async #settle(): Promise<void> {
    await this.#waitFor(() => this.#replies >= this.#count - this.#refused)
  }

  async #waitFor(isReached: () => boolean): Promise<void> {
    this.#lastPostMs = performance.now()
    while (!isReached() && performance.now() - this.#lastPostMs < patienceMs) await pause(5)
  }

  #say(dueMs: number): void {
    this.#send(dueMs).catch(() => {}) // it counts what is refused
  }

  async #send(dueMs: number): Promise<void> {
    const index = this.#count
    this.#count += 1
    const channel = channelOf(index % people)
    const waiting = this.#due.get(channel)
    if (waiting === undefined) this.#due.set(channel, [dueMs])
    else waiting.push(dueMs)
    const body = toBody(index, this.#begunAt)
    // As Slack does at once where it gets no answer: a connection that was unused for a while may just have been closed.
    const status = await this.#post(body).catch(() => this.#post(body).catch(() => 0))
    if (status === 200) return
    this.#refused += 1
    const given = this.#due.get(channel)
    given?.splice(given.indexOf(dueMs), 1)
  }

  async #post(body: string): Promise<number> {
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': signatureOf(body, timestamp, signingSecret),
    }
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const sent = request(this.#url, { method: 'POST', headers, agent: this.#agent, timeout: 10_000 }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', reject).once('timeout', () => sent.destroy(new Error('no answer within ten seconds')))
    sent.end(body)
    return await promise
  }

  #shown(channel: string): void {
    const nowMs = performance.now()
    this.#posts += 1
    this.#lastPostMs = nowMs
    const dueMs = this.#due.get(channel)?.shift()
    if (dueMs === undefined) return // a reply to nobody of ours
    this.#latencies.push(nowMs - dueMs)
    this.#replies += 1
    this.#onReply()
  }
}

interface Mark {
  readonly atMs: number
  readonly sent: number
  readonly refused: number
  readonly replied: number
  readonly latencies: number
}
