import type Anthropic from '@anthropic-ai/sdk'
import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/messages/messages'
import { z } from 'zod'
import { PackageMissingError } from '../../src/core/errors.ts'
import type { Completion, CompletionPart, ModelRequest } from '../../src/core/model.ts'
import type { Usage } from '../../src/core/money.ts'
import type { ModelProvider } from '../../src/core/ports.ts'
import { Attempt } from './attempt.ts'
import { noKey, noTimeoutMs, type ProviderOptions } from './options.ts'
import { isRecord, propertyOf } from '../../src/core/outside.ts'
import { toUsage } from './usage.ts'

const answerShape = z.object({
  model: z.string().min(1).optional(),
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string(),
  usage: z.unknown().optional(),
})

const eventShape = z.object({
  type: z.string(),
  message: z.object({ model: z.string().optional(), usage: z.unknown().optional() }).optional(),
  delta: z
    .object({ type: z.string().optional(), text: z.string().optional(), stop_reason: z.string().nullish() })
    .optional(),
  usage: z.unknown().optional(),
})

/**
 * Anthropic's messages.
 * @throws PackageMissingError at the first request, without `@anthropic-ai/sdk`
 */
export function createAnthropicProvider(options: ProviderOptions<'anthropic'>): ModelProvider {
  const askedOf = ({ model }: ModelRequest) => ({ provider: options.name, model, keyName: options.keyName })

  return {
    name: options.name,

    async complete(request, signal) {
      const attempt = new Attempt({ asked: askedOf(request), signal })
      const client = await connect(attempt, options)
      try {
        // The SDK refuses a long answer that is not streamed unless it is told how long to wait.
        const settings = { signal, timeout: noTimeoutMs }
        const answer = answerShape.parse(await client.messages.create({ ...toBody(request), stream: false }, settings))
        const finish = finishOf(answer.stop_reason)
        const text = answer.content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('')
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
        const settings = { signal, timeout: noTimeoutMs }
        const events = await client.messages.create({ ...toBody(request), stream: true }, settings)
        yield* readStream(events, { request, attempt })
      } catch (error) {
        throw attempt.toModelError(error)
      } finally {
        attempt.hangUp()
      }
    },
  }
}

/** A client for one call; everything that it would otherwise take from the environment is said here. */
async function connect(attempt: Attempt, options: ProviderOptions<'anthropic'>): Promise<Anthropic> {
  const Client = await loadAnthropicSdk()
  return new Client({
    apiKey: options.apiKey?.reveal() ?? noKey,
    baseURL: options.baseUrl,
    webhookKey: null,
    maxRetries: 0,
    timeout: noTimeoutMs,
    logLevel: 'off',
    fetch: attempt.fetch,
  })
}

async function* readStream(
  events: AsyncIterable<unknown>,
  { request, attempt }: { request: ModelRequest; attempt: Attempt },
): AsyncGenerator<CompletionPart> {
  let text = ''
  let model = request.model
  let reason: string | undefined
  let isWhole = false
  let usage: Readonly<Record<string, unknown>> = {}
  for await (const untrusted of events) {
    const event = eventShape.parse(untrusted)
    if (event.type === 'message_stop') isWhole = true
    if (event.message?.model) model = event.message.model
    // The start tells of the prompt, the end of the answer; both are running totals, and null means no news.
    usage = { ...usage, ...withoutNulls(event.message?.usage), ...withoutNulls(event.usage) }
    if (event.delta?.stop_reason) reason = event.delta.stop_reason
    const piece = event.delta?.type === 'text_delta' ? (event.delta.text ?? '') : ''
    if (piece === '') continue
    text += piece
    yield { kind: 'text', text: piece }
  }
  if (!isWhole || reason === undefined) throw attempt.cut()
  const finish = finishOf(reason)
  if (text === '' && finish !== 'refused') throw attempt.empty()
  yield { kind: 'end', completion: { text, finish, model, usage: usageOf(usage) } }
}

/** No temperature and no other sampling: API version 2026-10-21, which the SDK speaks, refuses them. */
function toBody(request: ModelRequest): MessageCreateParamsBase {
  const { instructions, messages, schema, thinking } = request
  const effort = thinking === 'minimal' || thinking === 'low' ? ({ effort: 'low' } as const) : {}
  const format = schema === undefined ? {} : { format: { type: 'json_schema', schema: { ...schema.shape } } as const }
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    system: request.keepsInstructions
      ? [{ type: 'text', text: instructions, cache_control: { type: 'ephemeral' } }]
      : instructions,
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    ...(thinking === 'off' ? { thinking: { type: 'disabled' } } : {}),
    ...('effort' in effort || 'format' in format ? { output_config: { ...effort, ...format } } : {}),
  }
}

function finishOf(reason: string): Completion['finish'] {
  if (reason === 'refusal') return 'refused'
  return reason === 'max_tokens' || reason === 'model_context_window_exceeded' ? 'length' : 'stop'
}

function usageOf(told: unknown): Usage | undefined {
  return toUsage({
    input: propertyOf(told, 'input_tokens'),
    cached: propertyOf(told, 'cache_read_input_tokens'),
    cacheWrite: propertyOf(told, 'cache_creation_input_tokens'),
    output: propertyOf(told, 'output_tokens'),
  })
}

function withoutNulls(told: unknown): Readonly<Record<string, unknown>> {
  return isRecord(told) ? Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null)) : {}
}

/**
 * Loads the package, which takes a while the first time only.
 * @throws PackageMissingError
 */
export async function loadAnthropicSdk(): Promise<typeof Anthropic> {
  try {
    return (await import('@anthropic-ai/sdk')).Anthropic
  } catch (error) {
    throw new PackageMissingError('A model in models.yaml needs a package: npm install @anthropic-ai/sdk', error)
  }
}
