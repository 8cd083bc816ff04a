import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createRespond } from '../../../adapters/slack/respond.ts'

interface Asked {
  readonly path: string
  readonly body: string
}

/** A server that answers with a status, and with a way to elsewhere. */
async function start(status: number, answer = 'ok'): Promise<{ origin: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += String(chunk)))
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body })
      response.writeHead(status, { location: '/elsewhere' }).end(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked }
}

test('an answer is posted as JSON where Slack is', async () => {
  const { origin, asked } = await start(200)

  await createRespond(`${origin}/api/`)(`${origin}/response/1`, { text: 'Hello' })

  expect(asked).toEqual([{ path: '/response/1', body: '{"text":"Hello"}' }])
})

test.each([302, 404, 500])('an answer of %d is an error, and no redirect is followed', async (status) => {
  const { origin, asked } = await start(status)

  const responding = createRespond(`${origin}/api/`)(`${origin}/response/1`, {})

  await expect(responding).rejects.toMatchObject({ code: 'channel', message: expect.stringContaining(String(status)) })
  expect(asked).toHaveLength(1)
})

test('a refusal with status 200 is an error', async () => {
  const { origin } = await start(200, '{"ok":false,"error":"invalid_blocks"}')

  const responding = createRespond(`${origin}/api/`)(`${origin}/response/1`, {})

  await expect(responding).rejects.toThrow(/invalid_blocks/)
})

test.each([
  'https://slack.com.evil.example/x',
  'https://evilslack.com/x',
  'https://evil.example/hooks.slack.com',
  'https://hooks.slack.com@evil.example/x',
  'https://user@hooks.slack.com/x',
  'https://hooks.slack.com:8443/x',
  'http://hooks.slack.com/x',
  'ftp://hooks.slack.com/x',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://127.0.0.1:1/x',
  'http://[::1]/x',
  'http://169.254.169.254/latest',
  '//hooks.slack.com/x',
  'x',
  '',
])('nothing is sent to %s', async (address) => {
  const { origin, asked } = await start(200)

  const responding = createRespond(`${origin}/api/`)(address, { text: 'secret' })

  await expect(responding).rejects.toThrow(/not one of Slack/)
  expect(asked).toEqual([])
})
