import type { ScopeKind } from '../core/budget.ts'
import { unknownIntent, type Candidate, type Classification, type Intent, type IntentName } from '../core/intent.ts'
import { isLocal } from '../core/model.ts'
import {
  classificationPrompt,
  classificationTokens,
  noIntent,
  readClassification,
  type ReadClassification,
} from '../models/prompt.ts'
import type { Allowance, Ask, Asked, Question } from '../models/question.ts'
import { redact } from '../safety/redact.ts'
import { readablePart } from './terms.ts'
import { withChoice, type Verdict, type Worth } from './verdict.ts'

export interface ModelStageParts {
  readonly ask: Ask
  readonly company: string
  /** The intent in one line, as a model is told of it. */
  readonly describe: (intent: IntentName) => string
  /** Milliseconds from some fixed point. */
  readonly elapsedMs: () => number
}

/** What a model is told of each intent: what its owner wrote about it, or its label. */
export function createDescribe(
  intents: readonly Pick<Intent, 'name' | 'label' | 'description'>[],
): (intent: IntentName) => string {
  const lines = new Map(intents.map(({ name, label, description }) => [name, description ?? label]))
  return (intent) => lines.get(intent) ?? intent
}

/** Where the search for a model begins: the cheap ones, and what is local. */
const stageTier = 2
/** Below this the model says itself that it is not sure; its number is not calibrated, so the bar is no probability. */
const leastConfidence = 0.7
/**
 * How often a model knows what is meant when it is shown a short list: an assumption, until labelled messages say better.
 * What it says of itself is no probability: models are sure of nearly everything.
 */
const usualPrecision = 0.85
/** A customer should not notice that somebody was asked. A local model has no network to cross, and a slower machine. */
const cloudTimeoutMs = 1500
const localTimeoutMs = 6000
const usual = { promptTokens: 450, outputTokens: 30 }

/**
 * The stage that costs something: a cheap model is shown the best candidates and chooses one, or none of them. Anything else
 * it writes, any failure and any want of money leaves the classification as it was. Cloud models have 1.5 s together.
 */
export async function classifyByModel(
  text: string,
  classification: Classification,
  { allowance, parts }: { readonly allowance: Allowance; readonly parts: ModelStageParts },
): Promise<Verdict> {
  const { candidates } = classification
  const names = candidates.map(({ intent }) => intent).filter((intent) => intent !== unknownIntent)
  if (names.length === 0) return { classification, worth: 'passing' }
  allowance.onStatus('understanding')
  const asked = await parts.ask(toQuestion(text, names, parts), allowance)
  if (asked.kind === 'unanswered') return { classification, worth: worthOf(asked, allowance) }
  if (asked.value.confidence < leastConfidence) return { classification, worth: 'undecided' }
  const intent = asked.value.intent === noIntent ? unknownIntent : asked.value.intent
  const confidence = confidenceIn(intent, candidates)
  const because = `a model chose ${intent === unknownIntent ? 'none of' : 'from'} ${names.length} intents`
  const choice = { intent, confidence, stage: 'model', candidates, because } as const
  return { classification: withChoice(classification, choice), worth: 'settled' }
}

function toQuestion(
  text: string,
  names: readonly IntentName[],
  { company, describe, elapsedMs }: ModelStageParts,
): Question<ReadClassification> {
  const message = redact(readablePart(text)).text
  const candidates = names.map((name) => ({ name, description: describe(name) }))
  const begunMs = elapsedMs()
  return {
    purpose: 'classification',
    needs: ['classify'],
    tier: stageTier,
    usual,
    maxOutputTokens: classificationTokens,
    timeoutMs: (model) => (isLocal(model) ? localTimeoutMs : cloudTimeoutMs) - (elapsedMs() - begunMs),
    prompt: (room) => classificationPrompt({ company, candidates, message }, room),
    read: ({ text: written }) => {
      const read = readClassification(written, names)
      return read === undefined ? { kind: 'bad', because: 'not a choice' } : { kind: 'good', value: read }
    },
  }
}

/** Limits that a customer, a channel or one message has for itself; all others are everybody's. */
const ownLimits: readonly (ScopeKind | undefined)[] = ['request', 'user', 'channel']

function worthOf(
  { because, refusedBy }: Extract<Asked<unknown>, { readonly kind: 'unanswered' }>,
  { signal }: Allowance,
): Worth {
  if (signal.aborted || because === 'too-late' || ownLimits.includes(refusedBy)) return 'own'
  return because === 'rejected' || because === 'declined' ? 'undecided' : 'passing'
}

/**
 * The probability that a model's choice is right: r + (1 - r)p. That is Bayes' rule for a model that knows the intent in a
 * share r of cases and else guesses as the free stages do, which gave the intent the probability p.
 */
function confidenceIn(intent: IntentName, candidates: readonly Candidate[]): number {
  const ofNone = Math.max(0, 1 - candidates.reduce((sum, { confidence }) => sum + confidence, 0))
  const free = candidates.find((candidate) => candidate.intent === intent)?.confidence ?? ofNone
  return usualPrecision + (1 - usualPrecision) * free
}
