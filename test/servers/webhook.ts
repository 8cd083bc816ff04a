import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'

/** One request, as the receiver got it. */
export interface ReceivedHook {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** What the receiver does: answers with a status, sends elsewhere, says nothing, or hangs up. */
export type HookAnswer = number | { readonly redirect: number; readonly to: string } | 'hang' | 'hang-up'

/** A receiver of webhooks on loopback that keeps what it got, and answers as told; 200 unless told. */
export class WebhookServer {
  readonly received: ReceivedHook[] = []
  /** For the next requests, one each, before `usual`. */
  readonly answers: HookAnswer[] = []
  usual: HookAnswer = 200
  readonly #http = createServer(
    (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
  )
  #port = 0

  async start(): Promise<this> {
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    return this
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    const closed = once(this.#http, 'close')
    this.#http.close()
    this.#http.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { method = '', url = '', headers } = request
    this.received.push({ method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) })
    const answer = this.answers.shift() ?? this.usual
    if (answer === 'hang') return
    if (answer === 'hang-up') response.destroy()
    else if (typeof answer === 'number') response.writeHead(answer).end('{"error":"as told"}')
    else response.writeHead(answer.redirect, { location: answer.to }).end()
  }
}
