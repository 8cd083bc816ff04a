import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminToken, createVisitor, get, post, sendRaw, startWebBot, type Visitor, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

const admin = { authorization: `Bearer ${adminToken}` }

describe('the cookie', () => {
  test('is given once, signed, out of reach of scripts and of foreign pages', async () => {
    const visitor = createVisitor(bot.url)

    const first = await visitor.say('hello')
    const second = await visitor.say('hello')

    expect(first.headers.get('set-cookie')).toMatch(
      /^tuppence_visitor=[\w-]{36}\.[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
    )
    expect(second.headers.get('set-cookie')).toBeNull()
  })

  test('is marked Secure when the request came over https', async () => {
    const { headers } = await post(`${bot.url}/api/chat`, { text: 'hello' }, { 'x-forwarded-proto': 'https' })

    expect(headers.get('set-cookie')).toMatch(/; Secure$/)
  })

  const forgeries: [string, (cookie: string) => string][] = [
    ['without its signature', (cookie) => cookie.split('.')[0] ?? ''],
    ['with half its signature', (cookie) => cookie.slice(0, -20)],
    ['with one character changed', (cookie) => cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['of another visitor under this signature', (cookie) => cookie.replace(/=[\w-]+/, '=somebody-else')],
    [
      'signed with another key',
      () => `tuppence_visitor=v.${createHmac('sha256', 'guess').update('visitor:v').digest('base64url')}`,
    ],
    ['with something appended', (cookie) => `${cookie}.more`],
    ['twice', (cookie) => `${cookie}; ${cookie}`],
    ['beside a second one', (cookie) => `tuppence_visitor=other.signature; ${cookie}`],
    ['empty', () => 'tuppence_visitor='],
    ['a single dot', () => 'tuppence_visitor=.'],
    ['of eight thousand characters', () => `tuppence_visitor=${'a'.repeat(8000)}`],
  ]
  test.each(forgeries)('%s is refused and taken away, and the next request works', async (_, forge) => {
    const visitor = createVisitor(bot.url)
    const { conversation } = (await visitor.say('hello')).body
    const cookie = forge(visitor.cookie())

    const said = await post(`${bot.url}/api/chat`, { text: 'hello', conversation }, { cookie })
    const read = await get(`${bot.url}/api/chat/${conversation}`, { cookie })
    const playground = await get(`${bot.url}/api/playground`, { cookie })

    for (const refused of [said, read, playground]) {
      expect(refused).toMatchObject({ status: 401, body: { error: { code: 'visitor.forged', field: 'cookie' } } })
      expect(refused.headers.get('set-cookie')).toMatch(/^tuppence_visitor=; Path=\/; Max-Age=0;/)
    }
    expect((await visitor.say('hello')).status).toBe(200)
  })

  test("another program's cookies on the same host are no trouble", async () => {
    const visitor = createVisitor(bot.url)
    const { conversation } = (await visitor.say('hello')).body

    const cookie = `theme=dark; not_tuppence_visitor=x.y; ${visitor.cookie()}; last=1`
    const read = await get(`${bot.url}/api/chat/${conversation}`, { cookie })

    expect(read.status).toBe(200)
  })
})

test("nobody reads, continues or streams into another visitor's conversation, and it sounds like one that never was", async () => {
  const { conversation } = (await createVisitor(bot.url).say('hello', { id: 'secret' })).body
  const eve = createVisitor(bot.url)
  await eve.say('hello')
  const stream = await post(`${bot.url}/api/chat/stream`, { text: 'hi', conversation }, { cookie: eve.cookie() })

  const answers = [
    await eve.read(conversation),
    await eve.read(conversation, 'secret'),
    await eve.say('hi', { conversation }),
    stream,
  ]
  const unknown = await eve.read('web-unknown')

  for (const answer of answers) {
    expect(answer.status).toBe(404)
    expect(answer.body.error).toEqual({
      ...unknown.body.error,
      message: unknown.body.error.message.replace('web-unknown', conversation),
    })
  }
})

describe('an author', () => {
  const message = { text: 'hello', author: { id: 'customer-7', name: 'Ann' } }

  test.each([
    ['without a token', {}, 'author'],
    ['with a wrong token', { authorization: 'Bearer not-the-token-of-this-bot' }, 'authorization'],
    ['with the token and a letter more', { authorization: `Bearer ${adminToken}x` }, 'authorization'],
    ['with the token in another scheme', { authorization: `Basic ${adminToken}` }, 'authorization'],
    ['with an empty token', { authorization: 'Bearer ' }, 'authorization'],
    ['with two tokens', { authorization: `Bearer wrong, Bearer ${adminToken}` }, 'authorization'],
  ])('%s is refused', async (_, headers, field) => {
    const answer = await post(`${bot.url}/api/chat`, message, headers)

    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'forbidden', field } } })
    expect(JSON.stringify(answer.body)).not.toContain(adminToken)
  })

  test('with the admin token speaks, is remembered without a cookie, and is no visitor', async () => {
    const said = await post(`${bot.url}/api/chat`, message, admin)
    const { conversation } = said.body

    const asCustomer = await createVisitor(bot.url).read(conversation)
    const asAdmin = await get(`${bot.url}/api/chat/${conversation}`, admin)
    const again = await post(`${bot.url}/api/chat`, { ...message, conversation }, admin)

    expect(said.status).toBe(200)
    expect(said.headers.get('set-cookie')).toBeNull()
    expect(asCustomer.status).toBe(404)
    expect(asAdmin).toMatchObject({ status: 200, body: { turns: [{ text: 'hello' }] } })
    expect(again).toMatchObject({ status: 200, body: { conversation } })
  })

  test('named like a visitor does not become that visitor', async () => {
    const visitor = createVisitor(bot.url)
    const { conversation, message: id } = (await visitor.say('hello', { id: 'mine' })).body
    const visitorId = /=([\w-]+)\./.exec(visitor.cookie())?.[1] ?? ''

    const said = await post(`${bot.url}/api/chat`, { text: 'hello', id, author: { id: `visitor:${visitorId}` } }, admin)

    expect(said.body.conversation).not.toBe(conversation)
    expect((await visitor.read(conversation)).body.turns).toHaveLength(1)
  })
})

describe('receipts and sample people', () => {
  const forwarding = [
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-forwarded-server',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'via',
    'cf-connecting-ip',
    'cf-ray',
    'fly-client-ip',
    'fastly-client-ip',
    'x-cluster-client-ip',
    'x-original-forwarded-for',
    'x-envoy-external-address',
    'x-amzn-trace-id',
  ]
  test.each(forwarding)('are for this machine only: a request with %s gets none', async (name) => {
    const value = name === 'x-forwarded-proto' ? 'http' : '203.0.113.9'
    const visitor = createVisitor(bot.url, { [name]: value })

    const said = await visitor.say('What does Plus cost?')
    const read = await visitor.read(said.body.conversation)
    const playground = await get(`${bot.url}/api/playground`, { [name]: value })

    expect(said).toMatchObject({ status: 200, body: { replies: [{}] } })
    expect(JSON.stringify([said.body, read.body])).not.toMatch(/receipt|confidence|micro|stage/i)
    expect(playground.body).toMatchObject({ people: [], receipts: false })
  })

  test('come back with the admin token, also through a proxy', async () => {
    const headers = { ...admin, 'x-forwarded-for': '203.0.113.9' }

    const said = await post(`${bot.url}/api/chat`, { text: 'What does Plus cost?' }, headers)

    expect(said.body.receipt).toMatchObject({ intent: 'general.prices' })
    expect((await get(`${bot.url}/api/playground`, headers)).body).toMatchObject({ receipts: true })
  })
})

describe('a foreign page', () => {
  test.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1.evil.example',
    'http://localhost:1',
    'not an origin',
  ])('of the origin %s may not speak, read or press', async (origin) => {
    const visitor = createVisitor(bot.url)
    const { conversation } = (await visitor.say('hello')).body
    const headers = { origin, cookie: visitor.cookie() }

    const answers = [
      await post(`${bot.url}/api/chat`, { text: 'hi', conversation }, headers),
      await post(`${bot.url}/api/chat/stream`, { text: 'hi', conversation }, headers),
      await post(`${bot.url}/api/chat/action`, { conversation, action: 'x' }, headers),
      await get(`${bot.url}/api/chat/${conversation}`, headers),
      await get(`${bot.url}/api/playground`, headers),
    ]

    for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { error: { field: 'origin' } } })
    expect((await visitor.read(conversation)).body.turns).toHaveLength(1)
  })

  test('cannot be our own page: that one may speak', async () => {
    const said = await post(`${bot.url}/api/chat`, { text: 'hello' }, { origin: bot.url })

    expect(said.status).toBe(200)
  })

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    '[::2]:PORT',
    '10.0.0.7',
    '0x7f000001',
    'localhost.evil.example',
    '',
  ])('that made its name "%s" point here gets nothing', async (name) => {
    const host = name.replace('PORT', String(bot.port))
    for (const path of ['/api/playground', '/api/chat/web-x', '/metrics']) {
      const answer = await sendRaw(bot.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)

      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /)
      expect(answer).not.toMatch(/Ada Byrne|tuppence_messages/)
    }
  })

  test.each(['localhost', 'localhost:PORT', 'bot.localhost:PORT', '127.0.0.1:PORT', '[::1]:PORT'])(
    'cannot be had at %s, so it is served',
    async (name) => {
      const host = name.replace('PORT', String(bot.port))

      const answer = await sendRaw(
        bot.port,
        `GET /api/playground HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      )

      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    },
  )
})

describe('bound to every address', () => {
  let open: WebBot
  let customer: Visitor
  beforeAll(async () => {
    open = await startWebBot({ HOST: '0.0.0.0' })
    customer = createVisitor(open.url)
  })
  afterAll(() => open.stop())

  test('the bot answers customers under any name, without receipts or sample people', async () => {
    const said = await customer.say('What does Plus cost?')
    const named = await sendRaw(
      open.port,
      'GET /api/playground HTTP/1.1\r\nHost: support.example\r\nConnection: close\r\n\r\n',
    )

    expect(said).toMatchObject({ status: 200, body: { replies: [{}] } })
    expect(said.body).not.toHaveProperty('receipt')
    expect(JSON.stringify((await customer.read(said.body.conversation)).body)).not.toContain('receipt')
    expect(named).toMatch(/^HTTP\/1\.1 200 /)
    expect(named).toContain('"people":[]')
    expect(named).toContain('"receipts":false')
  })

  test('the admin token shows receipts, and a foreign origin is refused all the same', async () => {
    const said = await post(`${open.url}/api/chat`, { text: 'What does Plus cost?' }, admin)
    const foreign = await post(`${open.url}/api/chat`, { text: 'hi' }, { origin: 'https://evil.example' })

    expect(said.body.receipt).toMatchObject({ intent: 'general.prices' })
    expect(foreign.status).toBe(403)
  })
})
