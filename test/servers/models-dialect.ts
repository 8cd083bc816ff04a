import type { Usage } from '../../src/core/money.ts'

/** The protocols of the stand-ins; Gemini and Together speak `openai`. */
export type ModelProtocol = 'openai' | 'anthropic' | 'ollama'

/** What a request asks for, in no provider's words. */
export interface AskedModel {
  readonly model: string
  readonly instructions: string
  readonly messages: readonly { readonly role: string; readonly text: string }[]
  /** 0 when the request has no bound. */
  readonly maxOutputTokens: number
  /** The JSON schema of the answer. */
  readonly schema: unknown
  readonly isStreamed: boolean
  /** Whether the instructions are marked for the provider's cache. */
  readonly keepsInstructions: boolean
}

/** Ways to report tokens that cannot be. `inconsistent`: more was read from the cache than there was. */
export type UsageFault = 'missing' | 'zero' | 'negative' | 'huge' | 'string' | 'fraction' | 'inconsistent'

export interface ServedAnswer {
  readonly text: string
  readonly finish: 'stop' | 'length' | 'refused'
  readonly model: string
  readonly usage: Usage
  readonly usageFault: UsageFault | undefined
  /** Nanoseconds, as Ollama tells it. */
  readonly loadDuration: number
}

/** The refusals every provider has, each in its own words. */
export const refusalNames = [
  'unauthorized',
  'no-credit',
  'forbidden',
  'model-gone',
  'too-long',
  'rejected',
  'rate-limited',
  'server',
  'overloaded',
  'busy',
] as const
export type RefusalName = (typeof refusalNames)[number]

/** What a nosy provider repeats in its error messages. */
export interface Quoted {
  readonly key: string
  readonly text: string
  readonly model: string
}

/** How one protocol writes things down. */
export interface Dialect {
  readonly answerPath: string
  /** What comes after the server's origin in the address a provider is given. */
  readonly basePath: string
  readonly streamType: string
  read(body: Readonly<Record<string, unknown>>): AskedModel
  whole(answer: ServedAnswer): object
  /** The events of a stream, as they go over the wire; whoever leaves out the last two leaves out the end. */
  events(answer: ServedAnswer): readonly string[]
  /** An error in the middle of a stream, as it goes over the wire. */
  interruption(body: object): string
  refusal(name: RefusalName, quoted: Quoted): { readonly status: number; readonly body: object }
}

/** A reported usage with a fault in every number of it; undefined when it is left out. */
export function spoil(usage: Readonly<Record<string, unknown>>, fault: UsageFault | undefined): object | undefined {
  if (fault === undefined || fault === 'inconsistent') return usage
  if (fault === 'missing') return undefined
  const spoilt: Readonly<Record<Exclude<UsageFault, 'missing' | 'inconsistent'>, (tokens: number) => unknown>> = {
    zero: () => 0,
    negative: () => -1,
    huge: () => 1_000_000_000_000,
    string: (tokens) => String(tokens),
    fraction: (tokens) => tokens + 0.5,
  }
  return Object.fromEntries(
    Object.entries(usage).map(([name, value]) => [name, typeof value === 'number' ? spoilt[fault](value) : value]),
  )
}

/** A text in a few pieces; joined, they are the text again. */
export function piecesOf(text: string): readonly string[] {
  const letters = [...text]
  const size = Math.max(1, Math.ceil(letters.length / 4))
  const pieces: string[] = []
  for (let from = 0; from < letters.length; from += size) pieces.push(letters.slice(from, from + size).join(''))
  return pieces
}

/** A field of a request that must be there. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** The text of a message, whether given as such or in blocks. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((block) => String(fieldOf(block, 'text'))).join('') : ''
}

/** The messages of a request, those of the system apart. */
export function messagesOf(body: Readonly<Record<string, unknown>>): AskedModel['messages'] {
  const messages = body['messages']
  if (!Array.isArray(messages)) return []
  return messages.map((message) => ({
    role: String(fieldOf(message, 'role')),
    text: textOf(fieldOf(message, 'content')),
  }))
}
