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

const stepBucketsSeconds = [0.0001, 0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30]

/** Turns receipts into numbers. Labels have few values: never an id, never a text. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const answeredBy = ['channel', 'agent', 'intent', 'stage', 'tier', 'route']
  const answered = counter('tuppence_messages_answered_total', 'Messages answered.', answeredBy)
  const cost = counter('tuppence_cost_micro_dollars_total', 'What answers cost, in millionths of a dollar.', ['tier'])
  const dearest = 'The same by the dearest model, estimated, in millionths of a dollar.'
  const otherwise = counter('tuppence_would_have_cost_micro_dollars_total', dearest, [])
  const events = counter('tuppence_events_total', 'Events by name, as in the log.', ['event'])
  const countFeedback = createFeedbackCount(registry)
  const countLookUp = createLookUpCount(registry)
  const duration = new Histogram({
    name: 'tuppence_step_duration_seconds',
    help: 'Time of the steps of one answer.',
    labelNames: ['step'],
    buckets: stepBucketsSeconds,
    registers: [registry],
  })
  watchMemory(registry)
  return {
    receipt: (receipt, channel) => {
      const { classification, route, tier } = receipt
      const agent = route.kind === 'agent' ? route.agent : 'none'
      answered.inc({
        channel,
        agent,
        intent: classification.intent,
        stage: classification.stage,
        tier,
        route: route.kind,
      })
      countLookUp(receipt)
      cost.inc({ tier }, receipt.cost)
      otherwise.inc(receipt.wouldHaveCost)
      for (const [step, ms] of Object.entries(receipt.durationsMs)) duration.observe({ step }, ms / 1000)
    },
    event: (event) => {
      events.inc({ event: event.name })
      countFeedback(event)
    },
    text: () => registry.metrics(),
  }
}

/** "hit" beside both is the share of unsure messages that no slow or paid stage had to see. */
function createLookUpCount(registry: Registry): (receipt: Pick<Receipt, 'intentCache'>) => void {
  const count = new Counter({
    name: 'tuppence_intent_cache_lookups_total',
    help: 'Messages the free stages were unsure of, by whether the intent cache knew them.',
    labelNames: ['result'],
    registers: [registry],
  })
  return ({ intentCache }) => {
    if (intentCache !== undefined) count.inc({ result: intentCache })
  }
}

/** Ratings of answers; "try_advanced" beside the messages answered is the rate of retries. */
function createFeedbackCount(registry: Registry): (event: BotEvent) => void {
  const count = new Counter({
    name: 'tuppence_feedback_total',
    help: 'Ratings of answers, try_advanced among them, by the intent and tier of the answer.',
    labelNames: ['value', 'intent', 'tier'],
    registers: [registry],
  })
  return ({ name, fields: { value = '', intent = '', tier = '' } }) => {
    if (name === 'feedback.recorded') count.inc({ value: String(value), intent: String(intent), tier: String(tier) })
  }
}

function watchMemory(registry: Registry): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of this process.',
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
}
