import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Channels } from './slack/channels.ts'
import { type Fields, field, fields, refused, textOf } from './slack/fields.ts'
import { type Handed, Handing, type SlackKind } from './slack/handing.ts'
import { readAll, send } from './slack/http.ts'
import { Late } from './slack/late.ts'
import { Faults, type SlackFault, type SlackMalice } from './slack/malice.ts'
import { channelOf, methods, readBody, type SlackWorld } from './slack/methods.ts'
import type { Handles } from './slack/payloads.ts'
import { Person } from './slack/person.ts'
import { type RateLimits, Rates } from './slack/rates.ts'
import type { SlackReceiver } from './slack/requests.ts'
import { ResponseUrls } from './slack/response-urls.ts'
import { SocketMode } from './slack/socket.ts'
import { Streams } from './slack/streams.ts'
import { Views } from './slack/views.ts'
import { allScopes, exampleWorkspace, scopesFor, type SlackWorkspace, workspaceOf } from './slack/workspaces.ts'

export type { SlackPost } from './slack/channels.ts'
export type { SlackFault } from './slack/malice.ts'

/** One call of the Web API, as Slack received it. */
export interface SlackCall {
  readonly method: string
  readonly body: Fields
  readonly authorization: string
  readonly at: number
}

/**
 * A stand-in for Slack on loopback: the Web API with its refusals and limits, events over signed HTTP or Socket Mode with
 * its retries, and a record of what people see that knows nothing of ours. Sources: test/fixtures/slack/README.md.
 */
export class SlackServer {
  readonly calls: SlackCall[] = []
  readonly scopes = new Set<string>(allScopes)
  readonly workspaces: SlackWorkspace[] = [exampleWorkspace]
  readonly world: SlackWorld
  readonly #faults = new Faults()
  readonly #socket = new SocketMode()
  readonly #handing = new Handing(this.#socket)
  readonly #urls: ResponseUrls
  readonly #revoked = new Set<string>()
  readonly #late = new Late()
  readonly #http = createServer(
    (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
  )
  #rates: Rates | undefined
  #port = 0
  #count = 0

  constructor() {
    const newTs = (): string => `${Math.floor(Date.now() / 1000)}.${String((this.#count += 1)).padStart(6, '0')}`
    const newId = (prefix: string): string => `${prefix}0${(this.#count += 1)}EXAMPLE`
    const channels = new Channels(newTs)
    const [streams, views] = [new Streams(channels), new Views(() => newId('V'))]
    const lists = { ephemerals: [], statuses: [], prompts: [], reactions: [] }
    const maps = { sessions: new Map(), people: new Map(), files: new Map() }
    const address = (path: string): string => `http://127.0.0.1:${this.#port}${path}`
    const settings = { isAgent: true, isSold: false }
    this.world = { channels, streams, views, ...lists, ...maps, ...settings, newTs, newId, address }
    this.#urls = new ResponseUrls(channels, (said) => void this.world.ephemerals.push({ ...said, ts: newTs() }))
  }

  async start(): Promise<this> {
    this.#http.on('upgrade', (request, socket, head) => this.#socket.accept(request, socket, head))
    this.#http.listen(0, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    return this
  }

  async close(): Promise<void> {
    this.#late.forget()
    this.#handing.close()
    this.#socket.close()
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }

  get apiUrl(): string {
    return this.world.address('/api/')
  }

  /** The messages of the bot that can be seen, oldest first. */
  get posts(): Channels['posts'] {
    return this.world.channels.posts
  }

  /** Methods that fail with a status until told otherwise. */
  get down(): Set<string> {
    return this.#faults.down
  }

  get connections(): number {
    return this.#socket.connections
  }

  /** When each envelope was acknowledged. */
  get acknowledged(): ReadonlyMap<string, number> {
    return this.#socket.acknowledged
  }

  /** What came with the acknowledgement of each envelope. */
  get responses(): ReadonlyMap<string, unknown> {
    return this.#socket.responses
  }

  /** Everything handed over with Slack's patience, in order. */
  get handed(): readonly Handed[] {
    return this.#handing.handed
  }

  /** The faults that chance has brought about. */
  get mishaps(): Faults['happened'] {
    return this.#faults.happened
  }

  /** Calls whose connection is lost and that are still to be carried out. */
  get pending(): number {
    return this.#late.size
  }

  /** Carries out now what was to be carried out late. */
  actLate(): void {
    this.#late.act()
  }

  failNext(method: string, fault: SlackFault): void {
    this.#faults.failNext(method, fault)
  }

  /** From now on things go wrong by chance; never again without an argument. */
  malice(malice?: SlackMalice): void {
    this.#faults.malice(malice)
  }

  /** From now on calls are limited as Slack limits them; never again without an argument. */
  limitRates(limits?: RateLimits): void {
    this.#rates = limits === undefined ? undefined : new Rates(limits)
  }

  /** From now on everything is handed over by signed requests; over Socket Mode without an argument. */
  sendTo(receiver?: SlackReceiver): void {
    this.#handing.receiver = receiver
  }

  /** How long Slack waits for an answer and between tries. */
  set patience(patience: Handing['patience']) {
    this.#handing.patience = patience
  }

  called(method: string): readonly SlackCall[] {
    return this.calls.filter((call) => call.method === method)
  }

  revoke(token: string): void {
    this.#revoked.add(token)
  }

  /** Somebody of a workspace, the first one unless another is named. */
  person(id: string, team: string = exampleWorkspace.team): Person {
    const workspace = this.workspaces.find((known) => known.team === team) ?? exampleWorkspace
    const { channels, newTs, newId } = this.world
    return new Person(id, workspace, {
      hand: (payload, kind) => this.#handing.hand(payload, kind),
      newTs,
      newId,
      handles: (place) => this.newHandles(place),
      find: (channel, ts) => channels.find({ channel, ts }),
    })
  }

  /** Hands a payload over with Slack's patience; its trigger and its response URL become ours. */
  hand(payload: object, kind: SlackKind = 'events_api'): Handed {
    return this.#handing.hand(this.#withHandles(payload), kind)
  }

  /** Delivers a payload over Socket Mode, once; gives the envelope's id. */
  deliver(payload: unknown, type = 'events_api', retry = 0): string {
    return this.#socket.send(this.#withHandles(payload), type, retry)
  }

  deliverRaw(frame: string): void {
    this.#socket.sendRaw(frame)
  }

  /** As Slack does before it recycles a connection. */
  askToReconnect(): void {
    this.deliverRaw(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }))
  }

  cutConnections(): void {
    this.#socket.cut()
  }

  /** What an interaction carries: with it a modal may be opened, and an answer sent. */
  newHandles({ channel, user, ts }: { channel: string; user: string; ts?: string | undefined } = anybody): Handles {
    const [trigger, id] = [this.world.newId('T'), this.world.newId('R')]
    this.world.views.trigger(trigger, user)
    this.#urls.add(id, { channel, user, ts })
    return { trigger_id: trigger, response_url: this.world.address(`/response/${id}`) }
  }

  /** A payload from elsewhere whose handles work here, and lead nowhere else. */
  #withHandles<Payload>(payload: Payload): Payload {
    if (textOf(payload, 'response_url') === '' && textOf(payload, 'trigger_id') === '') return payload
    const user = textOf(field(payload, 'user'), 'id') || textOf(payload, 'user_id')
    const channel = textOf(field(payload, 'channel'), 'id') || textOf(payload, 'channel_id')
    const ts = textOf(field(payload, 'container'), 'message_ts')
    const handles = this.newHandles({ channel, user, ts: ts === '' ? undefined : ts })
    const trigger = textOf(payload, 'trigger_id')
    if (trigger !== '') this.world.views.trigger(trigger, user)
    return { ...payload, ...(textOf(payload, 'response_url') === '' ? {} : { response_url: handles.response_url }) }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://slack')
    const [, root = '', name = ''] = pathname.split('/')
    const raw = await readAll(request)
    if (root === 'upload') return this.#takeFile(name, raw.length, response)
    if (root === 'response') {
      const [status, answer] = this.#urls.answer(name, fields(JSON.parse(raw.toString('utf8'))), exampleWorkspace)
      return send(response, status, answer)
    }
    const body = readBody(name, request.headers['content-type'] ?? '', raw.toString('utf8'))
    const authorization = request.headers.authorization ?? ''
    this.calls.push({ method: name, body, authorization, at: Date.now() })
    this.#carryOut({ name, body, token: authorization.replace(/^Bearer /, '') }, request, response)
  }

  #carryOut(call: Call, request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('x-oauth-scopes', [...this.scopes].join(','))
    const fault = this.#faults.next(call.name) ?? this.#limitOf(call)
    switch (fault?.kind) {
      case 'drop':
        return void request.socket.destroy()
      case 'rate-limited':
        return send(response.setHeader('retry-after', fault.seconds), 429, refused('ratelimited'))
      case 'status':
        return send(response, fault.status, refused('internal_error'))
      case 'refused':
        return send(response, 200, refused(fault.error))
      case 'garbage':
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>proxy</html>')
      case 'late-accept':
        request.socket.destroy()
        return this.#late.add(fault.afterMs, () => void this.#perform(call))
      case 'slow':
        return this.#late.add(fault.afterMs, () => send(response, 200, this.#perform(call)))
      case 'act-then-drop':
        this.#perform(call)
        return void request.socket.destroy()
      case undefined:
        send(response, 200, this.#perform(call))
    }
  }

  #perform({ name, body, token }: Call): Fields {
    if (name === 'apps.connections.open') {
      if (!token.startsWith('xapp-')) return refused('not_allowed_token_type')
      const url = this.world.address(`/link/?ticket=${this.#socket.ticket()}`)
      return { ok: true, url: url.replace('http:', 'ws:') }
    }
    const workspace = workspaceOf(token, this.workspaces, this.#revoked)
    if (typeof workspace === 'string') return refused(workspace)
    const needed = scopesFor(name, channelOf(body))
    if (needed !== undefined && !needed.some((scope) => this.scopes.has(scope)))
      return refused('missing_scope', { needed: needed.join(','), provided: [...this.scopes].join(',') })
    if ((this.world.channels.homes.get(channelOf(body)) ?? workspace.team) !== workspace.team)
      return refused('channel_not_found')
    return methods[name]?.(body, this.world, workspace) ?? refused('unknown_method')
  }

  #limitOf({ name, body, token }: Call): SlackFault | undefined {
    const seconds = this.#rates?.refusal(name, token, channelOf(body))
    return seconds === undefined ? undefined : { kind: 'rate-limited', seconds }
  }

  #takeFile(id: string, bytes: number, response: ServerResponse): void {
    const file = this.world.files.get(id)
    if (file === undefined) return send(response, 404, refused('file_not_found'))
    file.bytes = bytes
    send(response, 200, 'ok')
  }
}

const anybody = { channel: 'C0HELP', user: 'U0CUSTOMER' }

interface Call {
  readonly name: string
  readonly body: Fields
  readonly token: string
}
