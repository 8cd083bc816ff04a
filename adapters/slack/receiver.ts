import type { App, Receiver } from '@slack/bolt'
import { ChannelError } from '../../src/core/errors.ts'
import { pause } from '../../src/core/pause.ts'
import type { ChannelEvent, Intake } from '../../src/core/ports.ts'
import { type Answer, answerLate, type AnswerParts, answerTo, suggest } from './answers.ts'
import type { Named } from './names.ts'
import type { SlackReading } from './reading.ts'
import { isWithin } from './within.ts'

type EventReading = Extract<SlackReading, { kind: 'event' }>
type OnEvent = (event: ChannelEvent) => Promise<Intake>

/** What taking payloads needs. */
export interface InboxFirstOptions {
  /** What a payload means to the bot; one that means nothing is acknowledged at once. */
  readonly read: (payload: object) => SlackReading
  readonly named: Named
  readonly answers: AnswerParts
  readonly onFailure: (error: unknown) => void
}

/** Where payloads come from besides our own address. */
export interface Connection {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Slack gives up on a command after 3 s. */
const commandLimitMs = 2500
const closingLimitMs = 3000
const mostNotices = 100

/**
 * Bolt's way for every payload, with one difference: it is acknowledged only after it was stored, where Bolt acknowledges
 * before any listener runs.
 */
export class InboxFirstReceiver implements Receiver {
  readonly #options: InboxFirstOptions
  readonly #running = new Set<Promise<unknown>>()
  /** Payloads on their way through Bolt. */
  readonly #owed = new WeakMap<object, Owed>()
  readonly #told = new Set<string>()
  #app: App | undefined
  #onEvent: OnEvent | undefined
  #connection: Connection | undefined
  #isStopped = false

  constructor(options: InboxFirstOptions) {
    this.#options = options
  }

  init(app: App): void {
    this.#app = app
    app.use(async ({ body }) => {
      const owed = this.#owed.get(body)
      if (owed === undefined) return
      owed.intake = owed.onEvent(owed.event)
      await owed.intake
    })
  }

  /** Called before the start. */
  listen(onEvent: OnEvent, connection: Connection | undefined): void {
    this.#onEvent = onEvent
    this.#connection = connection
  }

  async start(): Promise<void> {
    await this.#connection?.start()
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    await Promise.race([Promise.all(this.#running), pause(closingLimitMs)])
    await this.#connection?.stop()
  }

  /**
   * Whether the payload was acknowledged. What fails is told to `onFailure`: without an acknowledgement Slack delivers an
   * event again, at once, after a minute and after five.
   */
  async take(payload: object, acknowledge: (body?: object) => Promise<void>): Promise<boolean> {
    const run = this.#takeNow(payload, acknowledge)
    this.#running.add(run)
    try {
      return await run
    } finally {
      this.#running.delete(run)
    }
  }

  async #takeNow(payload: object, acknowledge: (body?: object) => Promise<void>): Promise<boolean> {
    const { onFailure } = this.#options
    let after: Answer['after']
    try {
      const answer = await this.#answerTo(payload)
      ;({ after } = answer)
      await acknowledge(answer.body)
    } catch (error) {
      onFailure(error)
      return false
    }
    try {
      await after?.()
    } catch (error) {
      onFailure(error)
    }
    return true
  }

  async #answerTo(payload: object): Promise<Answer> {
    const { read, named, answers } = this.#options
    const onEvent = this.#onEvent
    if (onEvent === undefined || this.#isStopped)
      throw new ChannelError('Slack sent something while the bot does not listen; it sends it again.', {
        retryable: true,
      })
    const reading = read(payload)
    switch (reading.kind) {
      case 'ignored':
        return {}
      case 'notice':
        this.#tellOnce(new ChannelError(reading.sentence, { retryable: false }))
        return {}
      case 'opened':
        // What an app may not do here it may not do at the next opening either.
        return { after: () => suggest(reading.origin, answers).catch((error: unknown) => this.#tellOnce(error)) }
      case 'event': {
        const intake = this.#handIn(payload, { event: await named(reading.event), onEvent })
        return reading.event.kind === 'command'
          ? await inTime(reading, intake, answers)
          : await answerTo(reading, await intake, answers)
      }
    }
  }

  #tellOnce(error: unknown): void {
    const sentence = String(error)
    if (this.#told.has(sentence)) return
    if (this.#told.size >= mostNotices) this.#told.clear()
    this.#told.add(sentence)
    this.#options.onFailure(error)
  }

  /** Through Bolt. A payload it stumbles over, in fields the bot does not read, is taken all the same. */
  async #handIn(payload: object, owed: Owed): Promise<Intake> {
    this.#owed.set(payload, owed)
    // Bolt acknowledges through this function, at its own time; ours follows later.
    await this.#app?.processEvent({ body: payload, ack: async () => {} }).catch(() => undefined) // what failed is in `owed.intake`
    return await (owed.intake ?? owed.onEvent(owed.event))
  }
}

interface Owed {
  readonly event: ChannelEvent
  readonly onEvent: OnEvent
  /** Set when Bolt has handed it on. */
  intake?: Promise<Intake>
}

/** A command's answer goes with its acknowledgement if it is ready by then, and to its own address otherwise. */
async function inTime(reading: EventReading, intake: Promise<Intake>, parts: AnswerParts): Promise<Answer> {
  if (await isWithin(commandLimitMs, intake)) return await answerTo(reading, await intake, parts)
  return { after: async () => await answerLate(reading, await intake, parts) }
}
