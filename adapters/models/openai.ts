import type OpenAI from 'openai'
import type {
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions'
import { z } from 'zod'
import { PackageMissingError } from '../../src/core/errors.ts'
import type { Completion, CompletionPart, ModelRequest, Thinking } from '../../src/core/model.ts'
import type { Usage } from '../../src/core/money.ts'
import type { ModelProvider } from '../../src/core/ports.ts'
import { Attempt } from './attempt.ts'
import { noKey, noTimeoutMs, type ProviderOptions } from './options.ts'
import { propertyOf } from '../../src/core/outside.ts'
import { tokens, toUsage } from './usage.ts'

export interface OpenaiOptions extends ProviderOptions<'openai' | 'gemini' | 'together'> {
  /**
   * Which field bounds the answer. OpenAI's thinking models refuse `max_tokens`, and many servers that speak its protocol
   * pass over `max_completion_tokens` in silence, which would leave the answer without a bound; so the default is the
   * former for OpenAI's own addresses and the latter for all others.
   */
  readonly boundedBy?: 'max_tokens' | 'max_completion_tokens'
}

const efforts: Readonly<Record<Thinking, 'none' | 'minimal' | 'low'>> = { off: 'none', minimal: 'minimal', low: 'low' }

const answerShape = z.object({
  model: z.string().min(1).optional(),
  choices: z
    .tuple([
      z.object({
        finish_reason: z.string(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    ])
    .rest(z.unknown()),
  usage: z.unknown().optional(),
})

const chunkShape = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
  usage: z.unknown().optional(),
})

/**
 * OpenAI, and whoever speaks its chat completions: Gemini, Together, llama.cpp, vLLM.
 * @throws PackageMissingError at the first request, without `openai`
 */
export function createOpenaiProvider(options: OpenaiOptions): ModelProvider {
  const isOpenai = /^https:\/\/([\w-]+\.)*openai\.com(\/|$)/.test(options.baseUrl)
  const boundedBy = options.boundedBy ?? (isOpenai ? 'max_completion_tokens' : 'max_tokens')
  const askedOf = ({ model }: ModelRequest) => ({ provider: options.name, model, keyName: options.keyName })

  return {
    name: options.name,

    async complete(request, signal) {
      const attempt = new Attempt({ asked: askedOf(request), signal })
      const client = await connect(attempt, options)
      try {
        const body = { ...toBody(request, boundedBy), stream: false } as const
        const answer = answerShape.parse(await client.chat.completions.create(body, { signal }))
        const { message, finish_reason } = answer.choices[0]
        const finish = message.refusal ? 'refused' : finishOf(finish_reason)
        const text = message.content ?? ''
        if (text === '' && finish !== 'refused') throw attempt.empty()
        return { text, finish, model: answer.model ?? request.model, usage: usageOf(answer.usage) }
      } catch (error) {
        throw attempt.toModelError(error)
      }
    },

    async *stream(request, signal) {
      const attempt = new Attempt({ asked: askedOf(request), signal, streamedTokens: request.maxOutputTokens })
      const client = await connect(attempt, options)
      try {
        const body = { ...toBody(request, boundedBy), stream: true, stream_options: { include_usage: true } } as const
        yield* readStream(await client.chat.completions.create(body, { signal }), { request, attempt })
      } catch (error) {
        throw attempt.toModelError(error)
      } finally {
        attempt.hangUp()
      }
    },
  }
}

/** A client for one call; everything that it would otherwise take from the environment is said here. */
async function connect(attempt: Attempt, options: OpenaiOptions): Promise<OpenAI> {
  const Client = await loadOpenaiSdk()
  return new Client({
    apiKey: options.apiKey?.reveal() ?? noKey,
    baseURL: options.baseUrl,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: noTimeoutMs,
    logLevel: 'off',
    fetch: attempt.fetch,
  })
}

async function* readStream(
  chunks: AsyncIterable<unknown>,
  { request, attempt }: { request: ModelRequest; attempt: Attempt },
): AsyncGenerator<CompletionPart> {
  let text = ''
  let model = request.model
  let finish: Completion['finish'] | undefined
  let isRefused = false
  let usage: Usage | undefined
  for await (const untrusted of chunks) {
    const chunk = chunkShape.parse(untrusted)
    const choice = chunk.choices?.[0]
    // OpenAI sends the usage in a chunk of its own after the last word, others along with it.
    if (chunk.usage !== undefined && chunk.usage !== null) usage = usageOf(chunk.usage)
    if (chunk.model) model = chunk.model
    if (choice?.delta?.refusal) isRefused = true
    if (choice?.finish_reason) finish = finishOf(choice.finish_reason)
    const piece = choice?.delta?.content ?? ''
    if (piece === '') continue
    text += piece
    yield { kind: 'text', text: piece }
  }
  if (finish === undefined) throw attempt.cut()
  if (isRefused) finish = 'refused'
  if (text === '' && finish !== 'refused') throw attempt.empty()
  yield { kind: 'end', completion: { text, finish, model, usage } }
}

function toBody(request: ModelRequest, boundedBy: 'max_tokens' | 'max_completion_tokens') {
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: request.instructions },
    ...request.messages.map(({ role, text }) => ({ role, content: text })),
  ]
  return {
    model: request.model,
    messages,
    [boundedBy]: request.maxOutputTokens,
    ...(request.thinking === undefined ? {} : { reasoning_effort: efforts[request.thinking] }),
    ...(request.schema === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: request.schema.name, strict: true, schema: { ...request.schema.shape } },
          },
        }),
  } satisfies ChatCompletionCreateParamsBase
}

function finishOf(reason: string): Completion['finish'] {
  if (reason === 'length') return 'length'
  // Gemini adds its own reason: `content_filter: SAFETY`.
  return reason.startsWith('content_filter') ? 'refused' : 'stop'
}

/** OpenAI counts what it read from its cache and wrote to it among the prompt; Gemini leaves thinking out of the completion, not of the total. */
function usageOf(told: unknown): Usage | undefined {
  const details = propertyOf(told, 'prompt_tokens_details')
  const cached = propertyOf(details, 'cached_tokens') ?? 0
  const cacheWrite = propertyOf(details, 'cache_write_tokens') ?? 0
  const prompt = tokens(propertyOf(told, 'prompt_tokens'))
  const completion = tokens(propertyOf(told, 'completion_tokens'))
  const total = propertyOf(told, 'total_tokens')
  if (prompt === undefined || completion === undefined) return undefined
  const output = total === undefined || total === null ? completion : Number(total) - prompt
  if (output < completion) return undefined
  return toUsage({ input: prompt - Number(cached) - Number(cacheWrite), cached, cacheWrite, output })
}

/**
 * Loads the package, which takes a while the first time only.
 * @throws PackageMissingError
 */
export async function loadOpenaiSdk(): Promise<typeof OpenAI> {
  try {
    return (await import('openai')).OpenAI
  } catch (error) {
    throw new PackageMissingError('A model in models.yaml needs a package: npm install openai', error)
  }
}
