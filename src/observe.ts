import { createLog } from '../adapters/metrics/log.ts'
import { createOtlpExporter, type SpanExporter } from '../adapters/metrics/otlp.ts'
import { createMetrics, type Metrics } from '../adapters/metrics/prometheus.ts'
import { toEventSpans, toMessageSpans, traceOf } from '../adapters/metrics/spans.ts'
import type { Config } from '../config/config.ts'
import { printRefused } from './classifier.ts'
import type { ChannelName } from './core/message.ts'
import type { BotEvent, Now, Observer } from './core/ports.ts'
import type { Receipt } from './core/receipt.ts'

/** Where a person reads along who does not see the log. */
export interface Told {
  /** Takes a line about a kept file that was refused. */
  readonly tell?: (line: string) => void
}

/** What observing needs to know. */
interface Observed extends Pick<Config, 'logLevel' | 'version' | 'tracing'>, Told {
  readonly now?: Now
}

/** Whoever is told, and the numbers that come of it. */
export interface Observing {
  readonly observer: Observer
  readonly metrics: Pick<Metrics, 'text' | 'watch'>
  /** Hands over the last spans, for a moment. */
  stop(): Promise<void>
}

/** The log, the metrics and, where a collector is configured, the traces behind one observer. */
export function createObserver({ logLevel, version, tracing, tell, now = () => new Date() }: Observed): Observing {
  const numbers = createMetrics({ version, now })
  const log = createLog(logLevel)
  const traces = tracing === undefined ? undefined : openTraces({ tracing, version, log, numbers })
  const observer: Observer = {
    receipt: (receipt, channel) => {
      numbers.receipt(receipt, channel)
      traces?.add(toMessageSpans(receipt, channel, now().getTime()))
      const trace = traces === undefined ? {} : { trace: traceOf(receipt.message).traceId }
      log({ name: 'message.answered', level: 'info', fields: { ...toFields(receipt, channel), ...trace } })
    },
    event: (event) => {
      numbers.event(event)
      traces?.add(toEventSpans(event, now().getTime()))
      log(event)
      if (event.name === 'classifier.refused') tell?.(`${printRefused(String(event.fields['file']), event.error)}.`)
    },
  }
  const stop = async (): Promise<void> => {
    numbers.stop()
    await traces?.stop()
  }
  return { observer, metrics: numbers, stop }
}

/** The one line of a message: how it was understood, who answered, what that cost and took. Never a text. */
function toFields(receipt: Receipt, channel: ChannelName): BotEvent['fields'] {
  const { message, classification, tier, route, cost, calls, durationsMs, lookedFurtherMs, moments } = receipt
  const { intent, confidence, stage } = classification
  const rounded = (ms: number): number => Math.round(ms * 100) / 100
  return {
    message,
    channel,
    intent,
    confidence,
    stage,
    tier,
    route: route.kind,
    costMicroDollars: cost,
    modelCalls: calls.length,
    understandMs: rounded(durationsMs.understand),
    answerMs: rounded(durationsMs.answer),
    ...(lookedFurtherMs === undefined ? {} : { lookedFurtherMs: rounded(lookedFurtherMs) }),
    ...(moments === undefined ? {} : { sinceAcceptedMs: Math.max(0, moments.decided - moments.accepted) }),
  }
}

interface TraceParts {
  readonly tracing: NonNullable<Config['tracing']>
  readonly version: string
  readonly log: (event: BotEvent) => void
  readonly numbers: Metrics
}

function openTraces({ tracing, version, log, numbers }: TraceParts): SpanExporter {
  return createOtlpExporter({
    endpoint: tracing.endpoint,
    headers: tracing.headers?.reveal() ?? '',
    version,
    onCount: (result, spans) => numbers.spans(result, spans),
    onAway: (because) => log({ name: 'traces.failed', level: 'warn', fields: { because } }),
  })
}
