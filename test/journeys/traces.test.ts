import { onTestFinished, expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import { WebhookServer } from '../servers/webhook.ts'

/** No intent is sure of it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'

interface WireSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
}

interface WireTraces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[] }[]
}

/** The assembled bot with a model that takes every question for one about returns, and a collector that keeps what it gets. */
async function startBot() {
  const cheap = await startTestServer({
    protocol: 'openai',
    answer: () => JSON.stringify({ intent: 'general.return-policy', confidence: 0.95 }),
  })
  const folder = writeTestCatalogue([
    { alias: 'cheap', provider: 'openai', server: cheap, tier: 2, price: { input: 2, output: 10 } },
  ])
  const collector = await new WebhookServer().start()
  onTestFinished(() => collector.close())
  const bot = await startTestBot({
    TUPPENCE_CONFIG_DIR: folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a-key',
  })
  const say = async (text: string): Promise<Response> =>
    await fetch(`${bot.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, id: 'canary-id' }),
    })
  const spans = (): readonly WireSpan[] =>
    collector.received.flatMap(({ body }) =>
      (body as WireTraces).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    )
  return { bot, collector, say, spans }
}

test('a message is one trace from its acceptance to its shown reply, with the call of the model in its place', async () => {
  const { bot, collector, say, spans } = await startBot()

  await say(hard)
  await bot.stop() // hands over what is left

  const names = spans().map(({ name }) => name)
  const model = names.find((name) => name.startsWith('chat ')) ?? 'no call of a model'
  expect(names.toSorted()).toEqual([model, 'classify', 'complete', 'deliver', 'message', 'receive', 'route', 'wait'])
  expect(new Set(spans().map(({ traceId }) => traceId)).size).toBe(1)
  const span = (name: string) => spans().find((one) => one.name === name)
  expect(span(model)?.parentSpanId).toBe(span('route')?.spanId)
  expect(span('deliver')?.parentSpanId).toBe(span('message')?.spanId)
  const attributes = new Map(span(model)?.attributes.map(({ key, value }) => [key, value]))
  expect(attributes.get('gen_ai.provider.name')).toEqual({ stringValue: 'openai' })
  expect(Number(attributes.get('gen_ai.usage.input_tokens')?.['intValue'])).toBeGreaterThan(100)
  expect(collector.received[0]?.headers['api-key']).toBe('a-key')
})

test('the steps stand in time as they happened: the call within the route, everything within the message', async () => {
  const { bot, say, spans } = await startBot()
  const begunMs = Date.now()

  await say(hard)
  await bot.stop()

  const times = (found: WireSpan | undefined) =>
    [found?.startTimeUnixNano, found?.endTimeUnixNano].map((nanoseconds) => Number(nanoseconds) / 1_000_000)
  const [acceptedMs = 0, endMs = 0] = times(spans().find(({ name }) => name === 'message'))
  const [sentMs = 0, answeredMs = 0] = times(spans().find(({ name }) => name.startsWith('chat ')))
  const [routedMs = 0, decidedMs = 0] = times(spans().find(({ name }) => name === 'route'))
  // Two clocks of this machine, of which one has whole milliseconds.
  const order = [begunMs - 5, acceptedMs, routedMs - 5, sentMs, answeredMs, decidedMs + 5, endMs + 10, Date.now() + 20]
  expect(order).toEqual(order.toSorted((one, other) => one - other))
})

test('no word of the message, and no name of anybody, leaves in a trace', async () => {
  const { bot, collector, say } = await startBot()

  await say(`${hard} My name is Canary Jones, canary@example.com`)
  await bot.stop()

  const left = JSON.stringify(collector.received.map(({ body }) => body))
  expect(left).toContain('gen_ai.request.model')
  expect(left).not.toMatch(/canary|parcel|Jones/i)
})

test('with a collector that is away messages are answered as ever, and what was given up is counted', async () => {
  const { bot, collector, say } = await startBot()
  await collector.close()
  onTestFinished(async () => void (await collector.start()))

  const response = await say(hard)

  expect(response.status).toBe(200)
  const metrics = await (await fetch(`${bot.url}/metrics`)).text()
  expect(metrics).toContain('tuppence_trace_spans_total{result="sent"} 0')
  const begunMs = performance.now()
  await bot.stop()
  expect(performance.now() - begunMs).toBeLessThan(10_000)
})
