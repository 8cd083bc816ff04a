import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { receiverInto, seconds, signed, withHeaders } from './http-stand.ts'
import { interactions } from './interactions.ts'
import { payloads } from './stand.ts'

const event = JSON.stringify(payloads.mention)
const megabyte = 1024 * 1024

/** The status of one request, and whether anything reached the inbox. */
async function receive(request: Request): Promise<{ status: number; taken: object[] }> {
  const taken: object[] = []
  const response = await receiverInto(taken)(request)
  return { status: response.status, taken }
}

/** One byte of a text changed into another one. */
function flipped(text: string, index: number): string {
  const other = text[index] === 'a' ? 'b' : 'a'
  return text.slice(0, index) + other + text.slice(index + 1)
}

describe('what Slack has signed', () => {
  test('is taken, and then answered with 200 and nothing more', async () => {
    const taken: object[] = []

    const response = await receiverInto(taken)(signed(event))

    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(taken).toEqual([payloads.mention])
  })

  test.each([-300, -299, 0, 299, 300])('counts %d s from the present', async (offset) => {
    expect(await receive(signed(event, { timestamp: seconds + offset }))).toMatchObject({ status: 200 })
  })

  test('counts when it is sent again, whatever its headers say', async () => {
    const retry = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' }
    const taken: object[] = []
    const receiver = receiverInto(taken)

    const statuses = [await receiver(signed(event)), await receiver(signed(event, { headers: retry }))]

    expect(statuses.map(({ status }) => status)).toEqual([200, 200])
    expect(taken).toHaveLength(2)
  })

  test('proves the address with its challenge', async () => {
    const request = signed(JSON.stringify({ type: 'url_verification', challenge: 'c4a11e46e' }))

    const response = await receiverInto([])(request)

    expect([response.status, await response.text()]).toEqual([200, 'c4a11e46e'])
    expect(response.headers.get('content-type')).toContain('text/plain')
  })

  test.each([undefined, 7, 'x'.repeat(1001)])('has no challenge %j', async (challenge) => {
    const request = signed(JSON.stringify({ type: 'url_verification', challenge }))

    expect(await receive(request)).toEqual({ status: 400, taken: [] })
  })
})

describe('whatever else is refused before it is read', () => {
  const signature = signed(event).headers.get('x-slack-signature') ?? ''
  const flips = Array.from(signature, (_character, index) => index)

  test.each(flips)('byte %d of the signature is another one', async (index) => {
    const request = withHeaders(signed(event), { 'x-slack-signature': flipped(signature, index) })

    expect(await receive(request)).toEqual({ status: 401, taken: [] })
  })

  test('any byte of the body is another one', async () => {
    const headers = signed(event).headers
    const statuses = new Set<number>()
    for (let index = 0; index < event.length; index += 1) {
      const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body: flipped(event, index) })
      statuses.add((await receive(request)).status)
    }

    expect([...statuses]).toEqual([401])
  })

  test.each<[string, Record<string, string | readonly string[]>]>([
    ['no signature', { 'x-slack-signature': '' }],
    ['no timestamp', { 'x-slack-request-timestamp': '' }],
    ['neither', { 'x-slack-signature': '', 'x-slack-request-timestamp': '' }],
    ['the signature twice', { 'x-slack-signature': [signature, signature] }],
    ['the timestamp twice', { 'x-slack-request-timestamp': [String(seconds), String(seconds)] }],
    ['the signature in capitals', { 'x-slack-signature': signature.toUpperCase() }],
    ['its digits in capitals', { 'x-slack-signature': `v0=${signature.slice(3).toUpperCase()}` }],
    ['another version', { 'x-slack-signature': signature.replace('v0', 'v1') }],
    ['a shorter signature', { 'x-slack-signature': signature.slice(0, -1) }],
    ['a longer signature', { 'x-slack-signature': `${signature}0` }],
    ['no digits', { 'x-slack-signature': 'v0=' }],
    ['another timestamp', { 'x-slack-request-timestamp': String(seconds + 1) }],
    ['a timestamp with a fraction', { 'x-slack-request-timestamp': `${seconds}.0` }],
    ['a timestamp in milliseconds', { 'x-slack-request-timestamp': String(seconds * 1000) }],
    ['a timestamp that is none', { 'x-slack-request-timestamp': 'NaN' }],
  ])('%s', async (_name, changes) => {
    expect(await receive(withHeaders(signed(event), changes))).toEqual({ status: 401, taken: [] })
  })

  test.each([-301, 301, -86_400, 86_400])('it is %d s from the present', async (offset) => {
    expect(await receive(signed(event, { timestamp: seconds + offset }))).toEqual({ status: 401, taken: [] })
  })

  test.each([
    ['with blanks', JSON.stringify(payloads.mention, undefined, 1)],
    ['with a line break at the end', `${event}\n`],
    ['with a byte order mark', `\uFEFF${event}`],
    ['as a form', new URLSearchParams({ payload: event }).toString()],
    ['cut in half', event.slice(0, event.length / 2)],
    ['empty', ''],
  ])('the body was written anew %s', async (_name, body) => {
    const request = new Request('http://127.0.0.1/', { method: 'POST', headers: signed(event).headers, body })

    expect(await receive(request)).toEqual({ status: 401, taken: [] })
  })

  test('an unsigned challenge is not answered', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c4a11e46e' })
    const response = await receiverInto([])(new Request('http://127.0.0.1/', { method: 'POST', body }))

    expect([response.status, await response.text()]).not.toContain('c4a11e46e')
    expect(response.status).toBe(401)
  })

  test.each([
    ['as declared', { 'content-length': String(megabyte + 1) }],
    ['without saying so', {}],
  ])('one byte more than a megabyte, %s', async (_name, headers) => {
    const request = withHeaders(signed('x'.repeat(megabyte + 1)), headers)

    expect(await receive(request)).toEqual({ status: 413, taken: [] })
  })

  test('what Slack signed but did not finish within three seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) })
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      headers: signed(event).headers,
      body,
      duplex: 'half',
    })

    const status = receive(request)
    await vi.advanceTimersByTimeAsync(3000)

    expect(await status).toEqual({ status: 400, taken: [] })
  })

  test('a body whose connection breaks', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('broken')) })
    const { headers } = signed(event)
    const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body, duplex: 'half' })

    expect(await receive(request)).toEqual({ status: 400, taken: [] })
  })
})

describe('what is signed and no payload is refused by name', () => {
  const button = encodeURIComponent(JSON.stringify(payloads.button))

  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['nothing', ''],
    ['a megabyte of nothing', 'x'.repeat(megabyte)],
    ['a zip of it', new Uint8Array(gzipSync(event))],
    ['half of it', event.slice(0, event.length / 2)],
    ['a list', '[]'],
    ['a form with a list', 'payload=[]'],
    ['a form with null', 'payload=null'],
    ['two payloads', `payload=${button}&payload=${button}`],
    ['two commands', 'command=/spend&command=/spend'],
    ['a payload written twice over', `payload=${encodeURIComponent(button)}`],
    ['a form without a payload', 'body=1'],
    ['a broken escape', 'payload=%ZZ'],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['100,000 brackets', `{"a":${'['.repeat(100_000)}`],
  ])('%s', async (_name, body) => {
    expect(await receive(signed(body))).toEqual({ status: 400, taken: [] })
  })

  test('a form reads the same with + and with %20, and an event with a key twice has the last', async () => {
    const spaced = new URLSearchParams({ payload: JSON.stringify(interactions.shortcut) }).toString()
    const bodies = [spaced, spaced.replaceAll('+', '%20'), '{"type":"a","type":"b","__proto__":{"x":1}}']

    const results = await Promise.all(bodies.map((body) => receive(signed(body))))

    expect(results.map(({ taken }) => taken[0])).toEqual([
      interactions.shortcut,
      interactions.shortcut,
      JSON.parse(bodies[2] ?? ''),
    ])
  })

  test('a command is a form of its own', async () => {
    const { taken } = await receive(signed('command=%2Fspend&text=limit+50&team_id=T0EXAMPLE'))

    expect(taken).toEqual([{ command: '/spend', text: 'limit 50', team_id: 'T0EXAMPLE' }])
  })

  test('a check of the certificate is answered and goes no further', async () => {
    expect(await receive(signed('ssl_check=1&token=x'))).toEqual({ status: 200, taken: [] })
  })

  test('10,000 nested objects are taken', async () => {
    const body = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`

    expect(await receive(signed(body))).toMatchObject({ status: 200 })
  })
})

describe('what could not be stored', () => {
  test('is answered with 503, which makes Slack send it again', async () => {
    const response = await receiverInto([], async () => false)(signed(event))

    expect([response.status, response.headers.get('x-slack-no-retry')]).toEqual([503, null])
  })

  test('is so too when taking it fails', async () => {
    const response = await receiverInto([], async () => await Promise.reject(new Error('away')))(signed(event))

    expect(response.status).toBe(503)
  })

  test('but what was acknowledged before it failed is acknowledged', async () => {
    const receiver = receiverInto([], async (_payload, acknowledge) => {
      await acknowledge({ text: 'shown' })
      throw new Error('later')
    })

    const response = await receiver(signed(event))

    expect([response.status, await response.json()]).toEqual([200, { text: 'shown' }])
  })
})

test('5,000 bodies of random bytes, signed, end in 200 or 400', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff
    return (state >> 8) % below
  }
  const letters = Array.from('{}[]":,payload=command&%2F+/spend\\u0000\n\uD83D 019.eE-')
  const statuses = new Set<number>()
  for (let index = 0; index < 5000; index += 1) {
    const body = Array.from({ length: random(40) }, () => letters[random(letters.length)] ?? '').join('')
    statuses.add((await receive(signed(body.toWellFormed()))).status)
  }

  expect([200, 400], `seed ${seed}`).toEqual(expect.arrayContaining([...statuses]))
})
