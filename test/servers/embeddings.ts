import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'

/** One request, as the server got it. */
export interface ReceivedTexts {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}

/** What the server does instead of answering rightly: a status, a text as its body, silence, or half an answer. */
export type EmbeddingsFault = number | { readonly body: string } | 'hang' | 'half' | 'redirect'

/**
 * A server with an embedding model on loopback. `/api/embed` answers in the shape of https://docs.ollama.com/api/embed,
 * `/v1/embeddings` in that of https://platform.openai.com/docs/api-reference/embeddings, its items last first, since only
 * their `index` counts. The vectors come from a hash of the text, and are not of length 1.
 */
export class EmbeddingsServer {
  readonly received: ReceivedTexts[] = []
  /** For the next requests, one each. */
  readonly faults: EmbeddingsFault[] = []
  dimensions = 8
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

  get host(): string {
    return `127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    const closed = once(this.#http, 'close')
    this.#http.close()
    this.#http.closeAllConnections()
    await closed
  }

  /** The vector of a text, before it is brought to length 1. */
  vectorOf(text: string): number[] {
    const digest = createHash('sha256').update(text).digest()
    return Array.from({ length: this.dimensions }, (_, index) => (digest[index % digest.length] ?? 0) - 127.5)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { url: path = '', headers } = request
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>
    this.received.push({ path, headers, body })
    const fault = this.faults.shift()
    const whole = JSON.stringify(this.#bodyOf(path, body))
    if (fault === 'hang') return
    if (fault === 'redirect') response.writeHead(307, { location: `http://${this.host}/elsewhere` }).end()
    else if (fault === 'half') {
      response.writeHead(200, { 'content-length': whole.length })
      response.write(whole.slice(0, whole.length / 2), () => response.destroy())
    } else if (typeof fault === 'number') response.writeHead(fault).end(`{"error":"${text.replaceAll('"', '')}"}`)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(fault?.body ?? whole)
  }

  #bodyOf(path: string, { model, input }: Readonly<Record<string, unknown>>): object {
    const vectors = (Array.isArray(input) ? input : [input]).map((text) => this.vectorOf(String(text)))
    if (path === '/api/embed')
      return { model, embeddings: vectors, total_duration: 14_143_917, load_duration: 1_019_500 }
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }))
    return { object: 'list', data: data.reverse(), model, usage: { prompt_tokens: 8, total_tokens: 8 } }
  }
}
