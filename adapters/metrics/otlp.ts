import { beginEvery, oneAtATime } from '../../src/core/repeat.ts'
import type { Span } from './spans.ts'

/** Where spans go. */
export interface OtlpParts {
  /** Of the collector, without the path of the traces. */
  readonly endpoint: string
  /** `key=value` with commas between, values percent-encoded, as OTEL_EXPORTER_OTLP_HEADERS has them. */
  readonly headers: string
  readonly version: string
  readonly onCount: (result: 'sent' | 'dropped', spans: number) => void
  /** Told once when the collector is away, and again only after it was there. */
  readonly onAway: (because: string) => void
  readonly pace?: Partial<OtlpPace>
}

/** The defaults of OpenTelemetry's own batches, but for the limits, which are shorter so that a stop is. */
export interface OtlpPace {
  readonly everyMs: number
  /** One request may take so long. */
  readonly requestMs: number
  /** The last of them, together, when the bot stops. */
  readonly stopMs: number
  readonly mostQueued: number
}
const usualPace: OtlpPace = { everyMs: 5000, requestMs: 5000, stopMs: 2000, mostQueued: 2048 }
const batchSize = 512

export interface SpanExporter {
  /** Never waits and never fails: what has no place any more is dropped and counted. */
  add(spans: readonly Span[]): void
  /** Sends what is left, for a moment. */
  stop(): Promise<void>
}

/**
 * Sends spans to a collector as JSON over HTTP, protocol 1.x: https://opentelemetry.io/docs/specs/otlp/#otlphttp
 * (2026-11-28). What a collector that is away did not take stays in the queue until that is full.
 */
export function createOtlpExporter(parts: OtlpParts): SpanExporter {
  const pace = { ...usualPace, ...parts.pace }
  const queue: Span[] = []
  const ending = new AbortController()
  let isAway = false
  const sendAll = async (signal?: AbortSignal): Promise<void> => {
    while (queue.length > 0 && signal?.aborted !== true && !ending.signal.aborted) {
      const batch = queue.slice(0, batchSize)
      const end = await post(batch, parts, AbortSignal.any([ending.signal, AbortSignal.timeout(pace.requestMs)]))
      if (end.kind !== 'sent' && !isAway) parts.onAway(end.because)
      isAway = end.kind !== 'sent'
      if (end.kind === 'later') return
      queue.splice(0, batch.length)
      parts.onCount(end.kind, batch.length)
    }
  }
  const runs = oneAtATime(sendAll, () => {}) // cannot fail: whatever a request comes to is a value
  const endTimer = beginEvery(pace.everyMs, runs)
  return {
    add: (spans) => {
      const taken = spans.slice(0, Math.max(0, pace.mostQueued - queue.length))
      queue.push(...taken)
      if (taken.length < spans.length) parts.onCount('dropped', spans.length - taken.length)
      if (queue.length >= batchSize && !isAway) runs.begin()
    },
    stop: async () => {
      const limit = setTimeout(() => ending.abort(), pace.stopMs)
      await endTimer()
      await sendAll()
      clearTimeout(limit)
      if (queue.length > 0) parts.onCount('dropped', queue.splice(0).length)
    },
  }
}

type PostEnd = { readonly kind: 'sent' } | { readonly kind: 'later' | 'dropped'; readonly because: string }

/** After these the protocol lets a client send the same again. */
const passingStatuses = new Set([429, 502, 503, 504])

async function post(spans: readonly Span[], parts: OtlpParts, signal: AbortSignal): Promise<PostEnd> {
  try {
    const response = await fetch(`${parts.endpoint.replace(/\/+$/, '')}/v1/traces`, {
      method: 'POST',
      headers: { ...toHeaders(parts.headers), 'content-type': 'application/json' },
      body: JSON.stringify(toRequest(spans, parts.version)),
      redirect: 'manual', // the next host was not chosen by the owner
      signal,
    })
    await response.body?.cancel()
    if (response.ok) return { kind: 'sent' }
    const kind = passingStatuses.has(response.status) ? 'later' : 'dropped'
    return { kind, because: `the collector answered ${response.status}` }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { kind: 'later', because: cause instanceof Error ? cause.message : String(cause) }
  }
}

function toHeaders(list: string): Readonly<Record<string, string>> {
  const pairs = list.split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name.trim(), decodeURIComponent(value.join('=').trim())]
    }),
  )
}

/** The numbers of the kinds: https://github.com/open-telemetry/opentelemetry-proto/blob/v1.5.0/opentelemetry/proto/trace/v1/trace.proto */
const kinds = { internal: 1, server: 2, client: 3 } as const
const errorStatus = 2

function toRequest(spans: readonly Span[], version: string): object {
  const resource = { attributes: toAttributes({ 'service.name': 'tuppence', 'service.version': version }) }
  const scope = { name: 'tuppence', version }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans.map(toWireSpan) }] }] }
}

function toWireSpan({ traceId, spanId, parentSpanId, name, kind, attributes, fault, ...times }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: toNanoseconds(times.beginMs),
    endTimeUnixNano: toNanoseconds(Math.max(times.beginMs, times.endMs)),
    attributes: toAttributes(attributes),
    status: fault === undefined ? {} : { code: errorStatus, message: fault },
  }
}

/** Whole numbers of 64 bits are text in the JSON of this protocol. */
function toNanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`
}

function toAttributes(attributes: Span['attributes']): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } }
    return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }
  })
}
