import {
  type Dialect,
  fieldOf,
  messagesOf,
  piecesOf,
  type RefusalName,
  type ServedAnswer,
  spoil,
  textOf,
} from './models-dialect.ts'

const finishes = { stop: 'end_turn', length: 'max_tokens', refused: 'refusal' } as const

/** Shapes after the types of `@anthropic-ai/sdk` 1.11.0 (`Message`, `RawMessageStreamEvent`, `Usage`) and its error bodies. */
export const anthropicDialect: Dialect = {
  answerPath: '/v1/messages',
  basePath: '',
  streamType: 'text/event-stream; charset=utf-8',

  read(body) {
    const system = body['system']
    return {
      model: String(body['model']),
      instructions: textOf(system),
      messages: messagesOf(body),
      maxOutputTokens: Number(body['max_tokens'] ?? 0),
      schema: fieldOf(fieldOf(body['output_config'], 'format'), 'schema'),
      isStreamed: body['stream'] === true,
      keepsInstructions: Array.isArray(system) && system.some((block) => fieldOf(block, 'cache_control') !== undefined),
    }
  },

  whole(answer) {
    const content = answer.text === '' ? [] : [{ type: 'text', text: answer.text, citations: null }]
    return { ...messageOf(answer), content, stop_reason: finishes[answer.finish], usage: usageOf(answer, 'whole') }
  },

  events(answer) {
    const event = (type: string, fields: object): string => {
      return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
    }
    const start = { ...messageOf(answer), content: [], stop_reason: null, usage: usageOf(answer, 'start') }
    const delta = (text: string): object => ({ index: 0, delta: { type: 'text_delta', text } })
    return [
      event('message_start', { message: start }) +
        event('content_block_start', { index: 0, content_block: { type: 'text', text: '', citations: null } }) +
        event('ping', {}),
      ...piecesOf(answer.text).map((piece) => event('content_block_delta', delta(piece))),
      event('content_block_stop', { index: 0 }) +
        event('message_delta', {
          delta: { stop_reason: finishes[answer.finish], stop_sequence: null },
          usage: usageOf(answer, 'end'),
        }),
      event('message_stop', {}),
    ]
  },

  interruption: (body) => `event: error\ndata: ${JSON.stringify(body)}\n\n`,

  refusal(name, { key, text, model }) {
    const table: Readonly<Record<RefusalName, readonly [number, string, string]>> = {
      unauthorized: [401, 'authentication_error', `invalid x-api-key ${key}`],
      'no-credit': [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'],
      forbidden: [403, 'permission_error', `The key ${key} may not use the resource.`],
      'model-gone': [404, 'not_found_error', `model: ${model}`],
      'too-long': [400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'],
      rejected: [400, 'invalid_request_error', `messages.0.content: ${text} is not allowed`],
      'rate-limited': [429, 'rate_limit_error', `Too many requests of ${key}.`],
      server: [500, 'api_error', `Internal server error at ${text}`],
      overloaded: [503, 'api_error', 'Service unavailable'],
      busy: [529, 'overloaded_error', 'Overloaded'],
    }
    const [status, type, message] = table[name]
    return { status, body: { type: 'error', error: { type, message }, request_id: 'req_example' } }
  },
}

function messageOf({ model }: ServedAnswer): object {
  return { id: 'msg_example', type: 'message', role: 'assistant', model, stop_sequence: null, container: null }
}

/** The start of a stream knows the prompt, its end the answer; the end repeats the prompt as "no news". */
function usageOf({ usage, usageFault }: ServedAnswer, part: 'whole' | 'start' | 'end'): object | undefined {
  const prompt = {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
  }
  const unknown = { input_tokens: null, cache_creation_input_tokens: null, cache_read_input_tokens: null }
  const told = {
    ...(part === 'end' ? unknown : prompt),
    output_tokens: part === 'start' ? 1 : usage.output,
    server_tool_use: null,
    ...(part === 'end' ? {} : { service_tier: 'standard', inference_geo: 'global' }),
  }
  // Its kinds of tokens do not overlap, so none can be larger than the sum of all.
  return spoil(told, usageFault === 'inconsistent' ? 'negative' : usageFault)
}
