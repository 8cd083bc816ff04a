import { Counter, Histogram, type Registry } from 'prom-client'
import type { ChannelName } from '../../src/core/message.ts'
import type { ModelCall, Receipt } from '../../src/core/receipt.ts'

/** What customers wait for: fine where the promises are (0.2, 2, 3 and 15 s), coarse elsewhere. */
export const waitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 15, 30, 60]
/** From one look at the words to a cheap model that takes all the time it has. */
const classificationBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5]
const stepBuckets = [0.0001, 0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30]
/** Millionths of a dollar, up to the dearest message there may be; 20,000 is where somebody is told. */
const costBuckets = [0, 10, 50, 100, 500, 1000, 2500, 5000, 10_000, 20_000, 50_000]

type CountAnswer = (receipt: Receipt, channel: ChannelName) => void

/** The numbers of answers. Each is in the receipt: none is counted a second time on the way. */
export function createAnswerNumbers(registry: Registry): CountAnswer {
  const counts = [createRoutes, createMoney, createLookUps, createWaits, createCalls].map((create) => create(registry))
  return (receipt, channel) => {
    for (const count of counts) count(receipt, channel)
  }
}

function createRoutes(registry: Registry): CountAnswer {
  const answered = new Counter({
    name: 'tuppence_messages_answered_total',
    help: 'Messages answered.',
    labelNames: ['channel', 'agent', 'intent', 'stage', 'tier', 'route'],
    registers: [registry],
  })
  return ({ classification: { intent, stage }, route, tier }, channel) => {
    const agent = route.kind === 'agent' ? route.agent : 'none'
    answered.inc({ channel, agent, intent, stage, tier, route: route.kind })
  }
}

function createMoney(registry: Registry): CountAnswer {
  const registers = [registry]
  const cost = new Counter({
    name: 'tuppence_cost_micro_dollars_total',
    help: 'What answers cost, in millionths of a dollar.',
    labelNames: ['tier'],
    registers,
  })
  const otherwise = new Counter({
    name: 'tuppence_would_have_cost_micro_dollars_total',
    help: 'The same by the dearest model, estimated, in millionths of a dollar.',
    registers,
  })
  const each = new Histogram({
    name: 'tuppence_message_cost_micro_dollars',
    help: 'What each answered message cost, in millionths of a dollar.',
    buckets: costBuckets,
    registers,
  })
  return ({ tier, cost: spent, wouldHaveCost }) => {
    cost.inc({ tier }, spent)
    otherwise.inc(wouldHaveCost)
    each.observe(spent)
  }
}

/** "hit" beside both is the share of unsure messages that no slow or paid stage had to see. */
function createLookUps(registry: Registry): CountAnswer {
  const count = new Counter({
    name: 'tuppence_intent_cache_lookups_total',
    help: 'Messages the free stages were unsure of, by whether the intent cache knew them.',
    labelNames: ['result'],
    registers: [registry],
  })
  for (const result of ['hit', 'miss']) count.inc({ result }, 0)
  return ({ intentCache }) => {
    if (intentCache !== undefined) count.inc({ result: intentCache })
  }
}

function createWaits(registry: Registry): CountAnswer {
  const registers = [registry]
  const step = new Histogram({
    name: 'tuppence_step_duration_seconds',
    help: 'Time of the steps of one answer.',
    labelNames: ['step'],
    buckets: stepBuckets,
    registers,
  })
  const understood = new Histogram({
    name: 'tuppence_classification_seconds',
    help: 'Time until a message was understood, by the stage that decided; with the slower stages that were asked.',
    labelNames: ['stage'],
    buckets: classificationBuckets,
    registers,
  })
  const decided = new Histogram({
    name: 'tuppence_message_decided_seconds',
    help: 'Time from the acceptance of a message until its answer was decided, waiting and earlier tries included.',
    labelNames: ['intent', 'stage'],
    buckets: waitBuckets,
    registers,
  })
  return ({ classification: { intent, stage }, durationsMs, lookedFurtherMs = 0, moments }) => {
    for (const [name, ms] of Object.entries(durationsMs)) step.observe({ step: name }, ms / 1000)
    understood.observe({ stage }, (durationsMs.understand + lookedFurtherMs) / 1000)
    if (moments === undefined) return
    decided.observe({ intent, stage }, Math.max(0, moments.decided - moments.accepted) / 1000)
  }
}

function createCalls(registry: Registry): CountAnswer {
  const registers = [registry]
  const asking = new Counter({
    name: 'tuppence_messages_asking_models_total',
    help: 'Answered messages for which at least one model was called, whatever came of it.',
    registers,
  })
  const calls = new Counter({
    name: 'tuppence_model_calls_total',
    help: 'Calls of models, by the alias in models.yaml, what they were for, and what came of them.',
    labelNames: ['model', 'purpose', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'tuppence_model_call_seconds',
    help: 'Time of the calls of models.',
    labelNames: ['model'],
    buckets: waitBuckets,
    registers,
  })
  const tokens = new Counter({
    name: 'tuppence_model_tokens_total',
    help: 'Tokens of models: input without what their caches had, read from and written to those, and output.',
    labelNames: ['model', 'kind'],
    registers,
  })
  const count = (call: ModelCall): void => {
    const { model, purpose, outcome } = call
    calls.inc({ model, purpose, outcome })
    duration.observe({ model }, call.durationMs / 1000)
    tokens.inc({ model, kind: 'input' }, call.inputTokens)
    tokens.inc({ model, kind: 'cached' }, call.cachedTokens)
    tokens.inc({ model, kind: 'cache-write' }, call.cacheWriteTokens)
    tokens.inc({ model, kind: 'output' }, call.outputTokens)
  }
  return (receipt) => {
    if (receipt.calls.length > 0) asking.inc()
    for (const call of receipt.calls) count(call)
  }
}
