import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Commands } from './discord/commands.ts'
import { type Answer, type Fields, field, fields, Refusal } from './discord/fields.ts'
import { Gateway } from './discord/gateway.ts'
import { Interactions } from './discord/interactions.ts'
import { type DiscordFault, type DiscordMalice, Faults } from './discord/malice.ts'
import { People } from './discord/people.ts'
import { type Endpoint, Signature } from './discord/signature.ts'
import { Rates, type RouteLimit } from './discord/rates.ts'
import { type Call, perform, type RestParts } from './discord/rest.ts'
import type { Telling } from './discord/threads.ts'
import { type DiscordPost, World } from './discord/world.ts'

export type { DiscordFault } from './discord/malice.ts'
export { type DiscordPost, discordBot, exampleChannel, exampleGuild } from './discord/world.ts'

/** One call of the REST interface, as Discord received it. */
export interface DiscordCall {
  readonly method: string
  readonly path: string
  readonly body: Fields
  readonly authorization: string
  readonly at: number
}

/**
 * A stand-in for Discord on loopback: the REST interface with its refusals and limits, the gateway with its sessions, and
 * interactions over either it or signed requests. What people see is a record of its own. Sources:
 * test/fixtures/discord/README.md. As far as is known, Discord gives a nonce back with the answer and on the gateway, but
 * not in a channel's history.
 */
export class DiscordServer {
  readonly calls: DiscordCall[] = []
  readonly world = new World()
  readonly commands = new Commands(this.world)
  readonly gateway = new Gateway(this.world, () => this.#gatewayUrl)
  readonly interactions: Interactions
  readonly signature = new Signature()
  /** Where the application's page says that interactions are sent. */
  interactionsAddress: string | null = null
  /** What people do, who are not the bot. */
  readonly people: People
  readonly #faults = new Faults()
  readonly #rest: RestParts
  readonly #late = new Set<NodeJS.Timeout>()
  readonly #http = createServer(
    (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
  )
  #rates: Rates | undefined
  #port = 0

  constructor() {
    const post: Telling['post'] = (type, told) => {
      const guild = this.world.channels.get(told.channel)?.guild
      const place = guild === undefined ? {} : { guild_id: guild }
      const shape = type === 'MESSAGE_DELETE' ? { id: told.id, channel_id: told.channel } : this.world.shape(told)
      this.gateway.dispatch(type, { ...shape, ...place, ...(type === 'MESSAGE_CREATE' ? { nonce: told.nonce } : {}) })
    }
    const channel: Telling['channel'] = (type, told) => this.gateway.dispatch(type, this.world.shapeChannel(told))
    const { world, commands } = this
    this.interactions = new Interactions(world, post)
    this.people = new People({
      world,
      interactions: this.interactions,
      signature: this.signature,
      dispatch: (type, data) => this.dispatch(type, data),
    })
    const mayReadContent = (): boolean => this.gateway.mayReadContent
    this.#rest = {
      world,
      commands,
      interactions: this.interactions,
      tell: { post, channel },
      gatewayUrl: () => this.#gatewayUrl,
      flags: () => (this.gateway.mayReadContent ? 1 << 19 : 0),
      publicKey: this.signature.publicKey,
      interactionsAddress: () => this.interactionsAddress,
      mayReadContent,
    }
  }

  async start(): Promise<this> {
    this.#http.on('upgrade', (request, socket, head) => this.gateway.accept(request, socket, head))
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    return this
  }

  async close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer)
    this.gateway.close()
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api`
  }

  get #gatewayUrl(): string {
    return `ws://127.0.0.1:${this.#port}/gateway`
  }

  /** The messages of the bot that everybody in their channel can see, oldest first. */
  get posts(): readonly DiscordPost[] {
    return this.world.messages.filter(
      ({ author, onlyFor, isLoading }) =>
        field(author, 'id') === '900000000000000001' && onlyFor === undefined && !isLoading,
    )
  }

  get connections(): number {
    return this.gateway.connections
  }

  /** What each client has said of itself. */
  get identified(): readonly Fields[] {
    return this.gateway.identified
  }

  get resumes(): number {
    return this.gateway.resumes
  }

  get token(): string {
    return this.gateway.token
  }

  set token(token: string) {
    this.gateway.token = token
  }

  /** The gateway closes with this code instead of READY. */
  set refuseWith(code: number | undefined) {
    this.gateway.refuseWith = code
  }

  /** Where interactions are sent instead of the gateway. */
  set endpoint(endpoint: Endpoint | undefined) {
    this.people.endpoint = endpoint
  }

  get publicKey(): string {
    return this.signature.publicKey
  }

  /** The faults that chance has brought about. */
  get mishaps(): Faults['happened'] {
    return this.#faults.happened
  }

  failNext(method: string, path: RegExp, fault: DiscordFault): void {
    this.#faults.failNext({ method, path, fault })
  }

  malice(malice: DiscordMalice | undefined): void {
    this.#faults.malice(malice)
  }

  /** From here on each route of a channel takes so many calls in a while. */
  limit(limit: RouteLimit): void {
    this.#rates = new Rates(limit)
  }

  called(method: string, path: RegExp): readonly DiscordCall[] {
    return this.calls.filter((call) => call.method === method && path.test(call.path))
  }

  /** Sends a dispatch as it is to every session; messages and interactions in it are kept as if they had been made here. */
  dispatch(type: string, data: unknown): void {
    if (type === 'MESSAGE_CREATE') this.world.keep(data)
    if (type === 'INTERACTION_CREATE') this.interactions.keep(data)
    this.gateway.dispatch(type, data)
  }

  /** 4000 lets the client resume, 1000 and 4009 make it begin anew. */
  cutConnections(code = 4000): void {
    this.gateway.cut(code)
  }

  passTime(ms: number): void {
    this.world.offsetMs += ms
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request)
    const { method, path } = call
    const authorization = request.headers.authorization ?? ''
    this.calls.push({ method, path, body: fields(call.body), authorization, at: Date.now() })
    const fault = this.#faults.next(method, path)
    if (fault?.kind === 'drop') return void request.socket.destroy()
    if (fault?.kind === 'late-accept') return this.#acceptLate(call, fault.afterMs, request)
    if (fault?.kind === 'garbage')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":')
    if (fault?.kind === 'status')
      return send(response, { status: fault.status, body: { message: 'upstream', code: 0 } })
    if (fault?.kind === 'rate-limited') return limit(response, fault.seconds, fault.scope ?? 'shared')
    if (fault?.kind === 'refused')
      return send(response, { status: fault.status, body: { message: 'refused', code: fault.code } })
    const isOpen = path.startsWith('/interactions/') || path.startsWith('/webhooks/')
    if (!isOpen && authorization !== `Bot ${this.token}`)
      return send(response, { status: 401, body: { message: '401: Unauthorized', code: 0 } })
    const counted = isOpen ? undefined : this.#rates?.count(method, path)
    for (const [name, value] of Object.entries(counted?.headers ?? {})) response.setHeader(name, value)
    if (counted?.retryAfter !== undefined) return limit(response, counted.retryAfter, 'user')
    const answer = this.#perform(call)
    if (fault?.kind === 'act-then-drop') return void request.socket.destroy()
    send(response, answer)
  }

  #acceptLate(call: Call, afterMs: number, request: IncomingMessage): void {
    request.socket.destroy()
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      this.#perform(call)
    }, afterMs)
    this.#late.add(timer)
  }

  #perform(call: Call): Answer {
    try {
      return perform(this.#rest, call)
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body }
      throw error
    }
  }
}

/** A call as it came. */
async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '', 'http://loopback')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const whole = Buffer.concat(chunks)
  const shared = {
    method: request.method ?? '',
    path: url.pathname.replace(/^\/api\/v10/, ''),
    query: url.searchParams,
  }
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data'))
    return { ...shared, body: whole.length > 0 ? JSON.parse(whole.toString('utf8')) : {}, files: [] }
  const form = await new Response(whole, { headers: { 'content-type': type } }).formData()
  const given = [...form.values()].filter((value) => value instanceof File)
  const files = given.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))
  const told = form.get('payload_json')
  return { ...shared, body: typeof told === 'string' ? JSON.parse(told) : {}, files: await Promise.all(files) }
}

function limit(response: ServerResponse, seconds: number, scope: string): void {
  const isGlobal = scope === 'global'
  response.setHeader('retry-after', seconds).setHeader('x-ratelimit-scope', scope)
  if (isGlobal) response.setHeader('x-ratelimit-global', 'true')
  send(response, {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: isGlobal },
  })
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) return void response.writeHead(status).end()
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
