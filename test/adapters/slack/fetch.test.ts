import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createFetch } from '../../../adapters/slack/fetch.ts'
import { cleanEnvironment } from '../../bot-process.ts'

async function serve(listener: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const at = server.address()
  return { server, url: `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}` }
}

const fileOf = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))

/** Posts in a process of its own; ends with 0 once it has had an answer or a failure. */
const programFor = (apiUrl: string): string => `
  const { createClient, loadBolt } = await import(${fileOf('../../../adapters/slack/bolt.ts')})
  const { Secret } = await import(${fileOf('../../../src/core/secret.ts')})
  const client = createClient(await loadBolt(), { token: new Secret('xoxb-example'), apiUrl: '${apiUrl}/api/' })
  await client.post({ channel: 'C0HELP', text: 'hello' }).catch(() => {})`

/** What Slack and a proxy that the environment names were asked for. */
async function asked(
  environment: Readonly<Record<string, string>>,
): Promise<Readonly<Record<'slack' | 'proxy', number>>> {
  const count = { slack: 0, proxy: 0 }
  const slack = await serve((_request, response) => {
    count.slack += 1
    response.end('{"ok":true,"ts":"1.1"}')
  })
  const proxy = await serve((_request, response) => {
    count.proxy += 1
    response.writeHead(502).end()
  })
  proxy.server.on('connect', (_request, socket) => {
    count.proxy += 1
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const child = spawn(process.execPath, ['--input-type=module', '--eval', programFor(slack.url)], {
    env: { ...cleanEnvironment(), HTTP_PROXY: proxy.url, ...environment },
    stdio: 'ignore',
  })
  expect(await once(child, 'exit')).toEqual([0, null])
  return count
}

test('calls of Slack go through the proxy that Node is told to use, and through none otherwise', async () => {
  const [told, untold] = await Promise.all([asked({ NODE_USE_ENV_PROXY: '1' }), asked({})])

  expect(told).toEqual({ slack: 0, proxy: 1 })
  expect(untold).toEqual({ slack: 1, proxy: 0 })
})

test('an answer that nobody reads does not hold its connection', async () => {
  const page = 'x'.repeat(20_000_000)
  const connections = new Set<unknown>()
  const { url } = await serve((request, response) => {
    connections.add(request.socket)
    response.writeHead(429, { 'retry-after': '1' }).end(page)
  })
  const fetch = createFetch(await import('undici'))

  for (let index = 0; index < 5; index += 1) {
    const { status, headers } = await fetch(url, { method: 'POST', body: 'a=1' })
    expect([status, headers.get('Retry-After')]).toEqual([429, '1'])
    await expect.poll(() => [...connections].filter((one) => isBusy(one)).length, { timeout: 5000 }).toBe(0)
  }
})

/** Whether something written to it has not left yet. */
function isBusy(connection: unknown): boolean {
  return typeof connection === 'object' && connection !== null && Reflect.get(connection, 'writableLength') > 0
}
