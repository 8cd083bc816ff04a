import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished, expect, test } from 'vitest'
import {
  clientOptionsFor,
  createClient,
  loadBolt,
  silentLogger,
  type SlackClient,
} from '../../../adapters/slack/bolt.ts'
import { toChannelError } from '../../../adapters/slack/failure.ts'
import { createPost } from '../../../adapters/slack/post.ts'
import { Secret } from '../../../src/core/secret.ts'

interface Asked {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** How a Slack answers. */
type Answering = (response: ServerResponse) => void

/** A client whose Slack answers each call so. */
async function clientOf(
  answer: Answering,
  teamId?: string,
): Promise<{ readonly client: SlackClient; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        asked.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
        answer(response)
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const at = server.address()
  const apiUrl = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/api`
  const client = createClient(await loadBolt(), { token: new Secret('xoxb-example'), teamId, apiUrl })
  return { client, asked }
}

const say = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answering => {
  return (response: ServerResponse) => void response.writeHead(status, headers).end(body)
}
/** An answer that ends after its first byte. */
const broken = (status: number, headers: Readonly<Record<string, string>> = {}): Answering => {
  return (response: ServerResponse) => {
    response.writeHead(status, { ...headers, 'content-length': 100 }).write('{', () => response.socket?.destroy())
  }
}
const message = { channel: 'C0HELP', text: 'ﬁnd “it” – 💥', unfurl_links: false }

test('a message is posted as JSON in the name of the token, and its timestamp is told', async () => {
  const { client, asked } = await clientOf(say(200, '{"ok":true,"channel":"C0HELP","ts":"1.000002"}'))

  const ts = await client.post(message)

  expect(ts).toBe('1.000002')
  expect(asked).toHaveLength(1)
  expect(asked[0]?.url).toBe('/api/chat.postMessage')
  expect(asked[0]?.headers).toMatchObject({
    authorization: 'Bearer xoxb-example',
    'content-type': 'application/json; charset=utf-8',
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Tuppence',
  })
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual(message)
})

test('in the name of an organisation it says for which workspace', async () => {
  const { client, asked } = await clientOf(say(200, '{"ok":true,"ts":"1.000002"}'), 'T0OTHER')

  await client.post(message)

  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ ...message, team_id: 'T0OTHER' })
})

const told = (error: unknown): unknown => toChannelError('Slack did not post it', error)
const refused = { code: 'channel', retryable: false, isAmbiguous: false }
const later = { code: 'channel', retryable: true, isAmbiguous: false }
const dark = { code: 'channel', retryable: true, isAmbiguous: true }

test.each<readonly [what: string, answer: Answering, expected: object]>([
  ['a refusal', say(200, '{"ok":false,"error":"not_in_channel"}'), refused],
  ['a refusal that may have been carried out', say(200, '{"ok":false,"error":"fatal_error"}'), dark],
  ['a refusal without a word', say(200, '{"ok":false}'), dark],
  ['too many calls', say(429, '{"ok":false}', { 'retry-after': '7' }), { ...later, retryAfterMs: 7000 }],
  ['too many calls, without a time', say(429, 'slow down'), later],
  ['a fault of Slack', say(503, 'upstream'), dark],
  ['a redirect of some proxy', say(302, '', { location: 'http://127.0.0.1:1/' }), dark],
  ['a page of some proxy', say(200, '<html>log in</html>', { 'content-type': 'text/html' }), dark],
  ['a list', say(200, '[1]'), dark],
  ['nothing at all', say(200, ''), dark],
  ['the bare word null', say(200, 'null'), dark],
  ['the bare word true', say(200, 'true'), dark],
  ['an answer that breaks off', broken(200), dark],
  ['a fault that breaks off', broken(503), dark],
  ['too many calls, and breaks off', broken(429, { 'retry-after': '7' }), { ...later, retryAfterMs: 7000 }],
  ['an address that is not there', say(404, 'nothing'), refused],
])('%s means the same as from Slack’s own client', async (_what, answer, expected) => {
  const { client } = await clientOf(answer)

  const [own, theirs] = await Promise.all([
    client.post(message).then(String, told),
    client.chat.postMessage(message).then(String, told),
  ])

  expect(own).toMatchObject(expected)
  expect(theirs).toMatchObject(expected)
})

test('a word of some proxy is no refusal of Slack’s', async () => {
  const { client } = await clientOf(say(200, 'unavailable'))

  expect(await client.post(message).then(String, told)).toMatchObject(dark)
})

test('a connection that ends before an answer may have carried it out, and one that was never made did not', async () => {
  const { client } = await clientOf((response) => void response.socket?.destroy())
  const bolt = await loadBolt()
  const nobody = createClient(bolt, { token: new Secret('xoxb-example'), apiUrl: 'http://127.0.0.1:1/api/' })

  expect(await client.post(message).then(String, told)).toMatchObject(dark)
  expect(await client.chat.postMessage(message).then(String, told)).toMatchObject(dark)
  expect(await nobody.post(message).then(String, told)).toMatchObject(later)
  expect(await nobody.chat.postMessage(message).then(String, told)).toMatchObject(later)
})

const stalled: Answering = (response) => void response.writeHead(200).write('{"ok":')

test.each<readonly [what: string, answer: Answering]>([
  ['is silent', () => {}],
  ['stops in the middle of an answer', stalled],
])('a Slack that %s is given up in time', async (_what, answer) => {
  const { client } = await clientOf(answer)
  const bolt = await loadBolt()
  const settings = { token: 'xoxb-example', apiUrl: client.slackApiUrl, timeoutMs: 50 }
  const theirs = new bolt.webApi.WebClient('xoxb-example', {
    ...clientOptionsFor(bolt, client.slackApiUrl),
    logger: silentLogger(bolt),
    timeout: 50,
  })

  expect(await createPost(bolt, settings)(message).then(String, told)).toMatchObject(dark)
  expect(await theirs.chat.postMessage(message).then(String, told)).toMatchObject(dark)
})
