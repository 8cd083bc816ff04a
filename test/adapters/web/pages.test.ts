import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVisitor, get, post, sendRaw, startWebBot, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

const pages = readdirSync(new URL('../../../adapters/web/pages/', import.meta.url)).filter((name) =>
  /\.(?:js|css|svg)$/.test(name),
)

function expectGuarded(headers: Headers): void {
  const policy = headers.get('content-security-policy') ?? ''
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy.split('; ')).toContain(rule)
  }
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(headers.get('access-control-allow-origin')).toBeNull()
  expect(headers.get('x-powered-by')).toBeNull()
  expect(headers.get('server')).toBeNull()
}

test('the playground is a page that loads nothing but our own files, each with its type', async () => {
  const response = await fetch(`${bot.url}/`)
  const html = await response.text()
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1] ?? '')

  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(addresses.length).toBeGreaterThan(5)
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:\/\//)
  for (const address of addresses) {
    const file = await fetch(new URL(address, bot.url))
    expect([address, file.status]).toEqual([address, 200])
    expect(file.headers.get('content-type')).toMatch(
      address.endsWith('.css') ? /^text\/css/ : address.endsWith('.svg') ? /^image\/svg/ : /^text\/javascript/,
    )
  }
})

test.each([...pages, 'preact.js'])('the file %s carries the security headers', async (name) => {
  const response = await fetch(`${bot.url}/assets/${name}`)

  expect(response.status).toBe(200)
  expectGuarded(response.headers)
  expect((await response.text()).length).toBeGreaterThan(0)
})

test('pages, answers, probes and refusals all carry the security headers', async () => {
  const answers = await Promise.all([
    fetch(`${bot.url}/`),
    fetch(`${bot.url}/favicon.ico`),
    fetch(`${bot.url}/healthz`),
    fetch(`${bot.url}/readyz`),
    fetch(`${bot.url}/metrics`),
    fetch(`${bot.url}/nowhere`),
    fetch(`${bot.url}/assets/nothing.js`),
    fetch(`${bot.url}/api/playground`, { headers: { origin: 'https://evil.example' } }),
    fetch(`${bot.url}/api/chat/stream`, {
      method: 'POST',
      body: '{"text":"hello"}',
      headers: { 'content-type': 'application/json' },
    }),
  ])
  const forged = await get(`${bot.url}/api/playground`, { cookie: 'tuppence_visitor=x.y' })
  const exchanges = [
    await createVisitor(bot.url).say('hello'),
    await post(`${bot.url}/api/chat`, 'not json'),
    await post(`${bot.url}/api/chat`, { text: 'x'.repeat(300_000) }),
    forged,
  ]

  for (const { headers } of [...answers, ...exchanges]) expectGuarded(headers)
  await Promise.all(answers.map((answer) => answer.text()))
})

test('answers of the chat are kept by no cache', async () => {
  const visitor = createVisitor(bot.url)
  const said = await visitor.say('hello')
  const answers = [
    said,
    await visitor.read(said.body.conversation),
    await visitor.say(''),
    await get(`${bot.url}/api/playground`),
  ]

  for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store')
})

test.each([
  '/assets/../server.ts',
  '/assets/..%2fserver.ts',
  '/assets/%2e%2e/server.ts',
  '/assets/..%5cserver.ts',
  '/assets/....//server.ts',
  '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
  '/assets//etc/passwd',
  '/assets/%2fetc%2fpasswd',
  '/assets/index.html%00.js',
  '/assets/.',
  '/assets/',
  '/assets/constructor',
  '/assets/__proto__',
  '/../.git/config',
  '/.git/config',
  '/.env',
  '/package.json',
  '/adapters/web/server.ts',
  '/assets/%',
  '/%',
  '/%c0%ae%c0%ae/',
  '/api',
  '/api/chat',
  '/api/chat/',
  '/api/chat/a/b',
  '/api/spending',
  '//evil.example/',
  '/api/chat/stream',
  '/api/chat/action',
])('there is nothing at GET %s', async (path) => {
  const answer = await sendRaw(
    bot.port,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${bot.port}\r\nConnection: close\r\n\r\n`,
  )

  expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  expect(answer).toMatch(/"code":"(?:route|conversation)\.unknown"/)
  expect(answer).not.toMatch(/root:|"name": "tuppence"|createServer|\[core\]|location:/i)
})

test.each([
  ['PUT', '/api/chat'],
  ['DELETE', '/api/chat'],
  ['PATCH', '/api/chat/web-x'],
  ['POST', '/'],
  ['POST', '/api/playground'],
  ['DELETE', '/api/chat/web-x'],
  ['OPTIONS', '/api/chat'],
  ['TRACE', '/'],
  ['POST', '/metrics'],
  ['PROPFIND', '/'],
  ['POST', '/assets/theme.css'],
])('%s %s is refused', async (method, path) => {
  const answer = await sendRaw(
    bot.port,
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${bot.port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  )

  expect(answer).toMatch(/^HTTP\/1\.1 40[0345] /)
  expect(answer).not.toMatch(/access-control-allow/i)
})

test('HEAD gives the headers of GET and no body', async () => {
  const response = await fetch(`${bot.url}/`, { method: 'HEAD' })

  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expectGuarded(response.headers)
})
