import { expect, test } from 'vitest'
import { toEventSpans, toMessageSpans, traceOf, type Span } from '../../../adapters/metrics/spans.ts'
import { callOf, noonMs, receiptOf } from './receipts.ts'

const named = (spans: readonly Span[], name: string): Span => {
  const found = spans.find((span) => span.name === name)
  if (found === undefined) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(', ')}`)
  return found
}

test('an answered message is one trace, whose steps follow one another without a gap', () => {
  const spans = toMessageSpans(receiptOf(), 'slack', noonMs + 2110)

  expect(spans.map(({ name, beginMs, endMs }) => [name, beginMs - noonMs, endMs - noonMs])).toEqual([
    ['message', 0, 2110],
    ['wait', 0, 100],
    ['classify', 100, 102],
    ['route', 102, 2100],
    ['complete', 2100, 2110],
  ])
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, ...Array(4).fill(spans[0]?.spanId)])
})

test('a call of a model carries the names and numbers of the conventions', () => {
  const spans = toMessageSpans(receiptOf({ calls: [callOf()] }), 'web', noonMs + 2110)

  const call = named(spans, 'chat some-model')
  expect(call).toMatchObject({
    kind: 'client',
    beginMs: noonMs + 300,
    endMs: noonMs + 1500,
    parentSpanId: named(spans, 'route').spanId,
  })
  expect(call.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'gcp.gemini',
    'gen_ai.request.model': 'some-model',
    'gen_ai.response.model': 'some-model-2026-01-01',
    'gen_ai.usage.input_tokens': 1000, // 100 new ones and 900 of the cache
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.usage.cache_read.input_tokens': 900,
    'tuppence.model': 'cheap',
    'tuppence.tier': 2,
    'tuppence.purpose': 'classification',
    'tuppence.outcome': 'answered',
    'tuppence.cost_micro_dollars': 135,
  })
})

test('a call that failed says why and claims no usage', () => {
  const failed = callOf({ outcome: 'failed', because: 'timed-out' })

  const { fault, attributes } = named(toMessageSpans(receiptOf({ calls: [failed] }), 'web', noonMs), 'chat some-model')

  expect([fault, attributes['error.type']]).toEqual(['timed-out', 'timed-out'])
  expect(Object.keys(attributes).filter((key) => /usage|response/.test(key))).toEqual([])
})

test('what a customer wrote, why a route was taken, and the message’s id are nowhere in a trace', () => {
  const spans = toMessageSpans(receiptOf({ calls: [callOf()] }), 'slack', noonMs)

  expect(JSON.stringify(spans)).not.toMatch(/canary|T1\/C1/)
})

test('a message that came in and a reply that was shown belong to the trace of the message, whoever tells', () => {
  const acknowledged = { message: 'T1/C1/1.2', channel: 'slack', outcome: 'new', durationMs: 12 }
  const delivered = { message: 'T1/C1/1.2', channel: 'slack', attempt: 2, durationMs: 30 }

  const spans = [
    ...toEventSpans({ name: 'event.acknowledged', level: 'debug', fields: acknowledged }, noonMs),
    ...toEventSpans({ name: 'reply.delivered', level: 'debug', fields: delivered }, noonMs),
  ]

  const { traceId, rootId } = traceOf('T1/C1/1.2')
  expect(spans).toMatchObject([
    { name: 'receive', traceId, parentSpanId: rootId, beginMs: noonMs - 12, endMs: noonMs },
    { name: 'deliver', traceId, parentSpanId: rootId, attributes: { 'tuppence.attempt': 2 } },
  ])
})

test('what was not stored, and everything else that happens, is no span', () => {
  const refused = { message: 'm', channel: 'slack', outcome: 'failed', durationMs: 12 }

  expect(toEventSpans({ name: 'event.acknowledged', level: 'debug', fields: refused }, noonMs)).toEqual([])
  expect(toEventSpans({ name: 'bot.started', level: 'info', fields: {} }, noonMs)).toEqual([])
})
