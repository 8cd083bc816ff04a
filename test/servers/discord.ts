import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

type Fields = Readonly<Record<string, unknown>>

/** One call of the REST interface, as Discord received it. */
export interface DiscordCall {
  readonly method: string
  readonly path: string
  readonly body: Fields
  readonly authorization: string
  readonly at: number
}

/** What goes wrong with the next call of a method and path. */
export type DiscordFault =
  /** Discord does it, and the answer is lost. */
  | { readonly kind: 'act-then-drop' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly code: number }

/** A message as the channel shows it. */
export interface DiscordPost {
  readonly id: string
  readonly channel: string
  readonly nonce: unknown
  readonly sentAt: number
  body: Fields
}

const discordBot = {
  id: '900000000000000001',
  username: 'tuppence',
  discriminator: '0',
  global_name: null,
  bot: true,
}

/** As long as Discord says it compares nonces: "the past few minutes". */
const nonceMs = 3 * 60_000

/**
 * A stand-in for Discord on loopback: the REST calls the adapter makes, and a gateway with hello, identify, heartbeats,
 * resume and dispatches. Shapes after the public reference, see test/fixtures/discord/README.md. As far as is known,
 * Discord gives a nonce back with the answer and on the gateway, but not in a channel's history.
 */
export class DiscordServer {
  readonly calls: DiscordCall[] = []
  readonly posts: DiscordPost[] = []
  readonly identified: Fields[] = []
  /** When each interaction was confirmed. */
  readonly confirmed = new Map<string, number>()
  readonly threads = new Set<string>()
  /** The token that is accepted. */
  token = 'example-token'
  /** The gateway closes with this code instead of READY. */
  refuseWith: number | undefined
  resumes = 0
  #offsetMs = 0
  readonly #faults: { readonly method: string; readonly path: RegExp; readonly fault: DiscordFault }[] = []
  readonly #sockets = new Set<WebSocket>()
  readonly #dispatched: string[] = []
  readonly #http = createServer(
    (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
  )
  readonly #webSockets = new WebSocketServer({ noServer: true })
  #port = 0
  #ids = 1_400_000_000_000_000_000n

  async start(): Promise<this> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('close', () => this.#sockets.delete(webSocket))
        webSocket.on('error', () => webSocket.terminate())
        webSocket.on('message', (data: Buffer) => this.#heard(webSocket, JSON.parse(String(data))))
        webSocket.send(JSON.stringify({ op: 10, s: null, t: null, d: { heartbeat_interval: 45_000 } }))
      })
    })
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    return this
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api`
  }

  get connections(): number {
    return this.#sockets.size
  }

  failNext(method: string, path: RegExp, fault: DiscordFault): void {
    this.#faults.push({ method, path, fault })
  }

  called(method: string, path: RegExp): readonly DiscordCall[] {
    return this.calls.filter((call) => call.method === method && path.test(call.path))
  }

  /** Sends a dispatch to everybody connected; whoever is away gets it on resuming. */
  dispatch(type: string, data: unknown): void {
    this.#dispatched.push(JSON.stringify({ op: 0, s: this.#dispatched.length + 1, t: type, d: data }))
    for (const socket of this.#sockets) socket.send(this.#dispatched.at(-1) ?? '')
  }

  /** 4000 lets the client resume, 1000 makes it begin anew. */
  cutConnections(code = 4000): void {
    for (const socket of this.#sockets) socket.close(code)
  }

  passTime(ms: number): void {
    this.#offsetMs += ms
  }

  async close(): Promise<void> {
    for (const socket of this.#webSockets.clients) socket.terminate()
    this.#webSockets.close()
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }

  #heard(socket: WebSocket, frame: { readonly op: number; readonly d: { readonly seq?: number } }): void {
    if (frame.op === 1) return socket.send(JSON.stringify({ op: 11, s: null, t: null, d: null }))
    if (frame.op === 2) {
      this.identified.push(frame.d)
      if (this.refuseWith !== undefined) return socket.close(this.refuseWith)
      this.#sockets.add(socket)
      const ready = {
        v: 10,
        user: discordBot,
        guilds: [],
        session_id: 'session-1',
        resume_gateway_url: `ws://127.0.0.1:${this.#port}/gateway`,
        shard: [0, 1],
        application: { id: '900000000000000002', flags: 0 },
      }
      this.dispatch('READY', ready)
    }
    if (frame.op === 6) {
      this.resumes += 1
      for (const missed of this.#dispatched.slice(frame.d.seq ?? 0)) socket.send(missed)
      this.#sockets.add(socket)
      this.dispatch('RESUMED', {})
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://loopback')
    const path = url.pathname.replace(/^\/api\/v10/, '')
    const method = request.method ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {}
    this.calls.push({ method, path, body, authorization: request.headers.authorization ?? '', at: Date.now() })
    const found = this.#faults.findIndex((planned) => planned.method === method && planned.path.test(path))
    const fault = found < 0 ? undefined : this.#faults.splice(found, 1)[0]?.fault
    if (fault?.kind === 'drop') return void request.socket.destroy()
    if (fault?.kind === 'rate-limited') {
      const limited = { message: 'You are being rate limited.', retry_after: fault.seconds, global: false }
      response.setHeader('retry-after', fault.seconds).setHeader('x-ratelimit-scope', 'shared')
      return send(response, 429, limited)
    }
    if (fault?.kind === 'status') return send(response, fault.status, { message: 'upstream', code: 0 })
    if (fault?.kind === 'refused') return send(response, fault.status, { message: 'refused', code: fault.code })
    const isOpen = path.startsWith('/interactions/')
    if (!isOpen && request.headers.authorization !== `Bot ${this.token}`)
      return send(response, 401, { message: '401: Unauthorized', code: 0 })
    const answer = this.#perform(`${method} ${path}`, body, url.searchParams)
    if (fault?.kind === 'act-then-drop') return void request.socket.destroy()
    send(response, answer.status, answer.body)
  }

  #perform(call: string, body: Fields, query: URLSearchParams): { readonly status: number; readonly body?: unknown } {
    const [, channel = '', id = ''] = /\/channels\/([^/]+)(?:\/messages\/([^/]+))?/.exec(call) ?? []
    if (call === 'GET /gateway/bot') {
      return {
        status: 200,
        body: {
          url: `ws://127.0.0.1:${this.#port}/gateway`,
          shards: 1,
          session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
        },
      }
    }
    if (/^POST \/interactions\/\d+\//.test(call)) {
      const interaction = call.split('/')[2] ?? ''
      if (this.confirmed.has(interaction))
        return { status: 400, body: { message: 'Interaction has already been acknowledged.', code: 40060 } }
      this.confirmed.set(interaction, Date.now())
      return { status: 204 }
    }
    if (call === 'POST /users/@me/channels') return { status: 200, body: { id: '600000000000000009', type: 1 } }
    if (/^POST \/channels\/\d+\/messages$/.test(call)) return { status: 200, body: this.#post(channel, body) }
    if (/^GET \/channels\/\d+\/messages$/.test(call)) return { status: 200, body: this.#history(channel, query) }
    if (/^GET \/channels\/\d+$/.test(call))
      return { status: 200, body: { id: channel, type: this.threads.has(channel) ? 11 : 0 } }
    const index = this.posts.findIndex((post) => post.channel === channel && post.id === id)
    const post = this.posts[index]
    if (post === undefined) return { status: 404, body: { message: 'Unknown Message', code: 10008 } }
    if (call.startsWith('DELETE')) return (this.posts.splice(index, 1), { status: 204 })
    post.body = { ...post.body, ...body }
    return { status: 200, body: this.#shape(post) }
  }

  #post(channel: string, body: Fields): object {
    const now = Date.now() + this.#offsetMs
    const twin = this.posts.find(
      (post) => body['enforce_nonce'] === true && post.nonce === body['nonce'] && now - post.sentAt < nonceMs,
    )
    if (twin !== undefined) return { ...this.#shape(twin), nonce: twin.nonce }
    this.#ids += 1n
    const post: DiscordPost = { id: String(this.#ids), channel, nonce: body['nonce'], sentAt: now, body }
    this.posts.push(post)
    const shape = { ...this.#shape(post), nonce: post.nonce }
    this.dispatch('MESSAGE_CREATE', shape)
    return shape
  }

  /** The newest first, without nonces. */
  #history(channel: string, query: URLSearchParams): readonly object[] {
    const after = BigInt(query.get('after') ?? '0')
    const found = this.posts.filter((post) => post.channel === channel && BigInt(post.id) > after)
    return found
      .slice(0, Number(query.get('limit') ?? 50))
      .toReversed()
      .map((post) => this.#shape(post))
  }

  #shape(post: DiscordPost): object {
    const { content = '', components = [], flags = 0 } = post.body
    return {
      id: post.id,
      channel_id: post.channel,
      author: discordBot,
      content,
      components,
      flags,
      type: 0,
      timestamp: new Date(post.sentAt).toISOString(),
      mentions: [],
      attachments: [],
      embeds: [],
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) return void response.writeHead(status).end()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
