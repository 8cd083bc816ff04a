import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMetrics, type Metrics } from '../../../adapters/metrics/prometheus.ts'
import type { Budget, BudgetDay } from '../../../src/core/budget.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { BotEvent, ReadBacklog } from '../../../src/core/ports.ts'
import { callOf, noonMs, receiptOf } from './receipts.ts'

let metrics: Metrics
beforeEach(() => {
  metrics = createMetrics({ version: '1.2.3', now: () => new Date(noonMs) })
})
afterEach(() => metrics.stop())

const event = (name: BotEvent['name'], fields: BotEvent['fields'] = {}): BotEvent => ({ name, level: 'info', fields })
/** The value of one series, as the text has it; undefined where there is none. */
async function valueOf(series: string): Promise<string | undefined> {
  const lines = (await metrics.text()).split('\n')
  return lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1)
}

describe('from receipts', () => {
  test('the time from acceptance to the decided answer counts by intent and stage', async () => {
    metrics.receipt(receiptOf(), 'slack')

    const labels = 'intent="general.return-policy",stage="tfidf"'
    expect(await valueOf(`tuppence_message_decided_seconds_sum{${labels}}`)).toBe('2.1')
    expect(await valueOf(`tuppence_message_decided_seconds_bucket{le="2",${labels}}`)).toBe('0')
    expect(await valueOf(`tuppence_message_decided_seconds_bucket{le="3",${labels}}`)).toBe('1')
  })

  test('a classification takes what all stages took together', async () => {
    const { classification } = receiptOf()
    metrics.receipt(receiptOf({ classification: { ...classification, stage: 'model' }, lookedFurtherMs: 1248 }), 'web')

    expect(await valueOf('tuppence_classification_seconds_sum{stage="model"}')).toBe('1.25') // 2 ms and 1,248 ms
  })

  test('calls, tokens and money are those of the receipt, failed calls included', async () => {
    const calls = [callOf(), callOf({ outcome: 'failed', inputTokens: 0, cachedTokens: 0, outputTokens: 0 })]
    metrics.receipt(receiptOf({ calls, cost: 270 as MicroDollars, tier: 2 }), 'web')
    metrics.receipt(receiptOf(), 'web')

    expect(await valueOf('tuppence_messages_asking_models_total')).toBe('1')
    expect(await valueOf('tuppence_message_cost_micro_dollars_count')).toBe('2')
    expect(await valueOf('tuppence_message_cost_micro_dollars_sum')).toBe('270')
    const labels = 'model="cheap",purpose="classification"'
    expect(await valueOf(`tuppence_model_calls_total{${labels},outcome="failed"}`)).toBe('1')
    expect(await valueOf('tuppence_model_tokens_total{model="cheap",kind="cached"}')).toBe('900')
    expect(await valueOf('tuppence_model_call_seconds_sum{model="cheap"}')).toBe('2.4')
  })

  test('a receipt of an earlier version, which knows no moments, is counted all the same', async () => {
    const { moments: _, ...earlier } = receiptOf()

    metrics.receipt(earlier, 'web')

    expect(await valueOf('tuppence_message_cost_micro_dollars_count')).toBe('1')
    expect(await metrics.text()).not.toContain('tuppence_message_decided_seconds_count{')
  })
})

describe('from events', () => {
  test('what an alert waits for is 0 from the beginning, so that the first one is seen', async () => {
    for (const name of [
      'messages_parked',
      'messages_postponed',
      'deliveries_abandoned',
      'redeliveries',
      'twins_removed',
    ])
      expect([name, await valueOf(`tuppence_${name}_total{channel="discord"}`)]).toEqual([name, '0'])
  })

  test('troubles count by channel, and twins by how many were removed', async () => {
    metrics.event(event('message.parked', { channel: 'slack', message: 'canary-id' }))
    metrics.event(event('message.repeated', { channel: 'slack', message: 'canary-id' }))
    metrics.event(event('reply.abandoned', { channel: 'discord', reply: 'canary-id' }))
    metrics.event(event('reply.tidied', { channel: 'slack', reply: 'canary-id', removed: 2 }))

    expect(await valueOf('tuppence_messages_parked_total{channel="slack"}')).toBe('1')
    metrics.event(event('load.changed', { load: 2, before: 0 }))
    expect(await valueOf('tuppence_load_level')).toBe('2')
    expect(await valueOf('tuppence_redeliveries_total{channel="slack"}')).toBe('1')
    expect(await valueOf('tuppence_deliveries_abandoned_total{channel="discord"}')).toBe('1')
    expect(await valueOf('tuppence_twins_removed_total{channel="slack"}')).toBe('2')
    expect(await metrics.text()).not.toContain('canary')
  })

  test('a passing word that did not get through is no postponed delivery', async () => {
    metrics.event(event('reply.postponed', { channel: 'slack', message: 'm' }))
    metrics.event(event('reply.postponed', { channel: 'slack', reply: 'r' }))

    expect(await valueOf('tuppence_deliveries_postponed_total{channel="slack"}')).toBe('1')
  })

  test('acknowledgements count by channel, those that failed beside the others', async () => {
    metrics.event(event('event.acknowledged', { channel: 'slack', outcome: 'new', durationMs: 40 }))
    metrics.event(event('event.acknowledged', { channel: 'slack', outcome: 'failed', durationMs: 2000 }))

    expect(await valueOf('tuppence_acknowledgement_seconds_sum{channel="slack",outcome="stored"}')).toBe('0.04')
    expect(await valueOf('tuppence_acknowledgement_seconds_count{channel="slack",outcome="failed"}')).toBe('1')
  })
})

describe('when somebody asks', () => {
  const budget: Budget = {
    day: '2026-11-28' as BudgetDay,
    limit: 100_000_000 as MicroDollars,
    held: 500 as MicroDollars,
    spent: 81_000_000 as MicroDollars,
    unconfirmed: 250 as MicroDollars,
    calls: 7,
  }
  const owed: ReadBacklog = async () => ({
    messages: { count: 3, since: new Date(noonMs - 17_500) },
    replies: { count: 0, since: undefined },
    parked: 2,
  })
  const sources = { backlog: owed, budget: async () => budget, circuits: () => new Map() }

  test('what is owed, for how long, and the day’s money are read', async () => {
    metrics.watch(sources)

    expect(await valueOf('tuppence_store_up')).toBe('1')
    expect(await valueOf('tuppence_queue_owed{queue="inbox"}')).toBe('3')
    expect(await valueOf('tuppence_queue_age_seconds{queue="inbox"}')).toBe('17.5')
    expect(await valueOf('tuppence_queue_age_seconds{queue="outbox"}')).toBe('0')
    expect(await valueOf('tuppence_parked_messages')).toBe('2')
    expect(await valueOf('tuppence_budget_micro_dollars{kind="spent"}')).toBe('81000000')
    expect(await valueOf('tuppence_budget_micro_dollars{kind="reserved"}')).toBe('500')
  })

  test('a hundred questions at once read the database once', async () => {
    let reads = 0
    metrics.watch({ ...sources, backlog: async () => ((reads += 1), await owed()) })

    await Promise.all(Array.from({ length: 100 }, () => metrics.text()))

    expect(reads).toBe(1)
  })

  test('without a database the store is down, and what it would say is absent', async () => {
    const away = async (): Promise<never> => {
      throw new StoreUnavailableError('Postgres did not answer.')
    }
    metrics.watch({ ...sources, backlog: away, budget: away })

    const text = await metrics.text()

    expect(text).toContain('tuppence_store_up 0')
    expect(text).not.toMatch(/^tuppence_(queue_\w+|budget_micro_dollars|parked_messages)[ {]/m)
  })

  test('a database that hangs holds nobody up for longer than two seconds, and is not asked again meanwhile', async () => {
    let reads = 0
    metrics.watch({ ...sources, backlog: () => new Promise(() => (reads += 1)) })
    const begunMs = performance.now()

    const texts = [await metrics.text(), await metrics.text(), await metrics.text()]

    expect(texts.filter((text) => text.includes('tuppence_store_up 0'))).toHaveLength(3)
    expect(performance.now() - begunMs).toBeLessThan(4000)
    expect(reads).toBe(1)
  })

  test('the circuit of a model is in one state, and a model that is gone is not told any more', async () => {
    const positions = new Map<string, 'closed' | 'open'>([
      ['cheap', 'open'],
      ['large', 'closed'],
    ])
    metrics.watch({ ...sources, circuits: () => positions })
    const states = ['closed', 'half-open', 'open']
    const read = (model: string) =>
      Promise.all(states.map((state) => valueOf(`tuppence_model_circuit_state{model="${model}",state="${state}"}`)))

    const before = [await read('cheap'), await read('large')]
    positions.delete('large')

    expect(before).toEqual([
      ['0', '0', '1'],
      ['1', '0', '0'],
    ])
    expect(await read('large')).toEqual([undefined, undefined, undefined])
  })

  test('a loop that was blocked is told as late', async () => {
    metrics.watch(sources)
    await metrics.text()
    const late = async (): Promise<number> => {
      const endsAt = performance.now() + 300
      while (performance.now() < endsAt); // nobody else gets a turn
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      return Number(await valueOf('tuppence_event_loop_delay_seconds{quantile="1"}'))
    }

    await expect.poll(late, { timeout: 10_000, interval: 60 }).toBeGreaterThan(0.2)

    expect(await late()).toBeLessThan(10)
  })

  test('the build says its versions', async () => {
    expect(await valueOf(`tuppence_build_info{version="1.2.3",node="${process.version}"}`)).toBe('1')
  })
})
