import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { createClient } from '../../../../adapters/web/pages/client.js'
import { type Answerer, sendEvents, sendJson, startChatServer } from './chat-server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function setUp(answer: Answerer, silenceMs = 5_000) {
  const server = await startChatServer(answer)
  stops.push(server.stop)
  const heard: unknown[] = []
  const client = createClient({ origin: server.origin, silenceMs })
  const { signal } = new AbortController()
  const send = (sending: { id: string; text: string; conversation?: string; action?: string }, until = signal) =>
    client.send(sending, (one: unknown) => heard.push(one), until)
  return { server, client, heard, send, signal }
}

const message = { id: 'm1', text: 'Hi' }

test('a stream is heard in order and ends with the conversation and the message', async () => {
  const { send, heard, server } = await setUp((_, response) => {
    sendEvents(response, [
      ['status', { text: 'Reading' }],
      ['delta', { text: 'Hel' }],
      ['reply', { id: 'r1', text: 'Hello', actions: [], audience: 'customer' }],
      ['unheard-of', { a: 1 }],
      ['receipt', { tier: 0 }],
      ['done', { conversation: 'c1', message: 'm1' }],
    ])
    response.end()
  })

  const outcome = await send(message)

  expect(outcome).toEqual({ kind: 'taken', conversation: 'c1', message: 'm1' })
  expect(heard).toEqual([
    { kind: 'status', text: 'Reading' },
    { kind: 'delta', text: 'Hel' },
    { kind: 'reply', reply: { id: 'r1', text: 'Hello', actions: [], audience: 'customer' } },
    { kind: 'receipt', receipt: { tier: 0 } },
  ])
  expect(server.seen).toEqual([{ method: 'POST', path: '/api/chat/stream', body: { id: 'm1', text: 'Hi' } }])
})

test('a button press names the action and gets its answer in one piece', async () => {
  const { send, heard, server } = await setUp((_, response) =>
    sendJson(response, 200, {
      conversation: 'c1',
      message: 'm1',
      state: 'person',
      replies: [{ id: 'r1', text: 'Done' }],
      receipt: { tier: 0 },
    }),
  )

  const outcome = await send({ ...message, conversation: 'c1', action: 'a1' })

  expect(outcome).toEqual({ kind: 'taken', conversation: 'c1', message: 'm1', state: 'person' })
  expect(heard).toMatchObject([{ kind: 'reply', reply: { id: 'r1' } }, { kind: 'receipt' }])
  expect(server.seen).toEqual([
    { method: 'POST', path: '/api/chat/action', body: { id: 'm1', conversation: 'c1', action: 'a1' } },
  ])
})

test('an answer that takes longer (202) is taken without a reply', async () => {
  const { send, heard } = await setUp((_, response) =>
    sendJson(response, 202, { conversation: 'c1', message: 'm1', replies: [] }),
  )

  expect(await send(message)).toEqual({ kind: 'taken', conversation: 'c1', message: 'm1' })
  expect(heard).toEqual([])
})

test('a refusal carries the server’s words, its status and when to come back', async () => {
  const { send } = await setUp((_, response) =>
    sendJson(response, 429, { error: { code: 'slow-down', message: 'One moment.', field: 'text' } }),
  )

  expect(await send(message)).toEqual({
    kind: 'fault',
    fault: { code: 'slow-down', message: 'One moment.', field: 'text', status: 429, retryAfterMs: 3_000 },
  })
})

test.each([
  ['ends without done', (response: ServerResponse) => response.end()],
  ['is torn', (response: ServerResponse) => response.destroy()],
])('a stream that %s is a fault without a status, so it is tried again', async (_, finish) => {
  const { send } = await setUp((_seen, response) => {
    sendEvents(response, [['delta', { text: 'Hal' }]])
    setTimeout(() => finish(response), 10)
  })

  expect(await send(message)).toEqual({
    kind: 'fault',
    fault: { code: 'broken-off', message: 'The connection broke off.' },
  })
})

test('a server that is silent for too long is given up', async () => {
  const { send } = await setUp((_, response) => sendEvents(response, [['status', { text: 'Reading' }]]), 100)

  const outcome = await send(message)

  expect(outcome.kind === 'fault' && outcome.fault.status === undefined).toBe(true)
})

test('a server that says something now and then is waited for', async () => {
  const { send } = await setUp((_, response) => {
    sendEvents(response, [])
    let beats = 0
    const beat = setInterval(() => {
      beats += 1
      response.write(': still here\n\n')
      if (beats < 8) return
      clearInterval(beat)
      sendEvents(response, [['done', { conversation: 'c1', message: 'm1' }]])
    }, 150)
  }, 1_000)

  expect(await send(message)).toMatchObject({ kind: 'taken' })
})

test('an error inside a stream is tried again unless the server says it is final', async () => {
  const { send, server } = await setUp((_, response) =>
    sendEvents(response, [['error', { code: 'store', message: 'Busy.' }]]),
  )

  expect(await send(message)).toMatchObject({ kind: 'fault', fault: { code: 'store', message: 'Busy.', status: 503 } })
  server.answerWith((_, response) =>
    sendEvents(response, [['error', { code: 'input', message: 'No.', retryable: false }]]),
  )
  expect(await send(message)).toMatchObject({ kind: 'fault', fault: { message: 'No.', status: 400 } })
  server.answerWith((_, response) =>
    sendEvents(response, [['error', { error: { code: 'input', message: 'Nested.' } }]]),
  )
  expect(await send(message)).toMatchObject({ kind: 'fault', fault: { message: 'Nested.' } })
})

test('an answer that is no JSON is a fault, not a crash', async () => {
  const { send, client, signal } = await setUp((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in to the hotel network')
  })

  expect(await send(message)).toMatchObject({ kind: 'fault', fault: { code: 'broken-off' } })
  expect(await client.introduce(signal)).toMatchObject({ kind: 'fault' })
  expect(await client.follow('c1', undefined, signal)).toMatchObject({ kind: 'fault' })
})

test('no server at all is a fault without a status', async () => {
  const { send, client, signal, server } = await setUp(() => undefined)
  await server.stop()
  stops.length = 0

  expect(await send(message)).toEqual({
    kind: 'fault',
    fault: { code: 'unreachable', message: 'The server cannot be reached.' },
  })
  expect(await client.introduce(signal)).toMatchObject({ kind: 'fault', fault: { code: 'unreachable' } })
})

test('whoever no longer wants the answer gets a fault at once', async () => {
  const { send } = await setUp(() => undefined)
  const life = new AbortController()

  const sent = send(message, life.signal)
  life.abort()

  expect(await sent).toMatchObject({ kind: 'fault' })
})

test('following asks for what came after, with every character of an id kept', async () => {
  const { client, server, signal } = await setUp((_, response) =>
    sendJson(response, 200, { conversation: 'c 1/ä', state: 'person', turns: [], replies: [], cursor: null }),
  )

  const found = await client.follow('c 1/ä', 'r&1', signal)

  expect(server.seen[0]?.path).toBe('/api/chat/c%201%2F%C3%A4?after=r%261')
  expect(found).toEqual({
    kind: 'found',
    value: { conversation: 'c 1/ä', state: 'person', turns: [], replies: [], hasMore: false },
  })
})
