import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminToken, buttonOf, createVisitor, get, readEvents, startWebBot, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

async function stream(body: object, cookie = ''): Promise<{ response: Response; text: string }> {
  const response = await fetch(`${bot.url}/api/chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) },
    body: JSON.stringify(body),
  })
  return { response, text: await response.text() }
}

test('a message is answered with its conversation, its id, the replies and the receipt', async () => {
  const { status, body } = await createVisitor(bot.url).say('I was charged twice for order 1042', { id: 'my-1' })

  expect(status).toBe(200)
  expect(body).toEqual({
    state: 'bot',
    isAnswered: true,
    conversation: expect.stringMatching(/^web-[\w-]+$/),
    message: 'my-1',
    replies: [
      {
        id: expect.any(String),
        message: 'my-1',
        text: expect.stringContaining('order **1042**'),
        actions: [{ id: expect.any(String), label: 'Talk to a person' }],
        audience: 'customer',
        at: expect.any(String),
      },
    ],
    receipt: expect.any(Object),
  })
})

test('a receipt has every field that scripts rely on, and a free answer costs nothing', async () => {
  const { body } = await createVisitor(bot.url).say('I was charged twice for order 1042', { id: 'my-1' })

  expect(body.receipt).toMatchObject({
    message: 'my-1',
    intent: 'payments.double-charge',
    agent: 'payments',
    stage: expect.stringMatching(/^(?:keywords|tfidf)$/),
    evidence: expect.any(Array),
    effort: expect.any(Number),
    tier: 0,
    route: 'agent',
    because: expect.any(String),
    calls: [],
    costMicroDollars: 0,
    wouldHaveCostMicroDollars: expect.any(Number),
    durationsMs: expect.any(Object),
  })
  expect(body.receipt?.['confidence']).toBeGreaterThan(0.8)
})

test('the stream gives status, the text in pieces, reply, receipt and done in this order', async () => {
  const { response, text } = await stream({ text: 'Where is my order?', id: 'streamed-1' })

  const events = readEvents(text)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('set-cookie')).toContain('tuppence_visitor=')
  const pieces = events.filter(({ event }) => event === 'delta')
  const [reply, receipt, done] = events.slice(1 + pieces.length)
  expect(events.map(({ event }) => event).filter((event, index, all) => event !== all[index - 1])).toEqual([
    'status',
    'delta',
    'reply',
    'receipt',
    'done',
  ])
  expect(pieces.length).toBeGreaterThan(1)
  expect(pieces.map(({ data }) => data['text']).join('')).toBe(reply?.data['text'])
  expect(reply?.data).toMatchObject({ message: 'streamed-1', audience: 'customer', actions: expect.any(Array) })
  expect(receipt?.data).toMatchObject({ intent: 'account.order-status', costMicroDollars: 0 })
  expect(done?.data).toEqual({
    conversation: expect.stringMatching(/^web-/),
    state: 'bot',
    message: 'streamed-1',
    isAnswered: true,
  })
})

test('the answer of the stream is the one the conversation keeps', async () => {
  const { response, text } = await stream({ text: 'Where is my order?', id: 'streamed-2' })
  const events = readEvents(text)
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''

  const { body } = await get(`${bot.url}/api/chat/${String(events.at(-1)?.data['conversation'])}`, { cookie })

  expect(body.replies).toEqual([events.find(({ event }) => event === 'reply')?.data])
})

test('a message that is refused is refused by the stream in the same words', async () => {
  const { response, text } = await stream({ text: 'hello', conversation: 'web-nobody' })

  expect(response.status).toBe(404)
  expect(JSON.parse(text)).toEqual({
    error: { code: 'conversation.unknown', field: 'conversation', message: expect.stringContaining('web-nobody') },
  })
})

test('a conversation is read as its turns, its replies and the cursor for later ones', async () => {
  const visitor = createVisitor(bot.url)
  const first = await visitor.say('What does Plus cost?', { id: 'q-1' })
  const { conversation } = first.body
  await visitor.say('How long is the warranty?', { id: 'q-2', conversation })

  const { status, headers, body } = await visitor.read(conversation)

  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(body).toMatchObject({ conversation, state: 'bot', hasMore: false, cursor: body.replies.at(-1)?.id })
  expect(body.turns).toMatchObject([
    {
      message: 'q-1',
      text: 'What does Plus cost?',
      isAnswered: true,
      replies: [first.body.replies[0]],
      receipt: { intent: 'general.prices' },
    },
    { message: 'q-2', text: 'How long is the warranty?', isAnswered: true, receipt: { intent: 'general.warranty' } },
  ])
  expect(body.replies.map((reply) => reply.message)).toEqual(['q-1', 'q-2'])
})

test('"after" gives only what came later, for a cursor as for an id of the client', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('What does Plus cost?', { id: 'q-1' })).body
  const { cursor } = (await visitor.read(conversation)).body
  await visitor.say('How long is the warranty?', { id: 'q-2', conversation })

  const byCursor = await visitor.read(conversation, cursor ?? '')
  const byMessage = await visitor.read(conversation, 'q-1')
  const afterAllOfIt = await visitor.read(conversation, byCursor.body.cursor ?? '')

  expect(byCursor.body.replies.map((reply) => reply.message)).toEqual(['q-2'])
  expect(byMessage.body.replies).toEqual(byCursor.body.replies)
  expect(afterAllOfIt.body).toMatchObject({ turns: [], replies: [], cursor: null })
})

test('an unknown "after" is refused by name, and one of another conversation is as unknown', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('What does Plus cost?')).body
  const elsewhere = (await createVisitor(bot.url).say('What does Plus cost?')).body.replies[0]?.id ?? ''

  const unknown = await visitor.read(conversation, 'nothing-here')
  const foreign = await visitor.read(conversation, elsewhere)

  expect(unknown).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'after' } } })
  expect(foreign).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'after' } } })
})

test('a pressed button is answered in the same shape as a message', async () => {
  const visitor = createVisitor(bot.url)
  const { body } = await visitor.say('I was charged twice for order 1042')

  const pressed = await visitor.press(body.conversation, buttonOf(body, 'Talk to a person'), 'press-1')

  expect(pressed).toMatchObject({
    status: 200,
    body: {
      conversation: body.conversation,
      message: 'press-1',
      replies: [{ audience: 'customer' }],
      receipt: { route: 'person' },
    },
  })
})

test('the probes say that the bot lives and is ready', async () => {
  const [health, ready] = await Promise.all([get(`${bot.url}/healthz`), get(`${bot.url}/readyz`)])

  expect(health).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect(ready).toMatchObject({ status: 200, body: { status: 'ready' } })
})

test('the metrics count the answers in Prometheus text, without an id, a text or an address', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('What does Plus cost?', { id: 'canary-8812' })).body

  const response = await fetch(`${bot.url}/metrics`)
  const text = await response.text()

  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  expect(text).toMatch(/^tuppence_messages_answered_total\{.*intent="general\.prices".*\} [1-9]/m)
  expect(text).not.toMatch(new RegExp(`canary-8812|${conversation}|Plus cost|visitor`))
})

test('through a proxy the metrics need the admin token', async () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.7' }

  const refused = await fetch(`${bot.url}/metrics`, { headers: forwarded })
  const allowed = await fetch(`${bot.url}/metrics`, {
    headers: { ...forwarded, authorization: `Bearer ${adminToken}` },
  })

  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ error: { code: 'forbidden', field: 'authorization' } })
  expect(allowed.status).toBe(200)
})

test('a flood of messages does not keep a probe waiting until its end', async () => {
  const flood = Promise.all(Array.from({ length: 300 }, () => createVisitor(bot.url).say('hello')))

  const first = await Promise.race([flood.then(() => 'flooded'), fetch(`${bot.url}/healthz`).then(() => 'probed')])

  expect(first).toBe('probed')
  await flood
})

test('the playground is told the company, its suggestions and the people to try as', async () => {
  const { body } = await get(`${bot.url}/api/playground`)

  expect(body).toMatchObject({
    company: { name: expect.any(String), tagline: expect.any(String), hours: expect.any(String) },
    suggestions: expect.arrayContaining(['Where is my order?']),
    people: expect.arrayContaining([expect.objectContaining({ name: 'Ada Byrne', email: 'ada@example.com' })]),
    receipts: true,
  })
})
