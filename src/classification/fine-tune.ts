import { type IntentName, mostCandidates, unknownIntent } from '../core/intent.ts'
import type { Label } from '../core/labels.ts'
import { classificationPrompt, noIntent, promptCanary } from '../models/prompt.ts'

/** What the prompt tells besides the message. */
export interface PromptGround {
  readonly company: string
  readonly describe: (intent: IntentName) => string
}

/** One example in the form that providers fine-tune chat models on. */
export interface FineTuneExample {
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
}

/**
 * A label as an example for a chat model: the prompt the bot asks with, and the right answer. The candidates are those the
 * bot had, with the right one among them, by name, so that their order tells nothing.
 */
export function toFineTuneExample(label: Label, { company, describe }: PromptGround): FineTuneExample {
  const isKnown = label.intent !== unknownIntent
  const others = label.candidates.filter((intent) => intent !== label.intent && intent !== unknownIntent)
  const names = [...(isKnown ? [label.intent] : []), ...others].slice(0, mostCandidates).toSorted()
  const candidates = names.map((name) => ({ name, description: describe(name) }))
  const room = { promptBytes: Number.POSITIVE_INFINITY }
  const prompt = classificationPrompt({ company, candidates, message: label.text }, room)
  // The word that gives a model away is made for each process; learned, it would be written in every answer.
  const lines = (prompt?.instructions ?? '').split('\n').filter((line) => !line.includes(promptCanary))
  const answer = { intent: isKnown ? label.intent : noIntent, confidence: 1 }
  return {
    messages: [
      { role: 'system', content: lines.join('\n') },
      { role: 'user', content: prompt?.messages[0]?.text ?? '' },
      { role: 'assistant', content: JSON.stringify(answer) },
    ],
  }
}
