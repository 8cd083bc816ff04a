import { setTimeout as pause } from 'node:timers/promises'
import { textOf } from './fields.ts'
import { scaledPatience, sendSigned, type SlackAttempt, type SlackPatience, type SlackReceiver } from './requests.ts'
import type { SocketMode } from './socket.ts'

/** What kind of thing is handed over; `events_api` is tried again, the others are not. */
export type SlackKind = 'events_api' | 'interactive' | 'slash_commands'

/** Something handed to the bot, and what the bot said. */
export interface Handed {
  readonly kind: SlackKind
  isAcknowledged: boolean
  /** What came with the acknowledgement. */
  answer: unknown
  /** Each try: over HTTP with its status, over Socket Mode with 200 or 0. */
  readonly attempts: SlackAttempt[]
  /** Resolves when the bot has said "got it" or Slack has given up. */
  readonly done: Promise<void>
}

/** Hands payloads over as Slack does, with its patience and its retries, over HTTP or Socket Mode. */
export class Handing {
  /** Where the bot takes requests; without it everything goes over Socket Mode. */
  receiver: SlackReceiver | undefined
  patience: SlackPatience = scaledPatience
  /** Everything handed over, in order. */
  readonly handed: Handed[] = []
  readonly #socket: SocketMode
  readonly #closing = new AbortController()

  constructor(socket: SocketMode) {
    this.#socket = socket
  }

  hand(payload: object, kind: SlackKind): Handed {
    const { promise: done, resolve } = Promise.withResolvers<void>()
    const handed: Handed = { kind, isAcknowledged: false, answer: undefined, attempts: [], done }
    this.handed.push(handed)
    // It ends in `done`, and a closed server ends it; nothing else is left to hear of.
    this.#persist(payload, handed).then(resolve, resolve)
    return handed
  }

  close(): void {
    this.#closing.abort()
  }

  async #persist(payload: object, handed: Handed): Promise<void> {
    const waits = handed.kind === 'events_api' ? this.patience.retriesAfterMs : []
    let reason = ''
    for (const [retry, waitMs] of [0, ...waits].entries()) {
      if (waitMs > 0) await pause(waitMs, undefined, { signal: this.#closing.signal })
      if (this.#closing.signal.aborted) return
      const attempt =
        this.receiver === undefined
          ? await this.#trySocket(payload, handed, retry)
          : await this.#tryHttp(payload, handed, { receiver: this.receiver, retry, reason })
      handed.attempts.push(attempt)
      if (handed.isAcknowledged || attempt.isFinal) return
      reason = attempt.reason
    }
  }

  async #tryHttp(
    payload: object,
    handed: Handed,
    { receiver, retry, reason }: { receiver: SlackReceiver; retry: number; reason: string },
  ): Promise<Tried> {
    const request = toRequest(payload, handed.kind)
    const attempt = await sendSigned(request, receiver, { answerMs: this.patience.answerMs, retry, reason })
    if (attempt.status >= 200 && attempt.status < 300) {
      handed.isAcknowledged = true
      handed.answer = parse(attempt.body)
    }
    return attempt
  }

  async #trySocket(payload: object, handed: Handed, retry: number): Promise<Tried> {
    const startedAt = performance.now()
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    const envelope: { id?: string } = {}
    const stop = this.#socket.onHeard((id) => {
      if (id !== envelope.id) return
      handed.isAcknowledged = true
      handed.answer = this.#socket.responses.get(id)
      resolve()
    })
    envelope.id = this.#socket.send(payload, handed.kind, retry)
    const limit = new AbortController()
    const signal = AbortSignal.any([limit.signal, this.#closing.signal])
    await Promise.race([heard, pause(this.patience.answerMs, undefined, { signal }).catch(() => {})])
    limit.abort()
    // A late acknowledgement still counts for what was handed over; only the time of this try is over.
    if (handed.isAcknowledged) stop()
    const ms = performance.now() - startedAt
    return { status: handed.isAcknowledged ? 200 : 0, ms, body: '', retry, reason: 'timeout', isFinal: false }
  }
}

interface Tried extends SlackAttempt {
  /** Why the next one is made. */
  readonly reason: string
  /** Whether Slack leaves it at this one. */
  readonly isFinal: boolean
}

function toRequest(
  payload: object,
  kind: SlackKind,
): { body: string; contentType: 'application/json' | 'application/x-www-form-urlencoded' } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' }
  const contentType = 'application/x-www-form-urlencoded'
  if (kind === 'interactive')
    return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), contentType }
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries<unknown>({ ...payload }))
    form.set(name, typeof value === 'string' ? value : textOf({ value: JSON.stringify(value) }, 'value'))
  return { body: form.toString(), contentType }
}

function parse(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body)
    return parsed
  } catch {
    return body === '' ? undefined : body // an answer may be plain text
  }
}
