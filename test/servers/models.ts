import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Usage } from '../../src/core/money.ts'
import { anthropicDialect } from './models-anthropic.ts'
import type { AskedModel, Dialect, ModelProtocol, Quoted, ServedAnswer } from './models-dialect.ts'
import { isRefusal, type ModelServerFault, sendAnswer } from './models-faults.ts'
import { ModelMemory } from './models-memory.ts'
import { ollamaDialect } from './models-ollama.ts'
import { openaiDialect } from './models-openai.ts'

/** One request for an answer, as the provider received it. */
export interface ModelServerRequest extends AskedModel {
  readonly headers: IncomingHttpHeaders
  /** The parsed JSON of the request. */
  readonly body: Readonly<Record<string, unknown>>
  readonly fault: ModelServerFault | undefined
  /** What the provider bills for it: decided when it is accepted, whatever becomes of the answer; undefined when refused. */
  charged: Usage | undefined
  /** Whether the answer is sent, or the client is gone. */
  isOver: boolean
}

/** What a test lets the model say: a text, or more of it. `model` is the name that the response gives. */
export type ScriptedAnswer =
  | string
  | { readonly text: string; readonly finish?: 'stop' | 'refused'; readonly model?: string; readonly usage?: Usage }

export interface ModelServerOptions {
  readonly protocol: ModelProtocol
  /** What the model says; "Hello from the model." unless told. */
  readonly answer?: (request: AskedModel) => ScriptedAnswer | Promise<ScriptedAnswer>
  /** What goes wrong, request by request; asked when `faults` is empty. */
  readonly fault?: (request: AskedModel, index: number) => ModelServerFault | undefined
  /** Names the provider knows; undefined for all. Others are refused as gone. */
  readonly models?: readonly string[]
  /** From so many tokens of instructions on they are kept in the provider's cache; 1,024 unless told. */
  readonly minimumCacheTokens?: number
}

const dialects: Readonly<Record<ModelProtocol, Dialect>> = {
  openai: openaiDialect,
  anthropic: anthropicDialect,
  ollama: ollamaDialect,
}

/**
 * A stand-in for a provider of models: a real HTTP server on loopback that speaks one protocol, keeps a record and a bill of
 * its own, and fails as told.
 *
 * @example
 * const server = await startModelServer({ protocol: 'openai', answer: ({ messages }) => `You said ${messages.at(-1)?.text}` })
 * const provider = createOpenaiProvider({ name: 'openai', apiKey: new Secret('key'), baseUrl: server.url })
 * server.faults.push({ kind: 'rate-limited', retryAfter: '7' }) // the next request only
 * await server.close()
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const server = new ModelServer(options)
  await server.comeBack()
  return server
}

export class ModelServer {
  /** Every request for an answer, oldest first. */
  readonly requests: ModelServerRequest[] = []
  /** What goes wrong with the next requests, one each, before `fault` is asked. */
  readonly faults: ModelServerFault[] = []
  /** Ollama's memory; of no meaning for the others. */
  readonly memory = new ModelMemory()
  readonly #options: ModelServerOptions
  readonly #dialect: Dialect
  readonly #kept = new Set<string>()
  #http = createServer()
  #port = 0

  constructor(options: ModelServerOptions) {
    this.#options = options
    this.#dialect = dialects[options.protocol]
  }

  /** The address to give to a provider. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#dialect.basePath}`
  }

  /** The sum of all that was charged. */
  get meter(): Usage {
    const sum = { input: 0, cached: 0, cacheWrite: 0, output: 0 }
    for (const { charged } of this.requests) {
      sum.input += charged?.input ?? 0
      sum.cached += charged?.cached ?? 0
      sum.cacheWrite += charged?.cacheWrite ?? 0
      sum.output += charged?.output ?? 0
    }
    return sum
  }

  /** Requests that are neither answered nor given up by the client. */
  get underWay(): number {
    return this.requests.filter(({ isOver }) => !isOver).length
  }

  /** Stops listening and drops every connection: whoever calls is refused, until `comeBack`. */
  async goAway(): Promise<void> {
    const closed = once(this.#http, 'close')
    this.#http.close()
    this.#http.closeAllConnections()
    await closed
  }

  /** Listens again, at the same address. */
  async comeBack(): Promise<void> {
    this.#http = createServer(
      (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
    )
    this.#http.listen(this.#port, '127.0.0.1')
    await once(this.#http, 'listening')
    const address = this.#http.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
  }

  async close(): Promise<void> {
    if (this.#http.listening) await this.goAway()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request)
    if (await this.memory.answer(request, response, body)) return
    if (request.url !== this.#dialect.answerPath) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"no such path"}}')
      return
    }
    const asked = this.#dialect.read(body)
    const record = {
      ...asked,
      headers: request.headers,
      body,
      fault: this.#faultOf(asked),
      charged: undefined,
      isOver: false,
    }
    this.requests.push(record)
    response.once('close', () => (record.isOver = true))
    await this.#serve(record, response)
  }

  async #serve(record: ModelServerRequest, response: ServerResponse): Promise<void> {
    const { fault } = record
    if (fault !== undefined && isRefusal(fault)) return this.#refuse(record, fault, response)
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(JSON.stringify(fault.body ?? {}))
      return
    }
    if (fault?.kind === 'redirect') {
      response.writeHead(307, { location: fault.to ?? '/elsewhere' }).end()
      return
    }
    const isLoaded = this.#options.protocol !== 'ollama' || this.memory.has(record.model)
    if (this.#options.protocol === 'ollama') await this.memory.load(record.model)
    // The prompt is charged before the answer is made: whoever hangs up meanwhile has spent it all the same.
    const prompt = this.#promptUsage(record)
    record.charged = { ...prompt, output: 0 }
    const answer = await this.#answerTo(record, { prompt, isLoaded })
    record.charged = answer.usage
    const pieces = record.isStreamed ? this.#dialect.events(answer) : halves(this.#dialect.whole(answer))
    const type = record.isStreamed ? this.#dialect.streamType : 'application/json'
    const error = this.#dialect.refusal('server', quotedOf(record)).body
    const interruption = record.isStreamed ? this.#dialect.interruption(error) : ''
    sendAnswer(response, { type, pieces, endPieces: record.isStreamed ? 2 : 1, interruption }, fault)
  }

  #refuse(
    record: ModelServerRequest,
    fault: Extract<ModelServerFault, { retryAfter?: string }>,
    response: ServerResponse,
  ): void {
    const { status, body } = this.#dialect.refusal(fault.kind, quotedOf(record))
    const waiting = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
    response
      .writeHead(status, { 'content-type': 'application/json', ...waiting, ...fault.headers })
      .end(JSON.stringify(body))
  }

  #faultOf(asked: AskedModel): ModelServerFault | undefined {
    const { models, fault } = this.#options
    if (models?.includes(asked.model) === false) return { kind: 'model-gone' }
    return this.faults.shift() ?? fault?.(asked, this.requests.length)
  }

  async #answerTo(
    record: ModelServerRequest,
    { prompt, isLoaded }: { prompt: Omit<Usage, 'output'>; isLoaded: boolean },
  ): Promise<ServedAnswer> {
    const { fault } = record
    const scripted = (await this.#options.answer?.(record)) ?? 'Hello from the model.'
    const said = typeof scripted === 'string' ? { text: scripted } : scripted
    const refused = 'finish' in said && said.finish === 'refused'
    const whole = instead.get(fault?.kind) ?? said.text
    const most = fault?.kind === 'huge' ? Infinity : record.maxOutputTokens || Infinity
    const cut = tokensOf(whole) > most ? whole.slice(0, most * bytesPerToken) : whole
    return {
      text: cut,
      finish: refused ? 'refused' : cut === whole ? 'stop' : 'length',
      model: ('model' in said ? said.model : undefined) ?? record.model,
      usage: ('usage' in said ? said.usage : undefined) ?? { ...prompt, output: tokensOf(cut) },
      usageFault: fault?.kind === 'usage' ? fault.usage : undefined,
      loadDuration: isLoaded ? 20_000_000 : 3_000_000_000,
    }
  }

  /** Instructions are read from the cache from their second time on. */
  #promptUsage(record: ModelServerRequest): Omit<Usage, 'output'> {
    const instructions = tokensOf(record.instructions)
    const rest = tokensOf(record.messages.map(({ text }) => text).join('\n'))
    const isKept = record.keepsInstructions && instructions >= (this.#options.minimumCacheTokens ?? 1024)
    if (!isKept) return { input: instructions + rest, cached: 0, cacheWrite: 0 }
    const key = `${record.model}\n${record.instructions}`
    const isKnown = this.#kept.has(key)
    this.#kept.add(key)
    return { input: rest, cached: isKnown ? instructions : 0, cacheWrite: isKnown ? 0 : instructions }
  }
}

/** What some faults let the model say. */
const instead = new Map<string | undefined, string>([
  ['wrong-shape', '{"unexpected":true}'],
  ['empty', ''],
  ['huge', 'x'.repeat(10_000_000)],
])

/** This provider's tokens are four bytes each, the last one less. */
const bytesPerToken = 4

/** How many tokens a stand-in counts for a text: its UTF-8 bytes by four, rounded up, one at least. */
function tokensOf(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / bytesPerToken))
}

/** An address on loopback where nobody listens. */
export async function nobodysUrl(): Promise<string> {
  const server = await startModelServer({ protocol: 'ollama' })
  await server.close()
  return server.url
}

function quotedOf({ headers, messages, model }: ModelServerRequest): Quoted {
  const key = String(headers['x-api-key'] ?? headers.authorization ?? '').replace(/^Bearer /, '')
  return { key, text: messages.at(-1)?.text ?? '', model }
}

function halves(body: object): readonly string[] {
  const text = JSON.stringify(body)
  return [text.slice(0, text.length / 2), text.slice(text.length / 2)]
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : JSON.parse(text)
}
