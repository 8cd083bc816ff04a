import type { App, Receiver, SocketModeReceiver } from '@slack/bolt'
import type { ChannelEvent, Intake } from '../../src/core/ports.ts'
import { pause } from '../../src/core/pause.ts'

type SocketClient = SocketModeReceiver['client']

export interface InboxFirstOptions {
  readonly socket: SocketClient
  /** What a payload means to the bot; one that means nothing is acknowledged at once. */
  readonly read: (payload: object) => Promise<ChannelEvent | undefined>
  readonly onFailure: (error: unknown) => void
}

/** No answer to the opening of a connection for so long counts as a failure. */
const openingLimitMs = 15_000
const closingLimitMs = 3000
const shortestPauseMs = 100
const longestPauseMs = 30_000

/**
 * Bolt's Socket Mode with two differences. An envelope is acknowledged only after its payload was stored, where Bolt
 * acknowledges before any listener runs. And whatever is wrong with a connection or an envelope, this goes on: Bolt's
 * client ends the process on an envelope without an event (slackapi/node-slack-sdk#1771) and when Slack cannot be
 * reached while it reconnects.
 */
export class InboxFirstReceiver implements Receiver {
  readonly #options: InboxFirstOptions
  readonly #running = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  /** Events on their way through Bolt that are not stored yet. */
  readonly #owed = new WeakMap<object, ChannelEvent>()
  #app: App | undefined
  #isStarted = false
  #isLost = false
  #isReconnecting = false

  constructor(options: InboxFirstOptions) {
    this.#options = options
  }

  init(app: App): void {
    this.#app = app
  }

  /** Called before the start. */
  storeWith(onEvent: (event: ChannelEvent) => Promise<Intake>): void {
    this.#app?.use(async ({ body }) => {
      const event = this.#owed.get(body)
      if (event !== undefined) await onEvent(event)
      this.#owed.delete(body)
    })
  }

  async start(): Promise<void> {
    const { socket, onFailure } = this.#options
    guardEnvelopes(socket)
    socket.removeAllListeners('slack_event')
    socket.on('slack_event', ({ body, ack }: { body: object; ack: () => Promise<void> }) => {
      const run: Promise<void> = this.#take(body, ack).then(() => void this.#running.delete(run))
      this.#running.add(run)
    })
    socket.on('disconnected', () => {
      this.#isLost = true
      if (this.#isStarted) this.#reconnect().catch(onFailure)
    })
    await open(socket)
    this.#isStarted = true
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    const { socket } = this.#options
    await Promise.race([Promise.all(this.#running), pause(closingLimitMs)])
    await Promise.race([socket.disconnect(), pause(closingLimitMs)])
    socket.removeAllListeners()
  }

  async #take(payload: object, acknowledge: () => Promise<void>): Promise<void> {
    try {
      const event = await this.#options.read(payload)
      if (event !== undefined) {
        this.#owed.set(payload, event)
        // Bolt acknowledges through this function, at its own time; ours follows below.
        await this.#app?.processEvent({ body: payload, ack: async () => {} })
        if (this.#owed.has(payload)) throw new Error(`Bolt did not hand on an event of kind ${event.kind}`)
      }
      await acknowledge()
    } catch (error) {
      // Without an acknowledgement Slack delivers again: at once, after a minute and after five.
      this.#options.onFailure(originalOf(error))
    }
  }

  async #reconnect(): Promise<void> {
    if (this.#isReconnecting) return
    this.#isReconnecting = true
    const { signal } = this.#stopping
    for (let failures = 0; this.#isLost && !signal.aborted; failures += 1) {
      await pause(Math.min(shortestPauseMs * 2 ** failures, longestPauseMs), signal)
      if (signal.aborted) break
      this.#isLost = false
      await open(this.#options.socket).catch((error: unknown) => {
        this.#isLost = true
        this.#options.onFailure(error)
      })
    }
    this.#isReconnecting = false
  }
}

async function open(socket: SocketClient): Promise<void> {
  const limit = new AbortController()
  const late = async (): Promise<never> => {
    await pause(openingLimitMs, limit.signal)
    throw new Error(`Slack did not say hello within ${openingLimitMs / 1000} s`)
  }
  try {
    await Promise.race([socket.start(), late()])
  } catch (error) {
    await Promise.race([socket.disconnect(), pause(closingLimitMs)])
    throw error instanceof Error ? error : new Error('the connection to Slack closed before it was ready')
  } finally {
    limit.abort()
  }
}

/**
 * Lets only well-formed frames through to Bolt's client, and renames every envelope, because the client also emits an
 * event of each envelope's own type, which could be one of its internal names.
 */
function guardEnvelopes(socket: SocketClient): void {
  const [original] = socket.listeners('ws_message')
  socket.removeAllListeners('ws_message')
  socket.on('ws_message', (data: unknown) => {
    const { type, reason, envelope_id: envelope, payload } = parse(data)
    const pass = (frame: object): unknown => original?.call(socket, JSON.stringify(frame), false)
    if (type === 'hello' || type === 'disconnect') pass({ type, reason })
    else if (typeof envelope === 'string') {
      const body = typeof payload === 'object' && payload !== null ? payload : {}
      pass({ type: 'envelope', envelope_id: envelope, payload: body })
    }
  })
}

function parse(data: unknown): Record<string, unknown> {
  try {
    const frame: unknown = typeof data === 'string' ? JSON.parse(data) : undefined
    return typeof frame === 'object' && frame !== null ? { ...frame } : {}
  } catch {
    return {} // not JSON, so nothing that could be acknowledged
  }
}

/** Bolt wraps what a listener throws. */
function originalOf(error: unknown): unknown {
  return error instanceof Error && 'original' in error && error.original instanceof Error ? error.original : error
}
