/**
 * The page's side of the HTTP interface. Nothing here throws: every call ends in an answer or a fault.
 *
 * @typedef {import('./retry.js').Fault} Fault
 * @typedef {import('./wire.js').Reply} Reply
 * @typedef {{ kind: 'status' | 'delta', text: string } | { kind: 'reply', reply: Reply } | { kind: 'receipt', receipt: object }} Heard
 * @typedef {{ kind: 'taken', conversation?: string, message?: string, state?: 'bot' | 'person', isAnswered?: boolean } | { kind: 'fault', fault: Fault }} Outcome
 * @typedef {{ id: string, text: string, conversation?: string, action?: string }} Sending `action` for a pressed button
 */
import { readEvents, startOfStream } from './events.js'
import { readRetryAfter } from './retry.js'
import { readJson, toAnswer, toFault, toPage, toPlayground, toReceipt, toReply } from './wire.js'

/** The server promises a status within 15 s; three times that without a byte means nobody is there. */
const SILENCE_MS = 45_000

/** @type {Fault} */
const BROKEN_OFF = { code: 'broken-off', message: 'The connection broke off.' }

/**
 * @param {{ origin?: string, silenceMs?: number }} [settings] `origin` '' is the page's own
 */
export function createClient({ origin = '', silenceMs = SILENCE_MS } = {}) {
  return {
    /** What the page shows before anyone speaks. @param {AbortSignal} signal */
    introduce: (signal) => get(`${origin}/api/playground`, toPlayground, silenceWatch(signal, silenceMs)),

    /** The conversation so far, or what came after `after`. @param {string} conversation @param {string | undefined} after @param {AbortSignal} signal */
    follow: (conversation, after, signal) => {
      const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`
      return get(
        `${origin}/api/chat/${encodeURIComponent(conversation)}${query}`,
        toPage,
        silenceWatch(signal, silenceMs),
      )
    },

    /**
     * Sends a message or a button press. Sending the same id twice is answered twice and handled once.
     *
     * @param {Sending} sending
     * @param {(heard: Heard) => void} onHeard called as the answer arrives
     * @param {AbortSignal} signal
     * @returns {Promise<Outcome>}
     */
    send: async ({ action, ...sending }, onHeard, signal) => {
      const watch = silenceWatch(signal, silenceMs)
      const [path, body] =
        action === undefined
          ? ['/api/chat/stream', sending]
          : ['/api/chat/action', { id: sending.id, conversation: sending.conversation, action }]
      try {
        const called = await call(origin + path, post(body, watch.signal))
        if (called.kind === 'fault') return called
        if (isStream(called.response)) return await hearStream(called.response, onHeard, watch.heard)
        return hearWhole(toAnswer(await called.response.json()), onHeard)
      } catch {
        return { kind: 'fault', fault: BROKEN_OFF }
      } finally {
        watch.stop()
      }
    },
  }
}

/** @param {string} url @param {RequestInit} init @returns {Promise<{ kind: 'answered', response: Response } | { kind: 'fault', fault: Fault }>} */
async function call(url, init) {
  try {
    const response = await fetch(url, init)
    return response.ok ? { kind: 'answered', response } : { kind: 'fault', fault: await readFault(response) }
  } catch {
    return { kind: 'fault', fault: toFault(undefined) } // no connection, or given up: the caller knows which
  }
}

/**
 * @template Value
 * @param {string} url
 * @param {(value: unknown) => Value} convert
 * @param {ReturnType<typeof silenceWatch>} watch
 * @returns {Promise<{ kind: 'found', value: Value } | { kind: 'fault', fault: Fault }>}
 */
async function get(url, convert, watch) {
  try {
    const called = await call(url, { signal: watch.signal, headers: { accept: 'application/json' } })
    return called.kind === 'fault' ? called : { kind: 'found', value: convert(await called.response.json()) }
  } catch {
    return { kind: 'fault', fault: BROKEN_OFF } // not JSON, or only half of it
  } finally {
    watch.stop()
  }
}

/** @param {unknown} body @param {AbortSignal} signal @returns {RequestInit} */
function post(body, signal) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
    body: JSON.stringify(body),
    signal,
  }
}

/** @param {Response} response @returns {boolean} */
function isStream(response) {
  return (response.headers.get('content-type') ?? '').startsWith('text/event-stream')
}

/** @param {Response} response @returns {Promise<Fault>} */
async function readFault(response) {
  const body = readJson(await response.text().catch(() => ''))
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'))
  return { ...toFault(body, response.status), ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** @param {ReturnType<typeof toAnswer>} answer @param {(heard: Heard) => void} onHeard @returns {Outcome} */
function hearWhole({ replies, receipt, ...taken }, onHeard) {
  for (const reply of replies) onHeard({ kind: 'reply', reply })
  if (receipt) onHeard({ kind: 'receipt', receipt })
  return { kind: 'taken', ...taken }
}

/** @param {Response} response @param {(heard: Heard) => void} onHeard @param {() => void} onBytes @returns {Promise<Outcome>} */
async function hearStream(response, onHeard, onBytes) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let state = startOfStream
  for (;;) {
    const piece = await reader?.read()
    if (!piece || piece.done) return { kind: 'fault', fault: BROKEN_OFF } // ended without `done`: ask again
    onBytes()
    const read = readEvents(state, piece.value)
    state = read.state
    for (const event of read.events) {
      const outcome = hearEvent(event, onHeard)
      if (!outcome) continue
      await reader?.cancel().catch(() => undefined) // what follows the end is nobody's
      return outcome
    }
  }
}

/** @param {import('./events.js').StreamEvent} event @param {(heard: Heard) => void} onHeard @returns {Outcome | undefined} the outcome, once there is one */
function hearEvent({ name, data }, onHeard) {
  const value = readJson(data)
  if (name === 'done') return hearWhole(toAnswer(value), onHeard)
  if (name === 'error') return { kind: 'fault', fault: streamFault(value) }
  if (name === 'status' || name === 'delta') onHeard({ kind: name, text: textOf(value) })
  const reply = name === 'reply' ? toReply(value) : undefined
  if (reply) onHeard({ kind: 'reply', reply })
  const receipt = name === 'receipt' ? toReceipt(value) : undefined
  if (receipt) onHeard({ kind: 'receipt', receipt })
  return undefined
}

/**
 * An error inside a stream has no status line of its own: it is final only when the server says so.
 *
 * @param {unknown} value `{ code, message, status?, retryable? }`
 * @returns {Fault}
 */
function streamFault(value) {
  const { status, retryable } = /** @type {{ status?: unknown, retryable?: unknown }} */ (value ?? {})
  if (typeof status === 'number') return toFault(value, status)
  return toFault(value, retryable === false ? 400 : 503)
}

/** @param {unknown} value @returns {string} */
function textOf(value) {
  const { text } = /** @type {{ text?: unknown }} */ (value ?? {})
  return typeof text === 'string' ? text : ''
}

/**
 * A signal that fires when the caller's does, or after `silenceMs` without a sign of life.
 *
 * @param {AbortSignal} signal
 * @param {number} silenceMs
 */
function silenceWatch(signal, silenceMs) {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), silenceMs)
  return {
    signal: AbortSignal.any([signal, silence.signal]),
    heard: () => {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silenceMs)
    },
    stop: () => clearTimeout(timer),
  }
}
