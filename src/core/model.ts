import type { Rates, Usage } from './money.ts'
import type { Tier } from './route.ts'

/** Whose API is spoken. Gemini and Together are reached over the OpenAI protocol, each with its own key and address. */
export const providerNames = ['openai', 'anthropic', 'gemini', 'together', 'ollama'] as const
export type ProviderName = (typeof providerNames)[number]

/** An operator's own word for a model: `local`, `haiku`, `large`. */
export type ModelAlias = string

/** What a model can be asked for: `classify` and `answer` are our two uses, the others are features of its API. */
export const capabilities = ['classify', 'answer', 'json-schema', 'stream'] as const
export type Capability = (typeof capabilities)[number]

/**
 * How little a model may think before it answers; hidden thinking is billed as output. Which of these a model takes is a
 * fact of that model: some refuse `off`, some know none of them, and are told nothing.
 */
export type Thinking = 'off' | 'minimal' | 'low'

/** A price that counts from a calendar day on, for prompts longer than `aboveTokens` (0 for the ordinary price). */
export interface PriceBand {
  /** YYYY-MM-DD, in UTC. */
  readonly from: string
  readonly aboveTokens: number
  readonly rates: Rates
}

/** Prices as data: what each kind of token costs, since when, and where that was read. */
export interface ModelPrices {
  /** Names this very list of prices in the ledger, so that a row can be priced again later. */
  readonly id: string
  readonly asOf: string
  readonly source: string
  /** Never empty. Local models have one band of zeros. */
  readonly bands: readonly PriceBand[]
}

/** One entry of the catalogue. */
export interface ModelSpec {
  readonly alias: ModelAlias
  readonly provider: ProviderName
  /** The exact id the provider is asked for. */
  readonly wireName: string
  readonly tier: Exclude<Tier, 0>
  readonly capabilities: readonly Capability[]
  readonly baseUrl: string | undefined
  /** Name of the environment variable with the key; undefined when the server needs none. */
  readonly apiKeyEnv: string | undefined
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number
  readonly maxOutputTokens: number
  /** What the model is told about thinking; undefined when it is told nothing. */
  readonly thinking?: Thinking | undefined
  /** The shortest prompt the provider's cache takes, in tokens; undefined when it has none or nobody knows. */
  readonly minimumCacheTokens: number | undefined
  readonly requestsPerMinute: number | undefined
  /** One attempt may take so long, from the request to the last word. */
  readonly timeoutMs: number
  /** What an answer usually takes, until enough of them were measured. */
  readonly expectedLatencyMs: number
  /** Who is asked when this one fails: the same tier elsewhere first, then lower ones. Finite and without circles. */
  readonly fallbacks: readonly ModelAlias[]
  /** Undefined: nobody knows what it costs, so it is never asked. */
  readonly prices: ModelPrices | undefined
  /** YYYY-MM-DD from which on the provider no longer answers, or answers with another model. */
  readonly retiresOn: string | undefined
}

/** Whether a model runs on the owner's machines: its price is zero and nothing leaves for a cloud. */
export function isLocal(spec: Pick<ModelSpec, 'tier'>): boolean {
  return spec.tier === 1
}

/** One thing said before, or the question itself. */
export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

/** What a model is asked, in no provider's words. */
export interface Prompt {
  readonly instructions: string
  /** Never empty; the last one is the user's. */
  readonly messages: readonly PromptMessage[]
  /** Tokens, hidden thinking among them. Always sent: without it no bound of the price is known. */
  readonly maxOutputTokens: number
  /** The answer must be JSON of this shape (JSON Schema 2020-12, every object closed). */
  readonly schema?: { readonly name: string; readonly shape: Readonly<Record<string, unknown>> }
}

export interface ModelRequest extends Prompt {
  /** The provider's own id. */
  readonly model: string
  /** Whether the provider is asked to keep the instructions for the next request; only from its minimum on. */
  readonly keepsInstructions: boolean
  /** As in the model's entry. */
  readonly thinking?: Thinking | undefined
}

/** A whole answer. */
export interface Completion {
  readonly text: string
  /** `length`: it was cut at the maximum. `refused`: the provider's own filter stopped it. */
  readonly finish: 'stop' | 'length' | 'refused'
  /** The model the response names: that is the one which bills. */
  readonly model: string
  /** Undefined when the response did not say, or said something that cannot be. */
  readonly usage: Usage | undefined
  /** How long a local model took to load; undefined when it was loaded already. */
  readonly loadMs?: number
}

/** A piece of an answer; the last one is the whole. */
export type CompletionPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly completion: Completion }
