/** One of the four rule-based answerers, by its name in configuration and receipts. */
export const agentNames = ['tickets', 'account', 'payments', 'general'] as const
export type AgentName = (typeof agentNames)[number]

/** `agent.intent`, for example `payments.double-charge`; a trained file of an owner's own may hold any label. */
export type IntentName = string

/** None of the intents. Stands on the wire and in code; `oos` occurs in data sets only. */
export const unknownIntent = 'unknown'

/**
 * Words that settle an intent when they occur in this order: whole words, compared by stem.
 * `*` stands for up to three words between, for example `charg * twice`.
 */
export type Phrase = string

/** What an owner writes about one intent. */
export interface Intent {
  readonly name: IntentName
  readonly agent: AgentName
  /** What a customer reads on a button when the bot asks "A or B?", at most 40 characters. */
  readonly label: string
  /** What a cheap model is told of it, in one line of at most 120 characters; without one, the label. */
  readonly description?: string | undefined
  readonly keywords: readonly Phrase[]
  /** Messages of customers that mean this intent. */
  readonly utterances: readonly string[]
}

/** Who decided: `question` and `button` mean that the customer answered what the bot had asked. */
export type Stage = 'keywords' | 'tfidf' | 'cache' | 'encoder' | 'model' | 'question' | 'button'

/** So many candidates a classification has at most; a cheap model is shown all of them. */
export const mostCandidates = 8
/** So many of them are told outside this process. */
export const mostToldCandidates = 5

export interface Candidate {
  readonly intent: IntentName
  /** Calibrated probability, 0 to 1. */
  readonly confidence: number
}

/** What one message was understood to mean. */
export interface Classification {
  readonly intent: IntentName
  /** Calibrated probability that `intent` is right, 0 to 1. */
  readonly confidence: number
  readonly stage: Stage
  /** The best intents, most likely first, at most `mostCandidates`; the first is what `intent` would be if nothing were out of scope. */
  readonly candidates: readonly Candidate[]
  /**
   * What decided, for a person, at most six: the customer's own words, strongest first (`refnud → refund` where they are
   * misspelt), then remarks such as `also asked: …`, `not wanted: …` and `written in Spanish: …`.
   */
  readonly evidence: readonly string[]
  /** A second request in the same message, about something else. */
  readonly second?: SecondRequest
  /** An intent that the customer says is not wanted, where nothing else was understood. */
  readonly refused?: IntentName
  /** ISO 639-1 code of the message's language, where it is none that the intents are written in. */
  readonly language?: string
}

/** What a message asks for besides its first request. */
export interface SecondRequest {
  readonly intent: IntentName
  /** Calibrated probability that `intent` is right, 0 to 1. */
  readonly confidence: number
  /** The customer's words that ask for it. */
  readonly text: string
}
