import { createLog } from '../adapters/metrics/log.ts'
import { createMetrics, type Metrics } from '../adapters/metrics/prometheus.ts'
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
interface Observed extends Pick<Config, 'logLevel' | 'version'>, Told {
  readonly now?: Now
}

/** Whoever is told, and the numbers that come of it. */
export interface Observing {
  readonly observer: Observer
  readonly metrics: Pick<Metrics, 'text' | 'watch'>
  stop(): Promise<void>
}

/** The log and the metrics behind one observer. */
export function createObserver({ logLevel, version, tell, now = () => new Date() }: Observed): Observing {
  const numbers = createMetrics({ version, now })
  const log = createLog(logLevel)
  const observer: Observer = {
    receipt: (receipt, channel) => {
      numbers.receipt(receipt, channel)
      log({ name: 'message.answered', level: 'info', fields: toFields(receipt, channel) })
    },
    event: (event) => {
      numbers.event(event)
      log(event)
      if (event.name === 'classifier.refused') tell?.(`${printRefused(String(event.fields['file']), event.error)}.`)
    },
  }
  return { observer, metrics: numbers, stop: async () => numbers.stop() }
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
