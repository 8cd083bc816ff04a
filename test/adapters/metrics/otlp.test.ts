import { expect, onTestFinished, test } from 'vitest'
import { createOtlpExporter, type OtlpPace, type SpanExporter } from '../../../adapters/metrics/otlp.ts'
import type { Span } from '../../../adapters/metrics/spans.ts'
import { WebhookServer } from '../../servers/webhook.ts'
import { until } from '../../until.ts'
import { noonMs } from './receipts.ts'

const spanOf = (name: string): Span => ({
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  parentSpanId: 'ef'.repeat(8),
  name,
  kind: 'client',
  beginMs: noonMs + 0.25,
  endMs: noonMs + 12.5,
  attributes: { words: 'text', count: 3, share: 0.5 },
})
const spansOf = (count: number): Span[] => Array.from({ length: count }, (_, index) => spanOf(`span ${index}`))

async function startCollector(): Promise<WebhookServer> {
  const collector = await new WebhookServer().start()
  onTestFinished(() => collector.close())
  return collector
}

/** An exporter with everything it told. */
function open(endpoint: string, pace: Partial<OtlpPace> = {}, headers = '') {
  const counts = { sent: 0, dropped: 0 }
  const away: string[] = []
  const exporter: SpanExporter = createOtlpExporter({
    endpoint,
    headers,
    version: '1.2.3',
    onCount: (result, spans) => {
      counts[result] += spans
    },
    onAway: (because) => void away.push(because),
    pace: { everyMs: 20, ...pace },
  })
  onTestFinished(() => exporter.stop())
  return { exporter, counts, away }
}

const namesIn = (collector: WebhookServer): string[] =>
  JSON.stringify(collector.received.map(({ body }) => body)).match(/span \d+/g) ?? []

test('spans arrive as JSON of the protocol, with the headers that the collector wants', async () => {
  const collector = await startCollector()
  const { exporter } = open(`${collector.origin}/`, {}, 'api-key=a%20key,other=b=c')

  exporter.add([{ ...spanOf('chat x'), fault: 'timed-out' }])
  await until(() => collector.received.length > 0, 'a request')

  const [request] = collector.received
  expect(request).toMatchObject({ method: 'POST', path: '/v1/traces' })
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'api-key': 'a key', other: 'b=c' })
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  expect(request?.body).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'tuppence'), text('service.version', '1.2.3')] },
        scopeSpans: [
          {
            scope: { name: 'tuppence', version: '1.2.3' },
            spans: [
              {
                traceId: 'ab'.repeat(16),
                spanId: 'cd'.repeat(8),
                parentSpanId: 'ef'.repeat(8),
                name: 'chat x',
                kind: 3,
                startTimeUnixNano: '1795867200000250000', // 2026-11-28T12:00:00 and 250 microseconds
                endTimeUnixNano: '1795867200012500000',
                attributes: [
                  text('words', 'text'),
                  { key: 'count', value: { intValue: '3' } },
                  { key: 'share', value: { doubleValue: 0.5 } },
                ],
                status: { code: 2, message: 'timed-out' },
              },
            ],
          },
        ],
      },
    ],
  })
})

test('1,200 spans leave in three batches, each span once', async () => {
  const collector = await startCollector()
  const { exporter, counts } = open(collector.origin)

  exporter.add(spansOf(1200))
  await until(() => counts.sent === 1200, 'all spans')

  expect(collector.received).toHaveLength(3) // 512, 512 and 176
  expect(new Set(namesIn(collector)).size).toBe(1200)
  expect(counts.dropped).toBe(0)
})

test.each([503, 429, 'hang-up'] as const)('a collector that answers %s gets the same spans again', async (answer) => {
  const collector = await startCollector()
  collector.answers.push(answer, answer)
  const { exporter, counts, away } = open(collector.origin)

  exporter.add(spansOf(3))
  await until(() => counts.sent === 3, 'the third try')

  expect(namesIn(collector)).toHaveLength(9)
  expect(away).toHaveLength(1) // told once, however often it is tried
})

test('a collector that hangs is left after the limit of a request', async () => {
  const collector = await startCollector()
  collector.answers.push('hang')
  const { exporter, counts } = open(collector.origin, { requestMs: 60 })

  exporter.add(spansOf(3))
  await until(() => counts.sent === 3, 'the second try')

  expect(collector.received).toHaveLength(2)
})

test.each([400, 401, 404, 307])('spans that a collector refuses with %s are dropped, and counted', async (status) => {
  const collector = await startCollector()
  collector.answers.push(status === 307 ? { redirect: 307, to: `${collector.origin}/elsewhere` } : status)
  const { exporter, counts, away } = open(collector.origin)

  exporter.add(spansOf(3))
  await until(() => counts.dropped === 3, 'the refusal')

  expect(collector.received).toHaveLength(1)
  expect(away).toEqual([`the collector answered ${status}`])
})

test('while the collector is away the queue is bounded, and what has no place is counted', async () => {
  const collector = await startCollector()
  await collector.close()
  onTestFinished(() => collector.start().then(() => undefined))
  const { exporter, counts, away } = open(collector.origin, { mostQueued: 100 })

  for (let round = 0; round < 50; round += 1) exporter.add(spansOf(10))
  await until(() => away.length > 0, 'that it is away')

  expect(counts).toEqual({ sent: 0, dropped: 400 })
})

test('adding never waits: ten thousand spans without a collector take no longer than a moment', () => {
  const { exporter } = open('http://127.0.0.1:9')
  const spans = spansOf(10)
  const begunMs = performance.now()

  for (let round = 0; round < 1000; round += 1) exporter.add(spans)

  expect(performance.now() - begunMs).toBeLessThan(500)
})

test('a stop hands over what is left', async () => {
  const collector = await startCollector()
  const { exporter, counts } = open(collector.origin, { everyMs: 60_000 })

  exporter.add(spansOf(5))
  await exporter.stop()

  expect(counts).toEqual({ sent: 5, dropped: 0 })
})

test('a stop waits no longer than its limit for a collector that hangs', async () => {
  const collector = await startCollector()
  collector.usual = 'hang'
  const { exporter, counts } = open(collector.origin, { everyMs: 60_000, stopMs: 100 })
  exporter.add(spansOf(5))
  const begunMs = performance.now()

  await exporter.stop()

  expect(performance.now() - begunMs).toBeLessThan(3000)
  expect(counts).toEqual({ sent: 0, dropped: 5 })
})
