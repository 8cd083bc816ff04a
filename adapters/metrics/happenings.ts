import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { channelNames } from '../../src/core/message.ts'
import type { BotEvent } from '../../src/core/ports.ts'
import { waitBuckets } from './answers.ts'

/** Around the half second that a platform may be kept waiting, and the three after which it gives up. */
const acknowledgementBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

type CountEvent = (event: BotEvent) => void

/** The numbers of what happens around answers, which no receipt knows. */
export function createEventNumbers(registry: Registry): CountEvent {
  const counts = [createNames, createFeedback, createTroubles, createLoad, createDeliveries].map((create) =>
    create(registry),
  )
  return (event) => {
    for (const count of counts) count(event)
  }
}

function createNames(registry: Registry): CountEvent {
  const events = new Counter({
    name: 'tuppence_events_total',
    help: 'Events by name, as in the log.',
    labelNames: ['event'],
    registers: [registry],
  })
  return ({ name }) => events.inc({ event: name })
}

/** Ratings of answers; "try_advanced" beside the messages answered is the rate of retries. */
function createFeedback(registry: Registry): CountEvent {
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

/** What went wrong with messages and replies, by channel. */
function createTroubles(registry: Registry): CountEvent {
  const perChannel = (name: string, help: string): Counter<'channel'> => {
    const counter = new Counter({ name, help, labelNames: ['channel'], registers: [registry] })
    // An alert on the first one can only see it where there was a zero before.
    for (const channel of channelNames) counter.inc({ channel }, 0)
    return counter
  }
  const counters: Partial<Record<BotEvent['name'], Counter<'channel'>>> = {
    'message.repeated': perChannel('tuppence_redeliveries_total', 'Messages that a platform delivered again.'),
    'message.postponed': perChannel('tuppence_messages_postponed_total', 'Tries of messages that are made again.'),
    'message.parked': perChannel(
      'tuppence_messages_parked_total',
      'Messages that could not be answered: an apology and a ticket instead.',
    ),
    'reply.postponed': perChannel('tuppence_deliveries_postponed_total', 'Tries of deliveries that are made again.'),
    'reply.abandoned': perChannel(
      'tuppence_deliveries_abandoned_total',
      'Replies that a platform would not show: the team has them.',
    ),
  }
  const twins = perChannel(
    'tuppence_twins_removed_total',
    'Replies that a platform showed twice, until one was removed.',
  )
  return ({ name, fields: { channel = '', reply, removed } }) => {
    if (name === 'reply.tidied') twins.inc({ channel: String(channel) }, Number(removed))
    // Of a passing word on what is done nobody waits for a second try.
    if (name !== 'reply.postponed' || reply !== undefined) counters[name]?.inc({ channel: String(channel) })
  }
}

function createLoad(registry: Registry): CountEvent {
  const level = new Gauge({
    name: 'tuppence_load_level',
    help: 'How far this process is behind: 0 as usual, 1 no large models, 2 rules only, 3 a notice and a ticket.',
    registers: [registry],
  })
  return ({ name, fields: { load } }) => {
    if (name === 'load.changed') level.set(Number(load))
  }
}

function createDeliveries(registry: Registry): CountEvent {
  const registers = [registry]
  const delivered = new Histogram({
    name: 'tuppence_message_delivered_seconds',
    help: 'Time from the acceptance of a message until a reply to it was shown.',
    labelNames: ['intent', 'stage'],
    buckets: waitBuckets,
    registers,
  })
  const acknowledged = new Histogram({
    name: 'tuppence_acknowledgement_seconds',
    help: 'Time until a channel could tell its platform "got it", or that it could not be stored.',
    labelNames: ['channel', 'outcome'],
    buckets: acknowledgementBuckets,
    registers,
  })
  return ({ name, fields }) => {
    const { channel = '', outcome, intent, stage, durationMs, sinceAcceptedMs } = fields
    if (name === 'event.acknowledged') {
      const told = { channel: String(channel), outcome: outcome === 'failed' ? 'failed' : 'stored' }
      acknowledged.observe(told, Number(durationMs) / 1000)
    }
    if (name === 'reply.delivered' && sinceAcceptedMs !== undefined)
      delivered.observe({ intent: String(intent), stage: String(stage) }, Number(sinceAcceptedMs) / 1000)
  }
}
