import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createVisitor, get, post, sendRaw, startWebBot, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

/** Whatever was sent before, the bot lives and answers. */
afterEach(async () => {
  expect((await createVisitor(bot.url).say('What does Plus cost?')).body.replies).toHaveLength(1)
})

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

const deep = (open: string, close: string): string => open.repeat(10_000) + close.repeat(10_000)

const refused: [string, unknown, string][] = [
  ['an empty text', { text: '' }, 'text'],
  ['only spaces', { text: ' \t\r\n\u00A0\u2003\u3000 ' }, 'text'],
  ['only characters without width', { text: '\u200B\u200C\u200D\u2060\uFEFF\u00AD\u202E' }, 'text'],
  ['only control characters', { text: '\u0000\u0007\u001B\u007F\u0085' }, 'text'],
  ['4,001 characters', { text: 'a'.repeat(4001) }, 'text'],
  ['40,000 characters', { text: 'a'.repeat(40_000) }, 'text'],
  ['40,000 emoji', { text: '🧨'.repeat(40_000) }, 'text'],
  ['no text', { conversation: 'web-x' }, 'text'],
  ['a text of null', { text: null }, 'text'],
  ['a text that is a number', { text: 42 }, 'text'],
  ['a text that is a list', { text: ['hello'] }, 'text'],
  ['a text that is an object', { text: { toString: 'hello' } }, 'text'],
  ['a number too large to count', '{"text": 1e999}', 'text'],
  ['a text nested 10,000 deep', `{"text": ${deep('[', ']')}}`, 'text'],
  ['a list', [], 'body'],
  ['null', 'null', 'body'],
  ['a number', '12345678901234567890', 'body'],
  ['a string', '"hello"', 'body'],
  ['a list nested 10,000 deep', deep('[', ']'), 'body'],
  ['an object nested 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'text'],
  ['half an object', '{"text": "hello"', 'body'],
  ['JSON with a comment', '{"text": "hello" /* there */}', 'body'],
  ['two objects', '{"text":"a"}{"text":"b"}', 'body'],
  ['nothing', '', 'body'],
  ['a picture', bytes(0x89, 'PNG\r\n', 0x1a, 0x0a, 0, 0, 0, 0xff, 0xd8, 0xfe), 'body'],
  ['invalid UTF-8', bytes('{"text":"caf', 0xe9, '"}'), 'body'],
  ['UTF-8 that is too long for its character', bytes('{"text":"', 0xc0, 0xaf, '"}'), 'body'],
  ['a half character in UTF-8', bytes('{"text":"', 0xed, 0xa0, 0x80, '"}'), 'body'],
  ['UTF-16', Buffer.from('{"text":"hello"}', 'utf16le'), 'body'],
  ['an unknown field', { text: 'hello', txt: 'hello' }, 'txt'],
  ['the key __proto__', '{"text":"hello","__proto__":{"isAdmin":true}}', '__proto__'],
  ['the key constructor', '{"text":"hello","constructor":{"prototype":{"isAdmin":true}}}', 'constructor'],
  ['a field with a name of 5,000 characters', { text: 'hello', ['x'.repeat(5000)]: 1 }, 'x'.repeat(80)],
  ['an empty id', { text: 'hello', id: '' }, 'id'],
  ['an id with a slash', { text: 'hello', id: '../../other' }, 'id'],
  ['an id of 129 characters', { text: 'hello', id: 'a'.repeat(129) }, 'id'],
  ['an id that is a number', { text: 'hello', id: 7 }, 'id'],
  ['an id with a line break', { text: 'hello', id: 'a\nb' }, 'id'],
  ['an empty conversation', { text: 'hello', conversation: '' }, 'conversation'],
  ['a conversation of 300 characters', { text: 'hello', conversation: 'a'.repeat(300) }, 'conversation'],
  ['a conversation of null', { text: 'hello', conversation: null }, 'conversation'],
  ['an author that is a string', { text: 'hello', author: 'root' }, 'author'],
]
test.each(refused)('%s is refused by name', async (_, body, field) => {
  const { status, body: answer } = await post(`${bot.url}/api/chat`, body)

  expect(status).toBe(400)
  expect(answer).toEqual({ error: { code: 'input', field, message: expect.stringMatching(/^[“"T].{10,400}\.$/s) } })
})

const accepted: [string, unknown][] = [
  ['4,000 characters', { text: 'a'.repeat(4000) }],
  ['2,000 emoji', { text: '🧨'.repeat(2000) }],
  ['4,000 brackets', { text: '['.repeat(4000) }],
  ['half a character', '{"text":"where is \\ud83d my order?"}'],
  ['the other half', '{"text":"\\udca3 where is my order?"}'],
  ['halves the wrong way round', '{"text":"order \\udca3\\ud83d 1042"}'],
  ['nothing but half a character', '{"text":"\\ud800"}'],
  ['a NUL', '{"text":"where is\\u0000 my order?"}'],
  ['words from right to left', { text: 'أين طلبي رقم 1042؟' }],
  ['words turned round', { text: '\u202Ewhere is my order?\u202C' }],
  ['only emoji', { text: '😡😡😡' }],
  ['a family', { text: '👨‍👩‍👧‍👦' }],
  ['HTML', { text: '<img src=x onerror=alert(1)><script>fetch("//evil.example")</script>' }],
  ['SQL', { text: "1042'; drop table inbox; --" }],
  ['a template', { text: '{{constructor.constructor("return process")()}} ${process.env} %s %n' }],
  ['two texts, of which the last counts', '{"text":"hello","text":"where is my order?"}'],
  ['a key written with escapes', '{"\\u0074ext":"hello"}'],
  ['a line of the log', { text: '\n{"level":"error","event":"bot.stopped"}' }],
  ['a byte order mark', `\uFEFF${JSON.stringify({ text: 'hello' })}`],
]
test.each(accepted)('%s is accepted and answered', async (_, body) => {
  const { status, body: answer } = await post(`${bot.url}/api/chat`, body)

  expect(status).toBe(200)
  expect(answer.replies).toMatchObject([{ text: expect.stringMatching(/\S/) }])
})

test('what was half a character or NUL is kept as the replacement character, the rest word for word', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('a\u0000b \uD83D c \u202Ed أ 👨‍👩‍👧')).body

  const { turns } = (await visitor.read(conversation)).body

  expect(turns).toMatchObject([{ text: 'a\uFFFDb \uFFFD c \u202Ed أ 👨‍👩‍👧' }])
})

test('nothing a body says about prototypes changes one', async () => {
  await post(
    `${bot.url}/api/chat`,
    '{"text":"hi","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  )

  expect(Object.keys(Object.prototype)).toEqual([])
  expect('polluted' in {}).toBe(false)
})

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/json',
  'application/jsonx',
  'application/xml, application/json',
])('a body of the type %s is refused by name', async (type) => {
  const { status, body } = await post(`${bot.url}/api/chat`, { text: 'hello' }, { 'content-type': type })

  expect(status).toBe(415)
  expect(body).toEqual({
    error: { code: 'input.media-type', field: 'content-type', message: expect.stringContaining('application/json') },
  })
})

test('a body without a type is refused by name', async () => {
  const answer = await sendRaw(
    bot.port,
    `POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{"text":"hello"}`,
  )

  expect(answer).toMatch(/^HTTP\/1\.1 415 /)
  expect(answer).toContain('input.media-type')
})

test.each([300_000, 1_048_577])('a body of %d bytes is refused by name', async (size) => {
  const { status, body } = await post(`${bot.url}/api/chat`, { text: 'a'.repeat(size) })

  expect(status).toBe(413)
  expect(body.error).toMatchObject({ code: 'input.too-large', field: 'body', message: expect.stringContaining('4000') })
})

test('a body that never ends is cut off', async () => {
  const socket = connect(bot.port, '127.0.0.1')
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  let answer = ''
  socket.on('data', (part: Buffer) => (answer += part.toString()))
  socket.on('close', () => resolve(answer)).on('error', () => {})
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
  const pour = (): void => {
    if (!socket.destroyed) socket.write(chunk, () => setImmediate(pour))
  }

  socket.write(
    'POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  pour()

  expect(await ended).toMatch(/^(?:HTTP\/1\.1 413 |$)/)
})

test.each(['a\u0000b', '\uD800', '%', '../../etc/passwd', 'a'.repeat(300), "x' or '1'='1", '_', '💣'])(
  'no conversation is called %j, to write to or to read',
  async (conversation) => {
    const visitor = createVisitor(bot.url)
    await visitor.say('hello')

    const said = await visitor.say('hello', { conversation })
    const pressed = await visitor.press(conversation, 'x')
    const read = await get(`${bot.url}/api/chat/${encodeURIComponent(conversation.toWellFormed())}`, {
      cookie: visitor.cookie(),
    })

    expect([said.status, pressed.status, read.status]).toEqual(
      conversation.length > 200 ? [400, 400, 404] : [404, 404, 404],
    )
    for (const { body } of [said, pressed, read]) expect(body.error).toMatchObject({ field: 'conversation' })
  },
)

test.each(['a\u0000b', '\uD800', '💣'])('no button is called %j, and no reply comes "after" it', async (name) => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('hello')).body

  const pressed = await visitor.press(conversation, name)
  const read = await visitor.read(conversation, name.toWellFormed())

  expect(pressed).toMatchObject({ status: 404, body: { error: { code: 'action.unknown' } } })
  expect(read).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'after' } } })
})

test.each([
  ['a line that is no request', 'HELLO?\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a header without a name', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n: x\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'two hosts',
    'GET /api/playground HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 40[03] /,
  ],
  ['no host', 'GET /api/playground HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    '20,000 characters of cookie',
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: a=${'x'.repeat(20_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 /,
  ],
  [
    'a length and chunks at once',
    'POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length below zero',
    'POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'an address of another server',
    'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 (?:200|400|403|404) /,
  ],
  ['a wish to tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n', /^(?:HTTP\/1\.1 4\d\d |$)/],
  [
    'a body on a GET',
    'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
    /^HTTP\/1\.1 200 /,
  ],
])('%s is answered or refused, and nothing breaks', async (_, request, expected) => {
  expect(await sendRaw(bot.port, request)).toMatch(expected)
})

test('a hundred bodies that arrive byte by byte do not hold up anybody else', async () => {
  const head =
    'POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'
  const slow: Socket[] = Array.from({ length: 100 }, () => connect(bot.port, '127.0.0.1').on('error', () => {}))
  for (const socket of slow) socket.write(`${head}{`)
  const drip = setInterval(() => {
    for (const socket of slow) socket.write(' ')
  }, 50)

  const begun = performance.now()
  for (let times = 0; times < 10; times += 1) await createVisitor(bot.url).say('What does Plus cost?')
  const tookMs = performance.now() - begun
  clearInterval(drip)
  for (const socket of slow) socket.destroy()

  expect(tookMs).toBeLessThan(5000)
})

test('characters chosen to make searching slow are answered in less than a second', async () => {
  const hard = [
    'a@',
    '@',
    ' ',
    '1',
    '1-',
    '-',
    '.',
    'a.',
    '\\',
    '*',
    '`',
    '[',
    '](',
    '|',
    '\n',
    '\n- ',
    'İ',
    'ﷺ',
    'e\u0301',
    '👨‍👩‍👧‍👦',
    'order ',
    'no ',
    'T-',
    'x1',
  ]
  for (const part of hard) {
    const text = `order ${part.repeat(4000 / part.length)}`.slice(0, 3999) + '!'

    const begun = performance.now()
    const { status } = await createVisitor(bot.url).say(text)

    expect([part, status, performance.now() - begun < 1000]).toEqual([part, 200, true])
  }
})
