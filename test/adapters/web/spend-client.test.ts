import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { fetchSpend } from '../../../adapters/web/spend-client.ts'
import { ChannelError, UsageError } from '../../../src/core/errors.ts'

/** A bot that gives one answer to everything, and what it was asked. */
async function startBot(status: number, body: string) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    response.writeHead(status, { 'content-type': 'application/json', location: 'http://127.0.0.1:1/' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { running: { url: `http://127.0.0.1:${port}`, token: 'left-by-the-bot' }, asked }
}

test('the running bot is asked with the token it left, and its answer is handed on', async () => {
  const { running, asked } = await startBot(200, '{"total":{"calls":3}}')

  const spend = await fetchSpend(running, '2026-11-01..2026-11-21')

  expect(spend).toEqual({ total: { calls: 3 } })
  expect([asked[0]?.method, asked[0]?.url, asked[0]?.headers.authorization]).toEqual([
    'GET',
    '/api/spend?period=2026-11-01..2026-11-21',
    'Bearer left-by-the-bot',
  ])
})

test('a period the bot refuses is a fault of the call, in the words of the bot', async () => {
  const { running } = await startBot(400, '{"error":{"code":"usage","message":"There is no period \\"x\\"."}}')

  const refused = fetchSpend(running, 'x')

  await expect(refused).rejects.toThrow(UsageError)
  await expect(refused).rejects.toThrow('There is no period "x".')
})

test.each([
  {
    status: 500,
    body: '{"error":{"message":"the store is away"}}',
    message: /500: the store is away/,
    retryable: true,
  },
  { status: 403, body: 'nonsense', message: /403: no reason given/, retryable: false },
  { status: 302, body: '{}', message: /does not answer/, retryable: true },
])('$status is told with what to do', async ({ status, body, message, retryable }) => {
  const { running } = await startBot(status, body)

  const refused = fetchSpend(running, 'today')

  await expect(refused).rejects.toThrow(ChannelError)
  await expect(refused).rejects.toThrow(message)
  await expect(refused).rejects.toMatchObject({ retryable })
})

test('a bot that is gone is named', async () => {
  await expect(fetchSpend({ url: 'http://127.0.0.1:1', token: 't' }, 'today')).rejects.toThrow(
    'The running bot at http://127.0.0.1:1 does not answer',
  )
})
