import type { ChatRequest, Ollama } from 'ollama'
import { z } from 'zod'
import { PackageMissingError } from '../../src/core/errors.ts'
import type { Completion, CompletionPart, ModelRequest } from '../../src/core/model.ts'
import type { ModelProvider } from '../../src/core/ports.ts'
import { Attempt } from './attempt.ts'
import { type Asked, interruptionError } from './failure.ts'
import { LoadedModels } from './ollama-loaded.ts'
import type { ProviderOptions } from './options.ts'
import { propertyOf } from '../../src/core/outside.ts'
import { toUsage } from './usage.ts'

export interface OllamaOptions extends ProviderOptions<'ollama'> {
  /** At most so many models are in memory at a time, 2 unless told; the one not used for longest makes room. */
  readonly loadedModels?: number
  /** How long a model stays in memory after its last answer, as Ollama writes it; `30m` unless told, `-1` for ever. */
  readonly keepAlive?: string | number
  /** The context every model is loaded with, or each one, in tokens. Ollama cuts off longer prompts in silence; its own default is 4,096. */
  readonly contextTokens?: number | ((model: string) => number | undefined)
  /** How long a model may take to load; 5 minutes unless told. It goes on loading although nobody waits any more. */
  readonly loadTimeoutMs?: number
  readonly elapsedMs: () => number
}

/** Models on the owner's machines. */
export interface OllamaProvider extends ModelProvider {
  /**
   * Loads a model, so that the first question does not wait for it; gives how long it took, 0 when it was loaded.
   * @throws ModelError
   */
  preload(model: string, signal: AbortSignal): Promise<number>
  /** Ends whatever is still loading. */
  stop(): void
}

/** A loaded model answers after some milliseconds of preparation; more than this, and it was loaded anew behind our back. */
const preparedWithinMs = 1_000

const answerShape = z.object({
  model: z.string().min(1).optional(),
  message: z.object({ content: z.string() }),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  load_duration: z.unknown().optional(),
})

const lineShape = z.object({
  model: z.string().optional(),
  message: z.object({ content: z.string().optional() }).optional(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  load_duration: z.unknown().optional(),
})

/**
 * Ollama. It bounds the models in memory, since a machine that holds one too many becomes slower by a hundred times.
 * @throws PackageMissingError at the first request, without `ollama`
 */
export function createOllamaProvider(options: OllamaOptions): OllamaProvider {
  const loaded = new LoadedModels({
    mostModels: options.loadedModels ?? 2,
    loadTimeoutMs: options.loadTimeoutMs ?? 300_000,
    elapsedMs: options.elapsedMs,
    connect: async (attempt) => await connect(attempt, options),
    settingsOf: (model) => settingsOf(model, options),
    askedOf: (model) => askedOf(model, options),
  })

  return {
    name: options.name,

    async complete(request, signal) {
      return await completed({ request, signal, loaded, options })
    },

    async *stream(request, signal) {
      yield* streamed({ request, signal, loaded, options })
    },

    async preload(model, signal) {
      const waitedMs = await loaded.acquire(model, signal)
      loaded.release(model)
      return waitedMs ?? 0
    },

    stop: () => loaded.stop(),
  }
}

function askedOf(model: string, { name, keyName }: OllamaOptions): Asked {
  return { provider: name, model, keyName }
}

interface Call {
  readonly request: ModelRequest
  readonly signal: AbortSignal
  readonly loaded: LoadedModels
  readonly options: OllamaOptions
}

async function completed({ request, signal, loaded, options }: Call): Promise<Completion> {
  const waitedMs = await loaded.acquire(request.model, signal)
  const attempt = new Attempt({ asked: askedOf(request.model, options), signal })
  try {
    const client = await connect(attempt, options)
    const told = await client.chat({ ...toBody(request, options), stream: false })
    const answer = answerShape.parse(told)
    if (answer.done !== true) throw attempt.cut()
    const text = answer.message.content
    if (text === '') throw attempt.empty()
    return completionOf({ text, told, model: answer.model ?? request.model, waitedMs })
  } catch (error) {
    throw error instanceof PackageMissingError ? error : attempt.toModelError(error)
  } finally {
    loaded.release(request.model)
  }
}

async function* streamed({ request, signal, loaded, options }: Call): AsyncGenerator<CompletionPart> {
  const asked = askedOf(request.model, options)
  const waitedMs = await loaded.acquire(request.model, signal)
  let isWhole = false
  const attempt: Attempt = new Attempt({
    asked,
    signal,
    streamedTokens: request.maxOutputTokens,
    // The SDK prints lines that it cannot read, and has no class for a server's fault or a missing end.
    onLine: (line) => {
      const told: unknown = line.trim() === '' ? {} : JSON.parse(line)
      const fault = propertyOf(told, 'error')
      if (fault !== undefined) throw interruptionError(asked, { error: fault })
      isWhole ||= propertyOf(told, 'done') === true
    },
    onEnd: () => {
      if (!isWhole) throw attempt.cut()
    },
  })
  try {
    const client = await connect(attempt, options)
    const lines = await client.chat({ ...toBody(request, options), stream: true })
    let text = ''
    for await (const untrusted of lines) {
      const line = lineShape.parse(untrusted)
      const piece = line.message?.content ?? ''
      text += piece
      if (piece !== '') yield { kind: 'text', text: piece }
      if (line.done !== true) continue
      if (text === '') throw attempt.empty()
      const model = line.model ?? request.model
      yield { kind: 'end', completion: completionOf({ text, told: untrusted, model, waitedMs }) }
      return
    }
    throw attempt.cut()
  } catch (error) {
    throw error instanceof PackageMissingError ? error : attempt.toModelError(error)
  } finally {
    attempt.hangUp()
    loaded.release(request.model)
  }
}

interface Told {
  readonly text: string
  readonly told: unknown
  readonly model: string
  /** How long this request waited for its model to be loaded. */
  readonly waitedMs: number | undefined
}

function completionOf({ text, told, model, waitedMs }: Told): Completion {
  const nanoseconds = propertyOf(told, 'load_duration')
  const preparedMs = typeof nanoseconds === 'number' && nanoseconds > 0 ? Math.round(nanoseconds / 1_000_000) : 0
  const loadMs = (waitedMs ?? 0) + (waitedMs !== undefined || preparedMs > preparedWithinMs ? preparedMs : 0)
  const usage = toUsage({
    input: propertyOf(told, 'prompt_eval_count'),
    cached: 0,
    cacheWrite: 0,
    output: propertyOf(told, 'eval_count'),
  })
  const finish = propertyOf(told, 'done_reason') === 'length' ? 'length' : 'stop'
  return { text, finish, model, usage, ...(loadMs > 0 ? { loadMs: Math.round(loadMs) } : {}) }
}

function toBody(request: ModelRequest, options: OllamaOptions): ChatRequest {
  const { keep_alive, options: memory } = settingsOf(request.model, options)
  return {
    model: request.model,
    messages: [
      { role: 'system', content: request.instructions },
      ...request.messages.map(({ role, text }) => ({ role, content: text })),
    ],
    keep_alive,
    options: { ...memory, num_predict: request.maxOutputTokens },
    ...(request.schema === undefined ? {} : { format: { ...request.schema.shape } }),
    // A model that cannot think refuses to be asked for it, and takes "no" for an answer.
    ...(request.thinking === undefined ? {} : { think: request.thinking === 'off' ? false : 'low' }),
  }
}

/** The same with every request for a model: asked for another context, it is loaded anew. */
function settingsOf(
  model: string,
  { keepAlive = '30m', contextTokens }: OllamaOptions,
): { keep_alive: string | number; options: { num_ctx?: number } } {
  const context = typeof contextTokens === 'function' ? contextTokens(model) : contextTokens
  return { keep_alive: keepAlive, options: context === undefined ? {} : { num_ctx: context } }
}

/** A client for one call: its `abort()` would end every stream of a shared one. */
async function connect(attempt: Attempt, options: OllamaOptions): Promise<Ollama> {
  const Client = await loadOllamaSdk()
  return new Client({
    host: options.baseUrl,
    fetch: attempt.fetch,
    ...(options.apiKey === undefined ? {} : { headers: { authorization: `Bearer ${options.apiKey.reveal()}` } }),
  })
}

/**
 * Loads the package, which takes a while the first time only.
 * @throws PackageMissingError
 */
export async function loadOllamaSdk(): Promise<typeof Ollama> {
  try {
    return (await import('ollama')).Ollama
  } catch (error) {
    throw new PackageMissingError('A model in models.yaml needs a package: npm install ollama', error)
  }
}
