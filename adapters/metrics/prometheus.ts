import { Counter, Registry } from 'prom-client'
import type { ChannelName } from '../../src/core/message.ts'
import type { BotEvent, Now } from '../../src/core/ports.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import { createAnswerNumbers } from './answers.ts'
import { createEventNumbers } from './happenings.ts'
import { createProcessNumbers } from './process.ts'
import { createReadings, type Sources } from './readings.ts'

export interface Metrics {
  receipt(receipt: Receipt, channel: ChannelName): void
  event(event: BotEvent): void
  /** Spans that were handed to a collector, or given up. */
  spans(result: 'sent' | 'dropped', count: number): void
  /** From here on what is owed, the day's money and the circuits are read as well. */
  watch(sources: Sources): void
  /** Prometheus text format. */
  text(): Promise<string>
  stop(): void
}

interface MetricsParts {
  readonly version: string
  readonly now: Now
}

/** Turns receipts and events into numbers. Labels have few values: never an id, never a text. */
export function createMetrics({ version, now }: MetricsParts): Metrics {
  const registry = new Registry()
  const process = createProcessNumbers(registry, version)
  const spans = new Counter({
    name: 'tuppence_trace_spans_total',
    help: 'Spans of traces, by whether the collector has them; dropped where it was away for too long.',
    labelNames: ['result'],
    registers: [registry],
  })
  for (const result of ['sent', 'dropped']) spans.inc({ result }, 0)
  const readFrom = createReadings(registry, now)
  return {
    receipt: createAnswerNumbers(registry),
    event: createEventNumbers(registry),
    spans: (result, count) => spans.inc({ result }, count),
    watch: (sources) => {
      process.begin()
      readFrom(sources)
    },
    text: () => registry.metrics(),
    stop: () => process.stop(),
  }
}
