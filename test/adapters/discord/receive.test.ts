import { expect, onTestFinished, test, vi } from 'vitest'
import { createReceive } from '../../../adapters/discord/receive.ts'
import type { Door } from '../../../adapters/discord/respond.ts'
import type { Receive } from '../../../src/core/ports.ts'
import { Signature } from '../../servers/discord/signature.ts'
import { payloads, sentences } from './stand.ts'

const now = new Date('2026-11-27T10:00:00Z')
const fresh = String(now.getTime() / 1000)
const signature = new Signature()
const body = JSON.stringify(payloads.button)

interface Rig {
  readonly receive: Receive
  readonly handled: unknown[]
}

function makeRig(handle?: (data: unknown, door: Door) => Promise<void>): Rig {
  const handled: unknown[] = []
  const receive = createReceive({
    publicKey: signature.publicKey,
    sentences,
    now: () => now,
    onFailure: () => {},
    handle: async (data, door) => {
      handled.push(data)
      await (handle?.(data, door) ?? door.say({ type: 6 }))
    },
  })
  return { receive, handled }
}

function requestOf(
  headers: Headers | Record<string, string>,
  text: string | Uint8Array<ArrayBuffer> | undefined = body,
): Request {
  return new Request('http://loopback/discord/interactions', { method: 'POST', headers, body: text ?? null })
}

test('a genuine request is handled, and answered in its response', async () => {
  const { receive, handled } = makeRig()

  const response = await receive(requestOf(signature.headers(body, fresh)))

  expect([response.status, await response.json()]).toEqual([200, { type: 6 }])
  expect(handled).toEqual([payloads.button])
})

test('a ping is answered with a pong, and reaches nobody', async () => {
  const { receive, handled } = makeRig()
  const ping = JSON.stringify({ id: '1', application_id: '2', type: 1, token: 'tok', version: 1 })

  const response = await receive(requestOf(signature.headers(ping, fresh), ping))

  expect([response.status, await response.json(), handled]).toEqual([200, { type: 1 }, []])
})

function changed(headers: Record<string, string>, name: string, value: string): Headers {
  const all = new Headers(headers)
  if (value === '') all.delete(name)
  else all.set(name, value)
  return all
}

function doubled(headers: Record<string, string>, name: string): Headers {
  const all = new Headers(headers)
  all.append(name, all.get(name) ?? '')
  return all
}

const good = signature.headers(body, fresh)
const given = good['x-signature-ed25519'] ?? ''
const other = new Signature().headers(body, fresh)
const seconds = now.getTime() / 1000

test.each<[string, Headers | Record<string, string>, string | undefined]>([
  ['no signature', changed(good, 'x-signature-ed25519', ''), body],
  ['no timestamp', changed(good, 'x-signature-timestamp', ''), body],
  ['an empty body', good, ''],
  ['no headers', {}, body],
  ['another key', other, body],
  [
    'the first byte flipped',
    changed(
      good,
      'x-signature-ed25519',
      given.replace(/^./, (c) => (c === '0' ? '1' : '0')),
    ),
    body,
  ],
  [
    'the last byte flipped',
    changed(
      good,
      'x-signature-ed25519',
      given.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    ),
    body,
  ],
  ['half a signature', changed(good, 'x-signature-ed25519', given.slice(0, 64)), body],
  ['a signature and more', changed(good, 'x-signature-ed25519', `${given}00`), body],
  ['a signature that is no number', changed(good, 'x-signature-ed25519', 'z'.repeat(128)), body],
  ['two signatures', doubled(good, 'x-signature-ed25519'), body],
  ['two timestamps', doubled(good, 'x-signature-timestamp'), body],
  ['another timestamp', changed(good, 'x-signature-timestamp', String(seconds + 1)), body],
  ['a timestamp with a point', changed(good, 'x-signature-timestamp', `${fresh}.0`), body],
  ['a timestamp below zero', signature.headers(body, '-1'), body],
  ['a timestamp that is no number', signature.headers(body, 'soon'), body],
  ['301 seconds old', signature.headers(body, String(seconds - 301)), body],
  ['301 seconds ahead', signature.headers(body, String(seconds + 301)), body],
  ['one byte of the body changed', good, body.replace('act-1', 'act-2')],
  ['the body written again', good, JSON.stringify(JSON.parse(body), undefined, 1)],
  ['a space after the body', good, `${body} `],
])('a request with %s is refused with 401 before anything reads it', async (_name, headers, text) => {
  const { receive, handled } = makeRig()

  const response = await receive(requestOf(headers, text))

  expect([response.status, handled]).toEqual([401, []])
})

test.each([seconds - 300, seconds + 300])('a request of %s is still fresh', async (at) => {
  const { receive } = makeRig()

  expect((await receive(requestOf(signature.headers(body, String(at))))).status).toBe(200)
})

test('1 MB is taken, one byte more is refused before its signature is checked', async () => {
  const { receive, handled } = makeRig()
  const full = JSON.stringify({ type: 1, padding: 'x'.repeat(1_000_000 - 23) })
  const [taken, refused] = [full, `${full} `].map((text) => requestOf(signature.headers(text, fresh), text))

  expect(full).toHaveLength(1_000_000)
  expect((await receive(taken ?? requestOf({}))).status).toBe(200)
  expect((await receive(refused ?? requestOf({}))).status).toBe(413)
  expect(handled).toEqual([])
})

test.each(['', '{', '[]', 'null', '"x"', '{"__proto__":{"type":1}}'])(
  'a signed body of %j is no ping and hurts nobody',
  async (text) => {
    const { receive } = makeRig(async () => {})

    const response = await receive(requestOf(signature.headers(text, fresh), text))

    expect(response.status).toBe(400)
  },
)

test('bytes that are no text are refused by their signature alone', async () => {
  const { receive } = makeRig()

  expect((await receive(requestOf(good, new Uint8Array([0xff, 0xfe, 0x00])))).status).toBe(401)
})

test('a body that breaks off is refused', async () => {
  const { receive, handled } = makeRig()
  const stream = new ReadableStream({
    pull(controller) {
      controller.error(new Error('the connection ended'))
    },
  })
  const request = new Request('http://loopback/', { method: 'POST', headers: good, body: stream, duplex: 'half' })

  expect((await receive(request)).status).toBe(400)
  expect(handled).toEqual([])
})

/** A request whose body tells whether somebody reads it, and never ends. */
function endless(headers: Headers | Record<string, string>): {
  readonly request: Request
  readonly isRead: () => boolean
} {
  let pulls = 0
  const pull = (): Promise<void> => ((pulls += 1), new Promise(() => {}))
  const stream = new ReadableStream({ pull }, { highWaterMark: 0 })
  const request = new Request('http://loopback/', { method: 'POST', headers, body: stream, duplex: 'half' })
  return { request, isRead: () => pulls > 0 }
}

test('nothing is read of a request that is not signed, or that says it is too large', async () => {
  const { receive } = makeRig()
  const [unsigned, large] = [endless({}), endless({ ...good, 'content-length': '1000001' })]

  expect((await receive(unsigned.request)).status).toBe(401)
  expect((await receive(large.request)).status).toBe(413)
  expect([unsigned.isRead(), large.isRead()]).toEqual([false, false])
})

test('a body that does not end is not waited for longer than Discord waits for an answer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { receive, handled } = makeRig()
  const { request, isRead } = endless(good)

  const answer = receive(request)
  await vi.advanceTimersByTimeAsync(3000)

  expect([(await answer).status, isRead(), handled]).toEqual([400, true, []])
})

test('what fails while it is handled is answered with 503', async () => {
  const { receive } = makeRig(async () => await Promise.reject(new Error('the database is away')))

  expect((await receive(requestOf(good))).status).toBe(503)
})
