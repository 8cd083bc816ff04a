import type { Encoder } from '../../src/core/encoder.ts'
import { EncoderError } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'
import { askServer } from './remote-asking.ts'
import { type Dialect, dialects } from './remote-dialects.ts'

export interface RemoteEncoderOptions {
  /** Ollama's own protocol, or OpenAI's, which llama.cpp, vLLM and Text Embeddings Inference speak too. */
  readonly kind: 'ollama' | 'openai'
  /**
   * Where it is: `http://127.0.0.1:11434`, `http://127.0.0.1:8080/v1`. Of the owner's own network: the budget does not watch
   * these calls, so whoever reads the configuration has checked that they cost nothing.
   */
  readonly url: string
  readonly model: string
  readonly apiKey?: Secret | undefined
  /** Length of each vector where it is known already, for example from a trained file; asked for at once otherwise. */
  readonly dimensions?: number
  /** How long one message may take, 1500 ms unless told; a request of several messages so much for each. */
  readonly timeoutMs?: number
}

const usualTimeoutMs = 1500
/** The first question may have to wait until the model is loaded. */
const loadingTimeoutMs = 30_000
/** Texts of one request. */
const batchSize = 32
/** Bytes of a text that are sent. Most models read 256 to 512 tokens, and some servers refuse what is longer. */
const mostTextBytes = 1200
/** No model gives longer vectors; training and the classifier's file are made for no more. */
const mostDimensions = 16_384
/** Stands for a text without a visible character, which many servers refuse. */
const blank = '.'

/**
 * An embedding model on a server of the owner's, brought to vectors of length 1.
 *
 * @throws EncoderError when the server is away and `dimensions` is not given
 */
export async function createRemoteEncoder(options: RemoteEncoderOptions): Promise<Encoder> {
  const server = new RemoteServer(options)
  const dimensions = options.dimensions ?? (await server.learnDimensions())
  return {
    name: `${options.kind}/${options.model}`,
    dimensions,
    encode: async (texts, signal) => await server.encode({ texts, dimensions }, signal),
    close: async () => server.close(),
  }
}

interface Order {
  readonly texts: readonly string[]
  readonly dimensions: number
}

class RemoteServer {
  private readonly options: RemoteEncoderOptions
  private readonly dialect: Dialect
  private readonly address: URL
  private readonly closing = new AbortController()

  constructor(options: RemoteEncoderOptions) {
    this.options = options
    this.dialect = dialects[options.kind]
    this.address = this.dialect.addressOf(options.url)
  }

  async learnDimensions(): Promise<number> {
    const [vector = []] = await this.ask(['dimensions'], { limitMs: loadingTimeoutMs })
    if (vector.length <= mostDimensions) return vector.length
    const what = `it gave ${vector.length} numbers for a text; at most ${mostDimensions} are a vector`
    throw this.fault(what, 'Check that the model is one for embeddings.')
  }

  async encode({ texts, dimensions }: Order, signal?: AbortSignal): Promise<Float32Array> {
    const vectors = new Float32Array(texts.length * dimensions)
    this.refuseWhenOver(signal)
    for (let first = 0; first < texts.length; first += batchSize) {
      const batch = texts.slice(first, first + batchSize)
      const limitMs = (this.options.timeoutMs ?? usualTimeoutMs) * batch.length
      const answered = await this.ask(batch, { limitMs, signal })
      for (const [index, vector] of answered.entries()) {
        vectors.set(this.normalised(vector, dimensions), (first + index) * dimensions)
      }
    }
    return vectors
  }

  close(): void {
    this.closing.abort()
  }

  private refuseWhenOver(signal: AbortSignal | undefined): void {
    if (this.closing.signal.aborted) throw this.fault('it is closed', 'The bot is stopping.')
    if (signal?.aborted === true) throw this.fault('nobody waits for it any more', 'It was not asked.', signal.reason)
  }

  private async ask(
    texts: readonly string[],
    { limitMs, signal }: { readonly limitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<readonly (readonly number[])[]> {
    const { model, apiKey } = this.options
    const answer = await askServer({
      address: this.address,
      apiKey,
      body: this.dialect.bodyOf(model, texts.map(sendable)),
      texts: texts.length,
      timeoutMs: limitMs,
      signals: [this.closing.signal, ...(signal === undefined ? [] : [signal])],
      fault: (what, remedy, cause) => this.fault(what, remedy, cause),
    })
    const vectors = this.dialect.vectorsOf(answer)
    const size = vectors?.[0]?.length ?? 0
    if (vectors?.length !== texts.length || size === 0) {
      throw this.fault(`it did not answer with ${texts.length} vectors`, 'Check that the model is one for embeddings.')
    }
    return vectors
  }

  private normalised(vector: readonly number[], dimensions: number): Float32Array {
    if (vector.length !== dimensions) {
      const what = `it gave ${vector.length} numbers instead of ${dimensions}`
      throw this.fault(what, 'It is another model than the classifier was trained with: train again.')
    }
    const length = Math.hypot(...vector)
    if (!(length > 0 && length < Infinity)) {
      throw this.fault('it gave a vector that has no direction', 'Check the model, or take another.')
    }
    return Float32Array.from(vector, (value) => value / length)
  }

  /** Says who was asked, without a name, password or key. */
  private fault(what: string, remedy: string, cause?: unknown): EncoderError {
    const { origin, pathname } = this.address
    const model = /^[\w.:/@-]{1,100}$/.test(this.options.model) ? this.options.model : 'with an unprintable name'
    return new EncoderError(`The encoder at ${origin}${pathname}, model ${model}: ${what}. ${remedy}`, cause)
  }
}

/** At most `mostTextBytes`, never half a character, and never nothing. */
function sendable(text: string): string {
  const start = text.slice(0, mostTextBytes).toWellFormed()
  const bytes = Buffer.from(start)
  let end = Math.min(bytes.length, mostTextBytes)
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1 // in the middle of a character
  const cut = bytes.toString('utf8', 0, end)
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(cut) ? cut : blank
}
