import {
  type Dialect,
  fieldOf,
  messagesOf,
  piecesOf,
  type RefusalName,
  type ServedAnswer,
  spoil,
} from './models-dialect.ts'

/** Shapes after the types of `ollama` 0.6.4 (`ChatResponse`) and Ollama's own error bodies. */
export const ollamaDialect: Dialect = {
  answerPath: '/api/chat',
  basePath: '',
  streamType: 'application/x-ndjson',

  read(body) {
    const messages = messagesOf(body)
    return {
      model: String(body['model']),
      instructions: messages
        .filter(({ role }) => role === 'system')
        .map(({ text }) => text)
        .join('\n'),
      messages: messages.filter(({ role }) => role !== 'system'),
      maxOutputTokens: Number(fieldOf(body['options'], 'num_predict') ?? 0),
      schema: body['format'],
      // Ollama streams unless told not to.
      isStreamed: body['stream'] !== false,
      keepsInstructions: false,
    }
  },

  whole: (answer) => ({ ...headOf(answer), message: { role: 'assistant', content: answer.text }, ...endOf(answer) }),

  events(answer) {
    const line = (fields: object): string => `${JSON.stringify({ ...headOf(answer), ...fields })}\n`
    const message = (content: string): object => ({ message: { role: 'assistant', content }, done: false })
    return [
      ...piecesOf(answer.text).map((piece) => line(message(piece))),
      line(message('')),
      line({ message: { role: 'assistant', content: '' }, ...endOf(answer) }),
    ]
  },

  interruption: (body) => `${JSON.stringify(body)}\n`,

  refusal(name, { key, text, model }) {
    const table: Readonly<Record<RefusalName, readonly [number, string]>> = {
      unauthorized: [401, `unauthorized: ${key}`],
      'no-credit': [402, 'this model requires a subscription'],
      forbidden: [403, `forbidden for ${key}`],
      'model-gone': [404, `model "${model}" not found, try pulling it first`],
      'too-long': [400, 'the request exceeds the available context size, try increasing it'],
      rejected: [400, `invalid option near ${text}`],
      'rate-limited': [429, 'too many requests'],
      server: [500, `model runner has unexpectedly stopped at ${text}`],
      overloaded: [503, 'server busy, please try again. maximum pending requests exceeded'],
      busy: [529, 'overloaded'],
    }
    const [status, error] = table[name]
    return { status, body: { error } }
  },
}

function headOf({ model }: ServedAnswer): object {
  return { model, created_at: '2026-11-21T10:00:00.000000Z' }
}

function endOf({ usage, usageFault, finish, loadDuration }: ServedAnswer): object {
  const counts = { prompt_eval_count: usage.input + usage.cached + usage.cacheWrite, eval_count: usage.output }
  const durations = { total_duration: loadDuration + 900_000_000, prompt_eval_duration: 1, eval_duration: 1 }
  return {
    done: true,
    done_reason: finish === 'length' ? 'length' : 'stop',
    load_duration: loadDuration,
    ...durations,
    // It has no cache to be inconsistent with.
    ...spoil(counts, usageFault === 'inconsistent' ? 'negative' : usageFault),
  }
}
