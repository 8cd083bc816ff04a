import type { SocketModeReceiver } from '@slack/bolt'
import { pause } from '../../src/core/pause.ts'

/** Slack's own client of Socket Mode. */
export type SocketClient = SocketModeReceiver['client']

/** What takes the payload of an envelope, and says when and with what it is acknowledged. */
export type Take = (payload: object, acknowledge: (body?: object) => Promise<void>) => Promise<unknown>

/** What listening over Socket Mode needs. */
export interface SocketOptions {
  readonly socket: SocketClient
  readonly take: Take
  readonly onFailure: (error: unknown) => void
}

/** No answer to the opening of a connection for so long counts as a failure. */
const openingLimitMs = 15_000
const closingLimitMs = 3000
const shortestPauseMs = 100
const longestPauseMs = 30_000

/**
 * Socket Mode that goes on whatever is wrong with a connection or an envelope: Bolt's client ends the process on an
 * envelope without an event (slackapi/node-slack-sdk#1771) and when Slack cannot be reached while it reconnects.
 */
export class SocketConnection {
  readonly #options: SocketOptions
  readonly #stopping = new AbortController()
  #isStarted = false
  #isLost = false
  #isReconnecting = false

  constructor(options: SocketOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { socket, take, onFailure } = this.#options
    guardEnvelopes(socket)
    socket.removeAllListeners('slack_event')
    socket.on('slack_event', ({ body, ack }: { body: object; ack: (answer?: object) => Promise<void> }) => {
      take(body, ack).catch(onFailure)
    })
    socket.on('disconnected', () => {
      this.#isLost = true
      if (this.#isStarted) this.#reconnect().catch(onFailure)
    })
    await open(socket)
    this.#isStarted = true
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const { socket } = this.#options
    await Promise.race([socket.disconnect(), pause(closingLimitMs)])
    socket.removeAllListeners()
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
