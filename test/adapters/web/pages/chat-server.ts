import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** One request as the test's server saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly body: Record<string, unknown>
}

export type Answerer = (seen: Seen, response: ServerResponse) => void | Promise<void>

/** A server on loopback that answers as the test says and remembers what it was asked. */
export async function startChatServer(answer: Answerer) {
  const seen: Seen[] = []
  let current = answer
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = JSON.parse((await text(request)) || '{}')
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      body: Object.fromEntries(Object.entries(body ?? {})),
    }
    seen.push(one)
    await current(one, response)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    /** How the server answers from here on. */
    answerWith: (next: Answerer): void => {
      current = next
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Sends JSON; a refusal of 429 asks for three seconds of patience. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const patience = status === 429 ? { 'retry-after': '3' } : {}
  response.writeHead(status, { 'content-type': 'application/json', ...patience }).end(JSON.stringify(body))
}

/** Writes the events given, in order; the stream stays open. */
export function sendEvents(
  response: ServerResponse,
  events: readonly (readonly [name: string, data: unknown])[],
): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  for (const [name, data] of events) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** Waits until the claim holds, at most five seconds. */
export async function until(claim: () => boolean): Promise<void> {
  const end = performance.now() + 5_000
  while (!claim()) {
    if (performance.now() > end) throw new Error(`not within five seconds: ${claim.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
