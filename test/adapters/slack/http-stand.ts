import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { createReceive } from '../../../adapters/slack/http.ts'
import type { Take } from '../../../adapters/slack/socket.ts'
import type { Receive } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { signatureOf } from '../../servers/slack/requests.ts'

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5'
/** The clock of the tests. */
const at = new Date('2026-11-27T10:00:00Z')
export const seconds = at.getTime() / 1000
const url = 'http://127.0.0.1/slack/events'

/** A receiver in front of an inbox that keeps what it takes. */
export function receiverInto(taken: object[], take: Take = keepIn(taken)): Receive {
  return createReceive({ signingSecret: new Secret(signingSecret), now: () => at, take })
}

function keepIn(taken: object[]): Take {
  return async (payload, acknowledge) => {
    taken.push(payload)
    await acknowledge()
  }
}

/** A request as Slack signs it, with some of it replaced afterwards. */
export function signed(
  body: string | Uint8Array<ArrayBuffer>,
  { timestamp = seconds, headers = {} }: { timestamp?: number | string; headers?: Record<string, string> } = {},
): Request {
  const signature = signatureOf(body, timestamp, signingSecret)
  const stamps = { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': signature }
  return new Request(url, { method: 'POST', body, headers: { ...stamps, ...headers } })
}

/** The same request with other headers; an empty one is left out. */
export function withHeaders(request: Request, changes: Readonly<Record<string, string | readonly string[]>>): Request {
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries(changes)) {
    headers.delete(name)
    for (const one of typeof value === 'string' ? [value] : value) if (one !== '') headers.append(name, one)
  }
  return new Request(request, { headers })
}

/** Puts a receiver behind a real server on loopback. */
export async function listen(receive: Receive): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = serve({ fetch: receive, hostname: '127.0.0.1', port: 0 })
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    close: async () => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
