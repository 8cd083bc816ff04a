import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { readAll } from './slack/http.ts'
import { signatureOf } from './slack/requests.ts'
import { SlackServer } from './slack.ts'

const signingSecret = 'a-signing-secret'

interface Heard {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let server: SlackServer
const closing: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  server = await new SlackServer().start()
})
afterEach(async () => {
  await server.close()
  for (const close of closing.splice(0)) await close()
})

/** A bot that answers each request with the next of these; the last of them also answers all further ones. */
async function bot(
  ...answers: (readonly [status: number, headers?: Record<string, string>, body?: string])[]
): Promise<Heard[]> {
  const heard: Heard[] = []
  const http = createServer((request, response) => {
    const [status, headers = {}, body = ''] = answers[Math.min(heard.length, answers.length - 1)] ?? [200]
    const answer = (bytes: Buffer): void => {
      heard.push({ headers: request.headers, body: bytes.toString('utf8') })
      if (status === 0) request.socket.destroy()
      else response.writeHead(status, headers).end(body)
    }
    readAll(request).then(answer, () => response.destroy())
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  server.sendTo({
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/slack/events`,
    signingSecret,
  })
  server.patience = { answerMs: 1000, retriesAfterMs: [0, 1, 2] }
  closing.push(async () => {
    http.closeAllConnections()
    http.close()
    await once(http, 'close')
  })
  return heard
}

const retriesOf = (heard: readonly Heard[]): unknown[] =>
  heard.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']])

describe('over HTTP', () => {
  test('what is sent is signed', async () => {
    const heard = await bot([200])

    await server.person('U1').says('hello', { channel: 'D1' }).handed[0]?.done

    const [{ headers, body } = { headers: {}, body: '' }] = heard
    const timestamp = String(headers['x-slack-request-timestamp'])
    expect(headers['x-slack-signature']).toBe(signatureOf(body, timestamp, signingSecret))
    expect(JSON.parse(body)).toMatchObject({ type: 'event_callback', event: { type: 'message', text: 'hello' } })
  })

  test('an event that is not taken comes again three times, and says so', async () => {
    const heard = await bot([503])

    const [handed] = server.person('U1').says('hello', { channel: 'D1' }).handed
    await handed?.done

    expect(retriesOf(heard)).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ])
    expect(handed).toMatchObject({ isAcknowledged: false })
    expect(new Set(heard.map(({ body }) => body)).size).toBe(1)
  })

  test('an event that is taken the second time does not come again', async () => {
    const heard = await bot([0], [200])

    const [handed] = server.person('U1').says('hello', { channel: 'D1' }).handed
    await handed?.done

    expect(retriesOf(heard)).toEqual([
      [undefined, undefined],
      ['1', 'connection_failed'],
    ])
    expect(handed?.isAcknowledged).toBe(true)
    expect(handed?.attempts.map(({ status }) => status)).toEqual([0, 200])
  })

  test('a bot that wants no retry gets none', async () => {
    const heard = await bot([500, { 'x-slack-no-retry': '1' }])

    await server.person('U1').says('hello', { channel: 'D1' }).handed[0]?.done

    expect(heard).toHaveLength(1)
  })

  test('a command and a form come once, as forms, and their answers are kept', async () => {
    const heard = await bot([200, { 'content-type': 'application/json' }, '{"text":"Today: $0.12"}'])

    const handed = server.person('U1').runs('/spend', 'today', { channel: 'C1' })
    await handed.done

    expect(handed.answer).toEqual({ text: 'Today: $0.12' })
    expect(Object.fromEntries(new URLSearchParams(heard[0]?.body))).toMatchObject({
      command: '/spend',
      text: 'today',
      user_id: 'U1',
      channel_id: 'C1',
    })
  })

  test('a message that names the bot in a channel comes as two events of different ids', async () => {
    const heard = await bot([200])

    const { handed } = server.person('U1').says('<@U0BOT> hello', { channel: 'C1' })
    await Promise.all(handed.map(({ done }) => done))

    const events = heard.map(
      ({ body }) => JSON.parse(body) as { event_id: string; event: { type: string; ts: string } },
    )
    expect(events.map(({ event }) => event.type).toSorted()).toEqual(['app_mention', 'message'])
    expect(new Set(events.map(({ event }) => event.ts)).size).toBe(1)
    expect(new Set(events.map((event) => event.event_id)).size).toBe(2)
  })
})

test('commands of apps do not exist in threads', () => {
  const inThread = { channel: 'C1', thread_ts: '1763700001.000001' }

  expect(() => server.person('U1').runs('/spend', '', inThread)).toThrow('/spend is not supported in threads. Sorry!')
})

describe('a response URL', () => {
  const respond = async (url: string, body: object): Promise<number> =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status

  test('is good for five answers to one person', async () => {
    const { response_url: url } = server.newHandles({ channel: 'C1', user: 'U1' })
    const statuses: number[] = []
    for (let times = 0; times < 6; times += 1) statuses.push(await respond(url, { text: 'hello' }))

    expect(statuses).toEqual([200, 200, 200, 200, 200, 404])
    expect(server.world.ephemerals).toHaveLength(5)
    expect(server.world.ephemerals[0]).toMatchObject({ channel: 'C1', user: 'U1', text: 'hello' })
  })

  test('changes and removes the message that was acted on', async () => {
    const { channels } = server.world
    const { ts } = channels.add({ channel: 'C1', text: 'Sure?' }, { user: 'U0BOT', bot: 'B0BOT' })
    const { response_url: url } = server.newHandles({ channel: 'C1', user: 'U1', ts })

    await respond(url, { replace_original: true, text: 'Done.' })
    const changed = server.posts.map(({ text }) => text)
    await respond(url, { delete_original: true })

    expect(changed).toEqual(['Done.'])
    expect(server.posts).toEqual([])
  })

  test('that nobody was given is none', async () => {
    expect(await respond(server.world.address('/response/made-up'), { text: 'hello' })).toBe(404)
  })
})

/** A bot's connection that acknowledges every envelope from the first `deaf` on. */
async function connect(
  deaf = 0,
): Promise<{ frames: { type: string; retry_attempt: number }[]; closed: () => boolean }> {
  const answer = await fetch(`${server.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: 'Bearer xapp-example' },
  })
  const { url } = (await answer.json()) as { url: string }
  const frames: { type: string; retry_attempt: number }[] = []
  let isClosed = false
  const socket = new WebSocket(url)
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(String(data)) as { type: string; retry_attempt: number; envelope_id?: string }
    frames.push(frame)
    const envelopes = frames.filter(({ type }) => type === 'events_api').length
    if (frame.envelope_id !== undefined && envelopes > deaf)
      socket.send(JSON.stringify({ envelope_id: frame.envelope_id }))
  })
  socket.on('close', () => {
    isClosed = true
  })
  await expect.poll(() => frames.length).toBeGreaterThan(0)
  return { frames, closed: () => isClosed }
}

describe('over Socket Mode', () => {
  test('an envelope that is not acknowledged comes again', async () => {
    server.patience = { answerMs: 20, retriesAfterMs: [0, 1, 2] }
    const { frames } = await connect(2)

    const [handed] = server.person('U1').says('hello', { channel: 'D1' }).handed
    await handed?.done

    const envelopes = frames.filter(({ type }) => type === 'events_api')
    expect(envelopes.map((frame) => frame.retry_attempt)).toEqual([0, 1, 2])
    expect(handed?.isAcknowledged).toBe(true)
  })

  test('each event goes to one connection', async () => {
    const connections = [await connect(), await connect()]

    for (const text of ['one', 'two', 'three', 'four'])
      await server.person('U1').says(text, { channel: 'D1' }).handed[0]?.done

    const counts = connections.map(({ frames }) => frames.filter(({ type }) => type === 'events_api').length)
    expect(counts).toEqual([2, 2])
  })

  test('the eleventh connection is one too many', async () => {
    for (let count = 0; count < 10; count += 1) await connect()

    const { frames, closed } = await connect()

    expect(frames[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' })
    await expect.poll(closed).toBe(true)
    expect(server.connections).toBe(10)
  })
})
