import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createWebClient } from '../../../adapters/web/client.ts'
import { freePort } from '../../bot-process.ts'

test.each([
  { what: 'has no answer yet', status: 202, passes: true },
  { what: 'cannot use its store now', status: 503, passes: true },
  { what: 'refuses the message', status: 400, passes: false },
  { what: 'answers as another version would', status: 200, passes: false },
])('a running bot that $what ($status) is an error that passes: $passes', async ({ status, passes }) => {
  const client = await clientOf(status)

  await expect(client.say('hello')).rejects.toMatchObject({ code: 'channel', retryable: passes })
})

test('a running bot that is gone is an error that passes', async () => {
  const client = createWebClient({ url: `http://127.0.0.1:${await freePort()}`, token: 'example' }, () => 'm1')

  await expect(client.say('hello')).rejects.toMatchObject({ code: 'channel', retryable: true })
})

/** A client of a server that answers every message with this status. */
async function clientOf(status: number) {
  const port = await freePort()
  const server = createServer((_, response) => response.writeHead(status).end('{}'))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return createWebClient({ url: `http://127.0.0.1:${port}`, token: 'example' }, () => 'm1')
}
