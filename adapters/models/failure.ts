import { ModelError, type ModelFault } from '../../src/core/errors.ts'
import type { ProviderName } from '../../src/core/model.ts'
import { isRecord, propertyOf } from '../../src/core/outside.ts'

/** Whom a request goes to; every message of a failure names both. */
export interface Asked {
  readonly provider: ProviderName
  readonly model: string
  /** The variable that the key came from; undefined when there is none. */
  readonly keyName?: string | undefined
}

/** A status that is not 2xx, with what came along. `body` is parsed JSON, or text where it was none. */
export interface Refusal {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A provider that asks for more than this is asked again after it anyway: nobody waits for an hour. */
const longestWaitMs = 600_000

/** Words for a quota or a balance that is used up, and Anthropic's two sentences for it. Gemini's "exceeded your current quota" is not one: it passes within a minute. */
const creditWords = ['insufficient_quota', 'billing_error', 'billing_not_active', 'billing_hard_limit_reached']
const creditSentence = /^your credit balance is too low|^you have reached your specified api usage limits/i

/** OpenAI, llama.cpp and Anthropic have words for it; Anthropic's 400, Gemini, Together and vLLM only sentences. */
const lengthWords = [
  'context_length_exceeded',
  'exceed_context_size_error',
  'request_too_large',
  'string_above_max_length',
]
const lengthSentence =
  /prompt is too long|context (length|window|size|limit)|input token count .*exceeds|must have less than \d+ tokens|max_new_tokens.* must be <=/i

/** A refusal as our own error. Nothing of the body is repeated but words that are plainly names: it may quote the prompt or the key. */
export function refusalError(asked: Asked, refusal: Refusal): ModelError {
  const { status, headers, body } = refusal
  const fault = faultOfRefusal(status, body)
  const names = [wordOf(body, 'code'), wordOf(body, 'type'), wordOf(body, 'status')].find((word) => word !== undefined)
  const parameter = parameterOf(body)
  const what = ['status', String(status), names, parameter === undefined ? undefined : `(${parameter})`]
  return modelError(asked, fault, {
    what: what.filter((part) => part !== undefined).join(' '),
    charge: fault === 'server' ? 'unknown' : 'none',
    retryAfterMs: retryAfterOf(headers, body),
  })
}

/** An error told in the middle of a stream that began well; whether its words are billed, nobody knows. */
export function interruptionError(asked: Asked, body: unknown): ModelError {
  const word = wordOf(body, 'type') ?? wordOf(body, 'code')
  const told: Readonly<Record<string, ModelFault>> = {
    overloaded_error: 'overloaded',
    rate_limit_error: 'rate-limited',
  }
  const fault = faultOfWords(body) ?? (word === undefined ? undefined : told[word]) ?? 'server'
  return modelError(asked, fault, {
    what: `an error within the stream${word === undefined ? '' : `, ${word}`}`,
    charge: 'unknown',
  })
}

/** A failure whose message says who was asked, what came instead of an answer, and what to do. */
export function modelError(
  asked: Asked,
  fault: ModelFault,
  { what, charge, retryAfterMs }: { what: string; charge: 'none' | 'unknown'; retryAfterMs?: number | undefined },
): ModelError {
  const model = /^[\w.:/@-]{1,100}$/.test(asked.model) ? asked.model : 'with an unprintable name'
  const message = `${asked.provider}, model ${model}: ${what}. ${remedyFor(fault, asked)}`
  return new ModelError(message, { fault, charge, retryAfterMs })
}

const withoutKey = 'It wants a key: put one into a variable, and name it in apiKeyEnv of the entry in models.yaml.'

function remedyFor(fault: ModelFault, { provider, keyName }: Asked): string {
  const remedies: Readonly<Record<ModelFault, string>> = {
    unauthorized: keyName === undefined ? withoutKey : `Check the key in ${keyName}.`,
    'no-credit': `The account has no credit left: add some at ${provider}, or take another provider.`,
    forbidden:
      keyName === undefined
        ? withoutKey
        : `The key in ${keyName} may not use this model: change its rights, or the model in models.yaml.`,
    'model-gone': 'No such model at this address: check its name and its address in models.yaml.',
    'too-long': 'The prompt does not fit: lower the model’s context in models.yaml to what the server really has.',
    rejected: 'The server does not take this request: check the model’s entry in models.yaml.',
    'rate-limited': 'Too many requests for this account: it passes; raise the limit at the provider if it comes often.',
    overloaded: 'The provider is overloaded: it passes.',
    server: 'The provider’s own trouble: it usually passes.',
    unreachable: 'Check the address, the network, and whether the server is running.',
    'timed-out': 'It took longer than the model’s entry in models.yaml allows.',
    cut: 'The connection broke off before the answer’s end.',
    malformed: 'Check that the address speaks this provider’s protocol.',
    empty: 'If it comes often, raise the model’s output tokens, or tell it to think less, in models.yaml.',
    stopped: 'Nobody waits for the answer any more.',
  }
  return remedies[fault]
}

function faultOfRefusal(status: number, body: unknown): ModelFault {
  const fault = faultOfWords(body)
  if (status === 402 || (fault === 'no-credit' && status < 500)) return 'no-credit'
  if (status === 413 || (fault === 'too-long' && status < 500 && status !== 429)) return 'too-long'
  if (status === 404 || status === 410 || (fault === 'model-gone' && status < 500)) return 'model-gone'
  if (status === 401 || (fault === 'unauthorized' && status < 500)) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 429) return 'rate-limited'
  if (status === 503 || status === 529) return 'overloaded'
  return status >= 500 ? 'server' : 'rejected'
}

/** What the words of a body say, whatever the status. */
function faultOfWords(body: unknown): ModelFault | undefined {
  const words = [wordOf(body, 'code'), wordOf(body, 'type')].filter((word) => word !== undefined)
  const sentence = sentenceOf(body)
  if (words.some((word) => creditWords.includes(word)) || creditSentence.test(sentence)) return 'no-credit'
  if (words.some((word) => lengthWords.includes(word)) || lengthSentence.test(sentence)) return 'too-long'
  if (words.includes('model_not_found')) return 'model-gone'
  // Gemini refuses a wrong key with status 400.
  if (/API_KEY_INVALID|API key not valid/.test(sentence) || words.includes('invalid_api_key')) return 'unauthorized'
  return undefined
}

/** OpenAI and Anthropic nest the error, Ollama gives its sentence alone, Gemini wraps it into a list. */
function innerOf(body: unknown): unknown {
  const first: unknown = Array.isArray(body) ? body[0] : body
  const inner = propertyOf(first, 'error')
  return inner === undefined ? first : inner
}

function sentenceOf(body: unknown): string {
  const inner = innerOf(body)
  const message = isRecord(inner) ? inner['message'] : inner
  return typeof message === 'string' ? message.slice(0, 2000) : ''
}

/** A name out of the provider's own vocabulary; keys and sentences do not look like one. */
function wordOf(body: unknown, name: string): string | undefined {
  const word = propertyOf(innerOf(body), name)
  return typeof word === 'string' && word.length <= 60 && /^[A-Za-z]+(_[A-Za-z]+)*$/.test(word) ? word : undefined
}

/** Which field of the request was refused, such as `max_tokens` or `messages[0].content`. */
function parameterOf(body: unknown): string | undefined {
  const name = propertyOf(innerOf(body), 'param')
  return typeof name === 'string' && name.length <= 60 && /^[a-z_]+(\.[a-z_]+|\[\d+\])*$/.test(name) ? name : undefined
}

/** How long the provider wants to be left alone: 0 to ten minutes, or undefined when it did not say. */
function retryAfterOf(headers: Headers, body: unknown): number | undefined {
  const told = [Number(headers.get('retry-after-ms') ?? 'none'), secondsOf(headers), delayInside(body)]
  const waitMs = told.find((ms) => Number.isFinite(ms) && ms >= 0)
  return waitMs === undefined ? undefined : Math.min(Math.ceil(waitMs), longestWaitMs)
}

/** `Retry-After` in milliseconds: whole seconds, or an instant on the server's own clock. */
function secondsOf(headers: Headers): number {
  const told = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(told)) return Number(told) * 1000
  const serverNow = Date.parse(headers.get('date') ?? '')
  const until = /[a-z]/i.test(told) ? Date.parse(told) : Number.NaN
  return Math.max(0, until - (Number.isNaN(serverNow) ? Date.now() : serverNow))
}

/** Gemini says `retryDelay: "34s"` in the body and sends no header. */
function delayInside(body: unknown): number {
  const details = propertyOf(innerOf(body), 'details')
  const delays = Array.isArray(details) ? details.map((detail: unknown) => propertyOf(detail, 'retryDelay')) : []
  const delay = delays.find((value) => typeof value === 'string' && /^\d+(\.\d+)?s$/.test(value))
  return typeof delay === 'string' ? Number(delay.slice(0, -1)) * 1000 : Number.NaN
}
