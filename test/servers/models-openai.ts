import {
  type Dialect,
  fieldOf,
  messagesOf,
  piecesOf,
  type RefusalName,
  type ServedAnswer,
  spoil,
} from './models-dialect.ts'

const finishes = { stop: 'stop', length: 'length', refused: 'content_filter' } as const

/** Shapes after the types of `openai` 7.55.0 (`ChatCompletion`, `ChatCompletionChunk`, `CompletionUsage`) and its error bodies. */
export const openaiDialect: Dialect = {
  answerPath: '/v1/chat/completions',
  basePath: '/v1',
  streamType: 'text/event-stream; charset=utf-8',

  read(body) {
    const messages = messagesOf(body)
    return {
      model: String(body['model']),
      instructions: messages
        .filter(({ role }) => role === 'system')
        .map(({ text }) => text)
        .join('\n'),
      messages: messages.filter(({ role }) => role !== 'system'),
      maxOutputTokens: Number(body['max_completion_tokens'] ?? body['max_tokens'] ?? 0),
      schema: fieldOf(fieldOf(body['response_format'], 'json_schema'), 'schema'),
      isStreamed: body['stream'] === true,
      // Automatic for every prompt that is long enough.
      keepsInstructions: true,
    }
  },

  whole(answer) {
    const { text, finish, model } = answer
    return {
      id: 'chatcmpl-example',
      object: 'chat.completion',
      created: 1_795_000_000,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: finish === 'refused' ? null : text, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: finishes[finish],
        },
      ],
      usage: usageOf(answer),
      service_tier: 'default',
    }
  },

  events(answer) {
    const chunk = (choices: readonly object[], usage: unknown = null): string => {
      const { model } = answer
      const head = { id: 'chatcmpl-example', object: 'chat.completion.chunk', created: 1_795_000_000, model }
      return `data: ${JSON.stringify({ ...head, service_tier: 'default', choices, usage })}\n\n`
    }
    const delta = (content: object, finish: string | null = null): object => {
      return { index: 0, delta: content, logprobs: null, finish_reason: finish }
    }
    const usage = usageOf(answer)
    return [
      chunk([delta({ role: 'assistant', content: '', refusal: null })]),
      ...piecesOf(answer.text).map((piece) => chunk([delta({ content: piece })])),
      chunk([delta({}, finishes[answer.finish])]),
      usage === undefined ? 'data: [DONE]\n\n' : `${chunk([], usage)}data: [DONE]\n\n`,
    ]
  },

  interruption: (body) => `data: ${JSON.stringify(body)}\n\n`,

  refusal(name, { key, text, model }) {
    const table: Readonly<Record<RefusalName, readonly [number, string, string | null, string]>> = {
      unauthorized: [401, 'invalid_request_error', 'invalid_api_key', `Incorrect API key provided: ${key}.`],
      'no-credit': [429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'],
      forbidden: [403, 'invalid_request_error', null, `The key ${key} may not do this.`],
      'model-gone': [404, 'invalid_request_error', 'model_not_found', `The model ${model} does not exist.`],
      'too-long': [400, 'invalid_request_error', 'context_length_exceeded', `Too long: ${text}`],
      rejected: [400, 'invalid_request_error', 'unsupported_parameter', `Unsupported parameter near ${text}`],
      'rate-limited': [429, 'requests', 'rate_limit_exceeded', `Rate limit reached for ${key}.`],
      server: [500, 'server_error', null, `The server had an error while processing ${text}`],
      overloaded: [503, 'server_error', null, 'The engine is currently overloaded.'],
      busy: [529, 'server_error', null, 'Overloaded.'],
    }
    const [status, type, code, message] = table[name]
    return {
      status,
      body: { error: { message, type, param: name === 'rejected' ? 'messages[0].content' : null, code } },
    }
  },
}

function usageOf({ usage, usageFault }: ServedAnswer): object | undefined {
  const prompt = usage.input + usage.cached + usage.cacheWrite
  const cached = usageFault === 'inconsistent' ? prompt + 1 : usage.cached
  const told = {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: usage.cacheWrite, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
  return spoil(told, usageFault)
}
