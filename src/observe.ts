import { createLog } from '../adapters/metrics/log.ts'
import { createMetrics } from '../adapters/metrics/prometheus.ts'
import type { Config } from '../config/config.ts'
import { printRefused } from './classifier.ts'
import type { Observer } from './core/ports.ts'

/** Where a person reads along who does not see the log. */
export interface Told {
  /** Takes a line about a kept file that was refused. */
  readonly tell?: (line: string) => void
}

/** The log and the metrics behind one observer; `metrics` gives the numbers as Prometheus text. */
export function createObserver(
  logLevel: Config['logLevel'],
  { tell }: Told = {},
): { observer: Observer; metrics: () => Promise<string> } {
  const numbers = createMetrics()
  const log = createLog(logLevel)
  const observer: Observer = {
    receipt: (receipt, channel) => {
      numbers.receipt(receipt, channel)
      const { message, classification, tier, route, cost } = receipt
      const { intent, confidence, stage } = classification
      const fields = { message, channel, intent, confidence, stage, tier, route: route.kind, costMicroDollars: cost }
      log({ name: 'message.answered', level: 'info', fields })
    },
    event: (event) => {
      numbers.event(event)
      log(event)
      if (event.name === 'classifier.refused') tell?.(`${printRefused(String(event.fields['file']), event.error)}.`)
    },
  }
  return { observer, metrics: () => numbers.text() }
}
