import { unknownIntent, type Classification, type Intent, type IntentName } from '../core/intent.ts'
import type { ModelSpec } from '../core/model.ts'
import { isLocal } from '../core/model.ts'
import { classificationPrompt, classificationTokens, noIntent, readClassification } from '../models/prompt.ts'
import type { Allowance, Ask } from '../models/question.ts'
import { redact } from '../safety/redact.ts'

export interface ModelStageParts {
  readonly ask: Ask
  readonly company: string
  /** The intent in one line, as a model is told of it. */
  readonly describe: (intent: IntentName) => string
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
/** A customer should not notice that somebody was asked. A local model has no network to cross, and a slower machine. */
const cloudTimeoutMs = 1500
const localTimeoutMs = 6000
const usual = { promptTokens: 450, outputTokens: 30 }

/**
 * The stage that costs something: a cheap model is shown the best candidates and chooses one, or none of them. Anything else
 * it writes, any failure and any want of money leaves the classification as it was.
 */
export async function classifyByModel(
  text: string,
  classification: Classification,
  { allowance, parts }: { readonly allowance: Allowance; readonly parts: ModelStageParts },
): Promise<Classification> {
  const { candidates } = classification
  const names = candidates.map(({ intent }) => intent).filter((intent) => intent !== unknownIntent)
  if (names.length === 0) return classification
  const message = redact(text).text
  const listed = names.map((name) => ({ name, description: parts.describe(name) }))
  allowance.onStatus('understanding')
  const asked = await parts.ask(
    {
      purpose: 'classification',
      needs: ['classify'],
      tier: stageTier,
      usual,
      maxOutputTokens: classificationTokens,
      timeoutMs: (model: ModelSpec) => (isLocal(model) ? localTimeoutMs : cloudTimeoutMs),
      prompt: (room) => classificationPrompt({ company: parts.company, candidates: listed, message }, room),
      read: ({ text: written }) => {
        const read = readClassification(written, names)
        return read === undefined ? { kind: 'bad', because: 'not a choice' } : { kind: 'good', value: read }
      },
    },
    allowance,
  )
  if (asked.kind === 'unanswered' || asked.value.confidence < leastConfidence) return classification
  const { intent, confidence } = asked.value
  return {
    ...classification,
    intent: intent === noIntent ? unknownIntent : intent,
    confidence,
    stage: 'model',
    evidence: [],
  }
}
