import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { BotEvent } from '../../src/core/ports.ts'
import type { ChannelName } from '../../src/core/message.ts'
import type { Receipt } from '../../src/core/receipt.ts'

export interface Metrics {
  receipt(receipt: Receipt, channel: ChannelName): void
  event(event: BotEvent): void
  /** Prometheus text format. */
  text(): Promise<string>
}

/** Turns receipts into numbers. Labels have few values: never an id, never a text. */
export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const answered = new Counter({
    name: 'tuppence_messages_answered_total',
    help: 'Messages answered, by channel, agent, intent, stage, tier and route.',
    labelNames: ['channel', 'agent', 'intent', 'stage', 'tier', 'route'],
    registers,
  })
  const cost = new Counter({ name: 'tuppence_cost_micro_dollars_total', help: 'What answers cost, in millionths of a dollar.', labelNames: ['tier'], registers })
  const saved = new Counter({
    name: 'tuppence_would_have_cost_micro_dollars_total',
    help: 'What the dearest model would have cost for the same messages, estimated, in millionths of a dollar.',
    registers,
  })
  const duration = new Histogram({
    name: 'tuppence_step_duration_seconds',
    help: 'Time of the steps of one answer.',
    labelNames: ['step'],
    buckets: [0.0001, 0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers,
  })
  const events = new Counter({ name: 'tuppence_events_total', help: 'Events by name, as in the log.', labelNames: ['event'], registers })
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of this process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  return {
    receipt: (receipt, channel) => {
      const { classification, route, tier } = receipt
      const agent = route.kind === 'agent' ? route.agent : 'none'
      answered.inc({ channel, agent, intent: classification.intent, stage: classification.stage, tier, route: route.kind })
      cost.inc({ tier }, receipt.cost)
      saved.inc(receipt.wouldHaveCost)
      for (const [step, ms] of Object.entries(receipt.durationsMs)) duration.observe({ step }, ms / 1000)
    },
    event: ({ name }) => events.inc({ event: name }),
    text: async () => (await Promise.all(registers.map((registry) => registry.metrics()))).join('\n'),
  }
}
