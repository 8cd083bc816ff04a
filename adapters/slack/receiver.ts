import type { App, Receiver, SocketModeReceiver } from '@slack/bolt'

type SocketClient = SocketModeReceiver['client']

export interface InboxFirstOptions {
  readonly socket: SocketClient
  /** Whether Bolt is to see the payload; one that nobody wants is acknowledged at once. */
  readonly isWanted: (payload: object) => boolean
  /** Whether the payload was stored by the time Bolt had finished with it. */
  readonly wasStored: (payload: object) => boolean
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
export function createInboxFirstReceiver(options: InboxFirstOptions): Receiver {
  const { socket, isWanted, wasStored, onFailure } = options
  const running = new Set<Promise<void>>()
  let app: App | undefined
  let isStopped = false
  let stopping: AbortController | undefined

  async function take(payload: object, acknowledge: () => Promise<void>): Promise<void> {
    try {
      if (isWanted(payload)) {
        // Bolt acknowledges through this function, at its own time; ours follows below.
        await app?.processEvent({ body: payload, ack: async () => {} })
        if (!wasStored(payload)) return
      }
      await acknowledge()
    } catch (error) {
      // Without an acknowledgement Slack delivers again: at once, after a minute and after five.
      onFailure(originalOf(error))
    }
  }

  function listen(): void {
    guardEnvelopes(socket)
    socket.removeAllListeners('slack_event')
    socket.on('slack_event', ({ body, ack }: { body: object; ack: () => Promise<void> }) => {
      const run: Promise<void> = take(body, ack).then(() => void running.delete(run))
      running.add(run)
    })
    socket.on('disconnected', () => {
      isLost = true
      if (stopping !== undefined) reconnect(stopping.signal).catch(onFailure)
    })
  }

  let isLost = false
  let isReconnecting = false
  async function reconnect(signal: AbortSignal): Promise<void> {
    if (isReconnecting) return
    isReconnecting = true
    for (let failures = 0; isLost && !signal.aborted; failures += 1) {
      await pause(Math.min(shortestPauseMs * 2 ** failures, longestPauseMs), signal)
      if (signal.aborted) break
      isLost = false
      await open(socket).catch((error: unknown) => {
        isLost = true
        onFailure(error)
      })
    }
    isReconnecting = false
  }

  return {
    init(bolt) {
      app = bolt
    },
    async start() {
      listen()
      await open(socket)
      stopping = new AbortController()
    },
    async stop() {
      if (isStopped) return
      isStopped = true
      stopping?.abort()
      await Promise.race([Promise.all(running), pause(closingLimitMs)])
      await Promise.race([socket.disconnect(), pause(closingLimitMs)])
      socket.removeAllListeners()
    },
  }
}

async function open(socket: SocketClient): Promise<void> {
  const limit = new AbortController()
  const late = async (): Promise<never> => {
    await pause(openingLimitMs, limit.signal)
    throw new Error(`Slack did not say hello within ${openingLimitMs / 1000} s`)
  }
  try {
    const opening = socket.start()
    await Promise.race([opening, late()])
  } catch (error) {
    await Promise.race([socket.disconnect(), pause(closingLimitMs)])
    throw error ?? new Error('the connection to Slack closed before it was ready')
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
    const frame = parse(data)
    const type = frame['type']
    if (type === 'hello' || type === 'disconnect') original?.call(socket, JSON.stringify({ type, reason: frame['reason'] }), false)
    else if (typeof frame['envelope_id'] === 'string') {
      const payload = typeof frame['payload'] === 'object' && frame['payload'] !== null ? frame['payload'] : {}
      original?.call(socket, JSON.stringify({ type: 'envelope', envelope_id: frame['envelope_id'], payload }), false)
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

/** Ends early, without an error, when the signal is given. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    timer.unref()
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
