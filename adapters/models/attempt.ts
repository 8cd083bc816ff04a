import { ModelError } from '../../src/core/errors.ts'
import { type Asked, interruptionError, modelError, refusalError } from './failure.ts'
import { isRecord, parseJson } from '../../src/core/outside.ts'

/** A body may hold a megabyte; a streamed one a kilobyte more for every token asked for, since each comes in a wrapper of its own. */
const longestBodyBytes = 1_000_000
const wrapperBytes = 1_024
/** Of a refusal, only its words matter. */
const longestRefusalBytes = 64_000

/** The SDKs add headers about this machine, and ones out of the environment; only these are sent on. */
const sentHeaders = ['accept', 'anthropic-version', 'authorization', 'content-type', 'x-api-key']

/** No connection came about, so nothing was sent. TLS faults among them: they end before the first byte of a request. */
const neverConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|EADDRNOTAVAIL|ECONNABORTED|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+)$/

export interface AttemptOptions {
  readonly asked: Asked
  readonly signal: AbortSignal
  /** Tokens of a streamed answer; undefined when the answer comes as one JSON object. */
  readonly streamedTokens?: number
  /** Looks at each line of a streamed answer before the SDK does; throws what is wrong with it. */
  readonly onLine?: (line: string) => void
  /** Hears that the last line has come; throws what is missing. */
  readonly onEnd?: () => void
}

/**
 * One HTTP call, watched: whichever SDK makes it, it is made once, follows no redirect, ends with its signal, reads no more
 * than a body may hold, and every way it can fail becomes a ModelError that knows whether it can have been billed.
 */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #hangUp = new AbortController()
  #isSent = false
  /** Found while the SDK was reading; SDKs wrap or swallow it. */
  #failure: ModelError | undefined

  constructor(options: AttemptOptions) {
    this.#options = options
  }

  /** For the SDK, instead of the global one. */
  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (this.#isSent) throw this.#fail('rejected', 'the SDK asked a second time on its own')
    const { signal } = this.#options
    const signals = [signal, this.#hangUp.signal, init?.signal].filter((one) => one instanceof AbortSignal)
    const headers = [...new Headers(init?.headers)].filter(([name]) => sentHeaders.includes(name))
    signal.throwIfAborted()
    this.#isSent = true
    const response = await fetch(input, { ...init, headers, redirect: 'manual', signal: AbortSignal.any(signals) })
    if (!response.ok) throw await this.#refused(response)
    // Some proxy's page instead of an answer.
    if (/^text\/html/i.test(response.headers.get('content-type') ?? ''))
      throw this.#fail('malformed', 'a web page instead of an answer')
    return this.#options.streamedTokens === undefined ? await this.#whole(response) : this.#streamed(response)
  }

  /** Ends the call, whatever it is doing; harmless when it is over. */
  hangUp(): void {
    this.#hangUp.abort()
  }

  /** Whatever an SDK threw, as our own error. */
  toModelError(error: unknown): ModelError {
    const { signal, asked } = this.#options
    if (this.#failure !== undefined) return this.#failure
    if (error instanceof ModelError) return error
    const charge = this.#isSent ? 'unknown' : 'none'
    if (signal.aborted) {
      return isTimeout(signal.reason)
        ? modelError(asked, 'timed-out', { what: 'no answer in time', charge })
        : modelError(asked, 'stopped', { what: 'stopped by us', charge })
    }
    const told: unknown = error instanceof Error ? Reflect.get(error, 'error') : undefined
    if (isRecord(told)) return interruptionError(asked, told)
    const code = codeOf(error)
    if (code !== undefined && neverConnected.test(code))
      return modelError(asked, 'unreachable', { what: `no connection (${code})`, charge: 'none' })
    if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
      return modelError(asked, 'timed-out', { what: `no answer in time (${code})`, charge })
    if (code !== undefined) return modelError(asked, 'cut', { what: `the connection broke (${code})`, charge })
    if (!this.#isSent) return modelError(asked, 'rejected', { what: 'the SDK refused to send the request', charge })
    return modelError(asked, 'malformed', { what: 'an answer that does not follow the protocol', charge })
  }

  /** The stream is over without the provider's own mark of its end; an SDK ends it in silence too when our signal has ended. */
  cut(): ModelError {
    if (this.#failure !== undefined || this.#options.signal.aborted) return this.toModelError(undefined)
    return modelError(this.#options.asked, 'cut', { what: 'a stream without its end', charge: 'unknown' })
  }

  /** An answer without a word. */
  empty(): ModelError {
    return modelError(this.#options.asked, 'empty', { what: 'an answer without a word', charge: 'unknown' })
  }

  async #refused(response: Response): Promise<ModelError> {
    // The status alone says enough, should its words never come.
    const text = await readText(response, longestRefusalBytes).catch(() => undefined)
    const { status, headers } = response
    this.#failure = refusalError(this.#options.asked, { status, headers, body: parseJson(text ?? '') })
    return this.#failure
  }

  /** Read to its end here, so that an SDK is only ever handed a JSON object. */
  async #whole(response: Response): Promise<Response> {
    const text = await readText(response, longestBodyBytes)
    if (text === undefined) throw this.#fail('malformed', 'an answer of more than a megabyte')
    if (!isRecord(parseJson(text))) throw this.#fail('malformed', 'an answer that is no JSON object')
    return new Response(text, { status: response.status, headers: { 'content-type': 'application/json' } })
  }

  #streamed(response: Response): Response {
    const limit = longestBodyBytes + wrapperBytes * (this.#options.streamedTokens ?? 0)
    const decoder = new TextDecoder()
    let size = 0
    let rest = ''
    const watch = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        size += chunk.byteLength
        if (size > limit) throw this.#fail('malformed', 'a stream far longer than the answer asked for')
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) this.#look(() => this.#options.onLine?.(line))
        controller.enqueue(chunk)
      },
      flush: () => this.#look(() => this.#options.onEnd?.()),
    })
    const body = response.body?.pipeThrough(watch) ?? null
    return new Response(body, { status: response.status, headers: response.headers })
  }

  #look(look: () => void): void {
    try {
      look()
    } catch (error) {
      this.#failure = error instanceof ModelError ? error : this.#fail('malformed', 'a line that is not JSON')
      throw this.#failure
    }
  }

  #fail(fault: 'malformed' | 'rejected', what: string): ModelError {
    this.#failure = modelError(this.#options.asked, fault, { what, charge: 'unknown' })
    return this.#failure
  }
}

/** Undefined when it is longer than the limit; what came until it broke off otherwise. */
async function readText(response: Response, limitBytes: number): Promise<string | undefined> {
  const body: AsyncIterable<Uint8Array> | null = response.body
  const chunks: Uint8Array[] = []
  let size = 0
  if (body === null) return ''
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limitBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

/** The code of the socket's or the fetch's error, however deep an SDK has wrapped it. */
function codeOf(error: unknown): string | undefined {
  let at = error
  for (let depth = 0; depth < 6 && at instanceof Error; depth += 1) {
    const code: unknown = Reflect.get(at, 'code')
    if (typeof code === 'string' && /^[A-Z_0-9]{1,60}$/.test(code)) return code
    at = at.cause
  }
  return undefined
}
