import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/** One call of the Web API, as Slack received it. */
export interface SlackCall {
  readonly method: string
  readonly body: Readonly<Record<string, unknown>>
  readonly authorization: string
  readonly at: number
}

/** What goes wrong with the next call of a method. */
export type SlackFault =
  /** Slack does it, and the answer is lost. */
  | { readonly kind: 'act-then-drop' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'garbage' }

interface SlackBlock {
  readonly type: string
}

/** A message as the channel shows it. */
export interface SlackPost {
  readonly channel: string
  readonly ts: string
  readonly thread_ts: string | undefined
  text: string
  blocks: readonly SlackBlock[]
  readonly metadata: unknown
}

const team = 'T0EXAMPLE'
const slackBot = { user: 'U0BOT', bot: 'B0BOT', team }

/**
 * A stand-in for Slack on loopback: the Web API methods that the adapter calls, and Socket Mode with envelopes whose
 * acknowledgements are recorded. Shapes after the public reference, see test/fixtures/slack/README.md.
 */
export class SlackServer {
  readonly calls: SlackCall[] = []
  readonly posts: SlackPost[] = []
  /** When each envelope was acknowledged. */
  readonly acknowledged = new Map<string, number>()
  /** Methods that fail with a status until told otherwise. */
  readonly down = new Set<string>()
  readonly #faults = new Map<string, SlackFault[]>()
  readonly #sockets = new Set<WebSocket>()
  readonly #http = createServer(
    (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
  )
  readonly #webSockets = new WebSocketServer({ noServer: true })
  #port = 0
  #count = 0

  async start(): Promise<this> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.#sockets.add(webSocket)
        webSocket.on('close', () => this.#sockets.delete(webSocket))
        webSocket.on('error', () => webSocket.terminate())
        webSocket.on('message', (data: Buffer) => this.#heard(String(data)))
        webSocket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0EXAMPLE' } }))
      })
    })
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    return this
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/`
  }

  get connections(): number {
    return this.#sockets.size
  }

  failNext(method: string, fault: SlackFault): void {
    this.#faults.set(method, [...(this.#faults.get(method) ?? []), fault])
  }

  called(method: string): readonly SlackCall[] {
    return this.calls.filter((call) => call.method === method)
  }

  /** Delivers a payload over Socket Mode; gives the envelope's id. */
  deliver(payload: unknown, type = 'events_api', retry = 0): string {
    this.#count += 1
    const envelope = `envelope-${this.#count}`
    this.deliverRaw(
      JSON.stringify({
        envelope_id: envelope,
        type,
        payload,
        accepts_response_payload: type !== 'events_api',
        retry_attempt: retry,
        retry_reason: retry > 0 ? 'timeout' : '',
      }),
    )
    return envelope
  }

  deliverRaw(frame: string): void {
    for (const socket of this.#sockets) socket.send(frame)
  }

  /** As Slack does before it recycles a connection. */
  askToReconnect(): void {
    this.deliverRaw(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }))
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  async close(): Promise<void> {
    this.cutConnections()
    this.#webSockets.close()
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }

  #heard(text: string): void {
    const frame: unknown = JSON.parse(text)
    if (typeof frame !== 'object' || frame === null || !('envelope_id' in frame)) return
    const envelope = String(frame.envelope_id)
    if (!this.acknowledged.has(envelope)) this.acknowledged.set(envelope, Date.now())
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = (request.url ?? '').replace(/^\/api\//, '').replace(/\?.*$/, '')
    const body = await readForm(request)
    this.calls.push({ method, body, authorization: request.headers.authorization ?? '', at: Date.now() })
    const fault = this.down.has(method) ? ({ kind: 'status', status: 503 } as const) : this.#faults.get(method)?.shift()
    if (fault?.kind === 'drop') return void request.socket.destroy()
    if (fault?.kind === 'rate-limited')
      return send(response.setHeader('retry-after', fault.seconds), 429, { ok: false, error: 'ratelimited' })
    if (fault?.kind === 'status') return send(response, fault.status, { ok: false, error: 'internal_error' })
    if (fault?.kind === 'refused') return send(response, 200, { ok: false, error: fault.error })
    if (fault?.kind === 'garbage')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>proxy</html>')
    const answer = this.#perform(method, body)
    if (fault?.kind === 'act-then-drop') return void request.socket.destroy()
    send(response, 200, answer)
  }

  #perform(method: string, body: Readonly<Record<string, unknown>>): object {
    switch (method) {
      case 'auth.test':
        return {
          ok: true,
          url: 'https://example.slack.com/',
          team: 'Example',
          user: 'tuppence',
          team_id: team,
          user_id: slackBot.user,
          bot_id: slackBot.bot,
        }
      case 'apps.connections.open':
        return { ok: true, url: `ws://127.0.0.1:${this.#port}/link/?ticket=example` }
      case 'chat.postMessage':
        return this.#post(body)
      case 'chat.update':
      case 'chat.delete':
        return this.#change(method, body)
      case 'chat.postEphemeral':
        return { ok: true, message_ts: this.#newTs() }
      case 'views.publish':
        return { ok: true, view: { id: 'V0EXAMPLE', type: 'home' } }
      case 'conversations.replies':
      case 'conversations.history':
        return this.#read(method, body)
      default:
        return { ok: false, error: 'unknown_method' }
    }
  }

  #post(body: Readonly<Record<string, unknown>>): object {
    const { channel, thread_ts: thread, text, blocks, metadata } = body
    if (typeof channel !== 'string' || channel === '') return { ok: false, error: 'channel_not_found' }
    const post: SlackPost = {
      channel,
      ts: this.#newTs(),
      thread_ts: typeof thread === 'string' ? thread : undefined,
      text: typeof text === 'string' ? text : '',
      blocks: Array.isArray(blocks) ? blocks : [],
      metadata,
    }
    this.posts.push(post)
    return {
      ok: true,
      channel,
      ts: post.ts,
      message: { type: 'message', text, ts: post.ts, user: slackBot.user, bot_id: slackBot.bot },
    }
  }

  #change(method: string, body: Readonly<Record<string, unknown>>): object {
    const index = this.posts.findIndex((post) => post.channel === body['channel'] && post.ts === body['ts'])
    const post = this.posts[index]
    if (post === undefined) return { ok: false, error: 'message_not_found' }
    if (method === 'chat.delete') this.posts.splice(index, 1)
    else Object.assign(post, { text: body['text'], blocks: body['blocks'] })
    return { ok: true, channel: post.channel, ts: post.ts }
  }

  /** `replies` gives the oldest first, `history` the newest, and metadata only to those who ask. */
  #read(method: string, body: Readonly<Record<string, unknown>>): object {
    const inThread = method === 'conversations.replies'
    const found = this.posts.filter(
      (post) =>
        post.channel === body['channel'] && (inThread ? post.thread_ts === body['ts'] : post.thread_ts === undefined),
    )
    const ordered = inThread ? found : found.toReversed()
    const from = Number(body['cursor'] ?? 0)
    const limit = Number(body['limit'] ?? 100)
    const messages = ordered
      .slice(from, from + limit)
      .map(({ metadata, ...rest }) => (String(body['include_all_metadata']) === 'true' ? { ...rest, metadata } : rest))
    const next = from + limit < ordered.length ? String(from + limit) : ''
    return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } }
  }

  #newTs(): string {
    this.#count += 1
    return `1763700000.${String(this.#count).padStart(6, '0')}`
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

/** Slack's SDK sends a form whose structured fields are JSON. */
async function readForm(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const body: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(Buffer.concat(chunks).toString('utf8'))) {
    body[name] = ['blocks', 'metadata', 'view'].includes(name) ? JSON.parse(value) : value
  }
  return body
}
