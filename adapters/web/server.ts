import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { ForbiddenError, ListenError, RouteUnknownError, StoppingError } from '../../src/core/errors.ts'
import { endOfKept } from '../../src/core/kept-reply.ts'
import type { MessageId } from '../../src/core/message.ts'
import type { Channel, Delivery, Receive } from '../../src/core/ports.ts'
import type { StatusStep } from '../../src/core/status.ts'
import { createAdmin, type AdminParts } from './admin.ts'
import { identifyCaller, type CallerParts } from './caller.ts'
import { createChat, type ChatParts } from './chat.ts'
import { Draining } from './draining.ts'
import { report, toErrorBody } from './http-errors.ts'
import { createPages } from './pages.ts'
import { expiredCookie } from './visitor.ts'
import { Waiting } from './waiting.ts'

/** What the playground shows besides the chat. */
export interface Playground {
  readonly company: { readonly name: string; readonly tagline: string; readonly hours: string }
  readonly suggestions: readonly string[]
  /** Sample customers to try as; shown on this machine and to admins only. */
  readonly people: readonly {
    readonly name: string
    readonly email: string
    readonly postcode: string
    readonly note: string
  }[]
  readonly version: string
}

export interface WebParts extends Omit<ChatParts, 'waiting' | 'onEvent' | 'isLoopback'>, AdminParts {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly playground: Playground
  /** Resolves when the bot can answer. */
  readonly ready: () => Promise<void>
  readonly metrics: () => Promise<string>
  /** Paths to which platforms send, and who receives there; a path without a receiver is of a platform that does not run yet. */
  readonly platformPaths: readonly string[]
  readonly receivers: ReadonlyMap<string, Receive>
}

/** The web as a channel, with the address it listens on. */
export interface Web extends Channel {
  readonly url: () => string
  /** Tells a stream that waits for the answer to a message what is being done. */
  onStatus(message: MessageId, step: StatusStep): void
  /** Wakes whoever waits for a message that is answered without a reply. */
  onAnswered(message: MessageId): void
  /**
   * Is not ready any more and refuses new requests with 503, so that they are sent to another process or again; resolves when
   * those that wait have their answers, or after four seconds.
   */
  drain(): Promise<void>
}

/** Of the nine seconds of a stop, so that what runs in the end has time to finish. */
const drainLimitMs = 4000

const loopback = /^(?:localhost|127(?:\.\d+){3}|::1|\[::1\])$/i

/** The one HTTP server: playground, chat, probes. */
export async function createWeb(parts: WebParts): Promise<Web> {
  const waiting = new Waiting(parts.conversations)
  const pages = await createPages()
  const draining = new Draining()
  let server: Server | undefined
  let url = ''
  return {
    name: 'web',
    url: () => url,
    start: async (onEvent) => {
      const chat = { ...parts, waiting, isLoopback: loopback.test(parts.host) }
      const app = createApp(chat, { parts, draining })
      if (onEvent !== undefined) addChat(app, { ...chat, onEvent }, { parts, pages })
      server = await listen(app, parts, draining)
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : parts.port
      url = `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`
    },
    // The reply is read from the store by the request that waits, or later; here the waiting one is woken.
    send: async (delivery: Delivery) => {
      if ('reply' in delivery && delivery.reply.message !== undefined) waiting.answered(delivery.reply.message)
      return endOfKept(delivery)
    },
    find: async (key) => key,
    drain: async () => await draining.drain(drainLimitMs),
    stop: async () => await close(server),
    onStatus: (message, step) => waiting.tell(message, step),
    onAnswered: (message) => waiting.answered(message),
  }
}

interface AppParts {
  readonly parts: WebParts
  readonly draining: Draining
}

/** What every process says of itself. */
function createApp(caller: CallerParts, { parts, draining }: AppParts): Hono {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: contentPolicy,
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
      strictTransportSecurity: false,
    }),
  )
  app.use(async (context, next) => {
    if (draining.hasBegun && !draining.isProbe(context.req.path)) throw stopping()
    await next()
  })
  app.use('/api/*', async (context, next) => {
    await next()
    context.header('cache-control', 'no-store')
  })
  app.onError((error, context) => {
    const { status, body } = toErrorBody(error)
    if (status === 401) context.header('set-cookie', expiredCookie)
    report(error, status, parts.observer)
    return context.json(body, status)
  })
  app.notFound((context) => {
    const error = new RouteUnknownError(
      `There is nothing at ${context.req.method} ${context.req.path.slice(0, 80)}; where messages are taken in, the playground is at /, the chat at POST /api/chat.`,
    )
    return context.json(toErrorBody(error).body, 404)
  })
  addProbes(app, caller, { parts, draining })
  return app
}

/** What people and platforms use, where this process takes it in. */
function addChat(app: Hono, chat: ChatParts, { parts, pages }: { parts: WebParts; pages: Hono }): void {
  for (const path of parts.platformPaths)
    app.post(path, async (context) => await receiveAt(path, context.req.raw, parts.receivers))
  app.route('/api/chat', createChat(chat))
  app.get('/api/playground', (context) => {
    const caller = identifyCaller(context.req.raw.headers, undefined, chat)
    if (caller.setCookie !== undefined) context.header('set-cookie', caller.setCookie)
    const people = caller.maySeeReceipts ? parts.playground.people : []
    return context.json({ ...parts.playground, people, receipts: caller.maySeeReceipts })
  })
  app.route('/api', createAdmin(chat, parts))
  app.route('/', pages)
}

/** 503 makes a platform send again later, so nothing is lost while its part of the bot still starts. */
async function receiveAt(path: string, request: Request, receivers: WebParts['receivers']): Promise<Response> {
  const receive = receivers.get(path)
  return receive === undefined
    ? new Response('not connected yet, send again later\n', { status: 503 })
    : receive(request)
}

/** Whether the process lives, whether it can answer, and its numbers. */
function addProbes(app: Hono, caller: CallerParts, { parts, draining }: AppParts): void {
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', async (context) => {
    if (draining.hasBegun) throw stopping()
    await parts.ready()
    return context.json({ status: 'ready', version: parts.playground.version })
  })
  app.get('/metrics', async (context) => {
    const { maySeeReceipts } = identifyCaller(context.req.raw.headers, undefined, caller)
    if (!maySeeReceipts) {
      throw new ForbiddenError(
        'authorization',
        'The metrics show what answers cost; from other machines they need the header authorization: Bearer TOKEN with the admin token.',
      )
    }
    return context.text(await parts.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
}

function stopping(): StoppingError {
  return new StoppingError('This process is stopping. Nothing was accepted; send the request again in a moment.')
}

/** Nothing but our own origin, and no script but our files. */
const contentPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  requireTrustedTypesFor: ["'script'"],
}

async function listen(app: Hono, parts: WebParts, draining: Draining): Promise<Server> {
  const answer = getRequestListener(app.fetch)
  const server = createServer((request, response) => void answer(request, response))
  server.prependListener('request', (request, response) => draining.count(request, response))
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  const { promise, resolve, reject } = Promise.withResolvers<Server>()
  server.once('error', (error: NodeJS.ErrnoException) => {
    const remedy =
      error.code === 'EADDRINUSE'
        ? 'Another program has it; stop that, or set PORT to another number (0 takes any).'
        : 'Set HOST and PORT to an address of this machine.'
    reject(
      new ListenError(
        `The server cannot listen on ${parts.host}:${parts.port} (${error.code ?? error.message}). ${remedy}`,
        error,
      ),
    )
  })
  server.listen(parts.port, parts.host, () => resolve(server))
  return await promise
}

/** Whoever waits was waited for before; what is written at this moment may end. */
const closeLimitMs = 500

async function close(server: Server | undefined): Promise<void> {
  if (server === undefined) return
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), closeLimitMs).unref()
  await promise
}
