import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { cleanEnvironment } from '../../bot-process.ts'

const boltFile = fileURLToPath(new URL('../../../adapters/slack/bolt.ts', import.meta.url))
const secretFile = fileURLToPath(new URL('../../../src/core/secret.ts', import.meta.url))

/** Posts in a process of its own, to a Slack whose name leads nowhere. */
const program = `
  const { createClient, loadBolt } = await import(${JSON.stringify(boltFile)})
  const { Secret } = await import(${JSON.stringify(secretFile)})
  const client = createClient(await loadBolt(), { token: new Secret('xoxb-example'), apiUrl: 'http://slack.invalid/api/' })
  await client.post({ channel: 'C0HELP', text: 'hello' }).catch(() => {})`

/** Which hosts a proxy was asked for, when the environment names it. */
async function askedThrough(environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://none').host)
    response.writeHead(502).end()
  }).on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => proxy.close().closeAllConnections())
  const at = proxy.address()
  const address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...cleanEnvironment(), HTTP_PROXY: address, ...environment },
    stdio: 'ignore',
  })
  await once(child, 'exit')
  return asked.map((host) => host.replace(/:80$/, ''))
}

test('calls of Slack go through the proxy that Node is told to use, and through none otherwise', async () => {
  const [told, untold] = await Promise.all([askedThrough({ NODE_USE_ENV_PROXY: '1' }), askedThrough({})])

  expect(told).toEqual(['slack.invalid'])
  expect(untold).toEqual([])
})
